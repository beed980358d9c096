"""How does a study come together: fetched, checked, built?

``fetch_study`` is the one verb that may open a connection. What it brought lies in the cache, where
``check_study`` and ``build_study`` find it without one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from infraplan.results.folder import STUDY_FOLDER, check_target
from infraplan.sources.door.only import only_run
from infraplan.sources.fetch import fetch
from infraplan.study import Study, check, save, wanted_files
from infraplan.workflow.source import study_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraplan.sources.fetch import Fetched, FetchProgress
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.wanted import Wanted
    from infraplan.study import CheckReport

__all__ = ["build_study", "check_study", "fetch_study", "wanted_now"]

_MOST_ROUNDS = 4
"""Boundaries, then the tiles that cover them; more rounds than that would be a mistake of ours."""


def wanted_now(source: str | Path, *, shelf: Shelf) -> tuple[Wanted, ...]:
    """Return what a study wants of public hosts, as far as it can be known now.

    Terrain tiles are known once the boundaries are there.
    """
    return wanted_files(study_path(source), shelf=shelf)


def fetch_study(
    source: str | Path,
    *,
    shelf: Shelf,
    mirror_address: str | None = None,
    offline: bool = False,
    save_mirror: Path | None = None,
    keys: Mapping[str, str] | None = None,
    at_once: int = 4,
    progress: FetchProgress | None = None,
) -> tuple[Fetched, ...]:
    """Bring every file that a study names, boundaries first, then the tiles that cover them.

    Parameters
    ----------
    source
        A study file, or the name of one that ships.
    shelf
        Where files are looked for, and the cache that they come into.
    mirror_address, offline, save_mirror, keys, at_once, progress
        As for :func:`infraplan.sources.fetch.fetch`.

    Returns
    -------
    tuple of Fetched
        In the order they were wanted.

    Raises
    ------
    DownloadError
        If any file did not come; all the others did, and the next call goes on from there.
    InputError, MissingDataError, ParameterError
        If the study file cannot be used.
    """
    done: dict[str, Fetched] = {}
    for _ in range(_MOST_ROUNDS):
        wants = [w for w in wanted_now(source, shelf=shelf) if w.address not in done]
        if not wants:
            break
        brought = fetch(
            wants,
            shelf=shelf,
            mirror_address=mirror_address,
            offline=offline,
            save_mirror=save_mirror,
            keys=keys or {},
            at_once=at_once,
            progress=progress,
        )
        done |= {f.wanted.address: f for f in brought}
    return tuple(done.values())


def check_study(source: str | Path, *, shelf: Shelf) -> CheckReport:
    """Say everything that is wrong with a study file and with the data it names.

    Raises
    ------
    ParameterError
        If a name is no study that ships.
    """
    return check(study_path(source), shelf=shelf)


def build_study(
    source: str | Path,
    out: str | Path,
    *,
    shelf: Shelf,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Build a study and write its folder.

    Parameters
    ----------
    source
        A study file, or the name of one that ships.
    out
        The folder; replaced as a whole at the end, or left as it was.
    shelf
        Where files are looked for.
    progress
        Called with files written and files in all.

    Raises
    ------
    InputError, MissingDataError, ParameterError
        If the study cannot be built; every fault is listed and nothing is written.
    OutputError
        If the folder cannot be written, or another build is writing it.
    """
    check_target(out, kind=STUDY_FOLDER)
    target = Path(out).resolve()
    with only_run(target.with_name(f".{target.name}.lock")):
        study = Study.build(study_path(source), shelf=shelf)
        save(study, out, progress=progress)
    return study
