"""Tables in, finished figures out."""

from .balance import balance
from .counts import Count, counts_over_time, tenants_over_time
from .figure import Figure
from .rents import rent_history

__all__ = [
    "Count",
    "Figure",
    "balance",
    "counts_over_time",
    "rent_history",
    "tenants_over_time",
]
