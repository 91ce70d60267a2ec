"""Answers to recommendations and tensions told: what is checked, and what a page shows of them."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from running import run

from clusterbook.evidence import Case, open_case
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.lists import read_list
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.schemas import closed_list
from clusterbook.evidence.select import select, selectors
from clusterbook.prose.answers import answers_table, row_links, tensions_table
from clusterbook.publishing.own_texts import text_problems

ROOT = Path(__file__).parent.parent
SLUGS = tuple(cluster_slugs(ROOT))
LAST = "rent[commercial]@2019#m50article"

Make = Callable[[str, str], Path]


@pytest.fixture
def with_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Give a function that returns a copy of M50's tables with one file written anew."""

    def make(file: str, text: str) -> Path:
        folder = tmp_path / "own"
        away = shutil.ignore_patterns("notes", "claims.csv", "answers.csv", "tensions.csv")
        shutil.copytree(ROOT / "data" / "clusters" / "m50", folder, ignore=away)
        (folder / file).write_text(text, encoding="utf-8")
        monkeypatch.setenv("CLUSTERBOOK_FOLDERS", str(folder))
        return folder

    return make


AS_WRITTEN = [
    (f"rec-03,met,{LAST},They rose.", "", ""),
    ("rec-04,no evidence,,No row tells of it.", "", ""),
    (f"rec-3,met,{LAST},They rose.", "recommendation", "no recommendation 'rec-3'; write rec-"),
    (f"x,met,{LAST},They rose.", "recommendation", "look up its id in data/recommendations.csv"),
    (f",met,{LAST},They rose.", "recommendation", "is empty"),
    (f"rec-22,met,{LAST},They rose.", "recommendation", "asks something of researchers"),
    (f"rec-01,met,{LAST},They rose.", "recommendation", "stands in row 2 already"),
    (f"rec-03,mostly,{LAST},They rose.", "answer", "'mostly' is not in the list"),
    (f"rec-03,,{LAST},They rose.", "answer", "is empty"),
    ("rec-03,partly,,They rose.", "rows", "is empty, but the answer is partly"),
    ("rec-03,evidence against,,They rose.", "rows", "is empty, but the answer is evidence"),
    ("rec-03,met,;,They rose.", "rows", "';' names no row"),
    (f"rec-03,met,{LAST},  ", "sentence", "is blank"),
    (f"rec-03,no evidence,{LAST},They rose.", "rows", "names rows, but the answer is no evidence"),
    ("rec-03,met,the rents,They rose.", "rows", "'the rents' names no row"),
    (f"rec-03,met,{LAST}; {LAST},They rose.", "rows", "stands there twice"),
    (f"rec-03,met,{LAST},", "sentence", "is empty"),
    (f"rec-03,met,{LAST}", "", "has 3 cells, the header 4"),
]


@pytest.mark.parametrize(("line", "field", "wrong"), AS_WRITTEN)
def test_answers_as_written(with_file: Make, line: str, field: str, wrong: str):
    first = "rec-01,no evidence,,No row tells of it."
    text = f"recommendation,answer,rows,sentence\n{first}\n{line}\n"
    found = check_folder(with_file("answers.csv", text), ROOT)
    if not wrong:
        assert found == []
        return
    (problem,) = found
    assert (problem.file, problem.row, problem.field) == ("answers.csv", 3, field)
    assert wrong in str(problem)


TENSIONS_AS_WRITTEN = [
    (f"ten-02,{LAST},They rose.", "", ""),
    (f"ten-2,{LAST},They rose.", "tension", "there is no tension 'ten-2'; write ten-"),
    (f"ten-01,{LAST},They rose.", "tension", "stands in row 2 already"),
    ("ten-02,,They rose.", "rows", "is empty"),
    ("ten-02,the rents,They rose.", "rows", "names no row"),
    (f"ten-02,{LAST},", "sentence", "is empty"),
]


@pytest.mark.parametrize(("line", "field", "wrong"), TENSIONS_AS_WRITTEN)
def test_tensions_as_written(with_file: Make, line: str, field: str, wrong: str):
    text = f"tension,rows,sentence\nten-01,{LAST},They rose.\n{line}\n"
    found = check_folder(with_file("tensions.csv", text), ROOT)
    if not wrong:
        assert found == []
        return
    (problem,) = found
    assert (problem.file, problem.row, problem.field) == ("tensions.csv", 3, field)
    assert wrong in str(problem)


ROWS = [
    (LAST, "At M50 late tenants pay 5 to 5.50 yuan in 2019.", "", ""),
    ("visitors@2024#m50article", "Some 2,000,000 people come.", "", ""),
    ("rent@1900", "They rose.", "rows", "'rent@1900' names no row"),
    ("rent", "They rose.", "rows", "add @date or #source"),
    (f"{LAST}; rent[commercial]@2019", "They rose.", "rows", "a row that is named already"),
    (LAST, "They rose to 7 yuan.", "sentence", "7 stands in none of its rows"),
    (LAST, "They rose by 5.5.1.", "sentence", "5.5.1 stands in none of its rows"),
]


@pytest.mark.parametrize(("rows", "sentence", "field", "wrong"), ROWS)
@pytest.mark.parametrize("file", ["answers.csv", "tensions.csv"])
def test_rows_and_figures(
    with_file: Make, file: str, rows: str, sentence: str, field: str, wrong: str
):
    text = {
        "answers.csv": f'recommendation,answer,rows,sentence\nrec-03,met,{rows},"{sentence}"\n',
        "tensions.csv": f'tension,rows,sentence\nten-02,{rows},"{sentence}"\n',
    }
    with_file(file, text[file])
    found = text_problems(ROOT, "own")
    if not wrong:
        assert found == []
        return
    (problem,) = found
    assert (problem.file, problem.row, problem.field) == (file, 2, field)
    assert wrong in str(problem)


@pytest.mark.parametrize(
    ("claim", "kind"),
    [("m50-g-24", "normative"), ("m50-c-34", "general"), ("m50-c-16", "question")],
)
def test_what_should_be_is_no_evidence(with_file: Make, claim: str, kind: str):
    line = f"claim[{claim}],They rose."
    folder = with_file("answers.csv", f"recommendation,answer,rows,sentence\nrec-17,met,{line}\n")
    (problem,) = text_problems(ROOT, "own")
    assert (problem.row, problem.field) == (2, "rows")
    assert f"'claim[{claim}]' is a claim of the kind '{kind}'" in str(problem)
    (folder / "answers.csv").unlink()
    (folder / "tensions.csv").write_text(f"tension,rows,sentence\nten-01,{line}\n")
    assert text_problems(ROOT, "own") == []


# What a page shows


def cells_of(html: str) -> list[list[str]]:
    """Return the cells of all tables, without marks."""
    return [
        [re.sub("<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", line)]
        for line in re.findall(r"<tr>(<td.*?)</tr>", html)
    ]


def test_m50_answers_all_that_is_asked_of_a_cluster():
    case = open_case("m50")
    asked = read_list("recommendations")
    practice = asked.loc[asked["kind"] == "practice", "id"]
    assert set(case.answers["recommendation"]) == set(practice)
    html = answers_table(case).html
    assert len(cells_of(html)) == len(practice) == 20
    assert "not answered" not in html
    calls = asked.loc[asked["kind"] == "research", "checklist_question"]
    assert len(calls) == 2
    assert not any(call in html for call in calls)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_is_answered_or_counted(slug: str):
    case = open_case(slug)
    html = answers_table(case).html
    listed = read_list("recommendations")
    practice = listed[listed["kind"] == "practice"]
    given = practice["id"].isin(case.answers["recommendation"])
    for question in practice.loc[given, "checklist_question"]:
        assert html.count(question.replace("'", "&#x27;")) == 1
    left = f"<p>{(~given).sum()} of {len(practice)} questions are not answered.</p>"
    assert (left in html) == (not given.all())


def test_every_recommendation_stands_once_on_the_methods_page():
    html = run("methods", "m50").html
    for text in read_list("recommendations")["recommendation"]:
        assert html.count(text.replace("'", "&#x27;")) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_an_answer_leads_to_its_rows(slug: str):
    case = open_case(slug)
    html = answers_table(case).html + (told.html if (told := tensions_table(case)) else "")
    for cell in [*case.answers["rows"], *case.told_tensions["rows"]]:
        for selector in selectors(cell):
            assert select(case, selector)["anchor"] in html


@pytest.mark.parametrize("slug", SLUGS)
def test_no_recommendation_is_met_by_claims_alone(slug: str):
    case = open_case(slug)
    assert set(case.answers["answer"]) <= set(closed_list("answers", "answer"))
    for cell in case.answers.loc[case.answers["answer"] == "met", "rows"]:
        tables = {select(case, selector)["table"] for selector in selectors(cell)}
        assert tables - {"findings"}


def test_a_cluster_without_answers_shows_the_questions(with_file: Make):
    with_file("tensions.csv", "tension,rows,sentence\n")
    case = open_case("own")
    html = answers_table(case).html
    assert [len(line) for line in cells_of(html)] == [2] * 20
    assert "Do residents gain from the park" in html
    assert "not answered for M50 Creative Park" in html
    assert not re.search("met|partly|no evidence", html.partition("</caption>")[2])


def test_tensions_are_told_only_where_rows_speak_of_them():
    for slug in SLUGS:
        case = open_case(slug)
        told = tensions_table(case)
        if case.told_tensions.empty:
            assert told is None
        else:
            assert told is not None
            assert len(cells_of(told.html)) == len(case.told_tensions)
    assert open_case("bridge-8").told_tensions.empty
    noise = tensions_table(open_case("tianzifang"), "social")
    assert noise is not None
    assert "quiet of residents" in noise.html
    assert tensions_table(open_case("zollverein"), "environmental") is None


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug != "m50"])
def test_nothing_of_m50_is_told_of_other_clusters(slug: str):
    case = open_case(slug)
    told = tensions_table(case)
    shown = cells_of(answers_table(case).html) + (cells_of(told.html) if told else [])
    fixed = " ".join(line[0] for line in shown)  # the recommendation or the tension
    assert not re.search("socialis|graffiti|street art|Moganshan|M50", fixed)


def test_what_comes_from_the_tables_is_escaped(with_file: Make):
    words = "<b>rent</b> & {glue}`x`"
    with_file("answers.csv", f"recommendation,answer,rows,sentence\nrec-03,met,{LAST},{words}\n")
    html = answers_table(open_case("own")).html
    assert "&lt;b&gt;rent&lt;/b&gt; &amp; {glue}`x`" in html
    assert "<b>" not in html


def test_rows_of_one_source_are_one_link_and_others_are_their_own():
    case = open_case("m50")
    entry = case.answers.set_index("recommendation").loc["rec-08"]
    links = re.findall(
        r'<a class="cb-n" href="([^"]+)"[^>]*>([^<]+)</a>',
        row_links(case, entry["rows"]).html,
    )
    rows = pd.DataFrame([select(case, selector) for selector in selectors(entry["rows"])])
    assert len(links) == len(rows.groupby(["label", "grade"]))
    for href, text in links:
        several = re.search(r", (\d+) rows$", text)
        assert href.count("obs-") + href.count("claim-") >= 1
        assert ("?rows=" in href) == bool(several)


def names(case: Case) -> set[str]:
    return set(case.answers["recommendation"])


def test_thin_evidence_is_not_answered_for():
    assert names(open_case("ningbo-1956")) == {"rec-18"}
    assert names(open_case("qiyun-86")) == {"rec-01"}
