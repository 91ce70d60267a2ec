"""Tables in, finished figures out."""

from .attested import attested
from .balance import balance
from .brand import brand
from .claims import verdicts
from .competition import competition
from .counts import Count, counts_over_time, tenants_over_time
from .creative_city import accredited_clusters, creative_economy
from .designations import designations
from .editions import editions, makers_over_time
from .environmental_coverage import environmental_coverage
from .event_lanes import event_lanes
from .figure import Figure
from .groups import groups
from .lifelines import lifelines
from .pace import event_pace
from .participation import participation
from .places import cluster_map, coordinate_check
from .policy_timeline import policy_timeline
from .programme_lines import programme_lines
from .protection import protection_matrix
from .rents import real_rents, rent_history
from .schemes import schemes
from .shows import shows
from .site import areas, buildings, waterfront
from .site_history import site_history
from .turns import scheme_fit, turn_checks
from .unsigned_claims import unsigned_claims

__all__ = [
    "Count",
    "Figure",
    "accredited_clusters",
    "areas",
    "attested",
    "balance",
    "brand",
    "buildings",
    "cluster_map",
    "competition",
    "coordinate_check",
    "counts_over_time",
    "creative_economy",
    "designations",
    "editions",
    "environmental_coverage",
    "event_lanes",
    "event_pace",
    "groups",
    "makers_over_time",
    "lifelines",
    "participation",
    "policy_timeline",
    "programme_lines",
    "protection_matrix",
    "real_rents",
    "rent_history",
    "scheme_fit",
    "schemes",
    "shows",
    "site_history",
    "tenants_over_time",
    "turn_checks",
    "unsigned_claims",
    "verdicts",
    "waterfront",
]
