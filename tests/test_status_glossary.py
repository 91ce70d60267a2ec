import re

from clusterbook import prose
from clusterbook.evidence import book_root, open_case
from clusterbook.evidence.lists import read_list
from clusterbook.prose import status


def cells(html):
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [re.findall(r"<td>(.*?)</td>", row) for row in rows if "<td>" in row]


def test_rows_by_grade_add_up_to_the_rows_by_place():
    case = open_case("m50")
    by_place = sum(int(row[-1].replace(",", "")) for row in cells(prose.status.rows(case).html))
    *grades, total = cells(prose.status.grades(case).html)
    assert [row[0] for row in grades] == ["A", "B", "C", "D"]
    assert sum(int(row[-1].replace(",", "")) for row in grades) == by_place
    assert int(total[-1].replace(",", "")) == by_place


def test_versions_name_the_direct_packages_without_those_for_tests():
    shown = {row[0]: row[1] for row in cells(prose.status.versions().html)}
    assert shown["jupyter-book"] == "1.0.4.post1"
    assert "pytest" not in shown
    assert "not locked" not in shown.values()


def test_a_lock_file_is_read_without_comments_and_markers(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("# pandas==1\nPandas==3.1.1\nx[y]==2 ; python_version<'4'\n-e ./lib\n")
    assert status._locked(lock) == {"pandas": "3.1.1", "x": "2"}
    assert status._locked(tmp_path / "none.txt") == {}


def test_status_holds_no_time_and_no_path_of_a_machine():
    case = open_case("m50")
    text = "".join(
        part.html
        for part in (status.opening(case), status.rows(case), status.coverage(case),
                     status.grades(case), status.versions())
    )  # fmt: skip
    assert not re.search(r"\d\d:\d\d", text)
    assert str(book_root()) not in text


def test_every_term_of_the_glossary_is_whole_and_named_once():
    terms = read_list("glossary")
    assert (terms[["term", "chinese", "pinyin", "meaning", "group"]] != "").all(axis=None)
    assert terms["term"].is_unique
    assert terms["chinese"].str.contains("[\u4e00-\u9fff]").all()
    assert not terms["pinyin"].str.contains("[\u4e00-\u9fff]").any()
    html = prose.glossary.glossary().html
    assert html.count("<dfn ") == len(terms)
    assert len(set(re.findall(r'<dfn id="([^"]+)"', html))) == len(terms)
