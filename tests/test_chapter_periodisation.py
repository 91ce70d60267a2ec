import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pytest

from clusterbook import charts, prose
from clusterbook.analysis import chronology as chron
from clusterbook.analysis import pace, phases, site
from clusterbook.charts.event_lanes import lanes_title
from clusterbook.charts.pace import pace_title
from clusterbook.charts.schemes import schemes_title
from clusterbook.charts.site_history import history_title
from clusterbook.charts.stacking import stacked
from clusterbook.charts.turns import checks_title, fit_title
from clusterbook.evidence import open_case
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.parameters import ParameterError
from clusterbook.prose.gap import Gap
from clusterbook.prose.notes import notes_problems

CHAPTER = Path(__file__).parents[1] / "chapters" / "periodisation.md"


def events(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Rows of date, source, and in this order, if given, kind, dimension, scope, title."""
    table = []
    for row, cells in enumerate(rows, 2):
        usual = ("2000", "a", "other", "cultural", "internal", f"event {row}")
        date, source, kind, dimension, scope, title = (*cells, *usual[len(cells) :])
        read = read_date(date)
        table.append(
            {
                "date": date, "source": source, "kind": kind, "dimension": dimension,
                "scope": scope, "title": title, "note": "", "row": row, "grade": "B",
                "label": source, "cite": source, "anchor": f"event-{row}", "locator": "",
                "start": read.start, "end": read.end, "when": read.when,
                "date_words": read.words,
            }
        )  # fmt: skip
    return pd.DataFrame(table)


def phase_rows(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    """Rows of scheme, phase, date, source."""
    dates = [read_date(date) for _, _, date, _ in rows]
    return pd.DataFrame(
        {
            "scheme": [r[0] for r in rows], "phase": [str(r[1]) for r in rows],
            "phase_label": "x", "date": [r[2] for r in rows], "source": [r[3] for r in rows],
            "cite": [f"{r[3]} 2020" for r in rows], "start": [d.start for d in dates],
            "end": [d.end for d in dates], "about": "Town",
        }
    )  # fmt: skip


SCHEMES = phase_rows(
    ("wang2020", 1, "1992/2004", "art"),
    ("wang2020", 2, "2005/2007", "art"),
    ("wang2020", 3, "2008/2010", "art"),
    ("own", 1, "1999/2001", "art"),
    ("own", 2, "2001/2014", "art"),
    ("own", 3, "2015/..", "art"),
    ("recent", 4, "2011/..", "art"),
)


def test_a_later_phase_joins_the_scheme_that_ends_where_it_starts():
    table = phases.schemes(SCHEMES)
    assert list(table["chain"]) == ["wang2020"] * 4 + ["own"] * 3
    assert list(table["continues"]) == [False, False, False, True, False, False, False]
    parts = dict(iter(table.groupby("chain")))
    assert phases.turns(parts["wang2020"]) == (2004, 2007, 2010)
    assert phases.turns(parts["own"]) == (2001, 2014)
    assert phases.shared_years(parts["own"]) == [2001]
    assert phases.shared_years(parts["wang2020"]) == []
    assert phases.span_of(parts["own"], 1990, 2025) == (1999, 2025)
    assert phases.span_of(parts["wang2020"], 1990, 2008) == (1992, 2008)


def test_a_later_phase_of_another_source_stays_alone():
    table = phases.schemes(SCHEMES.replace({"source": {}}).assign(
        source=["art"] * 6 + ["other"]))  # fmt: skip
    assert set(table["chain"]) == {"wang2020", "own", "recent"}
    assert not table["continues"].any()


@pytest.mark.parametrize(
    ("scheme", "source", "words"),
    [
        ("wang2020", "m50article", "Wang 2020"),
        ("ehouse2017", "ehouse2017parks", "Somebody 2017"),
        ("m50article_profit_model", "m50article", "Somebody: profit model"),
    ],
)
def test_schemes_are_named_as_readers_say_them(scheme, source, words):
    assert phases.scheme_words(scheme, source, "Somebody 2017") == words


@pytest.mark.parametrize(
    ("opened", "year"),
    [("2004", 2004), ("2011-10-20", 2011), ("2014~", 2014), ("197X", None), ("", None)],
)
def test_opening_year(opened, year):
    assert chron.opening_year(opened) == year


def test_the_chronology_counts_the_place_itself_from_its_opening():
    table = events(
        ("1937", "a"),
        ("1999", "a"),
        ("2000", "b"),
        ("2003-05", "b"),
        ("2004/2006", "b"),
        ("201X", "b"),
        ("2001", "c", "other", "context"),
    )
    found = chron.chronology(table, opened=2000)
    assert (found.first, found.last) == (2000, 2003)
    assert found.counts["count"].tolist() == [1, 0, 0, 1]
    assert found.events["year"].tolist() == [2000, 2003]
    reasons = dict(zip(found.left_out["date"], found.left_out["reason"], strict=True))
    assert reasons == {
        "1937": "outside 2000 to 2003",
        "1999": "outside 2000 to 2003",
        "2004/2006": "dated to more than one year",
        "201X": "dated to a decade or a century",
        "2001": "about the industrial past or another place",
    }
    assert chron.chronology(table).first == 1937
    asked = chron.chronology(table, opened=2000, start=1990, end=2002)
    assert (asked.first, asked.last, len(asked.events)) == (1990, 2002, 2)
    assert chron.chronology(table.iloc[4:]).events.empty


def test_fewer_events_than_the_least_are_no_series():
    dates = [(str(2000 + i), "a") for i in range(chron.FEWEST)]
    assert chron.chronology(events(*dates)).enough
    assert not chron.chronology(events(*dates[1:])).enough
    assert not chron.chronology(events(*[("2000", "a")] * 40)).enough


def test_sources_are_counted_once_a_year():
    table = events(
        ("2000", "a"), ("2000-03", "a"), ("2000", "b"), ("2002", "b"), ("2000/2003", "c")
    )
    counted = chron.sources_per_year([table], 2000, 2003)
    assert counted["exposure"].tolist() == [2, 0, 1, 0]


def turning() -> pd.DataFrame:
    """Twenty years of one event each, with three more a year in the second half from `late`."""
    rows = [(str(y), f"s{y % 5}", k) for y in range(2001, 2021) for k in ("other",)]
    rows += [(str(y), "late", k) for y in range(2011, 2021) for k in ("award", "policy", "award")]
    return events(("1950", "s0", "founding"), *rows)


def test_checks_show_that_one_source_makes_the_turn():
    table = turning()
    found = chron.chronology(table, opened=2001)
    exposure = chron.sources_per_year([table], 2001, 2020)
    checks = chron.turn_checks(table, found, exposure, 2001).set_index("choice")
    assert checks.loc["as counted", "year"] == 2010
    assert checks.loc["as counted", "p_value"] <= 0.05
    without = checks.loc["without late (30 events)"]
    assert without["events"] == 20
    assert without["p_value"] == 1
    assert checks.loc["from the first event, 1950", "first"] == 1950
    assert checks.loc["each kind once a year", "events"] == 40
    assert "inside the cluster only" not in checks.index  # changes nothing here
    left_out = chron.without_each_source(found).set_index("source")
    assert left_out.loc["late", "statistic"] == pytest.approx(0)
    assert left_out.drop("late")["year"].unique().tolist() == [2010]


def test_a_choice_with_too_few_events_has_no_turn():
    table = turning().assign(grade=["A"] * 5 + ["D"] * 46)
    found = chron.chronology(table, opened=2001)
    checks = chron.turn_checks(table, found, chron.sources_per_year([table], 2001, 2020))
    row = checks.set_index("choice").loc["sources of grade A and B"]
    assert row["events"] == 4
    assert np.isnan(row["year"])


def test_reading_of_a_series_that_turns():
    read = pace.read(chron.chronology(turning(), opened=2001))
    assert read.turn.year == 2010
    assert (read.turn.rate_before, read.turn.rate_after) == (1, 4)
    assert read.turn.statistic > read.critical
    assert read.best_breaks == 1
    assert len(read.blocks) == 2
    assert read.agreed
    assert read.dispersion == 0  # the same number every year before the turn, and after it


def test_dispersion_around_one_rate_is_variance_over_mean():
    numbers = [3, 2, 4, 2, 5, 4, 1, 2, 2, 1, 3, 3, 1, 2]
    rows = [(str(2000 + i), "a") for i, n in enumerate(numbers) for _ in range(n)]
    read = pace.read(chron.chronology(events(*rows)))
    assert read.turn.p_value > 0.05
    assert read.dispersion == pytest.approx(np.var(numbers, ddof=1) / np.mean(numbers))


def test_blocks_are_not_asked_about_a_turn_before_the_first_event():
    steady = [(str(y), "a") for y in range(2001, 2021) for _ in range(3)]
    read = pace.read(chron.chronology(events(*steady), start=1985))
    assert read.turn.year == 2000
    assert len(read.blocks) == 1
    assert read.agreed
    longer = chron.without_each_source(chron.chronology(turning(), start=1985))
    assert longer.set_index("source").loc["late", "year"] == 2000


def test_a_scheme_is_held_against_its_own_place_and_the_cluster():
    rows = phases.schemes(phase_rows(("town", 1, "1990/2010", "t"), ("town", 2, "2011/..", "t")))
    own = phases.schemes(phase_rows(("park", 1, "2001/2003", "p"), ("park", 2, "2004/..", "p")))
    both = pd.concat([rows, own.assign(about="Park")])
    table = turning()
    found = chron.chronology(table, opened=2001)
    places = {"Park": (table, found), "Town": (table, found)}
    fits = pace.scheme_fits(both, places).set_index(["chain", "place"])
    assert set(fits.index) == {("town", "Park"), ("town", "Town"), ("park", "Park")}
    assert fits.loc[("town", "Park"), "gain_share"] == pytest.approx(1)
    assert fits.loc[("town", "Park"), "random_share"] < 0.15  # one of 15 possible turns
    assert fits.loc[("park", "Park"), "gain_share"] < 0.5
    assert fits.loc[("park", "Park"), "break_years"] == (2003,)


SITE = events(
    ("1933", "b", "other", "context"),
    ("1937", "a", "founding", "context"),
    ("1938-04", "b", "founding", "context"),
    ("1944", "b", "ownership", "context"),
    ("1999", "a", "closure", "economic"),
    ("2002", "c", "programme"),
    ("2011", "c", "ownership"),
    ("2012", "c", "ownership", "economic", "external"),
)


def test_the_history_of_a_site_is_its_past_and_its_names_and_owners():
    rows = site.history(SITE, 2000)
    assert rows["date"].tolist() == ["1933", "1937", "1938-04", "1944", "1999", "2011"]
    assert site.main_account(rows, 2000) == "b"
    assert site.main_account(rows.drop_duplicates("source"), 2000) == ""
    accounts = site.founding_accounts(rows, 2000)
    assert accounts["source"].tolist() == ["a", "b"]
    later = pd.concat([SITE, events(("1999-02", "d", "founding"))])
    assert "d" not in set(site.founding_accounts(site.history(later, 2000), 2000)["source"])


def test_labels_in_a_column_keep_order_and_distance():
    tops = stacked([0, 10, 12, 100], [20, 20, 20, 20], gap=5, first=0)
    assert all(b - a >= 25 - 1e-9 for a, b in pairwise(tops))
    assert tops[0] >= 0
    assert tops[3] == 100
    assert stacked([5, 60], [20, 20], gap=5, first=0) == [5, 60]


def test_the_founding_of_a_name_is_not_that_of_the_site():
    assert isinstance(prose.periodisation.founding(open_case("tianzifang")), Gap)


def test_title_of_schemes():
    joined = phases.schemes(SCHEMES)
    assert schemes_title(joined) == (
        "Two schemes turn after five different years and agree on none of them"
    )
    rival = phase_rows(("rival", 1, "1999/2007", "r"), ("rival", 2, "2008/2013", "r"))
    shared = phases.schemes(pd.concat([SCHEMES, rival]))
    assert schemes_title(shared).endswith("and only 2007 is set by more than one")
    same = phases.schemes(pd.concat([rival, rival.assign(scheme="copy")]))
    assert schemes_title(same).endswith("after one different year and agree on all of them")
    assert schemes_title(phases.schemes(rival)) == "One scheme of phases"


def test_title_of_the_site():
    assert history_title("Park", site.history(SITE, 2000), 2000) == (
        "The founding of the site is dated 1937 or April 1938, depending on the source"
    )
    agreed = SITE[SITE["date"] != "1938-04"]
    title = history_title("Park", site.history(agreed, 2000), 2000)
    assert title == "The site of Park since 1933"


def test_title_of_the_lanes():
    table = events(*[("2001", "a")] * 4, *[("2002", "a", "other", "social")] * 2)
    assert lanes_title("Park", table) == "4 of 6 dated events of Park are cultural"
    even = events(*[("2001", "a")] * 3, *[("2002", "a", "other", "social")] * 3)
    assert lanes_title("Park", even) == "Dated events of Park by dimension"
    assert lanes_title("Park", table.head(3)) == "Dated events of Park by dimension"


def test_title_of_the_pace():
    quicker = chron.chronology(turning(), opened=2001)
    title = pace_title(pace.read(quicker), 2001, 2020)
    assert title == "Recorded events quicken after 2010, from 1.0 to 4.0 a year"
    slower = [(str(y), "a") for y in range(2001, 2021) for _ in range(4 if y < 2011 else 1)]
    reverse = chron.chronology(events(*slower))
    title = pace_title(pace.read(reverse), 2001, 2020)
    assert title == "Recorded events slow after 2010, from 4.0 to 1.0 a year"
    steady = chron.chronology(events(*[(str(y), "a") for y in range(2001, 2021)]))
    title = pace_title(pace.read(steady), 2001, 2020)
    assert title == "No turn in the pace of recorded events is detectable from 2001 to 2020"
    doubtful = chron.chronology(
        events(*[(str(y), "a") for y in range(2001, 2021) for _ in range(4 if y < 2011 else 2)])
    )
    assert pace_title(pace.read(doubtful), 2001, 2020) == (
        "Recorded events may slow after 2010, from 4.0 to 2.0 a year, but the tests disagree"
    )
    bunched = chron.chronology(
        events(
            *[(str(y), "a") for y in (*range(2001, 2010), *[2010] * 21, *range(2011, 2031))][:35]
        )
    )
    read = replace(pace.read(quicker), dispersion=2.0)
    assert pace_title(read, 2001, 2020).endswith("from 1.0 to 4.0 a year, but they come in bunches")
    assert pace.read(bunched).bunched


def checks(*rows: tuple[int, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["first", "year", "p_value"])


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([(2000, 2005, 0.3), (2000, np.nan, np.nan)], "None of one way of counting finds a turn"),
        ([(2000, 2005, 0.3), (2000, 2011, 0.3)], "None of two ways of counting finds a turn"),
        (
            [(2000, 2005, 0.3), (1937, 1997, 0.001)],
            "Events turn only if counted from 1937, after 1997",
        ),
        (
            [(2000, 2005, 0.3), (1937, 1997, 0.001), (2000, 2011, 0.05)],
            "Two of three ways of counting find a turn, between 1997 and 2012",
        ),
        (
            [(2000, 2005, 0.01), (1937, 2005, 0.001)],
            "All two ways of counting find a turn, after 2005",
        ),
    ],
)
def test_title_of_the_checks(rows, title):
    assert checks_title(checks(*rows)) == title


@pytest.mark.parametrize(
    ("shares", "start"), [([0.5, 0.2], "No scheme"), ([0.01, 0.2], "One of two comparison fits"),
                          ([0.01, 0.02], "Every scheme")]
)  # fmt: skip
def test_title_of_the_fit(shares, start):
    assert fit_title(pd.DataFrame({"random_share": shares})).startswith(start)


# The shipped evidence.


def test_the_published_phases_are_read_from_the_evidence():
    rows = phases.of_case(open_case("m50"))
    found = {str(name): phases.turns(part) for name, part in rows.groupby("chain")}
    assert found == {
        "wang2020": (2004, 2007, 2010),
        "ehouse2017": (2005, 2007, 2013),
        "m50article_profit_model": (2001, 2014),
    }


@pytest.mark.parametrize("cluster", ["m50", "tianzifang", "798", "ningbo-1956"])
def test_the_chapter_speaks_for_every_cluster(cluster):
    case = open_case(cluster)
    sentences = [
        prose.periodisation.opening(case), prose.periodisation.founding(case),
        prose.periodisation.density(case), prose.periodisation.schemes_reading(case),
        prose.periodisation.pace_reading(case), prose.periodisation.checks_reading(case),
        prose.periodisation.fit_reading(case), prose.periodisation.limits(case),
    ]  # fmt: skip
    figures = [
        charts.schemes(case), charts.site_history(case), charts.event_lanes(case),
        charts.event_pace(case), charts.turn_checks(case), charts.scheme_fit(case),
    ]  # fmt: skip
    text = " ".join(repr(s) for s in sentences) + " ".join(
        f"{f.title} {f.subtitle} {f.description}" if f else repr(f) for f in figures
    )
    assert "nan" not in re.findall(r"\w+", text)
    if cluster in ("798", "ningbo-1956"):
        assert "M50" not in text
        assert "Shanghai" not in text
    thin = cluster == "ningbo-1956"
    assert [bool(f) for f in figures[3:5]] == [not thin, not thin]
    assert ("too few events for a test" in text) == thin


def test_years_are_checked_and_used():
    case = open_case("m50")
    assert "from 1990 to 2020" in repr(charts.event_pace(case, 1990, 2020).description)
    with pytest.raises(ParameterError, match="start: '1990' is text"):
        charts.event_pace(case, "1990", 2020)
    with pytest.raises(ParameterError, match="start must be a year before end"):
        prose.periodisation.opening(case, 2020, 1990)


def test_hostile_titles_stay_text():
    case = open_case("ningbo-1956")
    case.events.loc[case.events["kind"] == "founding", "title"] = "<script>alert(1)</script>"
    assert "<script>" not in prose.periodisation.founding(case)._repr_html_()


def test_notes_name_rows_that_exist():
    assert notes_problems(open_case("m50"), "periodisation") == []


def test_the_chapter_file_is_short_cells_and_prose_without_numbers():
    text = CHAPTER.read_text(encoding="utf-8")
    cells = re.findall(r"```\{code-cell\} python\n(.*?)```", text, re.S)
    lines = [len([x for x in c.splitlines() if x and not x.startswith(":")]) for c in cells]
    assert median(lines) <= 3
    assert max(lines) <= 8
    assert "def " not in "".join(cells)
    fixed = re.sub(r"```.*?```|^---.*?^---", "", text, flags=re.S | re.M)
    assert not re.search(r"\d", fixed)
    assert "M50" not in fixed
    assert "Shanghai" not in fixed
