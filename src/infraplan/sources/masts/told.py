"""What is told of the masts that lists of towers became?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan import catalog
from infraplan.sources.masts.sites import top_m
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from infraplan.sources.masts.cells import CellRules
    from infraplan.sources.masts.merge import Mast

__all__ = ["notes_on"]

_SAID: Final = {
    "technologies": Text(
        "Số trạm không rõ công nghệ, giả định", "Towers of unknown technology, assumed"
    ),
    "bands": Text("Số cell không rõ băng tần, giả định", "Cells of unknown band, assumed"),
    "azimuths": Text("Số cell không rõ hướng, giả định", "Cells of unknown direction, assumed"),
    "heights": Text(
        "Số cột không rõ độ cao, giả định hoặc suy từ độ cao anten",
        "Masts of unknown height, assumed or estimated from their antennas",
    ),
    "nobody": Text(
        "Số trạm không rõ nhà mạng, không có cell", "Towers of unknown operator, without cells"
    ),
    "differing_heights": Text(
        "Số cột gộp từ các trạm ghi độ cao khác nhau, lấy độ cao lớn nhất",
        "Masts merged from towers of different heights, taken as the highest",
    ),
    "low_masts": Text(
        "Số cột thấp hơn anten được ghi trên đó, cần kiểm tra",
        "Masts lower than an antenna declared on them, to be checked",
    ),
    "differing_owners": Text(
        "Số cột gộp từ các trạm ghi chủ sở hữu khác nhau, lấy chủ được ghi trước",
        "Masts merged from towers of different owners, taken as the first one's",
    ),
}


def notes_on(
    masts: Sequence[Mast],
    sites: Sequence[Mapping[str, Any]],
    told: Counter[str],
    rules: CellRules,
) -> tuple[Text, ...]:
    """Say how many towers became how many masts, and what was assumed of them.

    Parameters
    ----------
    masts, sites
        The masts and their rows of ``sites``.
    told
        What was assumed of cells → how often.
    rules
        What stands for bands and technologies that nobody names.
    """
    counts = {**told, **_counts(masts, sites)}
    towers = sum(len(m.towers) for m in masts)
    merged = sum(1 for m in masts if len(m.towers) > 1)
    shared = sum(1 for s in sites if "|" in (s["tenants"] or ""))
    several = [count(n) for n in (towers, len(masts), merged, shared)]
    notes = [
        Text(
            "Số trạm: {}, trên {} cột; số cột gộp từ nhiều trạm: {}, số cột có nhiều nhà mạng: "
            "{}.".format(*(n.vi for n in several)),
            "Towers: {}, on {} masts; masts merged from several towers: {}, masts of several "
            "operators: {}.".format(*(n.en for n in several)),
        )
    ]
    for key, said in _SAID.items():
        if counts.get(key):
            value, more = count(counts[key]), _assumed(key, rules, masts)
            notes.append(Text(f"{said.vi}{more}: {value.vi}.", f"{said.en}{more}: {value.en}."))
    return (*notes, *_odd_bands(masts))


def _assumed(key: str, rules: CellRules, masts: Sequence[Mast]) -> str:
    """Return what is assumed, in brackets, where it is a choice."""
    if key == "technologies":
        return f" ({', '.join(rules.technologies)})"
    if key == "bands":
        there = {g for m in masts for t in m.towers for g in t.technologies or rules.technologies}
        return f" ({', '.join(b for g, names in rules.bands.items() if g in there for b in names)})"
    return ""


def _counts(masts: Sequence[Mast], sites: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    heights = [{t.mast_height_m for t in m.towers if t.mast_height_m is not None} for m in masts]
    owners = [{t.owner for t in m.towers if t.owner} for m in masts]
    unknown = ("assumed", "estimated")
    return {
        "heights": sum(
            not told and s["mast_height_m_origin"] in unknown
            for told, s in zip(heights, sites, strict=True)
        ),
        "low_masts": sum(map(_is_low, masts, sites)),
        "nobody": sum(t.operator is None for m in masts for t in m.towers),
        "differing_heights": sum(len(h) > 1 for h in heights),
        "differing_owners": sum(len(o) > 1 for o in owners),
    }


def _is_low(mast: Mast, site: Mapping[str, Any]) -> bool:
    """Tell whether an antenna is said to hang above the top of its mast."""
    heights_m = [t.antenna_height_m for t in mast.towers if t.antenna_height_m is not None]
    return max(heights_m, default=0.0) > top_m(site)


def _odd_bands(masts: Sequence[Mast]) -> list[Text]:
    """Name the bands that towers have and the catalogue has not."""
    known = set(catalog.table("bands")["band"])
    odd = sorted({b for m in masts for t in m.towers for b in t.bands} - known)
    if not odd:
        return []
    names = ", ".join(odd)
    return [
        Text(
            f"Băng tần không có trong danh mục, bỏ qua: {names}.",
            f"Bands that the catalogue has not, left out: {names}.",
        )
    ]
