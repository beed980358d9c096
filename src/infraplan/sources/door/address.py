"""Which addresses may be asked, and where in a mirror folder does each of them lie?"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from infraplan.errors import ParameterError
from infraplan.sources.wanted import KEY_FIELD

__all__ = [
    "Place",
    "address_digest",
    "base_name",
    "checked",
    "is_address",
    "is_private",
    "place_of",
]

_PORTS: Final = {"http": 80, "https": 443}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/|?*\\]')
"""Characters that some file system does not allow in a name."""
_LONGEST_NAME: Final = 200
"""Bytes of a file name; file systems allow 255, and endings are added."""
_HEAD, _TAIL = 100, 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where the file of an address lies below a mirror folder.

    Attributes
    ----------
    parts
        Names of the folders and of the file: host, folders, file name.
    """

    parts: tuple[str, ...]

    def __str__(self) -> str:
        """Return the place as ``host/folder/file``."""
        return "/".join(self.parts)

    def quoted(self) -> str:
        """Return the place as the path of an address, as a mirror on a web server has it."""
        return "/".join(quote(part, safe="") for part in self.parts)


def is_address(name: str) -> bool:
    """Tell whether a name in a study file is an address rather than a path.

    Examples
    --------
    >>> is_address("https://example.org/a.tif"), is_address("tables/a.csv")
    (True, False)
    """
    return name.strip().lower().startswith(("http://", "https://"))


def checked(address: str) -> SplitResult:
    """Split an address after checking that it may be asked.

    Parameters
    ----------
    address
        A web address, with ``{key}`` where the user's key belongs.

    Raises
    ------
    ParameterError
        If it is not http or https, has no host, a wrong port, a user name, blanks, or a path
        that climbs; the message says which.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _wrong(address, "is not a web address") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise _wrong(address, "is not an http or https address with a host")
    if "@" in parts.netloc:
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        raise _wrong(shown, "names a user or a password, which study files must not hold")
    if KEY_FIELD in parts.netloc or re.search(r"[^\w.:\[\]-]", parts.netloc):
        raise _wrong(address, "has a character in its host that no host name has")
    if re.search(r"[\x00-\x20\x7f\\]", address):
        raise _wrong(address, "holds a blank, a control character or a backslash")
    if any(unquote(segment) in (".", "..") for segment in parts.path.split("/")):
        raise _wrong(address, 'has a path that climbs ("." or "..")')
    return parts


def _wrong(address: str, problem: str) -> ParameterError:
    return ParameterError(
        f"{address!r} {problem}. Remedy: write the file's own address, as in https://host/path."
    )


def place_of(address: str) -> Place:
    """Return where an address lies in a mirror folder: host, path, and ``@query`` if it has one.

    Parts of the query that hold ``{key}`` are left out; characters that a file system may refuse
    are percent-encoded; a port other than the usual one stands behind the host.

    Raises
    ------
    ParameterError
        If the address may not be asked; see :func:`checked`.

    Examples
    --------
    >>> str(place_of("https://example.org:8080/a/b.csv.gz?token={key}&mcc=452"))
    'example.org_8080/a/b.csv.gz@mcc=452'
    """
    parts = checked(address)
    host = _safe((parts.hostname or "").lower())
    if parts.port is not None and parts.port != _PORTS[parts.scheme]:
        host += f"_{parts.port}"
    segments = parts.path.removeprefix("/").split("/")
    query = "&".join(p for p in parts.query.split("&") if p and KEY_FIELD not in p)
    if query:
        segments[-1] += f"@{query}"
    return Place((host, *(_safe(segment) for segment in segments)))


def base_name(address: str) -> str:
    """Return the file name that an address has in a mirror or cache.

    Examples
    --------
    >>> base_name("https://example.org/skadi/N42/N42E001.hgt.gz")
    'N42E001.hgt.gz'
    """
    return place_of(address).parts[-1]


def _safe(segment: str) -> str:
    """Return a name that every file system takes; an empty one becomes ``%2F``."""
    name = _UNSAFE.sub(lambda m: quote(m.group(), safe=""), segment) or "%2F"
    if name[-1] in ". ":
        name = name[:-1] + f"%{ord(name[-1]):02X}"
    data = name.encode()
    if len(data) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(data).hexdigest()[:16]
    head, tail = data[:_HEAD].decode(errors="ignore"), data[-_TAIL:].decode(errors="ignore")
    return f"{head}~{digest}~{tail}"


def address_digest(address: str) -> str:
    """Return the digest that names an address in the cache."""
    return hashlib.sha256(address.encode()).hexdigest()


def is_private(host: str) -> bool:
    """Tell whether a host is this machine or written as an address of a private network.

    Examples
    --------
    >>> is_private("127.0.0.1"), is_private("intranet.local"), is_private("example.org")
    (True, True, False)
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    if "." not in name and ":" not in name:
        return True
    try:
        found = ip_address(name)
    except ValueError:
        return False
    return not found.is_global
