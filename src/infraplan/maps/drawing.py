"""What is drawn on a map, before anybody knows whether a notebook or a page will show it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Caption", "Drawing", "Layer", "Mark", "Marks", "Part", "Picture", "Shapes", "Side"]

Side = Literal["", "left", "right"]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that lies on the map.

    Attributes
    ----------
    address
        Data address of a PNG in Web Mercator.
    bounds
        Its west, south, east, north in degrees.
    """

    address: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Outlines, lines or dots.

    Attributes
    ----------
    data
        GeoJSON in degrees; each feature has the properties ``card`` (HTML) and ``style``.
    """

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a place.

    Attributes
    ----------
    latitude_deg, longitude_deg
        Where it stands.
    icon
        Data address of its picture.
    title
        Its name, read out for who cannot see it.
    card
        HTML that opens where it is pressed.
    """

    latitude_deg: float
    longitude_deg: float
    icon: str
    title: str
    card: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Signs of one layer."""

    items: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a layer, and when it is shown.

    Attributes
    ----------
    content
        What is drawn.
    view, scenario
        The only view (such as an operator) and scenario in which it is; None: in all.
    since, until
        First and last year in which it is; None: no limit.
    """

    content: Picture | Shapes | Marks
    view: str | None = None
    scenario: str | None = None
    since: int | None = None
    until: int | None = None

    def is_in(self, *, view: str | None, scenario: str | None, year: int | None) -> bool:
        """Tell whether it is shown in a view, a scenario and a year."""
        return (
            self.view in (None, view)
            and self.scenario in (None, scenario)
            and (year is None or self.since is None or self.since <= year)
            and (year is None or self.until is None or year <= self.until)
        )


@dataclass(frozen=True, slots=True)
class Layer:
    """What is switched on and off together.

    Attributes
    ----------
    name
        Its name in the language of the map.
    parts
        Its pieces, the lowest first.
    shown
        Whether it is on when the map opens.
    side
        The side of a split map that it is on; empty: both.
    """

    name: str
    parts: tuple[Part, ...]
    shown: bool = True
    side: Side = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of figures for a year of a scenario; None: for all of them."""

    text: str
    scenario: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole map.

    Attributes
    ----------
    title
        What it shows, in its language.
    language
        "vi" or "en".
    bounds
        West, south, east, north of what must be seen, degrees.
    layers
        The lowest first.
    legend, badge
        HTML: what the signs mean; what is not measured.
    views, scenarios
        Names to choose from, the first chosen at the beginning; empty where there is no choice.
    years
        Years of the slider, ascending; empty where there is none.
    year
        The year at the beginning; None where there is no slider.
    captions
        Figures told above the map.
    sides
        Titles of the left and right side of a split map; empty where it is whole.
    """

    title: str
    language: str
    bounds: tuple[float, float, float, float]
    layers: tuple[Layer, ...]
    legend: str
    badge: str
    views: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    year: int | None = None
    captions: tuple[Caption, ...] = ()
    sides: tuple[str, ...] = ()

    def caption(self, *, scenario: str | None, year: int | None) -> str:
        """Return what is told of a scenario and a year."""
        told = (
            c.text
            for c in self.captions
            if c.scenario in (None, scenario) and c.year in (None, year)
        )
        return next(told, "")
