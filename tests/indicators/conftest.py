"""Which small tables do the tests of indicators share? Three communes in two old districts."""

from __future__ import annotations

import pandas as pd
import pytest

CODES = ("00001", "00002", "00003")


@pytest.fixture
def communes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": CODES,
            "name": ["Một", "Hai", "Ba"],
            "parent_code": "99",
            "people": [1000.0, 500.0, 250.0],
            "people_served_any": [900.0, 500.0, 100.0],
            "people_served_origin": "simulated",
        }
    )


@pytest.fixture
def villages() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "village_id": [f"V{i}" for i in range(6)],
            "commune_code": ["00001", "00001", "00002", "00002", "00003", "00003"],
            "difficulty": ["normal", "especially_difficult"] * 3,
            "rsrp_dbm_any": [-80.0, -114.0, -90.0, -120.0, -104.9, float("nan")],
            "people_served_origin": "simulated",
        }
    )


@pytest.fixture
def districts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": CODES,
            "district_code": ["99-a", "99-a", "99-b"],
            "district_name": ["Huyện A", "Huyện A", "Huyện B"],
            "whole": [True, True, False],
        }
    )


def _served(year: int, people: tuple[float, ...], villages: tuple[int, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "commune_code": CODES,
            "technology": "4G",
            "operator": "any",
            "environment": "outdoors",
            "level": "served",
            "year": year,
            "people_served": people,
            "people": (1000.0, 500.0, 250.0),
            "villages_served": villages,
            "villages": (2, 2, 2),
            "people_served_origin": "declared",
        }
    )


@pytest.fixture
def coverage() -> pd.DataFrame:
    """Return today and two years of a plan, with rows of one operator that are not counted."""
    now = _served(2025, (900.0, 500.0, 100.0), (1, 1, 1))
    parts = [
        now,
        _served(2026, (950.0, 500.0, 100.0), (2, 1, 1)),
        _served(2027, (1000.0, 500.0, 200.0), (2, 1, 2)),
        now.assign(operator="viettel", people_served=0.0),
        now.assign(environment="indoors", people_served=0.0),
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def new_sites() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["B", "A", "C", "D"],
            "commune_code": ["00001", "00001", "00003", "00003"],
            "people_gained": [60.0, 40.0, 100.0, 30.0],
            "floor_people_gained": [0.0, 10.0, 20.0, 0.0],
            "capex_vnd": [100.0, 100.0, 100.0, 100.0],
            "year": [2026.0, 2027.0, 2027.0, None],
        }
    )


@pytest.fixture
def explanations() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["A", "B", "C", "D"],
            "site_vnd": [4e8, 6e8, 5e8, 1e8],
            "link_vnd": [0.0, 3e8, 5e8, 0.0],
        }
    )
