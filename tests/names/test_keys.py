"""Do two spellings of one name meet under one key, and different names not?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infraplan import catalog
from infraplan.names import match_key, operator_key, without_prefix


@pytest.mark.parametrize(
    "text",
    [
        "Xã Lương Sơn", "xã lương sơn", "X. Lương Sơn", "X.Lương Sơn", "x luong son",
        "xa luong son", "XÃ LƯƠNG SƠN", "Luong-Son", "Lương Sơn", "  Xã  Lương\u00a0Sơn ",
        unicodedata.normalize("NFD", "Xã Lương Sơn"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_meet(text: str) -> None:
    assert match_key(text) == "luongson"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TT. Thanh Ba", "Thanh Ba"),
        ("tt thanh ba", "thanh ba"),
        ("Thị trấn Thanh Ba", "Thanh Ba"),
        ("thi tran thanh ba", "thanh ba"),
        ("TX Phú Thọ", "Phú Thọ"),
        ("TP.Việt Trì", "Việt Trì"),
        ("Phường 1", "1"),
        ("Xà Hồ", "Xà Hồ"),
        ("Xã", "Xã"),
        ("Phường Phương Canh", "Phương Canh"),
        ("Xuân Lũng", "Xuân Lũng"),
        ("Tân Sơn", "Tân Sơn"),
        ("Phú Thọ", "Phú Thọ"),
    ],
)
def test_only_the_prefix_goes(text: str, name: str) -> None:
    assert without_prefix(text) == name


def test_marks_are_kept_where_asked_for() -> None:
    assert match_key("Xã Sơn Lương", diacritics=True) == "sơnlương"
    assert match_key("Hoà", diacritics=True) == match_key("Hòa", diacritics=True)
    assert match_key("Hòa", diacritics=True) != match_key("Hóa", diacritics=True)


@given(st.text(max_size=40), st.booleans())
@example("\u00d0:0", True)  # an Eth that stands before a letter in the key only
def test_key_of_a_key_is_itself(text: str, diacritics: bool) -> None:  # noqa: FBT001 - drawn
    key = match_key(text, diacritics=diacritics)
    assert match_key(key, diacritics=diacritics) == key


@given(st.text(max_size=40))
def test_key_does_not_hang_on_how_letters_are_composed(text: str) -> None:
    keys = {match_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Viettel", "viettel"),
        ("VNPT", "vinaphone"),
        ("VINAPHONE", "vinaphone"),
        ("Vina phone", "vinaphone"),
        ("VNPT/Vinaphone", "vinaphone"),
        ("Mobifone", "mobifone"),
        ("MobiFone tỉnh Phú Thọ", "mobifone"),
        ("VNM", "vietnamobile"),
        ("Viettel Phú Thọ", "viettel"),
        ("Viễn thông Quân đội", "viettel"),
        ("452-04", "viettel"),
        ("45204", "viettel"),
        ("452 1", "mobifone"),
        ("452-08", "i-telecom"),
        ("Wintel", "reddi"),
        ("45299", None),
        ("310-04", None),
        ("Viettel, MobiFone", None),
        ("Công an tỉnh", None),
        ("", None),
    ],
)
def test_operator_is_told_by_name_or_number(text: str, key: str | None) -> None:
    assert operator_key(text) == key


def test_aliases_lead_to_operators_that_there_are() -> None:
    operators = set(catalog.table("operators")["operator"])
    aliases = catalog.table("operator_aliases")
    assert set(aliases["operator"]) == operators
    assert all(
        operator_key(alias) == operator
        for alias, operator in zip(aliases["alias"], aliases["operator"], strict=True)
    )
    assert all(operator_key(name) is not None for name in catalog.table("operators")["name"])
