"""Tables in, finished figures out."""

from .balance import balance
from .coding_tree import coding_tree
from .competition import competition
from .figure import Figure
from .groups import groups
from .mechanism_model import mechanism_model
from .mechanism_parks import mechanism_parks
from .participation import participation
from .programme_lines import programme_lines
from .saturation import saturation

__all__ = [
    "Figure",
    "balance",
    "coding_tree",
    "competition",
    "groups",
    "mechanism_model",
    "mechanism_parks",
    "participation",
    "programme_lines",
    "saturation",
]
