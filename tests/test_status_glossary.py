import re

from running import run

from clusterbook import prose
from clusterbook.evidence import book_root
from clusterbook.evidence.lists import read_list


def test_rows_by_grade_add_up_to_the_rows_by_place() -> None:
    names = run("status", "m50").names
    by_place = names["counts"].drop(columns="place").to_numpy().sum()
    assert names["by_grade"]["rows"].sum() == by_place
    assert list(names["by_grade"]["grade"]) == ["A", "B", "C", "D"]


def test_status_holds_no_time_and_no_path_of_a_machine() -> None:
    page = run("status", "m50")
    assert not re.search(r"\d\d:\d\d", page.text)
    assert str(book_root()) not in page.html


def test_every_term_of_the_glossary_is_whole_and_named_once():
    terms = read_list("glossary")
    assert (terms[["term", "chinese", "pinyin", "meaning", "group"]] != "").all(axis=None)
    assert terms["term"].is_unique
    assert terms["chinese"].str.contains("[\u4e00-\u9fff]").all()
    assert not terms["pinyin"].str.contains("[\u4e00-\u9fff]").any()
    html = prose.glossary.glossary().html
    assert html.count("<dfn ") == len(terms)
    assert len(set(re.findall(r'<dfn id="([^"]+)"', html))) == len(terms)
