"""Tables in, finished figures out."""

from .balance import balance
from .brand import brand
from .claims import verdicts
from .competition import competition
from .counts import Count, counts_over_time, tenants_over_time
from .designations import designations
from .editions import editions
from .figure import Figure
from .groups import groups
from .participation import participation
from .programme_lines import programme_lines
from .rents import real_rents, rent_history
from .shows import shows

__all__ = [
    "Count",
    "Figure",
    "balance",
    "brand",
    "competition",
    "counts_over_time",
    "designations",
    "editions",
    "groups",
    "participation",
    "programme_lines",
    "real_rents",
    "rent_history",
    "shows",
    "tenants_over_time",
    "verdicts",
]
