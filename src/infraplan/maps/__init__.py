"""What does a plan look like on an interactive map in a notebook?"""

from infraplan.maps.show import show

__all__ = ["show"]
