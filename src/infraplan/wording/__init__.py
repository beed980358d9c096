"""How is a figure, a phrase or a message written in Vietnamese and in English?

Each name is loaded when first used: figures and phrases need the catalogue (pandas), while the
help of the command line, which must come at once, needs messages only.
"""

import typing as _typing
from importlib import import_module as _import_module

if _typing.TYPE_CHECKING:
    from infraplan.wording.figures import (
        area,
        count,
        decimal,
        height,
        is_proven,
        length,
        money,
        money_range,
        percent,
        percent_at_most,
    )
    from infraplan.wording.messages import fault_in, said_in, where_in
    from infraplan.wording.sentences import names, quoted_source, site_reason, years
    from infraplan.wording.text import Text, phrase, plain, span, word_or

__all__ = [
    "Text",
    "area",
    "count",
    "decimal",
    "fault_in",
    "height",
    "is_proven",
    "length",
    "money",
    "money_range",
    "names",
    "percent",
    "percent_at_most",
    "phrase",
    "plain",
    "quoted_source",
    "said_in",
    "site_reason",
    "span",
    "where_in",
    "word_or",
    "years",
]

_MESSAGES = frozenset({"fault_in", "said_in", "where_in"})
_SENTENCES = frozenset({"names", "quoted_source", "site_reason", "years"})
_TEXT = frozenset({"Text", "phrase", "plain", "span", "word_or"})


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name not in __all__:
        message = f"module 'infraplan.wording' has no attribute {name!r}"
        raise AttributeError(message)
    parts = {"messages": _MESSAGES, "sentences": _SENTENCES, "text": _TEXT}
    part = next((part for part, held in parts.items() if name in held), "figures")
    value: object = getattr(_import_module(f"infraplan.wording.{part}"), name)
    globals()[name] = value
    return value
