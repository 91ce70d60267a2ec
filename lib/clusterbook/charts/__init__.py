"""Tables in, finished figures out."""

from .attested import attested
from .balance import balance
from .brand import brand
from .claims import verdicts
from .competition import competition
from .counts import Count, counts_over_time, tenants_over_time
from .designations import designations
from .editions import editions
from .environmental_coverage import environmental_coverage
from .figure import Figure
from .groups import groups
from .lifelines import lifelines
from .participation import participation
from .places import cluster_map, coordinate_check
from .programme_lines import programme_lines
from .rents import real_rents, rent_history
from .shows import shows
from .site import areas, buildings, waterfront

__all__ = [
    "Count",
    "Figure",
    "areas",
    "attested",
    "balance",
    "brand",
    "buildings",
    "cluster_map",
    "competition",
    "coordinate_check",
    "counts_over_time",
    "designations",
    "editions",
    "environmental_coverage",
    "groups",
    "lifelines",
    "participation",
    "programme_lines",
    "real_rents",
    "rent_history",
    "shows",
    "tenants_over_time",
    "verdicts",
    "waterfront",
]
