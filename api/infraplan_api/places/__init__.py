"""Which place is meant by a code or a name, of today or of before July 2025?"""

from infraplan_api.places.find import KINDS, find
from infraplan_api.places.index import communes_of
from infraplan_api.places.reformed import old_communes, unknown_commune

__all__ = ["KINDS", "communes_of", "find", "old_communes", "unknown_commune"]
