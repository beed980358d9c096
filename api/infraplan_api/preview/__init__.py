"""How are masts tried out over a bundle, in a process of their own?"""

from infraplan_api.preview.choices import choices
from infraplan_api.preview.process import Worker

__all__ = ["Worker", "choices"]
