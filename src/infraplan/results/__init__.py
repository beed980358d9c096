"""What travels between the stages: provenance, signal, choice of sites, links."""

from infraplan.results.basis_words import basis_text, with_prices
from infraplan.results.choice import Choice, Equity, Service
from infraplan.results.homes import Homes
from infraplan.results.links import Links
from infraplan.results.mast import Mast
from infraplan.results.outlook import CLASS_UNKNOWN, Outlook, PlannedSignal
from infraplan.results.prices import Prices
from infraplan.results.provenance import ORIGINS, Provenance, Source, basis, origin_shares, weakest
from infraplan.results.robustness import Robustness
from infraplan.results.signal import ANY_OPERATOR, Signal

__all__ = [
    "ANY_OPERATOR",
    "CLASS_UNKNOWN",
    "ORIGINS",
    "Choice",
    "Equity",
    "Homes",
    "Links",
    "Mast",
    "Outlook",
    "PlannedSignal",
    "Prices",
    "Provenance",
    "Robustness",
    "Service",
    "Signal",
    "Source",
    "basis",
    "basis_text",
    "origin_shares",
    "weakest",
    "with_prices",
]
