"""What did a call or a program cost in CPU time and memory, and on which machine?"""

from __future__ import annotations

import importlib.metadata
import math
import multiprocessing
import os
import platform
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "Cost",
    "best_of",
    "in_new_process",
    "machine",
    "net_speed",
    "peak_memory_mb",
    "run_program",
    "versions",
]

T = TypeVar("T")

_POLL_S: Final = 0.005
_LEAST_SHARE: Final = 0.1
_KIB_PER_MB: Final = 1e6 / 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call or a program took.

    Attributes
    ----------
    cpu_s, wall_s
        CPU time of all its threads (user and system), and time on the clock, s.
    peak_mb
        Largest memory of the whole process, MB; NaN where the system does not tell.
    """

    cpu_s: float
    wall_s: float
    peak_mb: float


def best_of(repeats: int, call: Callable[[], T]) -> tuple[float, T]:
    """Return the smallest CPU time of some calls, s, and what the last one returned."""
    best_s = float("inf")
    for _ in range(repeats):
        start_s = time.process_time()
        result = call()
        best_s = min(best_s, time.process_time() - start_s)
    return best_s, result


def net_speed(pixels: int, cpu_s: float, start_up_s: float) -> float:
    """Return pixels per second less the start-up; NaN where that is most of the time."""
    net_s = cpu_s - start_up_s
    return pixels / net_s if net_s > _LEAST_SHARE * cpu_s else float("nan")


def peak_memory_mb(process: int | None = None) -> float:
    """Return the largest memory a process ever had, MB; NaN off Linux or after its end."""
    status = Path(f"/proc/{process or os.getpid()}/status")
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return float("nan")
    found = [float(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return found[0] / _KIB_PER_MB if found else float("nan")


def in_new_process(function: Callable[..., T], *arguments: object) -> tuple[T, float]:
    """Call a module's function in a fresh interpreter; return its result and the peak memory, MB.

    So that neither compiled code nor arrays of other measurements are counted.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        result = pool.submit(function, *arguments).result()
        return result, pool.submit(peak_memory_mb).result()


def run_program(command: Sequence[str], folder: Path) -> Cost:
    """Run another program to its end and return what that process alone cost.

    The peak is read while it runs, because the one the system reports at its end starts from the
    memory of the process that called it.

    Raises
    ------
    RuntimeError
        If the program fails; the message ends with what it said.
    """
    start_s = time.perf_counter()
    peak_mb = float("nan")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        finished = 0
        while not finished:
            now_mb = peak_memory_mb(process.pid)
            peak_mb = peak_mb if math.isnan(now_mb) else now_mb
            finished, status, usage = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0 if finished else _POLL_S)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            words = said.read()[-500:].decode(errors="replace")
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {words}")
    wall_s = time.perf_counter() - start_s
    return Cost(cpu_s=usage.ru_utime + usage.ru_stime, wall_s=wall_s, peak_mb=peak_mb)


def machine() -> str:
    """Return processor, number of cores and system in one line."""
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        text = described.read_text(encoding="utf-8", errors="replace")
        models = [x.split(":", 1)[1].strip() for x in text.splitlines() if "model name" in x]
        model = models[0] if models else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def versions(*packages: str) -> str:
    """Return Python's version and those of installed packages in one line."""
    named = [f"Python {platform.python_version()}"]
    for package in packages:
        try:
            named.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            named.append(f"{package} not installed")
    return ", ".join(named)
