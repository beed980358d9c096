"""How does one file come from a host, in as many tries as it needs?"""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from infraplan.errors import OutputError
from infraplan.sources.door.content import check_head, shows_its_end, too_large
from infraplan.sources.door.failure import HostError
from infraplan.sources.door.finish import finished
from infraplan.sources.door.part import Version
from infraplan.sources.door.rules import retry_after_s, wait_s
from infraplan.sources.wanted import KEY_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.sources.door.finish import Ready
    from infraplan.sources.door.keys import Key
    from infraplan.sources.door.part import Part
    from infraplan.sources.door.rules import Rules
    from infraplan.sources.download import Answer, Door
    from infraplan.sources.wanted import Wanted

__all__ = ["Request", "Watch", "bring"]

_AGAIN: Final = (408, 425, 429, 500, 502, 503, 504)
_GONE: Final = (404, 410)
_FORBIDDEN: Final = (401, 403)
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_HEAD_BYTES: Final = 512
"""Bytes that are looked at while a file comes; all of it is looked at when it is there."""
_RESUME: Final = "run the same command again; it goes on where it stopped"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of whom.

    Attributes
    ----------
    wanted
        The file.
    address
        What is asked: the file's own address, or its place in a mirror.
    key
        The user's key; an empty one where none is needed.
    """

    wanted: Wanted
    address: str
    key: Key


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while a file comes.

    Attributes
    ----------
    sleep
        Waits so many seconds.
    stopped
        Tells whether to give up at once.
    started
        Called with the file's length when it starts to come; what it returns takes the bytes that
        are there.
    """

    sleep: Callable[[float], object]
    stopped: Callable[[], bool]
    started: Callable[[int | None], Callable[[int], None]]

    def check(self) -> None:
        """Raise HostError if the run was stopped."""
        if self.stopped():
            raise HostError("the run was stopped", _RESUME)


def bring(door: Door, request: Request, part: Part, *, rules: Rules, watch: Watch) -> Ready:
    """Bring a file into its part, going on where an earlier try stopped, and check it.

    Parameters
    ----------
    door
        The connections.
    request
        What is asked.
    part
        Where the bytes go.
    rules
        Tries, waits and limits.
    watch
        Who looks on.

    Returns
    -------
    Ready
        The whole file, checked.

    Raises
    ------
    HostError
        If it does not come; what is there stays for the next run.
    OutputError
        If the cache cannot be written.
    """
    late_at = time.monotonic() + rules.whole_s
    failed, best = 0, part.state()[0]
    while True:
        watch.check()
        try:
            version = _one_try(door, request, part, rules, watch, late_at)
            return finished(part, request.wanted, version, rules=rules)
        except HostError as failure:
            last = failure
        there = part.state()[0]
        if there == 0:
            part.drop()
        failed = 1 if there >= best + rules.gain_bytes else failed + 1
        best = max(best, there)
        pause = _pause_s(last, rules, request.wanted.address, failed)
        if pause is None or time.monotonic() + pause > late_at:
            raise last
        watch.sleep(pause)


def _pause_s(last: HostError, rules: Rules, address: str, failed: int) -> float | None:
    """Return how long to wait before the next try, None where there is none."""
    asked_s = last.wait_s
    if asked_s is not None and asked_s > rules.retry_after_most_s:
        raise HostError(
            f"{last.problem}, and asks to wait {asked_s:,.0f} s",
            "run the same command again after that time; what has come is kept",
            unreachable=True,
        )
    if not last.again or failed >= rules.tries_most:
        return None
    return wait_s(rules, address=address, failed=failed, asked_s=asked_s)


def _one_try(
    door: Door, request: Request, part: Part, rules: Rules, watch: Watch, late_at: float
) -> Version:
    have, version = part.state()
    if have and have == version.length:
        return version
    headers = {"Range": f"bytes={have}-", "If-Range": version.validator()} if have else {}
    with door.ask(request.address, key=request.key, headers=headers) as answer:
        have, version = _agreed(answer, request, part, have, version)
        _receive(answer, request.wanted, part, have, version, rules, watch, late_at)
    return version


def _agreed(
    answer: Answer, request: Request, part: Part, have: int, version: Version
) -> tuple[int, Version]:
    """Return from where on the host sends and which version; forget a part that does not fit."""
    if answer.status == HTTPStatus.OK:
        version = Version.of_headers(answer.headers)
        _check_start(answer, request.wanted, version, part)
        part.restart(version)
        return 0, version
    if answer.status == HTTPStatus.PARTIAL_CONTENT and have:
        found = _continued(answer, have, version)
        if found is None:
            part.drop()
            raise HostError(
                "the host went on with another part or version of the file than was asked for",
                _RESUME,
                again=True,
            )
        if found.length is not None and found.length > request.wanted.most_bytes:
            raise too_large(request.wanted, found.length)
        return have, found
    if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
        part.drop()
        raise HostError("the host has no such part of the file any more", _RESUME, again=True)
    raise _refusal(answer, request)


def _continued(answer: Answer, have: int, version: Version) -> Version | None:
    """Return the version of an answer that goes on with a part; None where it does not fit."""
    told = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    now = Version.of_headers(answer.headers)
    if told is None or int(told[1]) != have or now.encoding != version.encoding:
        return None
    if now.etag and version.etag and now.etag != version.etag:
        return None
    length = version.length if told[3] == "*" else int(told[3])
    if version.length not in (None, length) or (length is not None and int(told[2]) >= length):
        return None
    return Version(version.etag, version.last_modified, length, version.encoding)


def _check_start(answer: Answer, wanted: Wanted, version: Version, part: Part) -> None:
    """Refuse a file by its headers: too long, no way to know its end, no room for it."""
    if version.length is not None and version.length > wanted.most_bytes:
        raise too_large(wanted, version.length)
    if version.encoding not in ("", "gzip"):
        raise HostError(
            f"the host sends the file in a coding that was not asked for ({version.encoding})",
            "tell the owner of the host; the file is not taken",
        )
    chunked = "chunked" in answer.headers.get("transfer-encoding", "").lower()
    told = version.length is not None or chunked
    if not (told or shows_its_end(wanted.kind) or wanted.sha256):
        raise HostError(
            "the host does not say how long the file is, so a part of it could not be told from "
            "the whole",
            "download it with a browser and name the file in the study",
        )
    if version.length is not None:
        free = shutil.disk_usage(part.path.parent).free
        if version.length > free:
            raise OutputError(
                f"{part.path.parent}: The disk has {free / 1e6:,.0f} MB left, and {wanted.address} "
                f"needs {version.length / 1e6:,.0f} MB. Remedy: free some space, or name another "
                "folder with INFRAPLAN_CACHE."
            )


def _receive(
    answer: Answer,
    wanted: Wanted,
    part: Part,
    have: int,
    version: Version,
    rules: Rules,
    watch: Watch,
    late_at: float,
) -> None:
    """Write what comes, as long as it comes fast enough and is not too much."""
    progress = watch.started(version.length)
    most = wanted.most_bytes if version.length is None else version.length
    pace = _Pace(rules, late_at)
    head = b"" if have == 0 and not version.encoding else None
    with part.written() as write:
        for piece in answer.pieces:
            watch.check()
            if head is not None:
                head += piece[:_HEAD_BYTES]
                check_head(head, wanted.kind, secret=KEY_FIELD in wanted.address)
                head = head if len(head) < _HEAD_BYTES else None
            have += len(piece)
            if have > most:
                break
            write(piece)
            progress(have)
            pace.check(have)
    if have > most:
        part.drop()
        if version.length is None:
            raise too_large(wanted)
        raise HostError("the host sent more than it had announced", _RESUME, again=True)
    if version.length is not None and have < version.length:
        raise HostError(
            f"the connection broke off after {have:,} of {version.length:,} bytes",
            _RESUME,
            again=True,
        )


class _Pace:
    """Breaks off a transfer that is too slow or takes too long."""

    def __init__(self, rules: Rules, late_at: float) -> None:
        self._rules = rules
        self._late_at = late_at
        self._since = time.monotonic()
        self._had: int | None = None

    def check(self, have: int) -> None:
        """Compare the bytes that are there with those at the begin of the window."""
        now = time.monotonic()
        if now > self._late_at:
            hours = self._rules.whole_s / 3600
            raise HostError(f"the file did not come within {hours:,.1f} hours", _RESUME)
        if self._had is None:
            self._had = have
        elapsed = now - self._since
        if elapsed < self._rules.stall_s:
            return
        if have - self._had < self._rules.least_bytes_s * elapsed:
            raise HostError(
                f"the host sends fewer than {self._rules.least_bytes_s:,.0f} bytes a second",
                _RESUME,
                again=True,
            )
        self._since, self._had = now, have


def _refusal(answer: Answer, request: Request) -> HostError:
    """Say what a status means that is neither the file nor a part of it."""
    status = answer.status
    said = f"the host answered {status} ({_words(status)})"
    if status in _GONE:
        why = "check the address in the study file; the host may have moved the file"
        return HostError(said, why, absent=True)
    if status in _FORBIDDEN:
        remedy = "check that the file is public and the address right"
        if request.key:
            remedy = f"check your key for {request.wanted.source}; it may be wrong or used up"
        return HostError(said, remedy)
    if status in _AGAIN:
        remedy = "run the same command again later; the host is busy or out of order"
        return HostError(said, remedy, again=True, wait_s=retry_after_s(answer.headers))
    return HostError(said, "check the address; the host does not send a file for it")


def _words(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown"
