"""Are the figures that the pages repeat those of the catalogue and of the code?"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from infraplan import catalog
from infraplan.coverage.classes import level_limits_dbm
from infraplan.radio.levels import thermal_noise_dbm
from infraplan.radio.p1812.model import PATH_LENGTH
from infraplan.radio.validity import GRID_RANGES, PATH_RANGES
from infraplan.results import ORIGINS

DOCS = Path(__file__).parents[2] / "docs"


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", (DOCS / page).read_text(encoding="utf-8"))


def _rule(name: str, scale: float = 1.0) -> str:
    return f"{catalog.rule(name) * scale:,g}"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("models/candidates.md", f"{_rule('slope_most_deg')}° (`slope_most_deg`)"),
        ("models/candidates.md", f"{_rule('road_reach_m')} m (`road_reach_m`)"),
        ("models/candidates.md", f"{_rule('candidate_block_m', 1e-3)} km (`candidate_block_m`)"),
        ("models/candidates.md", f"{_rule('candidates_most')} (`candidates_most`)"),
        ("models/candidates.md", f"(`tenants_most`, {_rule('tenants_most')})"),
        ("models/candidates.md", f"at most {_rule('beside_road_m')} m"),
        ("models/candidates.md", f"as far as {_rule('sight_reach_m', 1e-3)} km"),
        ("models/candidates.md", f"most people near ({_rule('near_people_m', 1e-3)} km)"),
        ("models/costs.md", f"(`discount_rate_share`, {_rule('discount_rate_share', 100)} %)"),
        ("models/costs.md", f"\\(H\\) ({_rule('horizon_years')} years)"),
        ("models/costs.md", f"dearer above {_rule('obstacle_height_m')} m"),
        ("models/costs.md", f"beyond the first {_rule('power_line_free_m')} m"),
        ("models/gaps.md", f"{_rule('sector_most_mhz')} MHz (`sector_most_mhz`)"),
        ("models/links.md", f"`microwave_hops_most`, {_rule('microwave_hops_most')})"),
        ("models/microwave.md", f"({_rule('microwave_capacity_mbps')} Mbit/s for each site"),
        ("models/microwave.md", f"{_rule('microwave_availability_share', 100)} % of a year"),
        ("models/microwave.md", f"with {_rule('microwave_spare_m')} m to spare"),
        ("models/microwave.md", f"({_rule('microwave_rain_mm_h')} mm/h in Phú Thọ"),
        ("models/microwave.md", f"= −{-catalog.rule('microwave_gradient_n_km'):g} N/km"),
        ("models/microwave.md", f"= {_rule('microwave_roughness_m')} m for Phú Thọ"),
        ("models/signal.md", f"{_rule('load_limit_share', 100)} % of its capacity"),
        ("models/signal.md", f"(`load_share`, {_rule('load_share')} unless"),
        ("models/signal.md", f"below a floor (−{-catalog.rule('level_floor_dbm'):g} dBm)"),
        ("models/signal.md", f"\\(F\\) = {_rule('ue_noise_figure_db')} dB"),
        ("models/siting.md", f"{_rule('eirp_dbm')} dBm EIRP"),
        ("models/siting.md", f"{_rule('tilt_deg')}° tilt"),
        ("models/siting.md", f"all levels (σ = {_rule('robust_common_sigma_db')} dB)"),
        ("models/siting.md", f"own (σ = {_rule('robust_site_sigma_db')} dB)"),
        ("models/siting.md", f"by {_rule('robust_position_m')} m, rounded up"),
        ("models/siting.md", f"the {_rule('robust_core_places')} other places"),
        ("limits.md", f"{_rule('eirp_dbm')} dBm EIRP"),
        ("certificate.md", f"steeper than {_rule('slope_most_deg')}°"),
        ("certificate.md", f"farther than {_rule('road_reach_m')} m from a road"),
    ],
)
def test_a_page_repeats_the_rule_of_the_catalogue(page: str, said: str) -> None:
    assert said in _text(page)


def test_heights_and_weights_are_those_of_the_catalogue() -> None:
    heights = str(catalog.row("rules", "mast_heights_m")["value"]).replace("|", ", ")
    assert f"({heights} m unless" in _text("models/siting.md")
    for key in ("single_operator", "congested"):
        assert f"{float(catalog.row('demand_weights', key)['weight']):g} for one" in _text(
            "models/siting.md"
        )


def test_levels_of_service_and_noise_are_those_of_the_program() -> None:
    signal = _text("models/signal.md")
    for limit_dbm in level_limits_dbm("4G").values():
        assert f"| −{-limit_dbm:g} dBm |" in signal
    noise_dbm = thermal_noise_dbm(15e3, catalog.rule("ue_noise_figure_db"))
    assert f"−{-noise_dbm:.1f} dBm" in signal


def test_the_ranges_of_the_radio_model_are_those_that_are_checked() -> None:
    text = (DOCS / "radio.md").read_text(encoding="utf-8")
    page = text.split("### Where it holds", 1)[1].split("## The sweep", 1)[0]
    rows = [line.split("|")[1:] for line in page.splitlines() if line.startswith("| `")]
    checked = {one.name: one for one in (*PATH_RANGES, *GRID_RANGES)} | {"distance_km": PATH_LENGTH}
    for name, one in checked.items():
        (row,) = [row for row in rows if f"`{name}`" in row[0]]
        numbers = re.findall(r"-?\d+(?:\.\d+)?", row[1])
        limits = [f"{limit:g}" for limit in (one.lowest, one.highest) if math.isfinite(limit)]
        assert numbers == limits, name


def test_every_template_is_named_where_templates_are_told() -> None:
    told = _text("data.md").split("`infraplan template towers", 1)[1].split("writes a table", 1)[0]
    names = set(catalog.table("templates")["table"]) - {"towers"}
    assert {f"`{name}`" for name in names} == set(re.findall(r"`\w+`", told))


def test_words_for_what_is_known_stand_from_best_to_worst() -> None:
    words = re.findall(r"^\| `(\w+)` \|", (DOCS / "simulated.md").read_text("utf-8"), re.MULTILINE)
    assert words == list(reversed(ORIGINS))
