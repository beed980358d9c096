"""Which input tables does each table of the bundle rest on, and what of them is not measured?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.results import basis_text

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.wording import Text

__all__ = ["RESTS_ON", "layer_basis", "with_english"]

_SIGNAL = ("elevation", "sites", "cells")
_DEMAND = ("communes", "villages", "people", *_SIGNAL)
_LINKS = ("roads", "fibre_nodes", "fibre", "costs")
_PLAN = (*_DEMAND, *_LINKS)

RESTS_ON = {
    "communes": ("communes", "people", *_SIGNAL),
    "villages": ("villages", "people", *_SIGNAL),
    "sites": ("sites",),
    "cells": ("sites", "cells"),
    "gaps": _DEMAND,
    "new_sites": (*_DEMAND, "roads", "costs"),
    "links": _LINKS,
    "facilities": ("facilities",),
    "fibre": ("fibre",),
    "roads": ("roads",),
    "water": ("water",),
    "hillshade": ("elevation",),
    "coverage": _PLAN,
    "service_class": _PLAN,
    "phases": _PLAN,
    "explanations": _PLAN,
    "rounds": _PLAN,
    "indicators": (*_PLAN, "facilities"),
    "robustness": _PLAN,
    "tornado": _PLAN,
    "costs": ("costs",),
    "costs_by_owner": _LINKS,
    "bill": _LINKS,
    "tco": _LINKS,
    "signal": _SIGNAL,
}
"""Output → the input tables behind it."""


def layer_basis(origins: pd.DataFrame, layer: str) -> Text:
    """Say what a layer or table of the bundle rests on."""
    return basis_text(origins, RESTS_ON[layer])


def with_english(text: Text) -> str:
    """Write both languages in one line, for files that have no switch."""
    return f"{text.vi} / {text.en}"
