"""Which header lines stand on every answer, so that no browser does more with it than it may?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DATA_CSP", "PAGE_CSP", "with_security"]

DATA_CSP: Final = "default-src 'none'; frame-ancestors 'none'"
PAGE_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data: blob:; connect-src 'self' data: blob:; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Pages load scripts, styles and data from this host alone, none of them inline."""

_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_CSP: Final = b"content-security-policy"


def with_security(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return header lines with those for safety that they lack."""
    lines = list(headers)
    names = {name for name, _ in lines}
    lines += [(name, value) for name, value in _SECURITY if name not in names]
    if _CSP not in names:
        kind = next((value for name, value in lines if name == b"content-type"), b"")
        lines.append((_CSP, (PAGE_CSP if kind.startswith(b"text/html") else DATA_CSP).encode()))
    return lines
