"""Which pages of the site are made at build time, and by what?"""

from __future__ import annotations

from pathlib import Path

import made_catalogue
import made_commands
import made_errors
import made_http
import made_notebooks
import made_python
import made_settings
import made_study_file

__all__ = ["ROOT", "pages"]

ROOT = Path(__file__).parents[2]

_REFERENCE = """\
# Reference

Made from the code itself each time the site is built.

| | |
| --- | --- |
| [Python](python/index.md) | every public name of the library, with units and ranges |
| [Command line](commands.md) | every command and option |
| [HTTP](http.md) | every request of the service |
| [Study file](study-file.md) | every word that a study file may say |
| [Errors and exit codes](errors.md) | what can go wrong, and how a program sees it |
| [Settings](settings.md) | every environment variable |
"""


def pages() -> dict[str, str]:
    """Return the pages that are made, path → Markdown."""
    own = {
        "changelog.md": _copied("CHANGELOG.md", above=""),
        "benchmarks.md": _copied("benchmarks/README.md", above=""),
        "embedded-data.md": _copied("data/README.md", above=""),
        "reference/index.md": _REFERENCE,
    }
    for part in (
        made_catalogue,
        made_python,
        made_commands,
        made_http,
        made_study_file,
        made_errors,
        made_settings,
        made_notebooks,
    ):
        own |= part.pages()
    return own


def _copied(name: str, *, above: str) -> str:
    """Return a file of the checkout as a page; its links into docs/ become links of the site."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return above + text.replace("](docs/", "](").replace("](../docs/", "](")
