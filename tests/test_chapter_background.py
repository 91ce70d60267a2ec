import json
import re

import pandas as pd
import pytest
from conftest import ROOT

from clusterbook import charts, prose
from clusterbook.analysis import claims_audit, policy
from clusterbook.charts.creative_city import clusters_title, economy_title
from clusterbook.charts.policy_timeline import policy_title
from clusterbook.charts.protection import protection_title
from clusterbook.charts.stacking import stacked
from clusterbook.charts.unsigned_claims import claims_title
from clusterbook.evidence import EvidenceError, cluster_slugs, open_case
from clusterbook.evidence.context_tables import protection
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.tables import value_words

HERITAGE, CREATIVE = "heritage_protection", "creative_industry"


def events(*cells):
    """Rows of lane and date."""
    made = []
    for number, (lane, date) in enumerate(cells, start=2):
        when = read_date(date)
        made.append(
            {"lane": lane, "start": when.start, "end": when.end, "when": when.when,
             "row": number, "title": "a rule", "date_words": when.words}
        )  # fmt: skip
    return pd.DataFrame(made)


PROTECTED_FIRST = [
    (HERITAGE, "1986"), (HERITAGE, "1992"), (HERITAGE, "2009"),
    (CREATIVE, "2004-12"), (CREATIVE, "2005"), (CREATIVE, "2008"),
]  # fmt: skip


def test_which_lane_came_first_is_counted():
    found = policy.precedence(events(*PROTECTED_FIRST), HERITAGE, CREATIVE)
    assert (found.earlier, found.before, found.events) == (HERITAGE, 2, 3)
    assert found.turn["date_words"] == "December 2004"


def test_the_policy_title_follows_the_rows():
    title = policy_title("Town", events(*PROTECTED_FIRST))
    assert title == (
        "Protection rules came first: 2 of 3 precede the first creative-industry policy of 2004"
    )
    swapped = {HERITAGE: CREATIVE, CREATIVE: HERITAGE}
    title = policy_title("Town", events(*[(swapped[lane], date) for lane, date in PROTECTED_FIRST]))
    assert title.startswith("Creative-industry rules came first: 2 of 3 precede the first protec")
    assert policy_title("Town", events((HERITAGE, "1986"), (CREATIVE, "2004"))) == (
        "Policies of Town, field by field"
    )
    mixed = events(*[(HERITAGE, "2004"), (CREATIVE, "2004")] * 3)
    assert policy_title("Town", mixed) == "Policies of Town, field by field"


def test_lanes_in_their_years_only():
    rows = events((HERITAGE, "1986"), (CREATIVE, "2005"), ("", "2000"), (CREATIVE, "199X"))
    assert list(policy.in_lanes(rows, None, None)["start"]) == [1986, 2005]
    assert list(policy.in_lanes(rows, 1990, 2010)["start"]) == [2005]
    lanes = policy.by_lane(policy.in_lanes(rows, None, None))
    assert list(lanes["lane"]) == [HERITAGE, CREATIVE]


def tiers(*rules):
    return pd.DataFrame(
        [
            dict(zip(("facade", "structure", "plan", "interior"), rule, strict=True))
            for rule in rules
        ]
    ).assign(scheme="2003 ordinance")


def test_the_protection_title_follows_the_rows():
    four = tiers(
        ("stays", "stays", "stays", "stays"), ("part_stays", "may_change", "", "may_change")
    )
    assert protection_title("Town", four) == (
        "Every tier of the 2003 ordinance keeps a façade, 1 of 2 keeps the whole interior"
    )
    inside = tiers(("may_change", "stays", "stays", "stays"), ("may_change", "", "", "stays"))
    assert protection_title("Town", inside) == (
        "More tiers of the 2003 ordinance keep the interior (2) than a façade (0)"
    )
    even = tiers(("stays", "", "", "may_change"), ("may_change", "", "", "may_change"))
    assert protection_title("Town", even) == (
        "What the 2 tiers of the 2003 ordinance keep of a building in Town"
    )
    assert protection_title("Town", tiers(("", "", "", ""))) == (
        "Levels of building protection in Town"
    )


def figures(*cells):
    """Rows of segment, date, value, definition."""
    made = []
    for number, (segment, date, value, definition) in enumerate(cells, start=2):
        when = read_date(date)
        made.append(
            {"segment": segment, "start": when.start, "end": when.end, "when": when.when,
             "low": float(value), "high": float(value), "definition": definition,
             "stated": bool(definition), "row": number, "grade": "A", "qualifier": "exact",
             "value_words": value_words(value, value), "unit": "count", "indicator": "x"}
        )  # fmt: skip
    return pd.DataFrame(made)


def test_the_title_of_counts_follows_the_rows():
    changed = [("", "2005", 36, "old"), ("city", "2012", 114, "new")]
    split = [("", "2010", 75, ""), ("", "2010", 82, "")]
    assert clusters_title("Town", figures(*changed, *split)) == (
        "Town's count of creative clusters changes its meaning by 2012; for 2010 alone sources "
        "give 75 or 82"
    )
    assert clusters_title("Town", figures(*changed)).endswith("changes its meaning by 2012")
    assert clusters_title("Town", figures(*split)) == (
        "Sources disagree on the creative clusters of Town: for 2010 alone sources give 75 or 82"
    )
    agreed = figures(("", "2010", 75, ""), ("", "2010", 75, ""))
    assert clusters_title("Town", agreed) == "Creative clusters counted in Town"


def test_the_title_of_the_economy_follows_the_rows():
    jump = [("", "2008", 7.66, "old"), ("", "2009", 7.7, "old"),
            ("", "2010", 9.75, "new"), ("", "2011", 10.02, "new")]  # fmt: skip
    title = economy_title("Town", figures(*jump))
    assert "2009 to 2010, is a new definition" in title
    slow = [("", "2008", 2, "old"), ("", "2009", 7, "old"), ("", "2010", 7.1, "new")]
    assert "2008 to 2009, is growth under one definition" in economy_title("Town", figures(*slow))
    assert economy_title("Town", figures(*jump[:2])) == "The creative industry in Town's economy"
    falling = [("", "2008", 9, "old"), ("", "2009", 8, "new")]
    neutral = economy_title("Town", figures(*falling))
    assert neutral == "The creative industry in Town's economy"


@pytest.mark.parametrize(
    ("verdicts", "title"),
    [
        (["contradicted", "contradicted", "in line"],
         "Of 3 unsigned claims, 2 are contradicted or out of date and 1 has support"),
        (["contradicted", "out of date", "not checked"],
         "Of 3 unsigned claims, 2 are contradicted or out of date and none has support"),
        (["in line", "near", "contradicted"],
         "Of 3 unsigned claims, 2 have independent support"),
        (["not checked"] * 3, "3 unsigned claims set against independent figures"),
        (["contradicted"], "1 unsigned claim set against independent figures"),
    ],
)  # fmt: skip
def test_the_title_of_claims_follows_the_verdicts(verdicts, title):
    assert claims_title(pd.DataFrame({"verdict": verdicts})) == title


def test_shares_and_growth_from_printed_levels():
    # Shanghai 2009: 114.8 of 1,574.24 billion is 7.29 percent, after 104.875 the year before
    # 9.46 percent more, where 17.6 was printed.
    values = figures(("", "2008", 104.875, "old"), ("", "2009", 114.8, "old"),
                     ("", "2010", 167.379, "new"))  # fmt: skip
    gdp = figures(("", "2009", 1574.24, ""))
    printed = figures(("", "2009", 7.7, "old"), ("", "2010", 9.75, "new"))
    shares = policy.shares(values, gdp, printed)
    assert list(shares["year"]) == [2009]
    assert shares["low"].iloc[0] == pytest.approx(7.2924, abs=1e-4)
    rates = figures(("", "2009", 17.6, "old"), ("", "2010", 15.6, "new"))
    growth = policy.growth_of_levels(values, rates)
    # 2010 follows under another definition, so no growth is computed for it.
    assert list(growth["year"]) == [2009]
    assert growth["high"].iloc[0] == pytest.approx(9.4636, abs=1e-4)


def test_stacked_labels_keep_order_and_distance():
    assert stacked([0, 100], [10, 10]) == [0, 100]
    tops = stacked([0, 0, 0], [10, 10, 10], gap=2)
    assert tops == pytest.approx([-12, 0, 12])
    assert stacked([0, 0, 0], [10, 10, 10], gap=2, first=5) == pytest.approx([5, 17, 29])
    assert stacked([], []) == []


def test_m50_as_the_evidence_stands():
    case = open_case("m50")
    audit = claims_audit.of_case(case)
    verdict = {
        (row["indicator"], row["segment"], row["source"]): row["verdict"]
        for _, row in audit.claims.iterrows()
    }
    report = "revivalreport"
    assert verdict["cci_growth_rate", "unsourced_claim", report] == "contradicted"
    assert verdict["cci_growth_rate", "unsourced_claim_startups", report] == "not checked"
    assert verdict["cci_value_added", "unsourced_claim", report] == "out of date"
    assert verdict["feature_age", "unsourced_claim_m50_buildings", report] == "contradicted"
    assert claims_audit.of_case(case) is audit
    assert len(protection(case)) == 7
    said = repr(prose.unsigned_claims.audited(case))
    assert "It is the figure of 2018" in said
    assert "gives growth of 4.7% a year" in said


def parts(case, start=None, end=None):
    yield charts.policy_timeline(case, start, end)
    yield charts.protection_matrix(case)
    yield charts.accredited_clusters(case, start, end)
    yield charts.creative_economy(case, start, end)
    yield charts.unsigned_claims(case)
    yield prose.background.opening(case, start, end)
    yield prose.background.lanes(case, start, end)
    yield prose.background.counts(case, start, end)
    yield prose.background.consistency(case, start, end)
    yield prose.unsigned_claims.audited(case)
    yield prose.background.limits(case, start, end)


@pytest.mark.parametrize("slug", cluster_slugs(ROOT))
def test_every_cluster_has_the_chapter_or_a_named_gap(slug):
    case = open_case(slug)
    for part in parts(case):
        if isinstance(part, charts.Figure):
            for width in (726, 358):
                spec = json.dumps(part.specification(width))
                assert "NaN" not in spec
                assert not re.search(r"\bnan\b", spec)
        elif isinstance(part, prose.Gap):
            assert part.rows
        elif part is not None:
            assert "nan%" not in repr(part)
            assert " nan" not in repr(part)
    if slug != "m50":
        shown = " ".join(repr(part) for part in parts(case) if part is not None)
        assert "M50 Creative Park" not in shown


@pytest.mark.parametrize("years", [(1990, 2009), (2010, None), (None, 1995), (2090, 2095)])
def test_years_bound_what_is_drawn(years):
    case = open_case("m50")
    figure = charts.policy_timeline(case, *years)
    if years == (2090, 2095):
        assert repr(figure).startswith("Data gap: no evidence on policies of Shanghai in lanes (fr")
    else:
        start, end = years
        assert start is None or (figure.rows["end"] > start).all()
        assert end is None or (figure.rows["start"] < end + 1).all()
    for part in parts(case, *years):
        if isinstance(part, charts.Figure):
            part.specification(726)


def test_a_word_outside_the_list_of_protection_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "_config.yml").write_text("")
    (tmp_path / "data").symlink_to(tmp_path / "copy")
    for folder in ("clusters/m50", "context/shanghai"):
        (tmp_path / "copy" / folder).mkdir(parents=True)
        for file in (ROOT / "data" / folder).glob("*.*"):
            (tmp_path / "copy" / folder / file.name).write_bytes(file.read_bytes())
    common = ROOT / "data" / "sources.bib"
    (tmp_path / "copy" / "sources.bib").write_bytes(common.read_bytes())
    table = tmp_path / "copy" / "context" / "shanghai" / "protection.csv"
    table.write_text(table.read_text().replace("may_change", "perhaps", 1))
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(tmp_path))
    with pytest.raises(EvidenceError, match=r"protection\.csv.*interior.*perhaps.*may_change"):
        protection(open_case("m50"))
