"""Tables in, finished figures out."""

from .balance import balance
from .claims import verdicts
from .counts import Count, counts_over_time, tenants_over_time
from .editions import editions
from .figure import Figure
from .participation import participation
from .rents import rent_history

__all__ = [
    "Count",
    "Figure",
    "balance",
    "counts_over_time",
    "editions",
    "participation",
    "rent_history",
    "tenants_over_time",
    "verdicts",
]
