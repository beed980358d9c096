"""Is a key shown once, kept hashed, good for what it was given for, and not a day longer?"""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import Depends, FastAPI

from infraplan.errors import InfraplanError, OutputError, ParameterError
from infraplan_api.access import Caller, KeyStore, require, store_path
from infraplan_api.errors import StateUnavailableError, UnknownKeyError
from infraplan_api.http.problems import add_handlers
from infraplan_api.service import service_of
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

DAY_S = 86_400


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> KeyStore:
    return KeyStore(tmp_path / "state", clock=clock)


def test_key_is_known_again_with_its_name_and_scopes(store: KeyStore) -> None:
    made = store.add("Sở Khoa học", scopes=["plan"], days=90)
    assert store.caller(made.text) == Caller(made.key_id, "Sở Khoa học", frozenset({"plan"}))


def test_no_two_keys_are_the_same_and_each_has_256_bits(store: KeyStore) -> None:
    texts = {store.add("a", scopes=["plan"], days=1).text for _ in range(20)}
    assert len(texts) == 20
    assert all(len(text.split("_", 2)[2]) == 43 for text in texts)


def test_secret_is_nowhere_in_the_state_folder(store: KeyStore, tmp_path: Path) -> None:
    made = store.add("a", scopes=["plan"], days=1)
    secret = made.text.split("_", 2)[2].encode()
    files = [path for path in (tmp_path / "state").iterdir() if path.is_file()]
    assert files
    assert not any(secret in path.read_bytes() for path in files)
    assert made.text not in repr(store.listing())


def test_only_the_owner_can_read_the_state(store: KeyStore, tmp_path: Path) -> None:
    store.add("a", scopes=["plan"], days=1)
    folder = tmp_path / "state"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(store_path(folder).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + "x",
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.replace("ipk_", "ipk_0", 1),
        lambda _: "",
        lambda _: "ipk_0123456789_" + "x" * 43,
        lambda _: "' OR 1=1 --",
        lambda _: "\x00ệ",
    ],
)
def test_text_that_is_no_key_is_nobodys(store: KeyStore, spoil: Any) -> None:
    assert store.caller(spoil(store.add("a", scopes=["plan"], days=1).text)) is None


def test_key_ends_on_its_day(store: KeyStore, clock: Clock) -> None:
    made = store.add("a", scopes=["plan"], days=2)
    clock.now_s += 2 * DAY_S - 1
    assert store.caller(made.text) is not None
    clock.now_s += 1
    assert store.caller(made.text) is None
    assert [key.state(int(clock.now_s)) for key in store.listing()] == ["expired"]


def test_revoked_key_is_good_for_nothing_and_stays_listed(store: KeyStore, clock: Clock) -> None:
    made, other = (store.add(name, scopes=["plan"], days=2) for name in "ab")
    first = store.revoke(made.key_id)
    assert store.caller(made.text) is None
    assert store.caller(other.text) is not None
    clock.now_s += 100
    assert store.revoke(made.key_id).revoked_s == first.revoked_s
    states = {key.key_id: key.state(int(clock.now_s)) for key in store.listing()}
    assert states == {made.key_id: "revoked", other.key_id: "valid"}


def test_last_use_is_noted_to_the_minute(store: KeyStore, clock: Clock) -> None:
    made = store.add("a", scopes=["plan"], days=2)
    assert store.listing()[0].last_used_s is None
    start_s = int(clock.now_s)
    for _ in range(3):
        store.caller(made.text)
        clock.now_s += 30
    assert store.listing()[0].last_used_s == start_s + 60


def test_every_fault_of_a_wanted_key_is_named(store: KeyStore) -> None:
    with pytest.raises(ParameterError) as caught:
        store.add("  ", scopes=["plan", "root"], days=0)
    for part in ("name", "root", "days"):
        assert part in str(caught.value)
    with pytest.raises(ParameterError, match="none"):
        store.add("a", scopes=[], days=1)


def test_unknown_key_cannot_be_revoked(store: KeyStore) -> None:
    for _ in range(2):
        with pytest.raises(UnknownKeyError, match="keys list"):
            store.revoke("0123456789")
        store.add("a", scopes=["plan"], days=1)


def test_state_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in its place")
    with pytest.raises(StateUnavailableError, match="Remedy") as caught:
        KeyStore(tmp_path / "state").add("a", scopes=["plan"], days=1)
    assert isinstance(caught.value, OutputError)


def test_broken_state_is_told_and_lets_nobody_in(store: KeyStore, tmp_path: Path) -> None:
    made = store.add("a", scopes=["plan"], days=1)
    for path in (tmp_path / "state").iterdir():
        path.write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(InfraplanError):
        store.caller(made.text)


def test_keys_can_be_given_and_asked_from_many_threads(store: KeyStore) -> None:
    made = store.add("a", scopes=["plan"], days=1)
    found: list[Caller | None] = []

    def work() -> None:
        store.add("b", scopes=["plan"], days=1)
        found.extend(store.caller(made.text) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    assert None not in found
    assert len(store.listing()) == 9


def test_state_is_kept_in_write_ahead_mode(store: KeyStore, tmp_path: Path) -> None:
    store.add("a", scopes=["plan"], days=1)
    base = sqlite3.connect(store_path(tmp_path / "state"))
    assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    base.close()


@pytest.fixture
def guarded(tmp_path: Path) -> FastAPI:
    """Return a service with a route for the scope plan and one for admin."""
    service = service_of(Settings(folder=tmp_path / "bundle", state=tmp_path / "state"))
    app = FastAPI()

    @app.get("/plan")
    def plan(caller: Caller = Depends(require(service, "plan"))) -> str:  # noqa: B008, FAST002
        return caller.name

    @app.get("/admin")
    def admin(caller: Caller = Depends(require(service, "admin"))) -> str:  # noqa: B008, FAST002
        return caller.name

    add_handlers(app)
    return app


def _ask(app: FastAPI, path: str, key: str | None) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"X-API-Key": key} if key else {})

    return asyncio.run(send())


def test_request_without_a_good_key_is_refused(guarded: FastAPI, tmp_path: Path) -> None:
    revoked = KeyStore(tmp_path / "state").add("a", scopes=["plan"], days=1)
    KeyStore(tmp_path / "state").revoke(revoked.key_id)
    for key in (None, "nonsense", revoked.text):
        answer = _ask(guarded, "/plan", key)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert "X-API-Key" in answer.headers["www-authenticate"]
        assert "infraplan keys add" in answer.json()["detail"]
        assert not key or key not in answer.text


def test_key_is_good_for_its_scope_alone(guarded: FastAPI, tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "state")
    planner = store.add("planner", scopes=["plan"], days=1).text
    admin = store.add("admin", scopes=["admin"], days=1).text
    assert _ask(guarded, "/plan", planner).json() == "planner"
    assert _ask(guarded, "/plan", admin).json() == "admin"
    assert _ask(guarded, "/admin", admin).status_code == 200
    refused = _ask(guarded, "/admin", planner)
    assert refused.status_code == 403
    assert planner not in refused.text


def test_scope_that_does_not_exist_is_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="root"):
        require(service_of(Settings(folder=tmp_path)), "root")
