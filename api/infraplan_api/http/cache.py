"""Which answers are finished already, and which were used longest ago?"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["Answers", "Finished", "Key", "key_of"]

Key: TypeAlias = tuple[bytes, ...]

_VARYING = (b"accept", b"accept-encoding", b"host")
_OF_THE_BODY = (b"content-type", b"content-length", b"content-encoding")
_OVERHEAD_BYTES = 1024
"""What keeping an answer takes beside its body, roughly."""


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer ready to be sent.

    Attributes
    ----------
    status
        The HTTP status.
    headers
        Its header lines, names in small letters.
    body
        Its body, compressed as the headers say.
    etag
        Its strong entity tag, with the quotes.
    bundle_sha256
        Digest of the bundle that it was made from.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes
    bundle_sha256: str

    @property
    def unchanged(self) -> tuple[tuple[bytes, bytes], ...]:
        """Return the header lines of the answer 304."""
        return tuple(
            (n, v) for n, v in self.headers if n not in (b"content-type", b"content-length")
        )


def key_of(scope: Scope) -> Key:
    """Return all of a request that its answer depends on."""
    found = dict.fromkeys(_VARYING, b"")
    for name, value in scope["headers"]:
        if name in found:
            found[name] = found[name] + b"," + value if found[name] else value
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    root = scope.get("root_path", "").encode()
    scheme = scope.get("scheme", "http").encode()
    return (path, scope["query_string"], root, scheme, *found.values())


class Answers:
    """Keep finished answers up to a size in bytes; the least recently used go first.

    It is used by the event loop alone, so it has no lock.

    Parameters
    ----------
    most_bytes
        All bodies together, with a little for each answer.
    """

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, Finished] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._kept)

    def get(self, key: Key, bundle_sha256: str) -> Finished | None:
        """Return the answer to a request, None unless it is kept and of this bundle."""
        found = self._kept.get(key)
        if found is None:
            return None
        if found.bundle_sha256 != bundle_sha256:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return found

    def put(self, key: Key, answer: Finished) -> None:
        """Keep an answer; one of more than a quarter of all room is not kept."""
        size = _size(key, answer)
        if size > self._most_bytes // 4:
            return
        if key in self._kept:
            self._drop(key)
        self._kept[key] = answer
        self.size_bytes += size
        while self.size_bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        self.size_bytes -= _size(key, self._kept.pop(key))


def _size(key: Key, answer: Finished) -> int:
    return len(answer.body) + sum(map(len, key)) + _OVERHEAD_BYTES
