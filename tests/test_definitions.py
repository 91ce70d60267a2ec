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
    joined = [list(path["date"]) for path in definitions.paths(known)]
    assert joined == [["2005", "2009-10"], ["2012", "2018"]]
    assert definitions.paths(known)[1]["grade"].tolist() == ["A", "A"]


def test_a_break_lies_between_the_definitions():
    (found,) = definitions.breaks(definitions.defined(COUNTS, STATED))
    assert (found.before, found.after) == ("first list", "second list")
    assert 2009.7 < found.last < 2009.9 < found.when < found.first == 2012.5


def test_definitions_that_overlap_are_no_break():
    known = definitions.defined(COUNTS, STATED)
    late = known.assign(definition=["a", "b", "a", "b", "a", "b", "a", "b"])
    assert definitions.breaks(late) == []


def test_without_stated_definitions_only_named_segments_are_joined():
    none = STATED[STATED["indicator"] == "other"]
    known = definitions.defined(COUNTS, none)
    assert list(known["definition"]) == ["", "", "", "", "survey", "city", "city", "city"]
    assert [list(p["segment"]) for p in definitions.paths(known)] == [["city", "city"]]
    assert not known["stated"].any()
    assert definitions.breaks(known) == []


def test_spans_and_undated_figures_are_never_joined():
    loose = rows(("parks", "a", "2005/2008", "A"), ("parks", "a", "20XX", "A"),
                 ("parks", "a", "2009", "A"))  # fmt: skip
    known = definitions.defined(loose, STATED.iloc[:0])
    assert definitions.paths(known) == []
