"""How are the maps of a report drawn, here or by the workers of a pool?"""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from infraplan.errors import OutputError
from infraplan.report.parts import maker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from infraplan.report.facts import Facts

__all__ = ["PICTURE_MM", "SIZES", "Drawing"]

SIZES: Final = ("A3", "A4")
"""Paper sizes of the map sheets."""

PICTURE_MM: Final = (160.0, 200.0)
"""Width and height of the maps within the annexes, mm: the type area of A4."""


class Drawing:
    """Draw the maps of a report; with a pool they are begun at once and fetched when needed.

    Parameters
    ----------
    facts
        What the bundle says.
    language
        "vi" or "en".
    date
        ISO date that sheets carry, or None.
    executor
        Pool of processes; None draws in this thread, one after the other.
    parts
        Parts of the report that are wanted.
    """

    def __init__(
        self,
        facts: Facts,
        *,
        language: str,
        date: str | None,
        executor: Executor | None,
        parts: Sequence[str],
    ) -> None:
        self._executor = executor
        self._begun: list[Future[bytes]] = []
        self._pictures: dict[str, dict[str, Callable[[], bytes]]] = {}
        self._sheets: dict[str, Callable[[], bytes]] = {}
        for part in ("docx", "pdf"):
            if part in parts:
                draw = partial(maker("picture"), facts, language=language)
                self._pictures[part] = {
                    subject: self._begin(
                        partial(draw, subject=subject, width_mm=wide, height_mm=high)
                    )
                    for subject, (wide, high) in _asked_by(part).items()
                }
        if "maps" in parts:
            draw = partial(maker("sheet"), facts, language=language, date=date)
            for subject in maker("SHEET_SUBJECTS"):
                for size in SIZES:
                    name = f"maps/{subject}-{size.lower()}-{language}.png"
                    self._sheets[name] = self._begin(partial(draw, subject=subject, size=size))

    @property
    def sheet_count(self) -> int:
        """Number of sheets."""
        return len(self._sheets)

    def pictures_of(self, part: str) -> Mapping[str, bytes]:
        """Return the maps of a document, PNG by subject."""
        return {subject: _fetched(draw) for subject, draw in self._pictures[part].items()}

    def sheets(self) -> Iterator[tuple[str, bytes]]:
        """Yield each sheet's name within the report, and its PNG."""
        for name, draw in self._sheets.items():
            yield name, _fetched(draw)

    def stop(self) -> None:
        """Give up what is not begun yet."""
        for future in self._begun:
            future.cancel()

    def _begin(self, draw: Callable[[], bytes]) -> Callable[[], bytes]:
        """Return what gives a picture, begun already where there is a pool."""
        if self._executor is None:
            return draw
        future = self._executor.submit(draw)
        self._begun.append(future)
        return future.result


def _asked_by(part: str) -> Mapping[str, tuple[float, float]]:
    """Return the subjects of a document's maps, with their width and height in mm."""
    if part == "pdf":
        sizes: Mapping[str, tuple[float, float]] = maker("PICTURES_MM")
        return sizes
    return dict.fromkeys(maker("SHEET_SUBJECTS"), PICTURE_MM)


def _fetched(draw: Callable[[], bytes]) -> bytes:
    """Return a picture; a pool that broke is an error with a remedy."""
    try:
        return draw()
    except BrokenExecutor as error:
        raise OutputError(
            "A process that draws maps was ended from outside, mostly for want of memory. Remedy: "
            "close other programs, or draw with one process (--processes 1)."
        ) from error
