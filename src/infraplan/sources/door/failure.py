"""How is it told, inside the door, that a file did not come, and whether to ask again?"""

from __future__ import annotations

from infraplan.errors import DownloadError

__all__ = ["HostError"]


class HostError(DownloadError):
    """One try failed; the door asks again or lists it in the one error that it raises.

    Parameters
    ----------
    problem
        What is wrong, without a full stop and without any key.
    remedy
        What to do about it.
    again
        Whether asking again may help.
    wait_s
        How long the host asks to wait; None where it does not say.
    unreachable
        Whether the host could not be reached at all.
    absent
        Whether the host says that it has no such file.
    """

    def __init__(
        self,
        problem: str,
        remedy: str,
        *,
        again: bool = False,
        wait_s: float | None = None,
        unreachable: bool = False,
        absent: bool = False,
    ) -> None:
        super().__init__(f"{problem}. Remedy: {remedy}")
        self.problem = problem
        self.remedy = remedy
        self.again = again
        self.wait_s = wait_s
        self.unreachable = unreachable
        self.absent = absent
