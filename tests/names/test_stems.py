"""Are parts of file names plain and all different?"""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from infraplan.names import file_stems


def test_a_plain_name_stays_as_it_is() -> None:
    assert file_stems(["viettel", "any"]) == {"viettel": "viettel", "any": "any"}


def test_letters_lose_their_marks_and_other_signs_become_a_line() -> None:
    assert file_stems(["Đường sắt / VN"]) == {"Đường sắt / VN": "Duong_sat_VN"}


@given(st.lists(st.sampled_from(["a", "A", "á", "Á", "b b", "b/b", "đ", "d"]), unique=True))
def test_names_are_told_apart_where_case_does_not_count(names: list[str]) -> None:
    stems = file_stems(names)
    assert list(stems) == names
    assert len({stem.lower() for stem in stems.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", stem) for stem in stems.values())
