"""Is what was used last kept, and never more than there is room for?"""

from __future__ import annotations

from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from infraplan_api.bundle import Recent

ROOM = 10


def test_the_least_recently_used_goes_first() -> None:
    kept: Recent[str] = Recent(most_bytes=ROOM)
    for name in "ab":
        kept.put(name, name.upper(), size_bytes=5)
    assert kept.get("a") == "A"
    kept.put("c", "C", size_bytes=5)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")


def test_what_is_larger_than_all_room_is_not_kept_and_throws_nothing_out() -> None:
    kept: Recent[str] = Recent(most_bytes=ROOM)
    kept.put("a", "A", size_bytes=ROOM)
    kept.put("b", "B", size_bytes=ROOM + 1)
    assert (kept.get("a"), kept.get("b")) == ("A", None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 12)), max_size=40))
def test_its_size_is_that_of_what_it_holds(steps: list[tuple[int, int]]) -> None:
    """Against a plain list of what was put, newest last."""
    kept: Recent[int] = Recent(most_bytes=ROOM)
    wanted: OrderedDict[int, int] = OrderedDict()
    for key, size in steps:
        kept.put(key, size, size_bytes=size)
        if size <= ROOM:
            wanted.pop(key, None)
            wanted[key] = size
        while sum(wanted.values()) > ROOM:
            wanted.popitem(last=False)
    assert kept.size_bytes == sum(wanted.values()) <= ROOM
    assert [kept.get(key) for key in range(6)] == [wanted.get(key) for key in range(6)]
