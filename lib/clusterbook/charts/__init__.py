"""Tables in, finished figures out."""

from .figure import Figure

__all__ = ["Figure"]
