"""What does Recommendation ITU-R P.1812-8 predict for a path?

A file per section of edition 8 (09/2025), Annex 1; the door is here. Compared with edition 7 the
troposcatter model is that of edition 6 again; clutter joins the profile, and terminals have no
clutter loss of their own.
"""

from infraplan.radio.p1812.model import transmission_loss, validity
from infraplan.radio.p1812.result import TransmissionLoss

__all__ = ["TransmissionLoss", "transmission_loss", "validity"]
