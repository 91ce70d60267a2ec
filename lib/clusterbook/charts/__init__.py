"""Tables in, finished figures out."""

from .balance import balance
from .competition import competition
from .figure import Figure
from .groups import groups
from .participation import participation
from .programme_lines import programme_lines

__all__ = [
    "Figure",
    "balance",
    "competition",
    "groups",
    "participation",
    "programme_lines",
]
