"""Does the command line start the service, make what is missing, and say what it needs?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infraplan.cli.serve import serve
from infraplan.errors import MissingExtraError, ParameterError
from infraplan_api import listen
from infraplan_api.settings import Settings, load, load_for, state_beside

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Keep what would be served, and serve nothing; loggers stay as they are."""
    found: dict[str, Any] = {}

    def listened(app: FastAPI, taken: socket.socket) -> None:
        found.update(settings=app.state.service.settings, address=listen.address_of(taken))

    monkeypatch.setattr("infraplan_api.listen.listen", listened)
    monkeypatch.setattr("infraplan.cli.serve._log_to_terminal", lambda **_: None)
    return found


def test_service_listens_where_it_is_told(
    tmp_path: Path, heard: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    serve(tmp_path, "127.0.0.1", 0, state=tmp_path / "keys")
    said = capsys.readouterr().err
    assert heard["address"].startswith("http://127.0.0.1:")
    assert heard["address"] in said
    assert "infraplan keys add" in said
    assert heard["settings"].folder == tmp_path
    assert heard["settings"].state == tmp_path / "keys"


def test_without_a_folder_the_embedded_province_is_made_first(
    tmp_path: Path, heard: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, Path]] = []

    def run(source: str, out: Path, **options: object) -> None:
        assert set(options) == {"reporter"}
        made.append((source, out))
        out.mkdir(parents=True)
        (out / "manifest.json").write_text("{}", encoding="utf-8")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("infraplan.workflow.run", run)
    serve(None, "127.0.0.1", 0)
    serve(None, "127.0.0.1", 0)
    assert made == [("phu-tho", Path("out/phu-tho"))]
    assert heard["settings"].folder == Path("out/phu-tho")


def test_port_that_is_taken_is_one_clear_error(tmp_path: Path) -> None:
    with listen.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ParameterError, match=r"Remedy: .*--port"):
            serve(tmp_path, "127.0.0.1", port)
    with pytest.raises(ParameterError, match=r"cannot listen on 203\.0\.113\.1"):
        serve(tmp_path, "203.0.113.1", 0)


@pytest.mark.parametrize("package", ["uvicorn", "infraplan_api.app"])
def test_missing_extra_is_named_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in ("infraplan_api", "infraplan_api.listen", "infraplan_api.protocol"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'infraplan\[api\]'"):
        serve(tmp_path, "127.0.0.1", 0)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRAPLAN_API_FOLDER", "somewhere/x")
    monkeypatch.setenv("INFRAPLAN_API_READS", "3")
    monkeypatch.setenv("INFRAPLAN_API_JOB_SECONDS", "2.5")
    found = load()
    assert (found.reads, found.job_seconds) == (3, 2.5)
    assert isinstance(found.reads, int)
    assert found.folder == Path("somewhere/x").absolute()
    assert found.state == found.folder.with_name(".x.service")


def test_every_setting_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRAPLAN_API_READS", "many")
    monkeypatch.setenv("INFRAPLAN_API_STALL_S", "nan")
    with pytest.raises(ParameterError, match=r"API_STALL_S is 'nan'.*API_READS is 'many'"):
        load()


def test_state_lies_beside_the_bundle_unless_a_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings(folder=tmp_path / "a").state == state_beside(tmp_path / "a")
    assert load_for(folder=tmp_path / "b", state=None).state == tmp_path / ".b.service"
    monkeypatch.setenv("INFRAPLAN_API_STATE", str(tmp_path / "state"))
    assert load_for(folder=tmp_path / "b", state=None).state == tmp_path / "state"
    assert load_for(folder=tmp_path / "b", state=tmp_path / "c").state == tmp_path / "c"
