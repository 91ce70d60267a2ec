"""The helper library of the compendium: `import clusterbook as cb` gives the names chapters use.

Each is loaded from its room when it is first asked for, so that the command line starts quickly:
the imports below are run by type checkers alone, and tell where each name is.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterbook.analysis.balance import empirical
    from clusterbook.analysis.chronology import chronology_of, opening_year
    from clusterbook.analysis.claims import claims_of
    from clusterbook.analysis.definitions import defined
    from clusterbook.analysis.events import in_lanes, once
    from clusterbook.analysis.lifelines import lifelines
    from clusterbook.analysis.moves import moves_of
    from clusterbook.analysis.on_record import FEW, on_record
    from clusterbook.analysis.participation import (
        CONSULT,
        deciding,
        levels_by_cluster,
        programmes,
    )
    from clusterbook.analysis.periodisation import single_break
    from clusterbook.analysis.phases import schemes_of, turns
    from clusterbook.analysis.prices import in_prices_of, price_index
    from clusterbook.analysis.survey_study import study_of
    from clusterbook.analysis.tidy import (
        best,
        by_year,
        elsewhere,
        first_and_last,
        in_one_unit,
        latest,
        of_latest_year,
        tidy,
        valued,
    )
    from clusterbook.charts.answer_shares import answer_shares
    from clusterbook.charts.figure import figure
    from clusterbook.charts.intervals import intervals
    from clusterbook.charts.lanes import lanes
    from clusterbook.charts.marks import DASH, GRADES, at, data, fixed, inks
    from clusterbook.charts.network import network
    from clusterbook.charts.over_time import over_time, panels, placed, values, years
    from clusterbook.charts.spans import spans
    from clusterbook.charts.squares import matrix, squares
    from clusterbook.charts.statements import further, statements
    from clusterbook.charts.theme import LIGHT as INK
    from clusterbook.charts.theme import NARROW
    from clusterbook.evidence.case import definitions, open_case, open_city, protection
    from clusterbook.evidence.comparison import ningbo_parks, peers
    from clusterbook.evidence.gap import Gap
    from clusterbook.evidence.lists import read_list
    from clusterbook.evidence.literature import meaning, positions, works
    from clusterbook.evidence.parameters import check_years, within
    from clusterbook.evidence.quantity import Quantity, count, moved, quantities, under
    from clusterbook.evidence.sourced import Sourced, afar, computed, sourced
    from clusterbook.evidence.units import unit_words
    from clusterbook.evidence.vocabulary import AUDIENCE, DECISION_WORDS
    from clusterbook.prose.answers import answers_table, row_links, tensions_table
    from clusterbook.prose.marks_key import marks_key
    from clusterbook.prose.notes import note
    from clusterbook.prose.text import (
        answer,
        box,
        bullets,
        cited,
        fact,
        foremost,
        listing,
        plural,
        say,
        source,
        table,
        told,
    )


def _places() -> dict[str, tuple[str, str]]:
    """Return where each name is defined, and as what, from the imports above."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{__name__}."):
            names = {alias.asname or alias.name: alias.name for alias in node.names}
            found |= {name: (str(node.module), of) for name, of in names.items()}
    return found


_PLACES = _places()
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"clusterbook has no {name!r}; it has: {', '.join(__all__)}")
    if "altair" in sys.modules:
        import_module("clusterbook.charts.figure")  # a bare chart of Altair's is drawn by the book
    module, defined = _PLACES[name]
    return getattr(import_module(module), defined)


def __dir__() -> list[str]:
    return __all__
