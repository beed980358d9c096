"""Which file of a public host is wanted, and how is it known when it comes?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.catalog import row, table, value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEY_FIELD", "Wanted", "kind_of", "wanted", "wanted_address"]

KEY_FIELD: Final = "{key}"
"""Stands in an address for the user's own key, which is never written anywhere."""

_BYTES_PER_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file of a public host.

    Attributes
    ----------
    address
        Its http or https address. Where the host asks for a key, ``{key}`` stands in its place.
    kind
        What it must be: a kind of ``catalog/content_kinds.csv``, such as ``"tiff"``.
    most_bytes
        More than this is refused.
    source
        Key of ``catalog/public_sources.csv``; empty for an address of the user's own.
    sha256
        Digest of its bytes where it is known, else empty.
    absent_means
        What it means that the host has no such file, such as ``"sea"``; empty where that is an
        error.
    """

    address: str
    kind: str
    most_bytes: int
    source: str = ""
    sha256: str = ""
    absent_means: str = ""


def wanted(source: str, fields: Mapping[str, str]) -> Wanted:
    """Return what to ask of a host of ``catalog/public_sources.csv``.

    Parameters
    ----------
    source
        Key of the catalogue.
    fields
        Values of the address's fields, such as lat and lon; ``key`` is left for the door.

    Examples
    --------
    >>> tile = wanted("skadi", {"ns": "N", "lat": "42", "ew": "E", "lon": "001"})
    >>> tile.address.rsplit("/", 1)[1]
    'N42E001.hgt.gz'
    """
    told = row("public_sources", source)
    return Wanted(
        address=told["address"].format_map({**fields, "key": KEY_FIELD}),
        kind=told["kind"],
        most_bytes=int(told["most_mb"]) * _BYTES_PER_MB,
        source=source,
        absent_means=told["absent_means"],
    )


def wanted_address(address: str, *, sha256: str = "") -> Wanted:
    """Return what to ask for an address that a user wrote into a study file.

    Parameters
    ----------
    address
        An http or https address.
    sha256
        Digest of the file's bytes where it is known.

    Examples
    --------
    >>> wanted_address("https://example.org/villages.xlsx").kind
    'xlsx'
    """
    most_bytes = int(value("download_rules", "own_most_mb", "value")) * _BYTES_PER_MB
    return Wanted(address=address, kind=kind_of(address), most_bytes=most_bytes, sha256=sha256)


def kind_of(address: str) -> str:
    """Return the kind of ``catalog/content_kinds.csv`` that an address ends like, else "any".

    Examples
    --------
    >>> kind_of("https://example.org/N42E001.hgt.gz"), kind_of("https://example.org/latest")
    ('gzip', 'any')
    """
    path = address.partition("#")[0].partition("?")[0].lower()
    kinds = table("content_kinds")
    for kind, endings in zip(kinds["kind"], kinds["endings"], strict=True):
        if endings and path.endswith(tuple(endings.split("|"))):
            return str(kind)
    return "any"
