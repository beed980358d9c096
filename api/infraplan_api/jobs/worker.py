"""How does a process of its own do one job? ``python -m infraplan_api.jobs.worker FOLDER``.

It reads ``request.json``, tells its progress in ``events.jsonl``, writes into ``results.partial``
and renames that to ``results`` when all is there; what went wrong is in ``problem.json``. It ends
when the server that started it is gone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infraplan.errors import InfraplanError, OutputError
from infraplan.sources.door.only import only_run
from infraplan_api.jobs.events import Events
from infraplan_api.jobs.files import INDEX, PARTIAL, PROBLEM, REQUEST, RESULTS, write_beside
from infraplan_api.jobs.lifeline import hold
from infraplan_api.jobs.modest import be_modest
from infraplan_api.jobs.tasks import TASKS
from infraplan_api.jobs.tasks.steady import manifest_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["main"]

_BLOCK_BYTES: Final = 1 << 20
_LOCK_S, _STEP_S = 30.0, 0.1
"""So long a worker waits for one that was killed a moment ago to be gone."""


def main(folder: Path) -> int:
    """Do the job of a folder; return 0 when its results are there."""
    asked: dict[str, Any] = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    try:
        with _alone(folder / "lock"):
            if not (folder / RESULTS).is_dir():  # else one before was killed after it had ended
                _work(folder, asked)
    except MemoryError:
        return _failed(
            folder,
            "The job needs more memory than it may have",
            f"It may have {asked['memory_mb']} MB. Remedy: ask for less at once, or let whoever "
            "runs the service allow more.",
        )
    except InfraplanError as error:
        return _failed(folder, "The job cannot be done", _without_places(str(error), folder, asked))
    except OSError as error:
        detail = f"{error.strerror or type(error).__name__}. Remedy: whoever runs the service finds"
        return _failed(folder, "A file cannot be read or written", f"{detail} more in its log.")
    return 0


def _work(folder: Path, asked: dict[str, Any]) -> None:
    """Do the work and put the results in their place, whole or not at all."""
    partial, bundle = folder / PARTIAL, Path(asked["bundle"])
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    bundle_sha256 = manifest_sha256(bundle)
    values = TASKS[asked["process"]](
        bundle, asked["inputs"], out=partial, keep=folder, reporter=Events(folder)
    )
    files = {
        path.name: {"length": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(partial.iterdir())
    }
    index = {"values": values, "files": files, "bundle_sha256": bundle_sha256}
    write_beside(partial / INDEX, index)
    partial.rename(folder / RESULTS)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock of a job's folder; wait a little for another that is just being ended."""
    until_s = time.monotonic() + _LOCK_S
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_run(lock))
                break
            except OutputError:
                if time.monotonic() > until_s:
                    raise
                time.sleep(_STEP_S)
        yield


def _failed(folder: Path, title: str, detail: str) -> int:
    """Say why it failed."""
    with suppress(OSError):
        write_beside(folder / PROBLEM, {"title": title, "detail": detail})
    return 1


def _without_places(text: str, folder: Path, asked: dict[str, Any]) -> str:
    """Return a message without where anything lies on this machine."""
    bundle = Path(asked["bundle"])
    for place in (folder.absolute(), bundle, bundle.resolve()):
        text = text.replace(str(place), place.name)
    return text


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


if __name__ == "__main__":
    hold()
    place = Path(sys.argv[1])
    be_modest(int(json.loads((place / REQUEST).read_text(encoding="utf-8"))["memory_mb"]))
    sys.exit(main(place))
