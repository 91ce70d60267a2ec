"""Participation: what a programme's public does, and how much say it has, kept apart.

Two codes of `initiatives.csv` are used. `audience_mode` is what people do (watch, try, make; none
where it is no programme of participation). `decision_level` is how much say they have: the five
levels of the IAP2 spectrum (International Association for Public Participation) from inform to
empower, with 0 below for the first two rungs of Arnstein's ladder (1969), where taking part is
staged or there is none. Making is not deciding, so the codes are never added or averaged.

Levels are coded from the words of the sources. Of most programmes (an exhibition, a course, a
market) no decision is told in which anybody could have a say; they are `na` and no part of the base
of which shares are taken.

A row is a source's account of a programme or of one edition of it, so counts go by `programme`,
each at its highest level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from clusterbook.evidence import peers
from clusterbook.evidence.comparison import initiatives_of
from clusterbook.evidence.vocabulary import NO_DECISION

MODES = ("none", "watch", "try", "make")
"""What people do, from nothing over looking on to creating."""

UNTOLD = -1
"""The level in numbers of a programme of which no decision is told (`na`)."""

LEVELS = range(6)

CONSULT = 2
"""The first level at which people are asked, so that one may speak of a say."""


def programmes(initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return one row per programme in which people take part, or of which a decision is told.

    Programmes of other places (dimension context) are left out. Columns in: those of
    `initiatives.csv` as loaded. A programme is named by its row at the highest level (then best
    grade, then first in the file), whose columns it keeps; `level` (`UNTOLD` or 0 to 5) and `mode`
    are the highest of all its rows, `rows` their number, `audiences` theirs in words.
    """
    added = ("key", "level", "mode", "rows", "audiences")
    columns = list(dict.fromkeys([*initiatives.columns, *added]))
    return pd.DataFrame(_programmes(initiatives.to_dict("records")), columns=columns)


def deciding(found: pd.DataFrame) -> pd.DataFrame:
    """Return the programmes of which a decision is told: the base of any share of a say."""
    return found[found["level"] >= 0]


def level_of(code: str) -> int:
    """Return a decision level as a number, `UNTOLD` for na."""
    return UNTOLD if code == NO_DECISION else int(code)


def _programmes(initiatives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in initiatives:
        level = level_of(row["decision_level"])
        mode = MODES.index(row["audience_mode"]) if row["audience_mode"] in MODES else 0
        own = row.get("dimension") != "context"  # not of another place
        if own and (mode or level != UNTOLD):
            key = row["programme"] or row["name"]
            groups.setdefault(key, []).append({**row, "key": key, "level": level, "mode": mode})
    found = []
    for part in groups.values():
        best = min(part, key=lambda row: (-row["level"], -row["mode"], row["grade"], row["row"]))
        most = MODES[max(row["mode"] for row in part)]
        audiences = ", ".join(dict.fromkeys(row["audience"] for row in part))
        found.append({**best, "mode": most, "rows": len(part), "audiences": audiences})
    return found


def levels_by_cluster() -> pd.DataFrame:
    """Return the base rates: a row per cluster, how many programmes stand at which level.

    Columns: cluster, name, programmes (see `programmes`), deciding (those of which a decision is
    told), 0 to 5 (programmes at the level), asked (those at level 2 or above). Raises
    `EvidenceError`, naming the cluster, where a table cannot be read.
    """
    rows = []
    for peer in peers():
        found = _programmes(initiatives_of(peer.slug))
        levels = Counter(row["level"] for row in found)
        told = [levels[level] for level in LEVELS]
        rows.append([peer.slug, peer.name, len(found), sum(told), *told, sum(told[CONSULT:])])
    columns = ["cluster", "name", "programmes", "deciding", *LEVELS, "asked"]
    return pd.DataFrame(rows, columns=columns)
