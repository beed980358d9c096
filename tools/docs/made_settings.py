"""Which environment variables are read, by the library and by the service?"""

from __future__ import annotations

import re
from dataclasses import fields

from markdown_parts import cell, grid

from infraplan_api import settings as service

__all__ = ["pages"]

_LIBRARY = {
    "MIRROR": "folder, or base address, that holds files of public hosts at `<host>/<path>`",
    "CACHE": "folder of fetched files; else the one the system keeps for caches",
    "DATA": "folders where files that a study names are looked for, too, separated as in `PATH`",
    "OFFLINE": "`1`, `true`, `yes` or `on`: open no connection",
    "LANG": "`vi` or `en`, the terminal's language; else the locale",
    "THREADS": "worker threads; else one for each processor",
    "KEY_<SOURCE>": "your key for a source, such as `KEY_OPENCELLID`; never written or shown",
}
"""As `infraplan.settings.load` documents them."""


def pages() -> dict[str, str]:
    """Return the page of settings, path → Markdown."""
    said = _attributes(service.Settings.__doc__ or "")
    rows = [
        [f"`INFRAPLAN_API_{one.name.upper()}`", _default(one.default), cell(said[one.name])]
        for one in fields(service.Settings)
    ]
    library = [[f"`INFRAPLAN_{name}`", what] for name, what in _LIBRARY.items()]
    return {
        "reference/settings.md": "\n\n".join(
            [
                "# Settings",
                (
                    "All settings are environment variables. The library reads them in one "
                    "file, the service in another; nothing else does."
                ),
                "## Library and command line",
                grid(["variable", "what"], library),
                "## Service",
                grid(["variable", "usual value", "what"], rows, right="usual value"),
            ]
        )
    }


def _attributes(docstring: str) -> dict[str, str]:
    """Return what a docstring's Attributes say, name → text."""
    body = docstring.split("----------\n", 1)[1]
    found = re.findall(r"^    (\w+)\n((?:        .*\n)+)", body, flags=re.MULTILINE)
    return {name: text.replace("``", "`") for name, text in found}


def _default(value: object) -> str:
    return "" if str(value) == "." else f"{value}"
