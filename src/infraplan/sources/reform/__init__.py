"""What became of the communes of before July 2025, and how are tables carried over and back?"""

from infraplan.sources.reform.carry import Carried, carry
from infraplan.sources.reform.merges import CODE_DIGITS, read_merges
from infraplan.sources.reform.resolve import AFTER, BEFORE, Match, resolve
from infraplan.sources.reform.shares import shares

__all__ = [
    "AFTER",
    "BEFORE",
    "CODE_DIGITS",
    "Carried",
    "Match",
    "carry",
    "read_merges",
    "resolve",
    "shares",
]
