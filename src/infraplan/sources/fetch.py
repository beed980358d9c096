"""Where does each wanted file come from: mirror, cache or host?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from infraplan import settings
from infraplan.errors import DownloadError, InfraplanError, OutputError, ParameterError
from infraplan.sources import cache as kept
from infraplan.sources.digest import sha256
from infraplan.sources.door import mirror as mirrors
from infraplan.sources.door.address import base_name, checked, place_of
from infraplan.sources.door.content import is_of_kind
from infraplan.sources.door.failure import HostError
from infraplan.sources.door.hosts import Hosts
from infraplan.sources.door.keys import Key, key_of, scrubbed_logs
from infraplan.sources.door.part import holding_part
from infraplan.sources.door.progress import FetchProgress, Shown
from infraplan.sources.door.report import Failed, failed_error
from infraplan.sources.door.rules import Rules
from infraplan.sources.door.transfer import Request, Watch, bring
from infraplan.sources.download import Door
from infraplan.sources.shelf import ABSENT_MARK, in_mirror
from infraplan.sources.wanted import KEY_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from infraplan.sources.door.finish import Ready
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.wanted import Wanted

__all__ = ["FetchProgress", "Fetched", "fetch"]

_NO_KEYS: Final[Mapping[str, str]] = MappingProxyType({})
_LOCK_PAUSE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Fetched:
    """A wanted file that is in the cache now.

    Attributes
    ----------
    wanted
        What was wanted.
    path
        The file; None where the host has none and that means something, such as sea.
    sha256
        Digest of its bytes; empty where there is no file.
    bytes
        Its length.
    reused
        Whether it was in the cache before.
    from_mirror
        Whether it came from a mirror rather than from the host.
    """

    wanted: Wanted
    path: Path | None
    sha256: str
    bytes: int
    reused: bool
    from_mirror: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """What all files of one call share."""

    shelf: Shelf
    base: str | None
    offline: bool
    save_mirror: Path | None
    keys: Mapping[str, Key | str] = field(repr=False)
    rules: Rules
    sleep: Callable[[float], object]
    stop: Event
    door: Door
    hosts: Hosts
    shown: Shown

    def watch(self, wanted: Wanted) -> Watch:
        return Watch(self.sleep, self.stop.is_set, lambda total: self.shown.start(wanted, total))

    def pause(self) -> None:
        self.sleep(_LOCK_PAUSE_S)
        if self.stop.is_set():
            raise HostError("the run was stopped", "run the same command again")


def fetch(
    wants: Sequence[Wanted],
    *,
    shelf: Shelf,
    mirror_address: str | None = None,
    offline: bool = False,
    save_mirror: Path | None = None,
    keys: Mapping[str, str] = _NO_KEYS,
    at_once: int = 4,
    progress: FetchProgress | None = None,
    rules: Rules | None = None,
    sleep: Callable[[float], object] | None = None,
) -> tuple[Fetched, ...]:
    """Bring wanted files into the cache: from the mirror folder, else what is there, else hosts.

    Parameters
    ----------
    wants
        The files; one that is wanted twice is brought once.
    shelf
        The mirror folder, if any, and the cache.
    mirror_address
        Base address that is asked for ``<base>/<host>/<path>`` in the place of the hosts; else
        what ``INFRAPLAN_MIRROR`` names, if that is an address.
    offline
        Open no socket at all; ``INFRAPLAN_OFFLINE`` says the same.
    save_mirror
        Also put every file at ``<folder>/<host>/<path>``, to be carried into a closed network.
    keys
        The user's keys by source; else the environment's, else the keyring's.
    at_once
        Files under way at a time, from 1.
    progress
        Told what starts, comes and ends; never from two threads at a time.
    rules
        Time limits, tries and waits; by default those of the catalogue.
    sleep
        Waits so many seconds; by default real time passes.

    Returns
    -------
    tuple of Fetched
        In the order of `wants`.

    Raises
    ------
    DownloadError
        If any file did not come; it lists all of them. The others are in the cache, and the next
        call goes on from there.
    OutputError
        If the cache or the mirror to save cannot be written.
    ParameterError
        If `at_once` is below 1 or `mirror_address` is none.
    """
    if at_once < 1:
        raise ParameterError(f"at_once is {at_once}. Remedy: give 1 or more.")
    told = settings.load()
    base = mirror_address or told.mirror_address
    if base is not None:
        checked(base)
    own = Rules.of_catalogue() if rules is None else rules
    unique: dict[str, Wanted] = {}
    for want in wants:
        unique.setdefault(want.address, want)
    closed = offline or told.offline
    found_keys = {} if closed or base is not None else _keys(unique.values(), shelf, keys)
    del keys  # so that no traceback of what follows can show them
    stop = Event()
    with Door(own) as door, scrubbed_logs([k for k in found_keys.values() if isinstance(k, Key)]):
        run = _Run(
            shelf=shelf,
            base=base,
            offline=closed,
            save_mirror=save_mirror,
            keys=found_keys,
            rules=own,
            sleep=sleep or stop.wait,
            stop=stop,
            door=door,
            hosts=Hosts(own),
            shown=Shown(progress),
        )
        came = _all(run, list(unique.values()), at_once)
    failed = [f for f in came.values() if isinstance(f, Failed)]
    if failed:
        raise failed_error(failed, wanted=len(unique))
    brought = {a: f for a, f in came.items() if isinstance(f, Fetched)}
    return tuple(brought[want.address] for want in wants)


def _keys(wants: Iterable[Wanted], shelf: Shelf, keys: Mapping[str, str]) -> dict[str, Key | str]:
    """Return the key of each source that needs one now, or why there is none."""
    found: dict[str, Key | str] = {}
    for want in wants:
        if KEY_FIELD in want.address and want.source not in found:
            with suppress(InfraplanError):
                if shelf.find(want.address) is not None:
                    continue
            try:
                found[want.source] = key_of(want.source, keys)
            except DownloadError as error:
                found[want.source] = str(error)
    return found


def _all(run: _Run, wants: Sequence[Wanted], at_once: int) -> dict[str, Fetched | Failed]:
    """Bring all files, those of different hosts in turn; give the outcomes in the wants' order."""
    turns: dict[str, int] = {}
    order: list[tuple[int, int]] = []
    for i, want in enumerate(wants):
        host = want.address.split("/")[2:3]
        turn = turns[str(host)] = turns.get(str(host), -1) + 1
        order.append((turn, i))
    with ThreadPoolExecutor(at_once, thread_name_prefix="fetch") as pool:
        try:
            futures = {i: pool.submit(_one, run, wants[i]) for _, i in sorted(order)}
            return {wants[i].address: futures[i].result() for i in range(len(wants))}
        finally:
            run.stop.set()  # on an error or Ctrl-C, threads end at their next piece or wait
            pool.shutdown(wait=False, cancel_futures=True)


def _one(run: _Run, wanted: Wanted) -> Fetched | Failed:
    """Bring one file, or say why it did not come."""
    key = run.keys.get(wanted.source, Key())
    hidden = key if isinstance(key, Key) else Key()
    try:
        found, how = _found(run, wanted)
        if run.save_mirror is not None:
            _save(run.save_mirror, found)
    except OutputError:
        run.stop.set()
        raise
    except InfraplanError as error:
        failed = Failed.of(wanted, error, hidden)
    else:
        run.shown.done(wanted, how)
        return found
    run.shown.done(wanted, "failed")
    return failed


def _found(run: _Run, wanted: Wanted) -> tuple[Fetched, str]:
    """Return the file and the word for where it came from."""
    mirrored = _of_mirror(run, wanted)
    if mirrored is not None:
        return mirrored, "mirror" if not mirrored.reused else "reused"
    there = _of_cache(run, wanted)
    if there is not None:
        return there, "reused"
    if run.offline:
        raise HostError(
            "it is neither in the mirror nor in the cache, and nothing is asked while offline",
            "fetch without --offline, or bring it on a connected machine with `infraplan fetch "
            "STUDY.toml --save-mirror DIR` and name that folder with --mirror DIR",
        )
    asked = _of_host(run, wanted)
    return asked, "absent" if asked.path is None else "brought"


def _of_mirror(run: _Run, wanted: Wanted) -> Fetched | None:
    """Take a file from the mirror folder; None where the folder has none."""
    mirror, cache = run.shelf.mirror, run.shelf.cache
    if mirror is None:
        return None
    path = in_mirror(mirror, wanted.address)
    if path is None:
        if wanted.absent_means and in_mirror(mirror, wanted.address, ABSENT_MARK) is not None:
            return _absent(run, wanted, from_mirror=True)
        return None
    there = _of_cache(run, wanted)
    if there is not None and there.path is not None and _digest(path) == there.sha256:
        return replace(there, from_mirror=True)
    ready = mirrors.taken(path, wanted, cache, rules=run.rules, watch=run.watch(wanted))
    return _stored(cache, wanted, ready, from_mirror=True)


def _digest(path: Path) -> str:
    """Return a digest, empty where the file cannot be read."""
    try:
        return sha256(path)
    except OSError:
        return ""


def _of_cache(run: _Run, wanted: Wanted) -> Fetched | None:
    """Return a file that is in the cache; None where it is not, or is not what is wanted."""
    entry = kept.lookup(run.shelf.cache, wanted.address)
    if entry is None:
        return None
    if entry.path is None:
        known = bool(wanted.absent_means)
    else:
        known = _digest(entry.path) == entry.sha256 and is_of_kind(entry.path, wanted.kind)
        known = known and wanted.sha256.lower() in ("", entry.sha256)
    return Fetched(wanted, entry.path, entry.sha256, entry.bytes, True, False) if known else None


def _stored(cache: Path, wanted: Wanted, ready: Ready, *, from_mirror: bool) -> Fetched:
    entry = kept.store(
        cache,
        ready.path,
        address=wanted.address,
        name=base_name(wanted.address),
        digest=ready.digest,
        last_modified=ready.last_modified,
    )
    return Fetched(wanted, entry.path, entry.sha256, entry.bytes, False, from_mirror)


def _absent(run: _Run, wanted: Wanted, *, from_mirror: bool) -> Fetched:
    kept.note_absent(run.shelf.cache, wanted.address, wanted.absent_means)
    return Fetched(wanted, None, "", 0, False, from_mirror)


def _of_host(run: _Run, wanted: Wanted) -> Fetched:
    """Ask the host, or the mirror's address in its place."""
    key: Key | str = Key()
    if run.base is None and KEY_FIELD in wanted.address:
        key = run.keys.get(wanted.source, "no key was looked for")
    if isinstance(key, str):
        raise DownloadError(key)
    place = place_of(wanted.address)  # also checks the address
    address = wanted.address.partition("#")[0]
    if run.base is not None:
        address = f"{run.base.rstrip('/')}/{place.quoted()}"
    with (
        run.hosts.turn(address),
        holding_part(run.shelf.cache, wanted.address, pause=run.pause) as part,
    ):
        there = _of_cache(run, wanted)  # another process may have brought it meanwhile
        if there is not None:
            return there
        request = Request(wanted, address, key)
        try:
            ready = bring(run.door, request, part, rules=run.rules, watch=run.watch(wanted))
        except HostError as failure:
            if not (failure.absent and wanted.absent_means and _is_told(run, address)):
                raise
            return _absent(run, wanted, from_mirror=run.base is not None)
        brought = _stored(run.shelf.cache, wanted, ready, from_mirror=run.base is not None)
        part.drop()
        return brought


def _is_told(run: _Run, address: str) -> bool:
    """Tell whether the host itself has no such file: a mirror must say so by its mark."""
    if run.base is None:
        return True
    with run.door.ask(f"{address}{ABSENT_MARK}", key=Key(), headers={}) as answer:
        return answer.status == 200  # noqa: PLR2004 - the status OK


def _save(mirror: Path, found: Fetched) -> None:
    """Put a file, or the mark that there is none, into the mirror to save."""
    address = found.wanted.address
    if found.path is None:
        mirrors.save_absent(mirror, address, found.wanted.absent_means)
    else:
        mirrors.save(mirror, address, found.path, digest=found.sha256)
