"""Which provinces ship with infraplan, and how are they opened?"""

from __future__ import annotations

from infraplan.errors import ParameterError
from infraplan.settings import data_folder
from infraplan.study import Study
from infraplan.study_file import read_study_file

__all__ = ["names", "open"]


def names() -> tuple[str, ...]:
    """Return the names of the embedded provinces."""
    return (read_study_file(data_folder() / "study.toml").study.id,)


def open(name: str) -> Study:  # noqa: A001 - reads as datasets.open
    """Build the study of an embedded province.

    Parameters
    ----------
    name
        One of :func:`names`, such as ``"phu-tho"``.

    Returns
    -------
    Study
        Its boundaries are approximate; its terrain, villages, masts, roads, fibre and people are
        simulated, and every table says so.

    Raises
    ------
    ParameterError
        If there is no such province.
    """
    if name not in names():
        raise ParameterError(
            f"There is no embedded province {name!r}; there is {', '.join(names())}. "
            "Remedy: give the path of a study file instead."
        )
    return Study.build(data_folder() / "study.toml")
