"""What would masts that nobody has planned yet bring and cost?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.backhaul.network import MICROWAVE
from infraplan.backhaul.one_place import link_of_place, links_together
from infraplan.backhaul.prices import EXISTING
from infraplan.coverage.classes import ENVIRONMENTS, level_limits_dbm, median_loss_db
from infraplan.errors import Fault, InputError
from infraplan.siting.one_site import commune_at, host_checks, pair_checks, place_checks
from infraplan.siting.places_ground import nearest_m
from infraplan.wording import Text, count, decimal, length, money, phrase
from infraplan.workflow.whatif.costs import cost_of, link_bill_of, priced, site_bill_of
from infraplan.workflow.whatif.cover import Cover, cover_of
from infraplan.workflow.whatif.gains import gains_of
from infraplan.workflow.whatif.places import NEW_MAST, SHARED_MAST, Standing, standings
from infraplan.workflow.whatif.result import Gains, MastPreview, Preview, Together
from infraplan.workflow.whatif.scene import PreviewScene, transmitter_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.backhaul.one_place import PlaceLink
    from infraplan.results import Mast
    from infraplan.siting.one_site import Check

__all__ = ["preview"]

_MOST_PLANNED: Final = 20


@dataclass(frozen=True, slots=True)
class _Asked:
    """What counts as service, and beside which network."""

    environment: str
    level: str
    year: int


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """One mast, with what the sums over several need."""

    standing: Standing
    told: MastPreview
    cover: Cover
    site_bill: pd.DataFrame


def preview(
    scene: PreviewScene,
    masts: Sequence[Mast],
    *,
    environment: str = "outdoors",
    level: str = "served",
    year: int | None = None,
) -> Preview:
    """Try out masts: whom they would serve, what they would cost, which rules they keep.

    Parameters
    ----------
    scene
        Of :func:`preview_scene`.
    masts
        At least one; each is told alone, and all together.
    environment
        "outdoors" or "indoors": of headlines, communes, villages and pictures. The sums are given
        for both.
    level
        Level of service that counts, a key of ``catalog/service_levels.csv`` such as "served".
    year
        Gained is what the network of this year does not give, one of ``scene.levels.years``; that
        before anything of the plan is built where None.

    Returns
    -------
    Preview
        Levels have the physics of :func:`infraplan.coverage.predict`; the cost of a link is that
        of :func:`infraplan.backhaul.link_prices` for the mast alone.

    Raises
    ------
    InputError
        If a mast, the environment, the level or the year cannot be counted; every fault is listed.

    Notes
    -----
    Gained is what reaches the level with the mast and did not before. Indoors both are judged by
    the level less the median loss of ITU-R P.2109 on the way in.
    """
    asked = _Asked(environment, level, scene.levels.years[0] if year is None else year)
    _check(scene, masts, asked)
    tried = [_try(scene, standing, asked) for standing in standings(scene, masts)]
    return Preview(
        technology=scene.levels.technology,
        environment=environment,
        level=level,
        year=asked.year,
        threshold_dbm=level_limits_dbm(scene.levels.technology)[level],
        masts=tuple(one.told for one in tried),
        together=_together(scene, tried, environment),
        notes=_notes(tried, environment),
    )


def _check(scene: PreviewScene, masts: Sequence[Mast], asked: _Asked) -> None:
    """Refuse what is asked of no mast in particular."""
    levels = level_limits_dbm(scene.levels.technology)
    faults = []
    if not masts:
        faults.append(Fault("inputs", "there is no mast", "give at least one", column="masts"))
    for name, value, known in (
        ("environment", asked.environment, ENVIRONMENTS),
        ("level", asked.level, tuple(levels)),
        ("year", asked.year, scene.levels.years),
    ):
        if value not in known:
            remedy = f"give one of {', '.join(map(str, known))}"
            faults.append(Fault("inputs", f"there is no {value!r}", remedy, column=name))
    if faults:
        raise InputError(faults)


def _try(scene: PreviewScene, standing: Standing, asked: _Asked) -> _Tried:
    """Try out one mast."""
    study, mast, place = scene.study, standing.mast, standing.place
    transmitter = transmitter_of(study, mast, place, standing.antenna_height_m)
    cover = cover_of(
        scene,
        transmitter,
        mast.reach_m,
        environment=asked.environment,
        level=asked.level,
        year=asked.year,
    )
    gains = gains_of(scene, [cover], environment=asked.environment)
    link = link_of_place(scene.network, _spot(scene, standing))
    bill = site_bill_of(
        study,
        mast,
        kind=standing.kind,
        x_m=place.x,
        y_m=place.y,
        pays_rent=standing.pays_rent,
    )
    lines = priced(bill, link_bill_of(link), study.prices)
    cost = cost_of(lines)
    row = commune_at(study, place.x, place.y)
    told = MastPreview(
        mast=mast,
        kind=standing.kind,
        antenna_height_m=standing.antenna_height_m,
        ground_height_m=standing.ground_height_m,
        commune=None if row is None else str(study.communes["code"].iloc[row]),
        commune_name=None if row is None else str(study.communes["full_name"].iloc[row]),
        gains=gains,
        checks=_checks(scene, standing),
        near_fibre=_near_fibre(scene, standing),
        link=link,
        bill=lines,
        cost=cost,
        planned=_planned(scene, standing),
        picture=cover.picture,
        headline=_headline(gains, link, cost["capex_vnd"]),
    )
    return _Tried(standing, told, cover, bill)


def _spot(scene: PreviewScene, standing: Standing) -> gpd.GeoDataFrame:
    """Return a mast as one row of the table of candidates."""
    return gpd.GeoDataFrame(
        {
            "candidate_id": ["preview"],
            "kind": [standing.kind],
            "heights_m": [f"{standing.mast.height_m:g}"],
            "antenna_height_m": [standing.antenna_height_m],
        },
        geometry=[standing.place],
        crs=scene.study.crs,
    )


def _checks(scene: PreviewScene, standing: Standing) -> tuple[Check, ...]:
    """Look at the rules of a new mast, or of one more tenant."""
    if standing.kind == SHARED_MAST:
        return host_checks(scene.study, standing.host, operator=standing.mast.operator)
    place, height_m = standing.place, float(standing.mast.height_m or 0.0)
    return place_checks(scene.study, place.x, place.y, mast_height_m=height_m)


def _near_fibre(scene: PreviewScene, standing: Standing) -> tuple[str, float] | None:
    """Return the nearest fibre node and how far it is."""
    nodes = scene.study.fibre_nodes
    place = standing.place
    metres, row = nearest_m(nodes.geometry, np.array([place.x]), np.array([place.y]))
    if row[0] < 0:
        return None
    return str(nodes["node_id"].iloc[int(row[0])]), float(metres[0])


def _planned(scene: PreviewScene, standing: Standing) -> pd.DataFrame:
    """List the sites of the plan within reach, nearest first."""
    sites = scene.proposals
    table = pd.DataFrame(sites.drop(columns="geometry")).assign(
        distance_m=sites.geometry.distance(standing.place).to_numpy(dtype=np.float64)
    )
    near = table[table["distance_m"] <= standing.mast.reach_m]
    columns = ["site_id", "kind", "operator", "year", "distance_m", "people_gained"]
    ordered = near.sort_values(["distance_m", "site_id"], ignore_index=True)
    return ordered[columns].head(_MOST_PLANNED)


def _together(scene: PreviewScene, tried: Sequence[_Tried], environment: str) -> Together:
    """Add up several masts; people, ground and stretches of road that two share count once."""
    if len(tried) == 1:
        return _alone(tried[0].told)
    links = [one.told.link for one in tried if one.told.link is not None]
    bill, length_m = links_together(scene.network, links)
    sites = pd.concat([one.site_bill for one in tried], ignore_index=True)
    lines = priced(sites, bill, scene.study.prices)
    cost = cost_of(lines)
    gains = gains_of(scene, [one.cover for one in tried], environment=environment)
    bought = (lines["part"] == "link") & (lines["kind"] == "capex")
    return Together(
        gains=gains,
        link_length_m=length_m,
        link_capex_vnd=float(lines.loc[bought, "likely_vnd"].sum()),
        checks=_pairs(scene, tried),
        cost=cost,
        headline=_said("links", gains, length_m, cost["capex_vnd"]),
    )


def _alone(told: MastPreview) -> Together:
    """Return one mast as if it were several."""
    return Together(
        gains=told.gains,
        link_length_m=0.0 if told.link is None else told.link.length_m,
        link_capex_vnd=0.0 if told.link is None else told.link.capex_vnd,
        checks=(),
        cost=told.cost,
        headline=told.headline,
    )


def _pairs(scene: PreviewScene, tried: Sequence[_Tried]) -> tuple[Check, ...]:
    """Look at the distances between new masts; one that is shared stands already."""
    new = [one.standing if one.standing.kind == NEW_MAST else None for one in tried]
    return pair_checks(
        scene.study,
        [math.nan if one is None else one.place.x for one in new],
        [math.nan if one is None else one.place.y for one in new],
        [math.nan if one is None else float(one.mast.height_m or 0.0) for one in new],
    )


def _headline(gains: Gains, link: PlaceLink | None, capex_vnd: float) -> Text:
    """Say people, villages, link and cost in a line."""
    if link is None:
        return _said("none", gains, 0.0, capex_vnd)
    way = link.medium if link.medium in (MICROWAVE, EXISTING) else "fibre"
    return _said(way, gains, link.length_m, capex_vnd)


def _said(way: str, gains: Gains, length_m: float, capex_vnd: float) -> Text:
    figures = {
        "people": count(gains.people),
        "villages": count(len(gains.villages)),
        "length": length(length_m),
        "cost": money(capex_vnd),
    }
    return phrase(f"preview_headline_{way}", figures)


def _notes(tried: Sequence[_Tried], environment: str) -> tuple[Text, ...]:
    """Say what the answer rests on."""
    keys = ["model", "link", "prices"]
    notes = [phrase(f"preview_note_{key}") for key in keys]
    bands = sorted({str(one.told.mast.band) for one in tried})
    for band in bands if environment == "indoors" else []:
        mhz = float(catalog.row("bands", band)["frequency_mhz"])
        loss = decimal(median_loss_db(environment, mhz), 1)
        notes.append(phrase("preview_note_indoors", {"loss": loss}))
    return tuple(notes)
