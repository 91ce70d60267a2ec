"""Tables in, finished figures out."""

from .balance import balance
from .figure import Figure
from .rents import rent_history

__all__ = ["Figure", "balance", "rent_history"]
