"""What reception is predicted at a point, and what is planned near it?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan_api.coverage.around import around_of
from infraplan_api.coverage.pixels import pixels_of
from infraplan_api.errors import NotFoundError, OutsideStudyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.bundle import Bundle
    from infraplan_api.coverage.around import Around

__all__ = ["point_of"]

_ANY: Final = "any"
_SERVED: Final = "served"
_DIGITS: Final = 1
_SHARE_DIGITS: Final = 3


def point_of(
    bundle: Bundle, lon: float, lat: float, *, environment: str | None = None
) -> dict[str, Any]:
    """Return the coverage at a point, as JSON of ``PointCoverage``.

    Parameters
    ----------
    bundle
        The bundle.
    lon, lat
        The point, degrees (WGS 84).
    environment
        Environment of the classes by year; the bundle's first where None.

    Raises
    ------
    NotFoundError
        If the bundle has not this environment.
    OutsideStudyError
        If the point lies outside the study.
    """
    inside = environment or bundle.environments[0]
    if inside not in bundle.environments:
        fault = f"query.environment: {inside[:60]!r} is not there, but "
        fault += ", ".join(bundle.environments)
        raise NotFoundError(f"{fault}. Remedy: take one of them.", faults=[fault])
    pixels, around = pixels_of(bundle), around_of(bundle)
    x_m, y_m = pixels.to_metric(lon, lat)
    cell = pixels.cell(x_m, y_m)
    names = [] if cell is None else _names(bundle, inside)
    values = {} if cell is None else pixels.values(bundle, names, cell)
    commune = around.commune_at(lon, lat)
    if cell is None or (commune is None and not _is_of_the_study(values)):
        raise _outside(bundle, around, lon, lat)
    operators = [
        _operator(bundle, around, values, name, inside, (x_m, y_m)) for name in bundle.operators
    ]
    return {
        "lon": lon,
        "lat": lat,
        "technology": bundle.technology,
        "environment": inside,
        "operators": operators,
        "probability": _probability(values),
        "commune": commune,
        "village": around.village_near(x_m, y_m),
        "served_from_year": _served_from(bundle, operators[-1]["classes"]),
        "proposals": around.proposals_near(x_m, y_m),
        "cell_size_m": pixels.cell_size_m,
        "data_basis": str(next(iter(bundle.table("communes")["data_basis"]), "")),
        "study_id": bundle.study_id,
        "bundle_sha256": bundle.sha256,
    }


def _class_file(bundle: Bundle, environment: str, operator: str) -> str:
    return f"service_class_{bundle.technology}_{environment}_{operator}.tif"


def _share_file(environment: str) -> str:
    return f"service_share_{environment}_{_ANY}.tif"


def _names(bundle: Bundle, environment: str) -> list[str]:
    """Return the rasters that say something here, of those that the bundle has."""
    wanted = [
        f"{kind}_{operator}.tif"
        for operator in bundle.operators
        for kind in ("rsrp_dbm", "server", "sinr_db")
    ]
    wanted += [_share_file(name) for name in _environments()]
    wanted += [_class_file(bundle, environment, operator) for operator in bundle.operators]
    return [name for name in wanted if bundle.has(name)]


def _is_of_the_study(values: Mapping[str, tuple[float | None, ...]]) -> bool:
    """Tell whether the rasters hold the ground for a commune's, such as between two outlines.

    Those of classes end with the communes. Those of levels go on, but beyond the border they lack
    the masts of the neighbours; they decide for a bundle without classes alone.
    """
    classes = [found for name, found in values.items() if name.startswith("service_class_")]
    levels = [found for name, found in values.items() if name.startswith("rsrp_dbm_")]
    return any(found[0] is not None for found in classes or levels)


def _outside(bundle: Bundle, around: Around, lon: float, lat: float) -> OutsideStudyError:
    """Return the error for a point outside."""
    west, south, east, north = around.bounds
    return OutsideStudyError(
        f"The point {lon:g}, {lat:g} lies outside the study {bundle.study_id!r}. Remedy: ask for "
        f"one between longitudes {west:g} and {east:g} and latitudes {south:g} and {north:g}, "
        "inside its communes."
    )


def _operator(
    bundle: Bundle,
    around: Around,
    values: Mapping[str, tuple[float | None, ...]],
    operator: str,
    environment: str,
    at: tuple[float, float],
) -> dict[str, Any]:
    """Return what one operator gives, as JSON of ``PointOperator``."""
    rsrp_dbm = _first(values, f"rsrp_dbm_{operator}.tif")
    sinr_db = _first(values, f"sinr_db_{operator}.tif")
    level, name = _level(bundle.technology, rsrp_dbm)
    return {
        "operator": operator,
        "rsrp_dbm": None if rsrp_dbm is None else round(rsrp_dbm, _DIGITS),
        "level": level,
        "name": name,
        "sinr_db": None if sinr_db is None else round(sinr_db, _DIGITS),
        "server": around.server(_first(values, f"server_{operator}.tif"), *at),
        "classes": _classes(bundle, values.get(_class_file(bundle, environment, operator), ())),
    }


def _first(values: Mapping[str, tuple[float | None, ...]], name: str) -> float | None:
    """Return the number of a raster with one band; None where there is none."""
    return values.get(name, (None,))[0]


@cache
def _environments() -> tuple[str, ...]:
    return tuple(catalog.table("environments")["environment"].tolist())


@cache
def _words(technology: str) -> list[tuple[str, float | None, dict[str, str]]]:
    """Return key, least RSRP in dBm and words of a technology's levels, the lowest first."""
    table = catalog.table("service_levels")
    rows = table[table["technology"] == technology].to_dict("records")[::-1]
    return [
        (
            str(row["level"]),
            float(row["minimum_rsrp_dbm"]) if row["minimum_rsrp_dbm"] else None,
            {"vi": str(row["name_vi"]), "en": str(row["name_en"])},
        )
        for row in rows
    ]


def _level(technology: str, rsrp_dbm: float | None) -> tuple[str, dict[str, str]]:
    """Return the level that an RSRP reaches, and its words."""
    levels = _words(technology)
    reached = levels[0]
    for one in levels[1:]:
        if rsrp_dbm is not None and one[1] is not None and rsrp_dbm >= one[1]:
            reached = one
    return reached[0], reached[2]


def _classes(bundle: Bundle, found: tuple[float | None, ...]) -> list[dict[str, Any]]:
    """Return the service year by year."""
    levels = _words(bundle.technology)
    years = bundle.manifest.get("class_years", {}).get(bundle.technology, bundle.years)
    return [
        {
            "year": year,
            "level": None if value is None else levels[int(value)][0],
            "name": None if value is None else levels[int(value)][2],
        }
        for year, value in zip(years, found, strict=False)
    ]


def _served_from(bundle: Bundle, classes: list[dict[str, Any]]) -> int | None:
    """Return the first year in which a level serves."""
    keys = [key for key, _, _ in _words(bundle.technology)]
    serving = keys[keys.index(_SERVED) :]
    return next((one["year"] for one in classes if one["level"] in serving), None)


def _probability(values: Mapping[str, tuple[float | None, ...]]) -> list[dict[str, Any]]:
    """Return the share of places with service, as JSON of ``Probability``."""
    said = []
    for environment in _environments():
        if _share_file(environment) in values:
            share = _first(values, _share_file(environment))
            share = None if share is None else round(share, _SHARE_DIGITS)
            said.append({"environment": environment, "service_share": share})
    return said
