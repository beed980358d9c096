"""Which cells are on a mast: what its towers declare, and what is assumed of the rest?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan.sources.masts.sites import antenna_height_m

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from infraplan.sources.masts.merge import Mast
    from infraplan.sources.masts.records import Tower

__all__ = ["CELL_COLUMNS", "CellRules"]

_ASSUMED: Final = "assumed"
_DECLARED: Final = "declared"


CELL_COLUMNS: Final = (
    *("cell_id", "site_id", "operator", "technology"),
    *("band", "frequency_mhz", "bandwidth_mhz", "azimuth_deg"),
    *("tilt_deg", "eirp_dbm", "height_m"),
    *("azimuth_deg_origin", "tilt_deg_origin", "eirp_dbm_origin", "height_m_origin"),
    *("operator_origin", "technology_origin"),
)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What the catalogue says of cells, read once."""

    technology_of: Mapping[str, str]
    carriers: Mapping[str, tuple[float, float]]
    sectors_deg: tuple[float, ...]
    tilt_deg: float
    eirp_dbm: float

    @classmethod
    def read(cls) -> _Catalogue:
        bands = catalog.table("bands")
        mhz = zip(
            bands["frequency_mhz"].astype(float), bands["bandwidth_mhz"].astype(float), strict=True
        )
        sectors = catalog.row("rules", "sector_azimuths_deg")["value"].split("|")
        return cls(
            technology_of=dict(zip(bands["band"], bands["technology"], strict=True)),
            carriers=dict(zip(bands["band"], mhz, strict=True)),
            sectors_deg=tuple(float(a) for a in sectors),
            tilt_deg=catalog.rule("tilt_deg"),
            eirp_dbm=catalog.rule("eirp_dbm"),
        )


@dataclass(frozen=True, slots=True)
class CellRules:
    """What is assumed of cells, and what had to be.

    Attributes
    ----------
    technologies
        Technologies of a tower that names none, nor a band.
    bands
        Technology → bands of a tower that names none of it.
    told
        What was assumed or left out → how often.
    """

    technologies: tuple[str, ...]
    bands: Mapping[str, tuple[str, ...]]
    told: Counter[str]
    _known: _Catalogue = field(default_factory=_Catalogue.read)

    def cells_of(self, mast: Mast, site: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of ``cells`` of a mast: by operator, technology, band and direction.

        Their values are in the order of :data:`CELL_COLUMNS`.
        """
        by: dict[tuple[str, str], list[tuple[Tower, str]]] = {}
        for operator in {t.operator for t in mast.towers if t.operator is not None}:
            for tower, technologies, origin in self._technologies(mast, operator):
                for technology in technologies:
                    by.setdefault((operator, technology), []).append((tower, origin))
        rows: list[tuple[Any, ...]] = []
        for (operator, technology), group in sorted(by.items(), key=lambda item: item[0]):
            towers = [tower for tower, _ in group]
            known = (site["site_id"], operator, technology)
            known_by = (towers[0].origins.get("operator", _DECLARED), group[0][1])
            carriers = self._carriers(towers, technology)
            for number, (band, azimuth_deg) in enumerate(sorted(carriers), 1):
                cell = self._cell(band, azimuth_deg, carriers[band, azimuth_deg], towers, site)
                name = f"{site['site_id']}-{operator}-{technology}-{number}"
                rows.append((name, *known, *cell, *known_by))
        return rows

    def _technologies(self, mast: Mast, operator: str) -> list[tuple[Tower, tuple[str, ...], str]]:
        """Return an operator's towers on a mast with their technologies, and how these are known.

        They are assumed only where none of the towers names a technology or a band.
        """
        found = []
        towers = [t for t in mast.towers if t.operator == operator]
        for tower in towers:
            of_bands = {
                self._known.technology_of[b] for b in tower.bands if b in self._known.technology_of
            }
            if tower.technologies:
                origin = tower.origins.get("technologies", _DECLARED)
                found.append((tower, tower.technologies, origin))
            elif of_bands:
                found.append((tower, tuple(sorted(of_bands)), _DECLARED))
        if found:
            return found
        self.told["technologies"] += 1
        return [(tower, self.technologies, _ASSUMED) for tower in towers]

    def _carriers(
        self, towers: Sequence[Tower], technology: str
    ) -> dict[tuple[str, float], Tower | None]:
        """Return band and direction of each cell → the tower that names the direction.

        A tower that names only bands has them in the directions of the others, and the other way
        round; what none of them names is assumed.
        """
        bands = {t.tower_id: self._bands(t, technology) for t in towers}
        all_bands = tuple(dict.fromkeys(b for t in towers for b in bands[t.tower_id]))
        facing = any(t.azimuths_deg for t in towers)
        found: dict[tuple[str, float], Tower | None] = {}
        for tower in towers:
            own = bands[tower.tower_id]
            if facing and not tower.azimuths_deg and not own:
                continue
            directions: Sequence[tuple[float, Tower | None]]
            if tower.azimuths_deg:
                directions = [(a, tower) for a in tower.azimuths_deg]
            elif facing:
                directions = [(a, t) for t in towers for a in t.azimuths_deg]
            else:
                directions = [(a, None) for a in self._known.sectors_deg]
            for band in own or all_bands or self.bands[technology]:
                for azimuth_deg, names_it in directions:
                    found.setdefault((band, azimuth_deg), names_it)
        if not all_bands:
            self.told["bands"] += len(found)
        return found

    def _bands(self, tower: Tower, technology: str) -> tuple[str, ...]:
        return tuple(b for b in tower.bands if self._known.technology_of.get(b) == technology)

    def _cell(
        self,
        band: str,
        azimuth_deg: float,
        tower: Tower | None,
        towers: Sequence[Tower],
        site: dict[str, Any],
    ) -> tuple[Any, ...]:
        """Return what a cell radiates, and how each figure is known."""
        sources = ([tower] if tower else []) + list(towers)
        tilt_deg = next((t.tilt_deg for t in sources if t.tilt_deg is not None), None)
        eirp_dbm = next((t.eirp_dbm for t in sources if t.eirp_dbm is not None), None)
        high = next((t for t in sources if t.antenna_height_m is not None), None)
        self.told["azimuths"] += tower is None
        return (
            band,
            *self._known.carriers[band],
            azimuth_deg,
            self._known.tilt_deg if tilt_deg is None else tilt_deg,
            self._known.eirp_dbm if eirp_dbm is None else eirp_dbm,
            high.antenna_height_m if high else antenna_height_m(site),
            tower.origins.get("azimuths_deg", _DECLARED) if tower else _ASSUMED,
            _ASSUMED if tilt_deg is None else _DECLARED,
            _ASSUMED if eirp_dbm is None else _DECLARED,
            high.origins.get("antenna_height_m", _DECLARED) if high else _ASSUMED,
        )
