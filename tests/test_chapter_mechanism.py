"""The chapter on the mechanism: codes, saturation, titles."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from clusterbook import charts, prose
from clusterbook.analysis import coding
from clusterbook.charts.coding_tree import tree_title
from clusterbook.charts.mechanism_parks import parks_title
from clusterbook.charts.saturation import saturation_title
from clusterbook.charts.theme import NARROW, WIDE
from clusterbook.evidence import open_case
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.root import cluster_slugs
from clusterbook.evidence.sources import Source

CLUSTERS = cluster_slugs(ROOT)
OF_CASE = (charts.mechanism_model, charts.mechanism_parks, charts.coding_tree, charts.saturation)


def findings(*rows: str) -> pd.DataFrame:
    """Return claims from "category code source" each."""
    cells = [row.split() for row in rows]
    frame = pd.DataFrame(cells, columns=["category", "code", "source"])
    return frame.assign(dimension="social", valence="sustains", label=frame["source"], grade="B")


def source(key: str, year: str) -> Source:
    """Return a source of a year."""
    return Source(key, "here", "web", (), key, "", year, "", "en", "B", "", True)


def test_categories_count_claims_codes_and_sources() -> None:
    rows = findings("a x s1", "a x s2", "a y s2", "b z s1", "b w s1", "b v s1", "b u s1")
    table = coding.categories(rows)
    assert list(table["category"]) == ["a", "b"]
    assert table.loc[0, ["claims", "codes", "sources"]].tolist() == [3, 2, 2]
    assert coding.core_category(table) == "a"


@pytest.mark.parametrize(
    ("rows", "core"),
    [
        (["a x s1", "a y s2", "b z s1"], "a"),
        (["a x s1", "a y s2", "b z s1", "b w s2"], ""),
        (["a x s1", "a y s2", "b z s1", "b w s2", "b v s2"], "b"),
        (["a x s1", "a y s1"], ""),
        ([], ""),
    ],
)
def test_a_core_category_is_proposed_only_where_one_leads(rows: list[str], core: str) -> None:
    assert coding.core_category(coding.categories(findings(*rows))) == core


def test_saturation_reads_sources_in_order_of_publication() -> None:
    rows = findings("a x late", "a x early", "b y early", "a x none", "c z middle", "a x middle")
    years = {"late": "2010", "early": "2001", "middle": "2005", "none": ""}
    curve = coding.saturation(rows, {key: source(key, year) for key, year in years.items()})
    assert list(curve["source"]) == ["early", "middle", "late", "none"]
    assert list(curve["codes"]) == [2, 3, 3, 3]
    assert list(curve["new_categories"]) == [2, 1, 0, 0]
    read = coding.read_saturation(curve)
    assert (read.sources, read.codes, read.categories, read.quiet) == (4, 3, 3, 2)
    assert not read.one_code_a_claim
    assert coding.read_saturation(coding.saturation(findings(), {})).quiet == 0


def curve_of(new: list[int], claims: int = 9) -> pd.DataFrame:
    """Return a saturation table whose sources bring so many new categories."""
    return pd.DataFrame(
        {"new_categories": new, "categories": np.cumsum(new), "codes": 5, "claims": claims}
    )


def test_titles_state_their_finding_only_where_it_holds() -> None:
    assert saturation_title(curve_of([3, 1, 0, 0, 0])).startswith("No new category comes from")
    assert saturation_title(curve_of([3, 1, 0, 0])) == "Source 2 of 4 still brings a new category"
    assert saturation_title(curve_of([3, 0, 0, 0, 1])).startswith("Source 5 of 5 still")
    leading = coding.categories(findings("a-b x s1", "a-b y s2", "c z s1"))
    assert tree_title("Mill", leading) == (
        "More sources on Mill speak of a b than of any other category"
    )
    tied = coding.categories(findings("a x s1", "c z s1"))
    assert "without a clear centre" in tree_title("Mill", tied)


def park(capital: str, trajectory: str) -> dict[str, str]:
    """Return the facts of a park."""
    return {"capital": capital, "trajectory": trajectory}


def test_the_title_of_the_parks_follows_their_facts() -> None:
    found = {"a": park("state", "stable"), "b": park("state", "upgrading")}
    ours = parks_title({**found, "c": park("private", "recession")})
    assert ours.startswith("State parks did well and the private one did not")
    for other in (park("private", "stable"), park("state", "recession")):
        assert parks_title({**found, "c": other}).startswith("The parks of the Ningbo study")


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_the_chapter_runs_for_every_cluster(cluster: str) -> None:
    case = open_case(cluster)
    for draw in OF_CASE:
        figure = draw(case)
        assert figure or isinstance(figure, Gap)
        if figure:
            for width in (WIDE, NARROW):
                assert figure.specification(width)["layer"]
            known = set(case.all_sources)
            assert {s["key"] for s in figure.sources()} <= known
    for part in ("opening", "parks", "core", "saturated", "cannot_say"):
        html = getattr(prose.mechanism, part)(case)._repr_html_()
        assert not re.search(r"\b(?:nan|None|inf)\b", html), part
    assert "answers of its users" in repr(prose.mechanism.asked(case))
