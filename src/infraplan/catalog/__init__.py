"""What comes from outside: bands, antennas, thresholds, prices, rules, data dictionaries?"""

from infraplan.catalog.load import (
    Beamwidths,
    beamwidths,
    dictionary,
    digest_text,
    level_dbm,
    names,
    row,
    rule,
    table,
    value,
)

__all__ = [
    "Beamwidths",
    "beamwidths",
    "dictionary",
    "digest_text",
    "level_dbm",
    "names",
    "row",
    "rule",
    "table",
    "value",
]
