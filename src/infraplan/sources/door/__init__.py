"""How does a file of a public host come in, checked and whole? The parts behind ``fetch``.

The network itself is opened in one file only: ``infraplan.sources.download``.
"""

__all__: list[str] = []
