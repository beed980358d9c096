"""What do the answers about indicators and the ranking of communes consist of? Their schemas."""

from __future__ import annotations

from typing import Literal

from infraplan_api.models.common import Answer, Note

__all__ = [
    "Closing",
    "Indicator",
    "IndicatorValue",
    "Indicators",
    "RankedCommune",
    "Ranking",
]


class IndicatorValue(Answer):
    """Where an indicator stands in a year."""

    year: int
    """The year of the value."""

    value_share: float | None
    """The share that is reached, 0 to 1; null where there is nothing to count."""

    reached: float | None
    """The numerator; null where the share alone is known."""

    of: float | None
    """The denominator; null where the share alone is known."""


class Closing(Answer):
    """What would close a gap."""

    sites: tuple[str, ...]
    """Sites of the plan, the cheapest per unit first, up to the target."""

    cost_vnd: float | None
    """What they cost with their part of the links, VND; null without sites."""

    gain: float | None
    """People or villages reached by them; null where the plan does not count them."""

    text: Note
    """The same in a sentence, or why there is none."""


class Indicator(Answer):
    """An indicator, what is asked of it, and where it stands."""

    id: str
    """Its key."""

    topic: str
    """What it is about, such as mobile or fibre."""

    title: Note
    """What it counts."""

    counts: str | None
    """What numerator and denominator count, such as people or villages."""

    target_share: float | None
    """What is aimed at, 0 to 1; null where no target was found."""

    target_year: int | None
    """By which year; null where nobody says."""

    target_source: str | None
    """Where the target comes from."""

    confidence: str | None
    """How sure the target is: high, medium or low; null where there is none, and for a target of
    the study's own."""

    published_share: float | None
    """What was last published or told of the place, 0 to 1; null where nothing was."""

    published_year: int | None
    """For which year."""

    values: tuple[IndicatorValue, ...]
    """The newest value, then what the plan makes of it year by year."""

    past: tuple[IndicatorValue, ...]
    """Older values."""

    gap_share: float | None
    """Target less the newest value, 0 where it is reached; null without either."""

    trend_share_per_year: float | None
    """Change of the share in a year; null with one value alone."""

    reached_in: int | None
    """First of the years of `values` in which the target is reached; null for in none of them."""

    origin: str
    """How the newest value is known: measured, declared, estimated, approximate, assumed,
    simulated."""

    source: str | None
    """Where the newest value comes from."""

    closing: Closing
    """What would close the gap."""


class Indicators(Answer):
    """Targets and progress of a province, old district or commune."""

    level: Literal["province", "old_district", "commune"]
    """What kind of place it is."""

    code: str | None
    """The commune or old district; null for all communes together."""

    name: str | None
    """Its name."""

    indicators: tuple[Indicator, ...]
    """One for each of which anything is known."""

    unknown: tuple[str, ...]
    """Keys of those of which nobody knows anything here."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""


class RankedCommune(Answer):
    """A commune and its place."""

    code: str
    """Administrative code."""

    name: str
    """Its name."""

    old_district: str | None
    """The district that most of it lay in before July 2025; null where nobody knows."""

    score: float | None
    """Weighted mean of the known components times 100; null where none is known."""

    score_least: float | None
    """The score if all that is unknown were 0."""

    score_most: float | None
    """The score if all that is unknown were 1."""

    rank: int | None
    """Place, 1 the best."""

    rank_best: int | None
    """Best place when any one weight is halved, raised by half or left out."""

    rank_worst: int | None
    """Worst place then."""

    known_weight_share: float | None
    """Part of the weights whose components are known, 0 to 1."""

    unknown_components: tuple[str, ...]
    """Components that are not known."""

    components: dict[str, float | None]
    """Component to its share, 0 to 1; null where it is not known."""


class Ranking(Answer):
    """The communes in the order of their digital infrastructure."""

    communes: tuple[RankedCommune, ...]
    """The best first."""

    data_basis: str
    """What is simulated, assumed, approximate or estimated behind these figures."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json."""
