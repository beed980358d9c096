"""How patient and how polite is the door: time limits, tries, waits, requests at once?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from infraplan.catalog import value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Rules", "retry_after_s", "wait_s"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of ``catalog/download_rules.csv``.

    Attributes
    ----------
    connect_s, read_s
        Longest silence while connecting and while reading, seconds.
    whole_s
        Longest time for one file in all its tries, seconds.
    stall_s, least_bytes_s
        A transfer that is slower than so many bytes a second over so many seconds is broken off.
    tries_most
        Tries in a row that may fail without new bytes.
    gain_bytes
        A try that brought this much more than any before it starts the count anew.
    backoff_first_s, backoff_factor, backoff_most_s, jitter_share
        First wait, growth, longest wait, and the share by which waits vary.
    retry_after_most_s
        A host that asks for a longer wait is not asked again, seconds.
    redirects_most
        Redirects that are followed for one file.
    at_once_per_host
        Requests under way to one host at a time.
    host_failures_most
        Files that may fail at a host which gave nothing yet before it is not asked for more.
    unpacked_most
        A gzip file may unpack to this many times its own limit.
    """

    connect_s: float
    read_s: float
    whole_s: float
    stall_s: float
    least_bytes_s: float
    tries_most: int
    gain_bytes: int
    backoff_first_s: float
    backoff_factor: float
    backoff_most_s: float
    jitter_share: float
    retry_after_most_s: float
    redirects_most: int
    at_once_per_host: int
    host_failures_most: int
    unpacked_most: float

    @classmethod
    def of_catalogue(cls) -> Rules:
        """Return the rules as the catalogue has them."""

        def rule(name: str) -> float:
            return value("download_rules", name, "value")

        return cls(
            connect_s=rule("connect_s"),
            read_s=rule("read_s"),
            whole_s=rule("whole_s"),
            stall_s=rule("stall_s"),
            least_bytes_s=rule("least_bytes_s"),
            tries_most=int(rule("tries_most")),
            gain_bytes=int(rule("gain_bytes")),
            backoff_first_s=rule("backoff_first_s"),
            backoff_factor=rule("backoff_factor"),
            backoff_most_s=rule("backoff_most_s"),
            jitter_share=rule("jitter_share"),
            retry_after_most_s=rule("retry_after_most_s"),
            redirects_most=int(rule("redirects_most")),
            at_once_per_host=int(rule("at_once_per_host")),
            host_failures_most=int(rule("host_failures_most")),
            unpacked_most=rule("unpacked_most"),
        )


def wait_s(rules: Rules, *, address: str, failed: int, asked_s: float | None) -> float:
    """Return how long to wait before the next try, seconds.

    Parameters
    ----------
    rules
        The rules.
    address
        Its digest is what the wait varies by, so that the same run waits the same.
    failed
        Tries that failed so far, from 1.
    asked_s
        What the host asked for; never waited shorter than this.
    """
    longest = rules.backoff_first_s * rules.backoff_factor ** (failed - 1)
    digest = hashlib.sha256(f"{failed} {address}".encode()).digest()
    share = 1 - rules.jitter_share * int.from_bytes(digest[:4]) / 2**32
    return max(min(longest, rules.backoff_most_s) * share, asked_s or 0.0)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the wait that a host asks for with ``Retry-After``, seconds; None where it asks none.

    References
    ----------
    RFC 9110 section 10.2.3: seconds, or a date, which is compared with the answer's own ``Date``.

    Examples
    --------
    >>> retry_after_s({"retry-after": "7"})
    7.0
    >>> retry_after_s({"retry-after": "Sun, 06 Nov 1994 08:49:40 GMT",
    ...                "date": "Sun, 06 Nov 1994 08:49:37 GMT"})
    3.0
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    until = _date(asked)
    if until is None:
        return None
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
