"""Which study is meant by a name or a path?"""

from __future__ import annotations

from pathlib import Path

from infraplan import datasets
from infraplan.errors import ParameterError
from infraplan.settings import studies_folder
from infraplan.study import Study
from infraplan.study.folder import is_study_folder, load

__all__ = ["open_study", "study_path"]

_SUFFIX = ".toml"


def open_study(source: str | Path) -> Study:
    """Open or build the study that a name or a path means.

    Parameters
    ----------
    source
        Name of an embedded province, a study folder, path of a study file, or name of a study file
        that ships, such as ``"andorra"``; looked for in this order.

    Returns
    -------
    Study
        Everything in one metric CRS.

    Raises
    ------
    ParameterError
        If a name is none of these; the message lists the names there are.
    MissingDataError, InputError
        If the study file is not there, or cannot be used.
    """
    if str(source) in datasets.names():
        return datasets.open(str(source))
    if is_study_folder(source):
        return load(source)
    return Study.build(study_path(source))


def study_path(source: str | Path) -> Path:
    """Return the study file that a path, or the name of one that ships, means.

    Raises
    ------
    ParameterError
        If a name is none of these; the message lists the names there are.
    """
    name, path = str(source), Path(source)
    if path.is_file() or path.suffix == _SUFFIX or path.parent != Path():
        return path
    shipped = {file.stem: file for file in sorted(studies_folder().glob(f"*{_SUFFIX}"))}
    if name not in shipped:
        known = ", ".join(sorted({*datasets.names(), *shipped}))
        raise ParameterError(
            f"There is no study {name!r}; the ones that ship are {known}. "
            f"Remedy: give one of these names, or the path of a study file ({_SUFFIX})."
        )
    return shipped[name]
