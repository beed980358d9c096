"""Which patterns do the antennas have that the cells name?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.radio.pattern import pattern_from_beamwidths, pattern_from_cuts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraplan.radio.pattern import Pattern
    from infraplan.sources.antenna_files import AntennaCuts

__all__ = ["antenna_patterns"]


def antenna_patterns(
    names: Iterable[str], measured: Mapping[str, AntennaCuts]
) -> dict[str, Pattern]:
    """Return the pattern of each antenna.

    Parameters
    ----------
    names
        Antennas of the study or rows of ``catalog/antennas.csv``; the study's come first.
    measured
        The study's measured antennas by name.

    Returns
    -------
    dict
        Name to pattern, sorted.

    Raises
    ------
    ParameterError
        If an antenna is neither measured nor in the catalogue.
    """
    wanted = sorted(set(names))
    known = set(catalog.table("antennas")["antenna"])
    unknown = [name for name in wanted if name not in measured and name not in known]
    if unknown:
        raise ParameterError(
            f"There is no antenna {', '.join(unknown)}. Remedy: name its file in the study's part "
            f"[antennas], or use one of the catalogue: {', '.join(sorted(known))}."
        )
    return {
        name: _measured(measured[name])
        if name in measured
        else pattern_from_beamwidths(**catalog.beamwidths(name))
        for name in wanted
    }


def _measured(cuts: AntennaCuts) -> Pattern:
    return pattern_from_cuts(
        cuts.horizontal_db,
        cuts.vertical_db,
        tilt_deg=cuts.electrical_tilt_deg,
        gain_dbi=cuts.gain_dbi,
    )
