"""How is the site of the documentation built? `python tools/docs/build.py [--out out/site]`.

Warnings are errors: a link that leads nowhere, a page outside the navigation, a name that is not
documented.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")  # advertising of the theme's makers

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

ROOT = Path(__file__).parents[2]


class _Counter(logging.Handler):
    """Count the warnings, which MkDocs itself does only in its command line."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Print a warning and count it."""
        self.seen += 1
        print(f"{record.levelname}: {self.format(record)}", file=sys.stderr)


def built(out: Path) -> int:
    """Build the site into a folder and return the number of warnings."""
    counter = _Counter()
    log = logging.getLogger("mkdocs")
    log.setLevel(logging.WARNING)
    log.addHandler(counter)
    gc.disable()  # looking for garbage would take a sixth of the time, and find little
    try:
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(out), strict=True))
    except MkDocsException as error:
        print(error, file=sys.stderr)
        return max(counter.seen, 1)
    finally:
        gc.enable()
        log.removeHandler(counter)
    return counter.seen


def main() -> int:
    """Read the call, build, and say where the site is."""
    call = argparse.ArgumentParser(description="Build the site of the documentation.")
    call.add_argument("--out", type=Path, default=ROOT / "out" / "site", help="folder of the site")
    out = call.parse_args().out.absolute()
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # of the site's packages
    faults = built(out)
    if faults:
        print(f"{faults} warnings; the site is not good. Remedy: mend what they name.")
        return 1
    print(out / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
