"""Does the heap hand items out by key, also after keys fall?"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.optim.heap import pop, push

KEYS = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=40)


@settings(deadline=None)
@given(KEYS, st.data())
def test_items_come_out_by_key_after_keys_fell(keys: list[float], data: st.DataObject) -> None:
    n = len(keys)
    key = np.array(keys)
    heap, slot = np.empty(n, np.int64), np.full(n, -1, np.int64)
    size = 0
    for item in range(n):
        size = push(heap, slot, key, size, item)
    for item in data.draw(st.lists(st.integers(0, n - 1))):
        key[item] /= 2.0
        assert push(heap, slot, key, size, item) == size
    order = []
    while size:
        item, size = pop(heap, slot, key, size)
        order.append(item)
    assert sorted(order) == list(range(n))
    assert key[order].tolist() == sorted(key)
    assert (slot == -1).all()
