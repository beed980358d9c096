"""Of which fields do the answers of the service consist? A file per part."""
