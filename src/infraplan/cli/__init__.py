"""What can be done from the terminal?"""

from infraplan.cli.app import main

__all__ = ["main"]
