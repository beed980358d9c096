"""What is a parameter outside its meaning? One error, whose text the answer lists."""

from __future__ import annotations

from infraplan_api.errors import InvalidRequestError

__all__ = ["FaultError"]


class FaultError(InvalidRequestError):
    """One parameter, or a part of one, is outside its meaning; the text says why."""
