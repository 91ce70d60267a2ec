"""The literature on creative clusters: works with what was read of each, and who holds what."""

from __future__ import annotations

import pandas as pd

from .case import compendium_sources
from .lists import read_list
from .select import selectors
from .vocabulary import READ_WORDS


def works() -> pd.DataFrame:
    """Return the works of `data/literature/works.csv`, one a row, in its order.

    Its columns, then `label` ("Kong 2009"), `title`, `year` (NaN where it is not known), `grade`
    and `read_words` ("abstract read"). Raises `EvidenceError` for a missing file or column.
    """
    rows = read_list("literature/works")
    sources = compendium_sources()
    found = [sources[key] for key in rows["source"]]
    years = pd.to_numeric(pd.Series([source.year for source in found], rows.index))
    return rows.assign(
        label=[source.label for source in found], title=[source.title for source in found],
        year=years, grade=[source.grade for source in found],
        read_words=rows["read"].map(READ_WORDS),
    )  # fmt: skip


def positions() -> pd.DataFrame:
    """Return the positions that works hold, one a row, in the order of `positions.csv`.

    Columns: `key`, `name`, `claim`, `works` (a tuple of their keys), `m50` (what M50 is in it) and
    `m50_works` (who says so), `expectation` (what rows of any cluster would show if it held) and
    `rows` (which rows would tell). Raises `EvidenceError` for a missing file or column.
    """
    rows = read_list("literature/positions").rename(columns={"position": "key"})
    named = {name: rows[name].map(selectors).map(tuple) for name in ("works", "m50_works")}
    return rows.assign(**named)


def meaning(source: str, dimension: str) -> str:
    """Return what a work means by a dimension of sustainability, in a reader's words.

    Raises `KeyError` where `dimensions.csv` does not say.
    """
    rows = read_list("literature/dimensions").set_index(["source", "dimension"])
    return str(rows.at[(source, dimension), "meaning"])
