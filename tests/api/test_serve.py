"""Does the command line start the service, and say what is missing?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from infraplan.cli.serve import serve
from infraplan.errors import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI


def test_service_listens_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, object] = {}

    def run(app: FastAPI, **options: object) -> None:
        heard.update(options, title=app.title)

    monkeypatch.setattr("uvicorn.run", run)
    serve(tmp_path, "127.0.0.1", 8123)
    assert heard["title"] == "infraplan"
    assert (heard["host"], heard["port"]) == ("127.0.0.1", 8123)


@pytest.mark.parametrize("package", ["uvicorn", "infraplan_api.app"])
def test_missing_extra_is_named_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'infraplan\[api\]'"):
        serve(tmp_path, "127.0.0.1", 8123)
