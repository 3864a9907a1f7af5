"""Counterpoise: what a patron's withdrawal does to a client regime, its armed allies and the region."""

from counterpoise._version import __version__

__all__ = ["__version__"]
