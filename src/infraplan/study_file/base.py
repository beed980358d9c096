"""What do all parts of a study file have in common?"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

__all__ = ["NotePart", "Origin", "Part", "refuse"]

Origin = Literal["measured", "declared", "estimated", "approximate", "assumed", "simulated"]


class Part(BaseModel):
    """A frozen model that refuses unknown keys and numbers without end."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class NotePart(Part):
    """A plain sentence that every output repeats."""

    vi: str
    """In Vietnamese."""
    en: str
    """In English."""


def refuse(faults: list[tuple[str, str, str]]) -> None:
    """Refuse keys of a part that do not go together; does nothing without faults.

    Parameters
    ----------
    faults
        Key below the part, what is wrong and the remedy, of each.

    Raises
    ------
    PydanticCustomError
        Which reading turns into one fault per key.
    """
    if faults:
        said = "; ".join(f"{key}: {problem}" for key, problem, _ in faults)
        raise PydanticCustomError("together", "{said}", {"said": said, "faults": faults})
