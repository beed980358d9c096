"""What does each row of a list of towers say, and what in it cannot be understood?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan.errors import Fault

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["ESTIMATED", "Tower", "read_towers"]

ESTIMATED: Final = ("estimated", "approximate", "assumed", "simulated")
"""Origins of positions that may be off by hundreds of metres."""

_ORIGINS: Final = ("measured", "declared", *ESTIMATED)


@dataclass(frozen=True, slots=True)
class Tower:
    """What one operator has at one place; what is not said is None or empty.

    Attributes
    ----------
    tower_id, name, operator, owner, technologies, bands, azimuths_deg, tilt_deg, eirp_dbm
        As in the table ``towers``.
    antenna_height_m, mast_height_m, mast_class, power_source, source_file, source_row
        As in the table ``towers``.
    x_m, y_m
        Position in the metric CRS.
    origins
        Column → how it is known, of the columns ``*_origin``.
    """

    tower_id: str
    name: str | None
    operator: str | None
    owner: str | None
    technologies: tuple[str, ...]
    bands: tuple[str, ...]
    azimuths_deg: tuple[float, ...]
    tilt_deg: float | None
    eirp_dbm: float | None
    antenna_height_m: float | None
    mast_height_m: float | None
    mast_class: str | None
    power_source: str | None
    source_file: str | None
    source_row: int | None
    x_m: float
    y_m: float
    origins: dict[str, str]

    @property
    def rank(self) -> tuple[int, str]:
        """Order of trust: how the position is known, then the identifier."""
        return _ORIGINS.index(self.origins["geometry"]), self.tower_id


def read_towers(towers: gpd.GeoDataFrame) -> tuple[list[Tower], list[Fault]]:
    """Return the rows of a table ``towers`` by identifier, and every fault in them."""
    faults: list[Fault] = []
    found: list[Tower] = []
    seen: set[str] = set()
    x, y = towers.geometry.x.to_list(), towers.geometry.y.to_list()
    names = [str(c) for c in towers.columns if c != towers.geometry.name]
    rows = zip(*(towers[n].tolist() for n in names), strict=True)
    for place, values in enumerate(rows):
        row = _Row(dict(zip(names, values, strict=True)), place, faults)
        tower = row.tower(x[place], y[place])
        if tower.tower_id in seen:
            row.fault(
                "tower_id",
                f"there is another tower {tower.tower_id!r}",
                "give each tower an identifier of its own, in all lists together",
            )
        seen.add(tower.tower_id)
        found.append(tower)
    return sorted(found, key=lambda t: t.tower_id), faults


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as values by column, and the list that its faults are added to."""

    values: dict[str, Any]
    place: int
    faults: list[Fault]

    def tower(self, x_m: float, y_m: float) -> Tower:
        if not (math.isfinite(x_m) and math.isfinite(y_m)):
            self.fault("geometry", "the tower has no position", "give its coordinates")
        origins = {
            name.removesuffix("_origin"): str(value)
            for name, value in self.values.items()
            if name.endswith("_origin") and _told(value)
        }
        if origins.get("geometry") not in _ORIGINS:
            expected = ", ".join(_ORIGINS)
            said = f"it is not said how the position is known ({origins.get('geometry')!r})"
            self.fault("geometry_origin", said, f"give one of {expected}")
            origins["geometry"] = _ORIGINS[-1]
        row = self.number("source_row")
        return Tower(
            tower_id=self._identifier(),
            name=self.text("name"),
            operator=self.text("operator"),
            owner=self.text("owner"),
            technologies=self._technologies(),
            bands=self.texts("bands"),
            azimuths_deg=self._azimuths(),
            tilt_deg=self.number("tilt_deg"),
            eirp_dbm=self.number("eirp_dbm"),
            antenna_height_m=self.number("antenna_height_m"),
            mast_height_m=self.number("mast_height_m"),
            mast_class=self.text("mast_class"),
            power_source=self.text("power_source"),
            source_file=self.text("source_file"),
            source_row=None if row is None else int(row),
            x_m=x_m,
            y_m=y_m,
            origins=origins,
        )

    def fault(self, column: str, problem: str, remedy: str) -> None:
        row = self.number("source_row")
        at = self.place + 1 if row is None else int(row)
        file = self.text("source_file") or "towers"
        self.faults.append(Fault(file, problem, remedy, row=at, column=column))

    def text(self, column: str) -> str | None:
        value = self.values.get(column)
        return str(value).strip() if _told(value) else None

    def texts(self, column: str) -> tuple[str, ...]:
        parts = (part.strip() for part in (self.text(column) or "").split("|"))
        return tuple(dict.fromkeys(p for p in parts if p))

    def number(self, column: str) -> float | None:
        value: Any = self.values.get(column)
        return float(value) if _told(value) else None

    def _identifier(self) -> str:
        name = self.text("tower_id")
        if name is None:
            self.fault("tower_id", "the tower has no identifier", "give it one of its own")
        return name or ""

    def _technologies(self) -> tuple[str, ...]:
        known = _technologies()
        said = self.texts("technologies")
        for name in said:
            if name not in known:
                remedy = f"give one or more of {'|'.join(known)}"
                self.fault("technologies", f"there is no technology {name!r}", remedy)
        return tuple(sorted(said))

    def _azimuths(self) -> tuple[float, ...]:
        found = []
        for part in self.texts("azimuths_deg"):
            try:
                azimuth_deg = float(part)
            except ValueError:
                azimuth_deg = math.nan
            if not 0.0 <= azimuth_deg <= 360.0:  # noqa: PLR2004 - a full turn
                remedy = "give degrees from 0 to 360, joined by |, such as 0|120|240"
                self.fault("azimuths_deg", f"{part!r} is no direction", remedy)
            else:
                found.append(azimuth_deg % 360.0)
        return tuple(sorted(set(found)))


@cache
def _technologies() -> tuple[str, ...]:
    return tuple(catalog.table("technologies")["technology"])


def _told(value: object) -> bool:
    """Tell whether a table says something: not None, NaN, NA or an empty text."""
    missing = value is None or value != value  # noqa: PLR0124 - NaN is not itself
    return missing is False and str(value).strip() != ""
