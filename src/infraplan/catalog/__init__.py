"""What comes from outside: bands, antennas, thresholds, prices, rules, data dictionaries?"""

from infraplan.catalog.load import (
    Beamwidths,
    beamwidths,
    dictionary,
    digest_text,
    level_dbm,
    names,
    phrases,
    row,
    rule,
    table,
    value,
    words,
)

__all__ = [
    "Beamwidths",
    "beamwidths",
    "dictionary",
    "digest_text",
    "level_dbm",
    "names",
    "phrases",
    "row",
    "rule",
    "table",
    "value",
    "words",
]
