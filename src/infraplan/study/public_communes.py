"""Which files of a public host hold the boundaries of a study's province or country?"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pyogrio

from infraplan import catalog
from infraplan.errors import Fault
from infraplan.settings import data_folder
from infraplan.sources.wanted import wanted
from infraplan.study_file import TablePart

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.sources.wanted import Wanted
    from infraplan.study.gathered import Gathered
    from infraplan.study_file import CommunesPart, StudyFile

__all__ = ["iso3_of", "public_communes", "public_part"]

_VIET_NAM = "vn-communes-2025"


def public_communes(file: StudyFile) -> tuple[Wanted, ...]:
    """Return the files of the public boundaries that a study file names, in the order of codes.

    Parameters
    ----------
    file
        The study file.

    Returns
    -------
    tuple of Wanted
        Empty where it names none, or where the province or country is not known here.
    """
    part = file.communes
    if part is None or part.public is None:
        return ()
    if part.public == _VIET_NAM:
        return _of_viet_nam(file.study.province or "")
    iso3 = iso3_of(file.study.country)
    return (wanted(part.public, {"iso3": iso3, "level": part.level}),) if iso3 else ()


def iso3_of(country: str | None) -> str:
    """Return the three letters of a country of two, "" where there is no such country.

    Examples
    --------
    >>> iso3_of("VN")
    'VNM'
    """
    countries = catalog.table("countries").set_index("iso2")["iso3"]
    return str(countries.get(country or "", ""))


def public_part(found: Gathered, part: CommunesPart) -> TablePart | None:
    """Return the part that would name the public files one by one; None where a fault was listed.

    What the study file itself says of columns, values, origin and licence holds over the
    catalogue.
    """
    wants = public_communes(found.file)
    if not wants:
        found.faults.append(_unknown_place(found))
        return None
    told = catalog.row("public_sources", str(part.public))
    rows = catalog.table("public_columns")
    rows = rows[rows["public"] == part.public]
    named, fixed = rows[rows["column"] != ""], rows[rows["value"] != ""]
    return TablePart(
        paths=tuple(w.address for w in wants),
        columns=dict(zip(named["field"], named["column"], strict=True)) | part.columns,
        values=dict(zip(fixed["field"], fixed["value"], strict=True)) | part.values,
        crs=part.crs,
        origin=part.origin or told["origin"],
        date=part.date or told["year"],
        licence=told["licence"] if part.licence == "unknown" else part.licence,
    )


def _unknown_place(found: Gathered) -> Fault:
    study = found.file.study
    if found.file.communes is not None and found.file.communes.public == _VIET_NAM:
        codes = ", ".join(sorted(set(_embedded()["parent_code"])))
        problem = f"the names of the communes of province {study.province!r} do not ship"
        remedy = f"give their boundaries as a file of yours (path); those of {codes} ship"
        return Fault(found.name, problem, remedy, column="study.province")
    problem = f"there is no country {study.country!r}"
    remedy = 'give two letters of ISO 3166-1, such as "VN"'
    return Fault(found.name, problem, remedy, column="study.country")


def _of_viet_nam(province: str) -> tuple[Wanted, ...]:
    """Name the file of each commune of a province by its code and its name."""
    communes = _embedded()
    here = communes[communes["parent_code"] == province].sort_values("code")
    if here.empty:
        return ()
    provinces = pyogrio.read_dataframe(
        data_folder() / "boundaries" / "province.geojson", read_geometry=False
    ).set_index("code")["name"]
    above = {"province": province, "province_slug": _slug(str(provinces[province]))}
    return tuple(
        wanted(_VIET_NAM, {**above, "code": code, "slug": _slug(name)})
        for code, name in zip(here["code"], here["name"], strict=True)
    )


def _embedded() -> pd.DataFrame:
    path = data_folder() / "boundaries" / "communes.geojson"
    columns = ["code", "name", "parent_code"]
    frame: pd.DataFrame = pyogrio.read_dataframe(path, columns=columns, read_geometry=False)
    return frame


def _slug(name: str) -> str:
    """Write a name without diacritics, in lower case, with underscores.

    Examples
    --------
    >>> _slug("Đông Lương")
    'dong_luong'
    """
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
