"""In which format does a client want its answer? ``f=`` first, then ``Accept``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan_api.errors import NotAcceptableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

__all__ = ["FORMATS", "Format", "pick"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of answers.

    Attributes
    ----------
    key
        What ``f=`` says.
    media_type
        What ``Content-Type`` says; text formats carry their character set.
    ending
        Ending of a file that it is saved as, with the dot.
    also
        Other media types that ask for it.
    """

    key: str
    media_type: str
    ending: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the media types that ask for this format, without parameters."""
        return (self.media_type.partition(";")[0].strip(), *self.also)


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Final[dict[str, Format]] = {
    f.key: f
    for f in (
        Format("json", "application/json", ".json"),
        Format("geojson", "application/geo+json", ".geojson", also=("application/json",)),
        Format("html", "text/html; charset=utf-8", ".html", also=("application/xhtml+xml",)),
        Format("csv", "text/csv; charset=utf-8", ".csv"),
        Format("parquet", "application/vnd.apache.parquet", ".parquet"),
        Format("xlsx", _XLSX, ".xlsx"),
        Format("schema", "application/schema+json", ".json", also=("application/json",)),
        Format("tilejson", "application/json", ".json"),
        Format("mvt", "application/vnd.mapbox-vector-tile", ".mvt"),
        Format("png", "image/png", ".png"),
        Format("svg", "image/svg+xml", ".svg"),
        Format("tif", "image/tiff; application=geotiff; profile=cloud-optimized", ".tif"),
    )
}


def pick(request: Request, offered: Sequence[Format]) -> Format:
    """Return the format of an answer.

    Parameters
    ----------
    request
        Its ``f=`` decides where it is given; else its ``Accept`` with quality values; without
        either, or with ``*/*``, it is the first that is offered.
    offered
        What the route can answer, the usual one first.

    Raises
    ------
    NotAcceptableError
        If nothing that is offered was asked for; the message lists what is offered.
    """
    wanted = request.query_params.get("f")
    if wanted is not None:
        found = next((f for f in offered if f.key == wanted), None)
    else:
        found = _accepted(",".join(request.headers.getlist("accept")), offered)
    if found is None:
        asked = f"f={wanted}" if wanted is not None else f"Accept: {request.headers['accept']}"
        listed = ", ".join(f"f={f.key} ({f.names[0]})" for f in offered)
        raise NotAcceptableError(
            f"{asked[:200]!r} is not offered here. Remedy: ask for one of {listed}."
        )
    return found


def _accepted(accept: str, offered: Sequence[Format]) -> Format | None:
    """Return the best offered format by RFC 9110, section 12.5.1; ties go to the earlier one."""
    ranges = [r for r in map(_range, accept.split(",")) if r is not None]
    if not ranges:
        return offered[0] if not accept.strip() else None
    best, most = None, 0.0
    for one in offered:
        quality = _quality(one.names, ranges)
        if quality > most:
            best, most = one, quality
    return best


def _range(text: str) -> tuple[str, float] | None:
    """Return a media range and its quality, None where it is neither."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    if "/" not in name:
        return None
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
    return name, quality if 0.0 <= quality <= 1.0 else 0.0


def _quality(names: Sequence[str], ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a format is wanted; the most exact range decides."""
    kind = names[0].partition("/")[0]
    for wanted in ((*names,), (f"{kind}/*",), ("*/*",)):
        found = [quality for given, quality in ranges if given in wanted]
        if found:
            return max(found)
    return 0.0
