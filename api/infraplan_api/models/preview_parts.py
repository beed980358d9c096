"""Of which parts does the answer consist when masts are tried out? Units stand in the names."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from infraplan.results.mast import Mast  # noqa: TC001 - pydantic reads it when a model is made

__all__ = [
    "BillRow",
    "Check",
    "CommuneGain",
    "Cost",
    "Gain",
    "LinkOffer",
    "MastAnswer",
    "NearFibre",
    "Picture",
    "PictureClass",
    "Planned",
    "PreviewPart",
    "TogetherAnswer",
    "VillageGain",
    "Words",
]


class PreviewPart(BaseModel):
    """Fixed once made, no unknown fields, descriptions from the texts below fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class Words(PreviewPart):
    """The same statement in both languages."""

    vi: str
    """In Vietnamese."""

    en: str
    """In English."""


class Gain(PreviewPart):
    """Whom a mast serves in one environment, and who of them had no such service before."""

    environment: str
    """outdoors or indoors."""

    operator: str
    """Compared with what this operator gives, or "any": with what any operator gives."""

    people_gained: float
    """People who gain service at the level asked for, persons."""

    households_gained: float | None
    """Households that gain it: those of each commune by the share of its people who gain."""

    villages_gained: int
    """Villages whose centre gains it."""

    area_gained_m2: float
    """Ground within the communes that gains it, m2."""

    people_served: float
    """People whom the mast serves at this level, those served already included."""

    villages_served: int
    """Villages whose centre the mast serves."""

    area_served_m2: float
    """Ground within the communes that the mast serves, m2."""


class CommuneGain(PreviewPart):
    """What one commune gains, from any operator."""

    code: str
    """Administrative code."""

    name: str
    """Name with its unit."""

    people_gained: float
    """People who gain service, persons."""

    area_gained_m2: float
    """Ground that gains it, m2."""

    people: float | None
    """All residents of the commune, persons."""


class VillageGain(PreviewPart):
    """A village whose centre gains service that no operator gave it."""

    village_id: str
    """Identifier in the collection of villages."""

    name: str
    """Its name."""

    people: float | None
    """Its residents, persons."""

    commune_code: str | None
    """Commune that holds its centre."""


class Check(PreviewPart):
    """One rule of siting at this place."""

    rule: str
    """commune, terrain, water, protected, slope, road, spacing, obstacle or room."""

    ok: bool
    """Whether it is kept."""

    level: Literal["ok", "warning", "forbidden"]
    """Whether a mast may stand; a warning only asks for more."""

    value: float | None
    """What was found, in `unit`; null where the rule has no number."""

    limit: float | None
    """What the rule allows, in `unit`."""

    unit: str | None
    """Unit of both."""

    said: Words
    """In words."""


class NearFibre(PreviewPart):
    """The nearest fibre node in a straight line."""

    node_id: str
    """Identifier of the node."""

    distance_m: float
    """How far it is, m."""


class LinkOffer(PreviewPart):
    """The cheaper of fibre along roads and one microwave hop, priced as if alone."""

    medium: str
    """Such as fibre_aerial, microwave, or existing where nothing is built."""

    said: Words
    """The medium in words."""

    length_m: float
    """Its length, m."""

    capex_vnd: float
    """What it costs once, VND."""

    from_id: str | None
    """Node, cable or mast that it starts from."""

    geometry: dict[str, Any] | None
    """GeoJSON LineString in longitude and latitude, from the network to the mast."""


class BillRow(PreviewPart):
    """One line of the bill."""

    part: str
    """site or link."""

    item: str
    """Item of the price list."""

    said: Words
    """The item in words."""

    unit: str
    """Unit of the quantity."""

    quantity: float
    """How many; of yearly items per year."""

    kind: str
    """capex (bought once) or opex (each year)."""

    unit_vnd: float
    """Likely price of one unit, VND."""

    low_vnd: float
    """Lowest price of the line, VND."""

    likely_vnd: float
    """Likely price of the line, VND."""

    high_vnd: float
    """Highest price of the line, VND."""

    origin: str
    """How the price is known."""

    source: str
    """Where it comes from."""

    year: int
    """Year of the source."""


class Cost(PreviewPart):
    """What it costs."""

    capex_vnd: float
    """Bought once, likely, VND."""

    capex_low_vnd: float
    """Bought once, lowest, VND."""

    capex_high_vnd: float
    """Bought once, highest, VND."""

    opex_vnd_year: float
    """Running it for a year, VND."""

    yearly_vnd: float
    """Running it for a year, and the yearly part of what was bought once, VND."""

    capex_vnd_per_person_gained: float | None
    """Bought once for each person gained (any operator); null where nobody is gained."""


class Planned(PreviewPart):
    """A site of the plan within reach."""

    site_id: str
    """Identifier in the collection of proposals."""

    kind: str
    """new_mast or shared_mast."""

    operator: str | None
    """Who uses it."""

    year: int | None
    """Year in which it is built."""

    distance_m: float
    """How far from the mast it stands, m."""

    people_gained: float | None
    """People who gain service by it, persons."""


class PictureClass(PreviewPart):
    """One colour of the picture."""

    level: str
    """Key of the service level."""

    said: Words
    """Its name."""

    colour: str
    """Such as #7d7c78."""

    gained: bool
    """Drawn full where service is gained, pale where it was there already."""


class Picture(PreviewPart):
    """Where the mast is received, to be laid on the map as an image source.

    The PNG is drawn in Web Mercator, so that its four corners place it exactly.
    """

    media_type: str
    """image/png."""

    png_base64: str
    """The picture."""

    bounds: tuple[float, float, float, float]
    """West, south, east, north, degrees."""

    corners: tuple[tuple[float, float], ...]
    """Longitude and latitude of the corners, clockwise from the north-west."""

    classes: tuple[PictureClass, ...]
    """Its colours."""


class MastAnswer(PreviewPart):
    """What one mast would do and cost."""

    mast: Mast
    """The mast as it was counted, everything filled in."""

    kind: str
    """new_mast or shared_mast."""

    antenna_height_m: float
    """Antennas above ground, m."""

    ground_height_m: float
    """Ground above sea level, m."""

    commune: str | None
    """Code of the commune that it stands in."""

    commune_name: str | None
    """Its name with its unit."""

    headline: Words
    """People, villages, link and cost in one line."""

    gains: tuple[Gain, ...]
    """Both environments, any operator and the mast's own."""

    communes: tuple[CommuneGain, ...]
    """Communes that gain in the environment asked for, most people first."""

    villages: tuple[VillageGain, ...]
    """Villages that gain in the environment asked for, most people first."""

    checks: tuple[Check, ...]
    """Rules of siting."""

    near_fibre: NearFibre | None
    """The nearest fibre node."""

    link: LinkOffer | None
    """How it would be linked; null where there is no way."""

    cost: Cost
    """What it costs, with its link."""

    bill: tuple[BillRow, ...]
    """Line by line."""

    planned: tuple[Planned, ...]
    """What the plan builds within reach, nearest first."""

    picture: Picture
    """Where it is received."""


class TogetherAnswer(PreviewPart):
    """What all masts would do and cost together; who is served by two counts once."""

    headline: Words
    """People, villages, links and cost in one line."""

    gains: tuple[Gain, ...]
    """Both environments, any operator and each operator of a mast."""

    communes: tuple[CommuneGain, ...]
    """Communes that gain in the environment asked for, most people first."""

    villages: tuple[VillageGain, ...]
    """Villages that gain in the environment asked for, most people first."""

    link_length_m: float
    """Length of all links, a stretch that several share counted once, m."""

    link_capex_vnd: float
    """What they cost once, VND: at most this, as no better joint route is sought."""

    checks: tuple[Check, ...]
    """New masts that stand too near each other; the other rules stand with each mast."""

    cost: Cost
    """What everything costs."""
