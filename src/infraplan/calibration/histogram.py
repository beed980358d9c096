"""What does the spread of errors look like before and after a calibration, as a picture?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.calibration.choose import errors_db
from infraplan.wording import phrase, span

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["histogram_svg"]

_BIN_DB, _MOST_DB = 2.0, 40.0
_WIDTH, _HEIGHT, _FOOT = 640.0, 220.0, 22.0
_TICK_DB = 10


def histogram_svg(pixels: pd.DataFrame) -> str:
    """Draw the errors before, and after on areas left out, as inline SVG with its legend.

    Parameters
    ----------
    pixels
        Pairs of a calibration. Errors beyond ±40 dB stand in the outermost bars; pairs at or
        near the lowest level are left out, as in the table of errors.
    """
    pixels = pixels[pixels["heard"]]
    before = _shares(errors_db(pixels, pixels["loss_db"].to_numpy(dtype=np.float64)))
    after = _shares(errors_db(pixels, pixels["crossed_loss_db"].to_numpy(dtype=np.float64)))
    top = max(float(before.max()), float(after.max()), 1e-9)
    width = _WIDTH / len(before)
    bars = "".join(
        f'<rect class="before" x="{i * width:.1f}" y="{_y(share, top):.1f}" '
        f'width="{width:.1f}" height="{_HEIGHT - _y(share, top):.1f}"/>'
        for i, share in enumerate(before)
    )
    steps = [f"M0 {_HEIGHT:.1f}"]
    for i, share in enumerate(after):
        steps.append(f"V{_y(share, top):.1f}H{(i + 1) * width:.1f}")
    line = f'<path class="after" d="{"".join(steps)}V{_HEIGHT:.1f}"/>'
    label = phrase("calibration_histogram_title")
    legend = (
        f'<li><i class="before"></i>{span(phrase("errors_before"))}</li>'
        f'<li><i class="after"></i>{span(phrase("errors_crossed"))}</li>'
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH:g} {_HEIGHT + _FOOT:g}" role="img" '
        f'aria-label="{label.vi} / {label.en}">{bars}{line}{_axis()}</svg>'
        f"<figcaption>{span(phrase('calibration_histogram_axis'))}</figcaption>"
        f'<ul class="legend">{legend}</ul></figure>'
    )


def _shares(error_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of errors in each bin."""
    edges = np.arange(-_MOST_DB, _MOST_DB + _BIN_DB, _BIN_DB)
    known = error_db[np.isfinite(error_db)]
    inside = np.clip(known, -_MOST_DB, np.nextafter(_MOST_DB, 0.0))
    counts, _ = np.histogram(inside, bins=edges)
    return counts / max(len(known), 1)


def _y(share: float, top: float) -> float:
    return _HEIGHT * (1.0 - 0.96 * share / top)


def _axis() -> str:
    """Return the zero line, and a number every ten dB."""
    parts = [f'<path class="axis" d="M0 {_HEIGHT:g}H{_WIDTH:g}M{_WIDTH / 2:g} 0V{_HEIGHT:g}"/>']
    for value in range(-int(_MOST_DB) + _TICK_DB, int(_MOST_DB), _TICK_DB):
        x = (value + _MOST_DB) / (2 * _MOST_DB) * _WIDTH
        said = str(value).replace("-", "−")
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT + 16:g}">{said}</text>')
    return "".join(parts)
