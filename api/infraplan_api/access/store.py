"""Where are keys kept, and which of them is still good?

A SQLite file in write-ahead mode, readable by its owner alone. A key's text is never in it.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from infraplan.errors import ParameterError
from infraplan_api.access.keys import SCOPES, Caller, Issued, Key, is_same, issue, parse
from infraplan_api.errors import StateUnavailableError, UnknownKeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["KeyStore", "store_path"]

_FILE: Final = "service.sqlite"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_WAIT_S: Final = 5.0
_DAY_S: Final = 86_400
_DAYS_MOST: Final = 3650
_NAME_MOST: Final = 100
_USE_EVERY_S: Final = 60
"""The last use is noted so often at most: a read must not cost a write."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS access_key (
    key_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    scopes TEXT NOT NULL,
    created_s INTEGER NOT NULL,
    expires_s INTEGER NOT NULL,
    revoked_s INTEGER,
    last_used_s INTEGER
) STRICT
"""
_INSERT: Final = """
INSERT INTO access_key (key_id, name, scopes, created_s, expires_s, digest)
VALUES (?, ?, ?, ?, ?, ?)
"""
_ALL: Final = """
SELECT key_id, name, scopes, created_s, expires_s, revoked_s, last_used_s, digest
FROM access_key ORDER BY created_s, key_id
"""
_ONE: Final = """
SELECT key_id, name, scopes, created_s, expires_s, revoked_s, last_used_s, digest
FROM access_key WHERE key_id = ?
"""
_REVOKE: Final = "UPDATE access_key SET revoked_s = ? WHERE key_id = ? AND revoked_s IS NULL"
_USED: Final = "UPDATE access_key SET last_used_s = ? WHERE key_id = ?"


def store_path(state: Path) -> Path:
    """Return the file in which a service of this state folder keeps its keys and jobs."""
    return state / _FILE


class KeyStore:
    """The keys of one service.

    Parameters
    ----------
    state
        Folder of the service's state; made, for its owner alone, when the first key is added.
    clock
        Returns seconds since 1970.
    """

    def __init__(self, state: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._path = store_path(state)
        self._clock = clock

    def add(self, name: str, *, scopes: Iterable[str], days: int) -> Issued:
        """Make a key and keep its digest.

        Parameters
        ----------
        name
            For whom, 1 to 100 characters.
        scopes
            What it may do, of :data:`~infraplan_api.access.keys.SCOPES`.
        days
            For how many days, 1 to 3,650.

        Raises
        ------
        ParameterError
            If a name, scope or time is outside its meaning; every fault is named.
        StateUnavailableError
            If it cannot be kept.
        """
        asked = tuple(dict.fromkeys(scopes))
        _check(name, asked, days)
        made = issue()
        now_s = int(self._clock())
        kept = tuple(scope for scope in SCOPES if scope in asked)
        row = (made.key_id, name.strip(), " ".join(kept), now_s, now_s + days * _DAY_S, made.digest)
        with self._open(create=True) as base:
            base.execute(_INSERT, row)
        return made

    def listing(self) -> tuple[Key, ...]:
        """Return all keys, also those expired and revoked, by the time they were made.

        Raises
        ------
        StateUnavailableError
            If they cannot be read.
        """
        if not self._path.is_file():
            return ()
        with self._open() as base:
            rows = base.execute(_ALL).fetchall()
        return tuple(_key(row) for row in rows)

    def revoke(self, key_id: str) -> Key:
        """Take a key back at once; one revoked before stays as it is.

        Raises
        ------
        UnknownKeyError
            If there is no such key.
        StateUnavailableError
            If that cannot be kept.
        """
        if self._path.is_file():
            with self._open() as base:
                base.execute(_REVOKE, (int(self._clock()), key_id))
                found = base.execute(_ONE, (key_id,)).fetchone()
            if found is not None:
                return _key(found)
        raise UnknownKeyError(
            f"There is no key {key_id!r}. Remedy: `infraplan keys list` shows the identifiers."
        )

    def caller(self, text: str) -> Caller | None:
        """Return whose key this is, None where it is unknown, expired or revoked.

        Raises
        ------
        StateUnavailableError
            If the keys cannot be read.
        """
        parsed = parse(text)
        if parsed is None or not self._path.is_file():
            return None
        key_id, secret = parsed
        now_s = int(self._clock())
        with self._open() as base:
            row = base.execute(_ONE, (key_id,)).fetchone()
            if row is None or not is_same(secret, row[-1]):
                return None
            key = _key(row)
            if key.state(now_s) != "valid":
                return None
            if key.last_used_s is None or now_s - key.last_used_s >= _USE_EVERY_S:
                base.execute(_USED, (now_s, key_id))
        return Caller(key_id=key.key_id, name=key.name, scopes=frozenset(key.scopes))

    @contextmanager
    def _open(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the file for one piece of work, kept whole or not at all."""
        try:
            if create:
                self._create_file()
            with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as base, base:
                base.execute("PRAGMA journal_mode=WAL")
                base.execute(_TABLE)
                yield base
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise StateUnavailableError(
                f"The keys in {self._state.name}/{_FILE} cannot be read or kept ({reason}). "
                "Remedy: let the service's user own that folder and have space on its disk; a "
                "file that is broken is moved away, and the keys made again."
            ) from error

    def _create_file(self) -> None:
        """Make the file before SQLite does, so that at no moment anybody else can read it."""
        self._state.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, _FILE_MODE))


def _check(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Name every fault of a wanted key."""
    faults = []
    if not 1 <= len(name.strip()) <= _NAME_MOST or not name.isprintable():
        faults.append(f"the name {name!r} is empty, longer than {_NAME_MOST} or not printable")
    strange = [scope for scope in scopes if scope not in SCOPES]
    if strange or not scopes:
        faults.append(f"scopes are {', '.join(SCOPES)}, not {', '.join(strange) or 'none'}")
    if not 1 <= days <= _DAYS_MOST:
        faults.append(f"a key holds for 1 to {_DAYS_MOST} days, not {days}")
    if faults:
        raise ParameterError(f"The key is not made: {'; '.join(faults)}.")


def _key(row: tuple[object, ...]) -> Key:
    """Return a row without its digest."""
    key_id, name, scopes, created_s, expires_s, revoked_s, last_used_s, _ = row
    return Key(
        key_id=str(key_id),
        name=str(name),
        scopes=tuple(str(scopes).split()),
        created_s=int(str(created_s)),
        expires_s=int(str(expires_s)),
        revoked_s=None if revoked_s is None else int(str(revoked_s)),
        last_used_s=None if last_used_s is None else int(str(last_used_s)),
    )
