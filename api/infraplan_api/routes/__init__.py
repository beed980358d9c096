"""Which requests does the service answer? A file per part, each with ``routes(service)``."""
