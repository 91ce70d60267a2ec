"""Every chapter, run for every cluster: whole, or saying what is missing (verbs: test_verbs)."""

from __future__ import annotations

import re

import pytest
from running import run
from test_text_rules import SHOWN_WORK

from clusterbook.evidence.root import cluster_slugs

ONCE = [path.stem for path in SHOWN_WORK if "cluster = " not in path.read_text("utf-8")]
"""The chapters that are about no cluster: one run is all there is."""
RUNS = [(path.stem, slug) for path in SHOWN_WORK for slug in cluster_slugs()
        if path.stem not in ONCE or slug == "m50"]  # fmt: skip


@pytest.mark.parametrize(("chapter", "slug"), RUNS)
def test_a_chapter_is_whole_for_a_cluster(chapter: str, slug: str) -> None:
    page = run(chapter, slug)
    for figure in page.figures.values():
        assert len(figure.description) > 20
        assert len(figure.rows) > 0
    said = " ".join([page.text, *(f.title for f in page.figures.values())])
    if chapter == "yours":  # which shows the library's own words, "None" among them
        return
    assert not re.search(r"\bnan\b|\bNone\b(?! of)|\bNaT\b|not computable", said)
    assert "{" not in said
