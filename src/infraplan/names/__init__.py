"""How is a Vietnamese name written, compared and found?"""

from infraplan.names.keys import fold, match_key, prefix_word, without_prefix
from infraplan.names.legacy import from_tcvn3, looks_like_tcvn3
from infraplan.names.operators import operator_key
from infraplan.names.spelling import clean, mend_mojibake
from infraplan.names.stems import file_stems

__all__ = [
    "clean",
    "file_stems",
    "fold",
    "from_tcvn3",
    "looks_like_tcvn3",
    "match_key",
    "mend_mojibake",
    "operator_key",
    "prefix_word",
    "without_prefix",
]
