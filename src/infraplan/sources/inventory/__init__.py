"""What does an operator's own list of towers say?"""

from infraplan.sources.inventory.read import Inventory, read_inventory

__all__ = ["Inventory", "read_inventory"]
