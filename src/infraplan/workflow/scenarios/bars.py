"""How are the scenarios drawn as bars that start at zero?"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from infraplan.wording import phrase, span
from infraplan.workflow.scenarios.figures import written

if TYPE_CHECKING:
    from infraplan.workflow.scenarios.compare import Comparison

__all__ = ["bars"]

_FULL = 100.0


def bars(found: Comparison, figure: str) -> str:
    """Return one figure of all scenarios as bars, each with its name and value."""
    values = [float(found.figures[name].loc[figure]) for name in found.names]
    most = max((value for value in values if math.isfinite(value)), default=0.0)
    rows = "".join(
        f'<div class="bar"><span class="name">{html.escape(name)}</span>{_bar(value, most)}'
        f'<span class="value">{span(written(figure, value))}</span></div>'
        for name, value in zip(found.names, values, strict=True)
    )
    title = span(phrase(f"compare_{figure}"))
    return f'<section class="bars"><h3>{title}</h3>{rows}</section>'


def _bar(value: float, most: float) -> str:
    """Draw one bar as a picture of a hundred units' width."""
    width = _FULL * value / most if math.isfinite(value) and most > 0 else 0.0
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="ground" width="100" height="10"/>'
        f'<rect class="amount" width="{width:.2f}" height="10"/></svg>'
    )
