"""Who may change something or start work? Keys, kept hashed, and what each of them may do."""

from infraplan_api.access.guard import HEADER, require
from infraplan_api.access.keys import SCOPES, Caller, Issued, Key
from infraplan_api.access.store import KeyStore, store_path

__all__ = ["HEADER", "SCOPES", "Caller", "Issued", "Key", "KeyStore", "require", "store_path"]
