"""With which sign does each line begin that the process for trying out masts writes?"""

from __future__ import annotations

from typing import Final

__all__ = ["ANSWER", "FAILED", "FAULTS", "READY", "REPLACED"]

READY: Final = b"*"
"""The bundle is prepared."""

ANSWER: Final = b"+"
"""The answer, JSON."""

FAULTS: Final = b"?"
"""The request is wrong: a list of texts, JSON."""

FAILED: Final = b"-"
"""The bundle cannot be prepared: a text, JSON."""

REPLACED: Final = b"!"
"""Another bundle lies in the folder."""
