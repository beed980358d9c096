"""Which features does a CQL2 text filter let through? It is read, then asked of all at once."""

from infraplan_api.features.cql2.evaluate import FUNCTIONS, Source, passing
from infraplan_api.features.cql2.parse import LONGEST, MOST_NESTED, parse
from infraplan_api.features.cql2.tree import Node
from infraplan_api.features.cql2.values import Values

__all__ = [
    "FUNCTIONS",
    "LONGEST",
    "MOST_NESTED",
    "Node",
    "Source",
    "Values",
    "parse",
    "passing",
]
