"""How is a figure or a phrase written in Vietnamese and in English?"""

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
from infraplan.wording.sentences import names, quoted_source, site_reason, years
from infraplan.wording.text import Text, phrase, plain, span, word_or

__all__ = [
    "Text",
    "area",
    "count",
    "decimal",
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
    "site_reason",
    "span",
    "word_or",
    "years",
]
