"""Which environment variables does the service read, and what are its limits?

This is the only file of the service that reads the environment.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Settings", "environment_with", "load", "load_for", "state_beside"]

_FOLDER = Path("out") / "phu-tho"
_PREFIX = "INFRAPLAN_API_"
_MIB = 1024 * 1024
_BESIDE = Path()


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one service.

    Attributes
    ----------
    folder
        The bundle to serve.
    state
        Folder of keys and jobs, which need not exist; where not given,
        ``.<bundle's name>.service`` beside the bundle.
    recheck_s
        Whether another bundle lies in the folder is looked up at most this often, s.
    body_bytes
        Longest body of a request.
    url_bytes
        Longest path with query.
    header_bytes
        Longest head of a request, all header lines together.
    body_timeout_s
        Time a client has to send its body.
    head_timeout_s
        Time a client has to send the head of a request.
    answer_timeout_s
        Time a request may take until its answer begins.
    stall_s
        Time a client has to take the next part of an answer.
    reads
        So many requests are worked on at a time; more are answered with 503.
    connections
        So many clients may be connected at a time.
    cache_bytes
        Finished answers are kept in memory up to this size.
    preview_waiting
        So many what-if requests may wait; more are answered with 429.
    preview_seconds
        Longest time of one what-if request.
    preview_prepare_seconds
        Longest time for preparing the what-if of a bundle.
    preview_warm_s
        So many seconds after its start the service prepares the what-if of its bundle, and looks
        that often whether another bundle took its place; 0 to prepare at the first request.
    preview_memory_mb
        Address space of the process that works on what-if requests, MiB; 0 for no limit.
    job_workers
        So many jobs run at a time, each in a process of its own.
    job_seconds
        Longest time of a job.
    job_memory_mb
        Address space of a job's process, MiB; 0 for no limit.
    jobs_waiting
        So many jobs of one key may wait; more are answered with 429.
    job_keep_days
        A job that ended so many days ago is forgotten, with what it made; 0 to keep all.
    jobs_kept
        So many ended jobs of one key are kept, the newest; 0 for no limit.
    heartbeat_s
        Who follows a job hears at least so often from the service.
    stream_s
        Who follows a job is cut off after this time, and comes back for the rest, s.
    writes_per_minute
        So many writes a key or an address may ask for in the long run.
    writes_burst
        So many of them at once.
    """

    folder: Path = _FOLDER
    state: Path = _BESIDE
    recheck_s: float = 1.0
    body_bytes: int = _MIB
    url_bytes: int = 8192
    header_bytes: int = 32768
    body_timeout_s: float = 10.0
    head_timeout_s: float = 10.0
    answer_timeout_s: float = 30.0
    stall_s: float = 60.0
    reads: int = 64
    connections: int = 2000
    cache_bytes: int = 32 * _MIB
    preview_waiting: int = 8
    preview_seconds: float = 20.0
    preview_prepare_seconds: float = 120.0
    preview_warm_s: float = 0.0
    preview_memory_mb: int = 4096
    job_workers: int = 1
    job_seconds: float = 3600.0
    job_memory_mb: int = 8192
    jobs_waiting: int = 20
    job_keep_days: float = 30.0
    jobs_kept: int = 100
    heartbeat_s: float = 15.0
    stream_s: float = 900.0
    writes_per_minute: int = 120
    writes_burst: int = 60

    def __post_init__(self) -> None:
        """Put the state beside the bundle where no other folder was named."""
        if self.state == _BESIDE:
            object.__setattr__(self, "state", state_beside(self.folder))

    @property
    def state_folder(self) -> Path:
        """Return the folder of keys and jobs; it need not exist yet."""
        return self.state


def environment_with(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process of the service: this one's, and what else it needs."""
    return {**os.environ, **more}


def state_beside(folder: Path) -> Path:
    """Return the folder of keys and jobs that belongs to a bundle."""
    whole = folder.absolute()
    return whole.with_name(f".{whole.name}.service")


def load() -> Settings:
    """Read ``INFRAPLAN_API_<NAME>`` for each attribute, such as ``INFRAPLAN_API_FOLDER``.

    Returns
    -------
    Settings
        Usual values where a variable is not set.

    Raises
    ------
    ParameterError
        Naming every variable that is not a number where it should be one, or is negative.
    """
    chosen: dict[str, Any] = {}
    faults = []
    for one in fields(Settings):
        name = f"{_PREFIX}{one.name.upper()}"
        text = os.environ.get(name, "").strip()
        if not text:
            continue
        chosen[one.name] = Path(text).absolute() if "Path" in str(one.type) else _number(text)
        if chosen[one.name] is None:
            faults.append(f"{name} is {text!r}, not a number of 0 or more")
        elif one.type == "int":
            chosen[one.name] = int(chosen[one.name])
    if faults:
        raise ParameterError(f"{'; '.join(faults)}. Remedy: change or unset them.")
    return Settings(**chosen)


def _number(text: str) -> float | None:
    """Return a number of 0 or more, None for any other text."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None


def load_for(*, folder: Path | None, state: Path | None) -> Settings:
    """Read the environment as :func:`load` does; a folder or a state that is named goes first."""
    chosen = load()
    if folder is not None:
        own = chosen.state != state_beside(chosen.folder)
        chosen = replace(chosen, folder=folder, state=chosen.state if own else _BESIDE)
    return replace(chosen, state=state.absolute()) if state is not None else chosen
