"""How does one error list every file that did not come?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infraplan.errors import DownloadError
from infraplan.sources.door.failure import HostError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.errors import InfraplanError
    from infraplan.sources.door.keys import Key
    from infraplan.sources.wanted import Wanted

__all__ = ["Failed", "failed_error"]


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that did not come.

    Attributes
    ----------
    wanted
        What was wanted.
    problem, remedy
        Why it did not come, and what to do about it.
    """

    wanted: Wanted
    problem: str
    remedy: str

    @classmethod
    def of(cls, wanted: Wanted, error: InfraplanError, key: Key) -> Failed:
        """Take what an error says, with ``{key}`` wherever the user's key stood."""
        if isinstance(error, HostError):
            return cls(wanted, key.hide(error.problem), key.hide(error.remedy))
        problem, _, remedy = key.hide(str(error)).partition(". Remedy: ")
        problem = problem.removeprefix(f"{wanted.address}: ").removeprefix(f"{wanted.address!r} ")
        return cls(wanted, problem, remedy.removesuffix("."))


def failed_error(failed: Sequence[Failed], *, wanted: int) -> DownloadError:
    """Return the error that lists every file that did not come.

    Files of one host with the same problem stand together.

    Parameters
    ----------
    failed
        At least one file.
    wanted
        Files that were wanted in all.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in failed:
        host = _host(one.wanted.address)
        groups.setdefault((host, one.problem, one.remedy), []).append(one.wanted.address)
    came = wanted - len(failed)
    lines = [f"{len(failed)} of {wanted} files did not come; {came} are in the cache:"]
    for i, ((host, problem, remedy), addresses) in enumerate(groups.items(), 1):
        if len(addresses) == 1:
            lines.append(f"  {i}. {addresses[0]}: {problem}. Remedy: {remedy}.")
        else:
            lines.append(f"  {i}. {host}: {problem}. Remedy: {remedy}. Files:")
            lines += [f"       {address}" for address in addresses]
    return DownloadError("\n".join(lines))


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.rpartition("@")[2] or address
    except ValueError:
        return address
