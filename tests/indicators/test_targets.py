"""Does the catalogue hold each target and published figure, with its year, unit and source?"""

from __future__ import annotations

import pandas as pd
import pytest

from infraplan import catalog


def test_catalogue_tells_of_each_published_figure_where_and_when() -> None:
    table = catalog.table("targets")
    kinds = catalog.table("indicator_kinds")
    units = dict(zip(kinds["indicator"], kinds["unit"], strict=True))
    assert not kinds["indicator"].duplicated().any()
    assert set(table["indicator"]) <= set(units)
    assert (table["unit"] == table["indicator"].map(units)).all()
    for column in ("kind", "scope", "value", "source", "confidence"):
        assert (table[column] != "").all()
    dated = table[(table["kind"] == "observation") | (table["indicator"] != "digital_economy_grdp")]
    assert (dated["year"] != "").all()
    assert (dated["date"] != "").all()
    numbers = pd.to_numeric(table["value"])
    assert numbers[table["unit"] == "share"].between(0, 1).all()
    assert {"observation", "target"} == set(table["kind"])
    both = kinds[["title_vi", "title_en"]]
    assert (both != "").all(axis=None)


@pytest.mark.parametrize(
    ("indicator", "kind", "year", "value"),
    [
        ("bts_stations", "observation", "2024", 3800),
        ("bts_4g_stations", "observation", "2024", 1600),
        ("households_fibre", "observation", "2023", 0.75),
        ("households_fibre", "observation", "2024", 0.8),
        ("households_fibre", "observation", "2025", 0.768),
        ("households_fibre", "target", "2022", 0.75), ("smartphone_people", "target", "2022", 0.85),
        ("smartphone_people", "observation", "2023", 0.812),
        ("smartphone_adults", "observation", "2024", 0.8),
        ("smartphone_subscribers", "observation", "2025", 0.875),
        ("ntm_8_4", "observation", "2023", 1), ("posts_internet", "observation", "2023", 1),
        ("culture_wifi", "observation", "2023", 1),
        ("loudspeakers_it", "observation", "2022", 0.64),
        ("loudspeakers_it", "observation", "2024", 0.85),
        ("digital_groups", "observation", "2023", 2356),
        ("digital_group_members", "observation", "2023", 7454),
        ("communes_digital_groups", "observation", "2023", 1),
        ("video_conference", "observation", "2022", 1), ("offices_fibre", "observation", "2024", 1),
        ("digital_economy_grdp", "observation", "2025", 0.125),
        ("digital_economy_grdp", "target", "", 0.2), ("people_5g", "target", "2030", 0.99),
        ("mean_4g_mbps", "target", "2025", 40), ("mean_5g_mbps", "target", "2025", 100),
        ("samples_4g", "target", "2018", 0.95), ("shutdown_2g", "target", "2026", 2026),
    ],
)  # fmt: skip
def test_published_figure_is_in_the_catalogue(
    indicator: str, kind: str, year: str, value: float
) -> None:
    table = catalog.table("targets")
    chosen = (table["indicator"] == indicator) & (table["kind"] == kind) & (table["year"] == year)
    assert pd.to_numeric(table.loc[chosen, "value"]).tolist() == [value]
