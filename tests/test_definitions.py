import pandas as pd

from clusterbook.analysis import definitions
from clusterbook.evidence.dates import read_date


def rows(*cells):
    made = []
    for indicator, segment, date, grade in cells:
        when = read_date(date)
        made.append(
            {"indicator": indicator, "segment": segment, "segment_words": segment,
             "date": date, "grade": grade,
             "start": when.start, "end": when.end, "when": when.when, "row": len(made) + 2}
        )  # fmt: skip
    return pd.DataFrame(made)


STATED = rows(("parks", "", "2005/2009", ""), ("parks", "city", "2012/..", "")).assign(
    definition=["first list", "second list"]
)
COUNTS = rows(
    ("parks", "", "2005", "B"),
    ("parks", "", "2009-10", "A"),
    ("parks", "", "2010", "A"),
    ("parks", "", "2011", "B"),
    ("parks", "survey", "2011", "B"),
    ("parks", "city", "2012", "A"),
    ("parks", "city", "2018", "B"),
    ("parks", "city", "2018", "A"),
)


def test_figures_that_no_source_puts_together_stay_apart():
    known = definitions.defined(COUNTS, STATED)
    assert list(known["definition"]) == [
        "first list", "first list", "", "", "", "second list", "second list", "second list",
    ]  # fmt: skip


def test_without_stated_definitions_only_named_segments_are_joined():
    none = STATED[STATED["indicator"] == "other"]
    known = definitions.defined(COUNTS, none)
    assert list(known["definition"]) == ["", "", "", "", "survey", "city", "city", "city"]
    assert not known["stated"].any()
