"""The helper library of the compendium: `import clusterbook as cb` gives the names chapters use.

Each is loaded from its room when it is first asked for, so that the command line starts quickly.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterbook.analysis.balance import empirical, silent
    from clusterbook.analysis.chronology import chronology_of, opening_year
    from clusterbook.analysis.claims import claims_of
    from clusterbook.analysis.definitions import defined
    from clusterbook.analysis.events import once
    from clusterbook.analysis.lifelines import lifelines
    from clusterbook.analysis.moves import moves_of
    from clusterbook.analysis.on_record import FEW, on_record
    from clusterbook.analysis.participation import (
        CONSULT,
        GROUPS,
        deciding,
        levels_by_cluster,
        programmes,
        voices,
    )
    from clusterbook.analysis.periodisation import single_break
    from clusterbook.analysis.phases import schemes_of, turns
    from clusterbook.analysis.policy import in_lanes
    from clusterbook.analysis.prices import in_prices_of, price_index
    from clusterbook.analysis.survey_study import study_of
    from clusterbook.analysis.tidy import (
        best,
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
    from clusterbook.charts.further import further
    from clusterbook.charts.intervals import intervals
    from clusterbook.charts.lanes import lanes
    from clusterbook.charts.marks import DASH, GRADES, at, data, fixed, inks, when
    from clusterbook.charts.network import network
    from clusterbook.charts.over_time import over_time, panels, placed, values, years
    from clusterbook.charts.spans import spans
    from clusterbook.charts.squares import matrix, squares
    from clusterbook.charts.statements import statements
    from clusterbook.charts.theme import LIGHT as INK
    from clusterbook.charts.theme import NARROW
    from clusterbook.evidence.case import open_case, open_city
    from clusterbook.evidence.context_tables import definitions, protection
    from clusterbook.evidence.gap import Gap
    from clusterbook.evidence.lists import read_list
    from clusterbook.evidence.literature import meaning, positions, works
    from clusterbook.evidence.ningbo import ningbo_parks
    from clusterbook.evidence.parameters import check_years, within
    from clusterbook.evidence.peers import peers
    from clusterbook.evidence.quantity import Quantity, count, moved, quantities
    from clusterbook.evidence.sourced import Sourced, afar, computed, sourced
    from clusterbook.evidence.units import unit_words
    from clusterbook.evidence.vocabulary import AUDIENCE, DECISION_WORDS
    from clusterbook.prose.answers import answers_table, row_links, tensions_table
    from clusterbook.prose.marks_key import marks_key
    from clusterbook.prose.notes import note
    from clusterbook.prose.text import (
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

_ROOMS = {
    "analysis.balance": "empirical silent",
    "analysis.chronology": "chronology_of opening_year",
    "analysis.claims": "claims_of",
    "analysis.definitions": "defined",
    "analysis.events": "once",
    "analysis.lifelines": "lifelines",
    "analysis.moves": "moves_of",
    "analysis.on_record": "FEW on_record",
    "analysis.participation": "CONSULT GROUPS deciding levels_by_cluster programmes voices",
    "analysis.periodisation": "single_break",
    "analysis.phases": "schemes_of turns",
    "analysis.policy": "in_lanes",
    "analysis.prices": "in_prices_of price_index",
    "analysis.survey_study": "study_of",
    "analysis.tidy": "best elsewhere first_and_last in_one_unit latest of_latest_year tidy valued",
    "charts.answer_shares": "answer_shares",
    "charts.figure": "figure",
    "charts.further": "further",
    "charts.intervals": "intervals",
    "charts.lanes": "lanes",
    "charts.marks": "DASH GRADES at data fixed inks when",
    "charts.network": "network",
    "charts.over_time": "over_time panels placed values years",
    "charts.spans": "spans",
    "charts.squares": "matrix squares",
    "charts.statements": "statements",
    "charts.theme": "INK NARROW",
    "evidence.case": "open_case open_city",
    "evidence.context_tables": "definitions protection",
    "evidence.gap": "Gap",
    "evidence.lists": "read_list",
    "evidence.ningbo": "ningbo_parks",
    "evidence.literature": "meaning positions works",
    "evidence.parameters": "check_years within",
    "evidence.peers": "peers",
    "evidence.quantity": "Quantity count moved quantities",
    "evidence.sourced": "Sourced afar computed sourced",
    "evidence.units": "unit_words",
    "evidence.vocabulary": "AUDIENCE DECISION_WORDS",
    "prose.answers": "answers_table row_links tensions_table",
    "prose.marks_key": "marks_key",
    "prose.notes": "note",
    "prose.text": "bullets box cited fact foremost listing plural say source table told",
}
_PLACES = {name: room for room, names in _ROOMS.items() for name in names.split()}
_FORMER = {"INK": "LIGHT"}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"clusterbook has no {name!r}; it has: {', '.join(__all__)}")
    if "altair" in sys.modules:
        import_module("clusterbook.charts.figure")  # a bare chart of Altair's is drawn by the book
    return getattr(import_module(f"clusterbook.{_PLACES[name]}"), _FORMER.get(name, name))


def __dir__() -> list[str]:
    return __all__
