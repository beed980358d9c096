"""What travels between the stages: provenance, signal, choice of sites, links."""

from infraplan.results.basis_words import basis_text, with_prices
from infraplan.results.choice import Choice
from infraplan.results.links import Links
from infraplan.results.provenance import ORIGINS, Provenance, Source, basis, origin_shares, weakest
from infraplan.results.signal import ANY_OPERATOR, Signal

__all__ = [
    "ANY_OPERATOR",
    "ORIGINS",
    "Choice",
    "Links",
    "Provenance",
    "Signal",
    "Source",
    "basis",
    "basis_text",
    "origin_shares",
    "weakest",
    "with_prices",
]
