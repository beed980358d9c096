"""Are keys given out once, listed without their secret, and taken back from the terminal?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from infraplan.cli.app import app
from infraplan_api.access import KeyStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

RUN = CliRunner()


@pytest.fixture
def keys(tmp_path: Path) -> Callable[..., Result]:
    """Return a function that runs `infraplan keys` over a state folder of the test's own."""

    def ran(command: str, *arguments: str, code: int = 0) -> Result:
        state = ["--state", str(tmp_path / "state")]
        done = RUN.invoke(app, ["keys", command, *arguments, *state])
        assert done.exit_code == code, done.output
        return done

    return ran


def test_key_that_was_added_opens_the_service(keys: Callable[..., Result], tmp_path: Path) -> None:
    done = keys("add", "Sở Khoa học", "--scope", "plan", "--days", "7", "--lang", "vi")
    text = done.stdout.strip()
    caller = KeyStore(tmp_path / "state").caller(text)
    assert caller is not None
    assert caller.name == "Sở Khoa học"
    assert caller.scopes == {"plan"}
    assert "Sở Khoa học" in done.stderr
    assert "Chỉ hiện một lần" in done.stderr


def test_key_stands_alone_on_standard_output(keys: Callable[..., Result]) -> None:
    done = keys("add", "a", "--lang", "en")
    assert done.stdout.startswith("ipk_")
    assert done.stdout.count("\n") == 1
    assert "X-API-Key" in done.stderr


def test_list_shows_everything_but_the_key(keys: Callable[..., Result]) -> None:
    text = keys("add", "Planner", "--scope", "plan", "--scope", "admin").stdout.strip()
    listed = keys("list", "--lang", "en").stdout
    head, line = listed.splitlines()
    assert head.split()[0] == "Key"
    assert line.split()[:3] == [text.split("_")[1], "Planner", "plan"]
    assert "valid" in line
    assert text.split("_", 2)[2] not in listed


def test_empty_list_says_where_it_looked(keys: Callable[..., Result], tmp_path: Path) -> None:
    said = keys("list", "--lang", "en").stdout
    assert str(tmp_path / "state") in said
    assert not (tmp_path / "state").exists()


def test_revoked_key_is_listed_as_such(keys: Callable[..., Result], tmp_path: Path) -> None:
    text = keys("add", "a").stdout.strip()
    key_id = text.split("_")[1]
    assert key_id in keys("revoke", key_id, "--lang", "en").stdout
    assert KeyStore(tmp_path / "state").caller(text) is None
    assert "thu hồi" in keys("list", "--lang", "vi").stdout


def test_programs_get_json(keys: Callable[..., Result]) -> None:
    made: dict[str, Any] = json.loads(keys("add", "a", "--days", "3", "--json").stdout)
    assert made.pop("text").startswith(f"ipk_{made['key_id']}_")
    assert json.loads(keys("list", "--json").stdout) == [made]
    ends = datetime.fromisoformat(made["expires"]) - datetime.fromisoformat(made["created"])
    assert ends == timedelta(days=3)
    assert datetime.fromisoformat(made["created"]) <= datetime.now(UTC)
    revoked = json.loads(keys("revoke", made["key_id"], "--json").stdout)
    assert revoked["state"] == "revoked"


def test_bundle_names_the_state_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = RUN.invoke(app, ["keys", "add", "a", "--bundle", str(tmp_path / "one")])
    assert done.exit_code == 0
    assert (tmp_path / ".one.service" / "service.sqlite").is_file()
    monkeypatch.setenv("INFRAPLAN_API_STATE", str(tmp_path / "named"))
    assert RUN.invoke(app, ["keys", "add", "a"]).exit_code == 0
    assert (tmp_path / "named" / "service.sqlite").is_file()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("add", "a", "--scope", "root", "--days", "0"), ("root", "days")),
        (("add", " "), ("name",)),
        (("revoke", "0123456789"), ("0123456789", "keys list")),
    ],
)
def test_wrong_call_is_told_with_exit_code_2(
    keys: Callable[..., Result], arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    done = keys(*arguments, "--lang", "en", code=2)
    said = " ".join(done.output.split())
    assert all(part in said for part in parts)
    assert "Traceback" not in said


def test_state_that_cannot_be_written_is_exit_code_4(
    keys: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("in its place")
    keys("add", "a", code=4)
