"""Does a server return the memory that it used once?"""

from __future__ import annotations

import subprocess
import sys

import pytest

_HELD = """\
import sys, threading
import pyarrow as pa
from infraplan_api.memory import keep_little

def held_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))

def use():
    made = [bytes(60_000) for _ in range(400)] + [bytearray(b"x" * 20_000_000)]
    del made

if sys.argv[1] == "little":
    assert keep_little()
    assert pa.default_memory_pool().backend_name == "system"
before, threads = held_kb(), []
for _ in range(8):
    threads.append(threading.Thread(target=use))
    threads[-1].start()
    threads[-1].join()
print(held_kb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and speaks of GNU's allocator")
def test_what_threads_used_once_is_given_back() -> None:
    held = [
        int(
            subprocess.run(
                [sys.executable, "-c", _HELD, how], capture_output=True, text=True, check=True
            ).stdout
        )
        for how in ("little", "usual")
    ]
    assert held[0] < held[1]
