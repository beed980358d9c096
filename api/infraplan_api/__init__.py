"""How is a finished bundle asked over HTTP? Through the application that this package builds."""

from infraplan_api.app import create_app

__all__ = ["create_app"]
