"""What the README and CONTRIBUTING.md tell a newcomer to write, done as they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import altair as alt
import pytest
from conftest import ROOT, clusterbook, small_copy
from running import run

import clusterbook as cb
from clusterbook.charts.figure import Figure
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence.root import environment

FENCE = re.compile(
    r"^(?P<ticks>`{3,4})(?P<kind>\w+)(?: (?P<path>\S+))?\n(?P<text>.*?)^(?P=ticks)$", re.S | re.M
)
FILE_OF = {"Change a chart": "chapters/economic.md"}
"""The file that a section's diff is of, where the fence does not say so."""


def steps(section: str) -> list[re.Match[str]]:
    """Return the fenced pieces of a section of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    body = text.partition(f"\n## {section}\n")[2]
    body = re.split(r"^## (?!reading)", body, maxsplit=1, flags=re.M)[0]
    return list(FENCE.finditer(body))


def follow(section: str, root: Path) -> None:
    """Do in a copy of the book what a section says: lines replaced, files added or added to."""
    done = steps(section)
    assert done, f"CONTRIBUTING.md has no section {section}"
    for step in done:
        path = root / (step["path"] or FILE_OF[section])
        if step["kind"] == "diff":
            lines = step["text"].splitlines()
            old = "\n".join(line[1:] for line in lines if line[0] in "- ")
            new = "\n".join(line[1:] for line in lines if line[0] in "+ ")
            text = path.read_text("utf-8")
            assert text.count(old) == 1, f"{path.name} has {text.count(old)} times: {old}"
            path.write_text(text.replace(old, new), "utf-8")
        else:
            before = path.read_text("utf-8") if path.exists() else ""
            path.write_text(before + step["text"], "utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return small_copy(tmp_path / "copy", ("m50", "ningbo-1956", "zollverein", "gillman-barracks"))


def figure(root: Path, chapter: str, name: str, cluster: str = "m50") -> Figure:
    with environment({"CLUSTERBOOK_ROOT": str(root)}):
        return run(chapter, cluster).figures[name]


def test_the_rent_chart_on_a_log_scale(copy: Path) -> None:
    follow("Change a chart", copy)
    for width in (WIDE, NARROW):
        assert '"type": "log"' in str(
            figure(copy, "economic", "rents").specification(width)
        ).replace("'", '"')


def test_a_chart_of_visitors_and_a_sentence_with_its_rows(copy: Path) -> None:
    follow("Write a cell", copy)
    visits = figure(copy, "cultural", "visits-by-year", "zollverein")
    assert set(visits.rows["indicator"]) == {"visitors"}
    assert len(visits.rows) > 3
    with environment({"CLUSTERBOOK_ROOT": str(copy)}):
        page = run("economic", "m50")
        thin = run("economic", "ningbo-1956")
    said = re.search(
        r"That is ((?:over |nearly |about )?[\d.]+(?: to [\d.]+)?) tenants to a", page.text
    )
    assert said, page.text[-500:]
    count, floor = page.names["count"], page.names["floor"]
    low = 1000 * count.low / floor.high if floor.high else 0
    assert float(re.findall(r"[\d.]+", said[1])[0]) == pytest.approx(low, rel=0.3)
    link = re.search(r'<a class="cb-n" href="([^"]+)"[^>]*>' + re.escape(said[1]), page.html)
    assert link, "the number leads to no row"
    for row in (*count.rows, *floor.rows):
        assert row["anchor"] in link[1]
    assert "tenants and floor area" in thin.gaps, "without rows the sentence is a gap"


def test_what_is_computed_is_what_is_drawn(copy: Path) -> None:
    follow("Draw a computed value", copy)
    drawn = figure(copy, "cultural", "gallery-density", "gillman-barracks")
    with environment({"CLUSTERBOOK_ROOT": str(copy)}):
        run("cultural", "ningbo-1956")
    land, counts = (cb.tidy(cb.open_case("gillman-barracks"), *asked) for asked in (
        ("site_area", None, "", "ha"), ("galleries", None, "")))  # fmt: skip
    by = dict(zip(counts["anchor"], counts["low"], strict=True))
    for row in drawn.rows.itertuples():
        assert row.low == pytest.approx(by[row.anchor] / cb.latest(land).high)
        assert row.value_words == str(row.q) in drawn.description
    one = drawn.specification(WIDE)
    assert f'"words": "{drawn.rows["value_words"].iloc[0]}"' in json.dumps(one, ensure_ascii=False)
    spoilt = drawn.rows.assign(q=drawn.rows["q"] * 2)
    with pytest.raises(ValueError, match=r"set both with cb\.valued"):
        cb.over_time(spoilt)


def test_two_clusters_in_one_chart_lead_each_to_its_ledger(copy: Path) -> None:
    follow("Put two clusters in one chart", copy)
    both = figure(copy, "cultural", "two-clusters")
    text = json.dumps(both.specification(WIDE))
    assert '"?cluster=zollverein/ledger#obs-' in text
    assert '"ledger.html#obs-' in text
    for name in ("Zollverein Coal Mine Industrial Complex, ", "M50 Creative Park, "):
        assert name in both.description
    layers = both.specification(WIDE)["layer"]
    (values,) = {
        tuple(m["encoding"]["y"]["axis"]["values"])
        for m in layers
        if "axis" in m["encoding"].get("y", {})
    }
    assert len(values) >= 3, "a log axis bears the numbers 1, 2, 5 of each power"


def test_a_slip_in_a_name_is_no_gap() -> None:
    case = cb.open_case("m50")
    with pytest.raises(LookupError, match="'rents' is not in the codebook; write rent"):
        cb.tidy(case, "rents")
    with pytest.raises(LookupError, match=r"has the part \{m\}, which was not given"):
        cb.say("{n} {m}", n=3)


def test_an_altair_chart_of_a_whole_frame_is_drawn() -> None:
    rent = cb.tidy(cb.open_case("m50"), "rent", per=2)
    chart = alt.Chart(rent).mark_point().encode(x="year:Q", y="mid:Q", tooltip="q:N")
    shown = chart._repr_mimebundle_()
    assert str(rent["q"].iloc[0]) in str(shown)


def test_a_chapter_with_notes_and_an_indicator_stand_in_the_report(copy: Path) -> None:
    follow("Add a chapter", copy)
    follow("Add an indicator", copy)
    told = clusterbook("check", cwd=copy)
    assert told.returncode == 0, told.stdout
    chapters = "people,environmental,ledger"
    done = clusterbook("report", "m50", "--chapters", chapters, "--out", "out", cwd=copy)
    assert done.returncode == 0, done.stderr[-2000:]
    html = copy / "out" / "html" / "chapters"
    people = (html / "people.html").read_text("utf-8")
    assert "Arrivals at M50 Creative Park that a source dates" in people
    assert "that is seldom a neighbour" in people
    assert "about 12" in (html / "environmental.html").read_text("utf-8")
    assert "Benches" in (html / "ledger.html").read_text("utf-8")


def test_a_form_is_a_name_that_chapters_can_use(copy: Path) -> None:
    follow("Add a form of chart", copy)
    code = (
        "import clusterbook as cb; case = cb.open_case('m50'); rent = cb.tidy(case, 'rent', per=2)\n"
        "spec = cb.figure(lambda width: cb.slopes(rent, 'tier', width), rent, 'x', 'y')"
        ".specification(680); print(len(str(spec)), cb.slopes.__module__, cb.__file__)"
    )
    away = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERBOOK")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True,
        env=away | {"PYTHONPATH": str(copy / "lib")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    size, module, file = done.stdout.split()
    assert module == "clusterbook.charts.slopes"
    assert file.startswith(str(copy))
    assert int(size) > 2000


def test_the_cell_of_the_readme_runs() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    (cell,) = re.findall(r"^```python\n(.*?)^```$", text, re.S | re.M)
    assert len(cell.splitlines()) <= 20
    names: dict[str, object] = {}
    with environment({"CLUSTERBOOK_ROOT": str(ROOT)}):
        exec(compile(cell, "README.md", "exec"), names)
        last = cell[cell.index("cb.say(") :]
        assert "times as much" in repr(eval(compile(last, "README.md", "eval"), names))
