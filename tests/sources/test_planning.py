"""Are the words of lists of works and structures understood, and others left for the check?"""

from __future__ import annotations

import pytest

from infraplan import catalog
from infraplan.sources.planning import word_of
from infraplan.tables import spec


@pytest.mark.parametrize(
    ("table", "column", "text", "meaning"),
    [
        ("works", "kind", "Đường dây 22 kV xã Thu Cúc", "power"),
        ("works", "kind", "ĐƯỜNG TỈNH 313", "road"),
        ("works", "kind", "Cải tạo lưới điện", "power"),
        ("works", "kind", "kênh mương", None),
        ("structures", "kind", "tháp nước", "water_tower"),
        ("structures", "kind", "Tháp chuông", "tower"),
        ("structures", "has_room", "Không", "no"),
        ("structures", "has_room", "còn 2 chỗ", "yes"),
        ("structures", "has_room", "?", None),
    ],
)
def test_words_mean_what_offices_mean(
    table: str, column: str, text: str, meaning: str | None
) -> None:
    assert word_of(table, column, text) == meaning


def test_every_meaning_is_allowed_by_its_dictionary() -> None:
    for row in catalog.table("planning_words").to_dict("records"):
        column = next(c for c in spec(row["table"]).columns if c.name == row["field"])
        assert row["value"] in column.allowed
        assert word_of(row["table"], row["field"], row["word"]) == row["value"]
