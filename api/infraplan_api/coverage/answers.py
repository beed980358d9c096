"""What does the service say about the coverage of one commune, and of all?

The parts that stay the same are written once for each bundle; a request adds what it asked for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from infraplan_api.coverage.communes import said_of
from infraplan_api.coverage.figures import COUNTED, Figures, figures_of, share_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan_api.bundle import Bundle
    from infraplan_api.coverage.asked import Asked

__all__ = ["all_communes", "compact", "one_commune"]


def compact(value: object) -> str:
    """Return JSON without spaces; a number that is not finite is an error.

    Examples
    --------
    >>> compact({"name": "Xã Tân Hòa", "people": None})
    '{"name":"Xã Tân Hòa","people":null}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def one_commune(bundle: Bundle, code: str, asked: Asked) -> bytes:
    """Return the coverage of a commune that is there, as JSON of ``CommuneCoverage``.

    Parameters
    ----------
    bundle, code
        The bundle and one of its communes.
    asked
        Which figures.
    """
    said, figures = said_of(bundle), figures_of(bundle)
    entries = _entries(figures, asked.rows, figures.column(code))
    return f'{said.heads[code]},"coverage":{compact(entries)},{said.tail}}}'.encode()


def all_communes(bundle: Bundle, asked: Asked) -> bytes:
    """Return the coverage of all communes, as JSON of ``CommunesCoverage``.

    Parameters
    ----------
    bundle
        The bundle.
    asked
        Which figures.
    """
    said, figures = said_of(bundle), figures_of(bundle)
    communes = ",".join(
        f'{said.listed[code]},"coverage":{compact(_entries(figures, asked.rows, column))}}}'
        for column, code in enumerate(figures.codes)
    )
    province = compact(_province_entries(figures, asked.rows))
    return f'{{"communes":[{communes}],"province":{province},{said.tail_of_all}}}'.encode()


def _entries(figures: Figures, rows: NDArray[np.intp], column: int) -> list[dict[str, Any]]:
    """Return the figures of one commune."""
    values = {name: array[rows, column] for name, array in figures.communes.items()}
    return _written(figures, rows, values, figures.origins[rows, column].tolist(), "commune")


def _province_entries(figures: Figures, rows: NDArray[np.intp]) -> list[dict[str, Any]]:
    """Return the figures of all communes together; their origin where it is one and the same."""
    values = {name: array[rows] for name, array in figures.province.items()}
    origins = [" ".join(sorted(set(found) - {""})) for found in figures.origins[rows].tolist()]
    return _written(figures, rows, values, origins, "province")


def _written(
    figures: Figures,
    rows: NDArray[np.intp],
    values: Mapping[str, NDArray[np.float64]],
    origins: list[str],
    whole: str,
) -> list[dict[str, Any]]:
    """Return entries with None for what is not known."""
    names = [
        name for counted, parts in COUNTED.items() for name in (*parts, share_name(counted, whole))
    ]
    columns = [_plain(values[name]) for name in names]
    return [
        {
            **figures.combinations[row]._asdict(),
            "threshold_dbm": float(figures.thresholds_dbm[row]),
            **dict(zip(names, numbers, strict=True)),
            "people_served_origin": origin,
        }
        for row, origin, *numbers in zip(rows.tolist(), origins, *columns, strict=True)
    ]


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    """Return numbers as JSON holds them."""
    return [v if ok else None for v, ok in zip(values.tolist(), np.isfinite(values), strict=True)]
