"""How does a preview of masts become the answer of the service?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer

from infraplan.geo import GEOGRAPHIC
from infraplan.wording import word_or
from infraplan_api.models.preview import PreviewAnswer
from infraplan_api.models.preview_parts import (
    BillRow,
    Check,
    CommuneGain,
    Cost,
    Gain,
    LinkOffer,
    MastAnswer,
    NearFibre,
    Planned,
    TogetherAnswer,
    VillageGain,
    Words,
)
from infraplan_api.preview.picture import picture_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from infraplan.backhaul.one_place import PlaceLink
    from infraplan.siting.one_site import Check as PlaceCheck
    from infraplan.wording import Text
    from infraplan.workflow.whatif import Gains, MastPreview, Preview

__all__ = ["answer_of"]

_DEGREE_DECIMALS = 6


def answer_of(preview: Preview, *, crs: str, study_id: str, bundle_sha256: str) -> PreviewAnswer:
    """Lay out a preview.

    Parameters
    ----------
    preview
        Of :func:`infraplan.workflow.preview`.
    crs
        The study's CRS.
    study_id, bundle_sha256
        What was asked.
    """
    together = preview.together
    gains = _gains(together.gains)
    return PreviewAnswer(
        study_id=study_id,
        bundle_sha256=bundle_sha256,
        technology=preview.technology,
        environment=preview.environment,
        level=preview.level,
        year=preview.year,
        threshold_dbm=preview.threshold_dbm,
        masts=tuple(_mast(one, crs, preview.technology) for one in preview.masts),
        together=TogetherAnswer(
            headline=_words(together.headline),
            gains=gains,
            communes=_communes(together.gains),
            villages=_villages(together.gains),
            link_length_m=together.link_length_m,
            link_capex_vnd=together.link_capex_vnd,
            checks=tuple(_check(check) for check in together.checks),
            cost=_cost(together.cost, together.gains.people),
        ),
        notes=tuple(_words(note) for note in preview.notes),
    )


def _mast(one: MastPreview, crs: str, technology: str) -> MastAnswer:
    near = one.near_fibre
    return MastAnswer(
        mast=one.mast,
        kind=one.kind,
        antenna_height_m=one.antenna_height_m,
        ground_height_m=one.ground_height_m,
        commune=one.commune,
        commune_name=one.commune_name,
        headline=_words(one.headline),
        gains=_gains(one.gains),
        communes=_communes(one.gains),
        villages=_villages(one.gains),
        checks=tuple(_check(check) for check in one.checks),
        near_fibre=None if near is None else NearFibre(node_id=near[0], distance_m=near[1]),
        link=None if one.link is None else _link(one.link, crs),
        cost=_cost(one.cost, one.gains.people),
        bill=tuple(_bill_row(row) for row in _rows(one.bill)),
        planned=tuple(Planned(**_known(row)) for row in _rows(one.planned)),
        picture=picture_of(one.picture, technology),
    )


def _words(text: Text) -> Words:
    return Words(vi=text.vi, en=text.en)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with None where a value is missing."""
    return {name: None if _is_missing(value) else value for name, value in row.items()}


def _is_missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN and NA are not themselves


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _gains(gains: Gains) -> tuple[Gain, ...]:
    return tuple(Gain(**_known(row)) for row in _rows(gains.table))


def _communes(gains: Gains) -> tuple[CommuneGain, ...]:
    return tuple(CommuneGain(**_known(row)) for row in _rows(gains.communes))


def _villages(gains: Gains) -> tuple[VillageGain, ...]:
    return tuple(VillageGain(**_known(row)) for row in _rows(gains.villages))


def _check(check: PlaceCheck) -> Check:
    return Check(
        rule=check.rule,
        ok=check.verdict == "ok",
        level=check.verdict,
        value=_number(check.value),
        limit=_number(check.limit),
        unit=check.unit,
        said=_words(check.said),
    )


def _link(link: PlaceLink, crs: str) -> LinkOffer:
    drawn = None
    if link.line is not None:
        turn = Transformer.from_crs(crs, GEOGRAPHIC, always_xy=True)
        x_m, y_m = shapely.get_coordinates(link.line).T
        drawn = np.round(np.column_stack(turn.transform(x_m, y_m)), _DEGREE_DECIMALS).tolist()
    return LinkOffer(
        medium=link.medium,
        said=_words(word_or(f"medium_{link.medium}", link.medium)),
        length_m=link.length_m,
        capex_vnd=link.capex_vnd,
        from_id=link.from_id,
        geometry=None if drawn is None else {"type": "LineString", "coordinates": drawn},
    )


def _bill_row(row: Mapping[str, Any]) -> BillRow:
    return BillRow(
        part=row["part"],
        item=row["item"],
        said=_words(word_or(f"cost_{row['item']}", str(row["item"]))),
        unit=row["unit"],
        quantity=row["quantity"],
        kind=row["kind"],
        unit_vnd=row["unit_vnd"],
        low_vnd=row["low_vnd"],
        likely_vnd=row["likely_vnd"],
        high_vnd=row["high_vnd"],
        origin=row["origin"],
        source=row["source"],
        year=int(row["year"]),
    )


def _cost(cost: Mapping[str, float], people: float) -> Cost:
    """Add what each person gained costs; nobody gained has no such price."""
    each = cost["capex_vnd"] / people if people > 0 else None
    return Cost(**cost, capex_vnd_per_person_gained=each)
