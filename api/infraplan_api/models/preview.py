"""What is asked and answered when masts are tried out? The schemas; units stand in the names."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from infraplan.results.mast import Mast  # noqa: TC001 - pydantic reads it when a model is made
from infraplan_api.models.preview_parts import MastAnswer, PreviewPart, TogetherAnswer, Words

__all__ = ["MOST_MASTS", "PreviewAnswer", "PreviewInputs", "PreviewRequest"]

MOST_MASTS: Final = 20
"""So many masts make one scenario at most."""


class PreviewInputs(PreviewPart):
    """Masts to try out, and what counts as service."""

    masts: Annotated[tuple[Mast, ...], Field(min_length=1, max_length=MOST_MASTS)]
    """The masts; each is answered alone, and all of them together."""

    environment: Literal["outdoors", "indoors"] = "outdoors"
    """Where the people of the headline, of the communes, of the villages and the picture are."""

    level: Literal["weak", "served", "good", "strong_indoors"] = "served"
    """Level of service that counts, a key of the catalogue's service levels."""

    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    """Gained is what the network of this year does not give: the year before the plan where null,
    or a year of the plan, with what it has built until then."""


class PreviewRequest(PreviewPart):
    """The body of ``POST /v1/processes/preview/execution``."""

    inputs: PreviewInputs
    """What is tried out."""


class PreviewAnswer(PreviewPart):
    """The answer: each mast, and all together."""

    study_id: str
    """The study that was asked."""

    bundle_sha256: str
    """Digest of the bundle's manifest."""

    technology: str
    """Such as 4G."""

    environment: str
    """As asked."""

    level: str
    """As asked."""

    year: int
    """Gained is what the network of this year does not give."""

    threshold_dbm: float
    """Least level that counts as this service where the person is, dBm: outdoors what arrives,
    indoors what is left of it behind the wall."""

    masts: tuple[MastAnswer, ...]
    """In the order asked."""

    together: TogetherAnswer
    """All of them."""

    notes: tuple[Words, ...]
    """What the answer rests on."""
