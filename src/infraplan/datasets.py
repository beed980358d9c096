"""Which provinces ship with infraplan, and how are studies opened and kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.errors import ParameterError
from infraplan.settings import data_folder
from infraplan.study import Study
from infraplan.study.folder import is_study_folder, load, save
from infraplan.study.part import part_of
from infraplan.study_file import read_study_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["names", "open", "save"]


def names() -> tuple[str, ...]:
    """Return the names of the embedded provinces."""
    return (read_study_file(data_folder() / "study.toml").study.id,)


def open(  # noqa: A001 - reads as datasets.open
    name: str | Path, *, communes: Collection[str] | None = None
) -> Study:
    """Open the study of an embedded province, or one that was kept in a folder.

    Parameters
    ----------
    name
        One of :func:`names`, such as ``"phu-tho"``, or a folder that :func:`save` or
        ``infraplan build`` wrote. Nothing is downloaded.
    communes
        Codes of the communes to keep, for a quick look at a part; all where None. The masts that
        reach them stay, so the signal inside is that of the whole province.

    Returns
    -------
    Study
        The boundaries of an embedded province are approximate; its terrain, villages, masts,
        roads, fibre and people are simulated, and every table says so.

    Raises
    ------
    ParameterError
        If there is no such province or folder, or no commune of a code.
    InputError
        If the folder was damaged or changed; every such file is listed.
    """
    study = _whole(name)
    return study if communes is None else part_of(study, communes)


def _whole(name: str | Path) -> Study:
    """Open all of a study."""
    if str(name) in names():
        return Study.build(data_folder() / "study.toml")
    if is_study_folder(name):
        return load(name)
    raise ParameterError(
        f"There is no embedded province {str(name)!r} and no study folder of that name; the "
        f"province that ships is {', '.join(names())}. Remedy: build a study file with "
        "Study.build, or give the folder that `infraplan build` made."
    )
