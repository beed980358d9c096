"""Where is the site that the tests of the documentation look at? Built once."""

from __future__ import annotations

import runpy
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools" / "docs"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built with warnings as errors.

    In this process and not in one of its own, which would load all of infraplan once more.
    """
    pytest.importorskip("mkdocs", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site") / "site"
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the site's packages; the site's own are errors
        patch.syspath_prepend(TOOLS)
        patch.setattr(sys, "argv", ["build.py", "--out", str(folder)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(TOOLS / "build.py"), run_name="__main__")
    assert ended.value.code == 0
    return folder
