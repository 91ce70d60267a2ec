"""Every chapter, run for every cluster: whole, or saying what is missing."""

from __future__ import annotations

import re

import pytest
from running import run
from test_text_rules import SHOWN_WORK

from clusterbook.evidence.root import cluster_slugs


@pytest.mark.parametrize("slug", cluster_slugs())
@pytest.mark.parametrize("chapter", [path.stem for path in SHOWN_WORK])
def test_a_chapter_is_whole_for_a_cluster(chapter: str, slug: str) -> None:
    page = run(chapter, slug)
    for figure in page.figures.values():
        assert len(figure.description) > 20
        assert len(figure.rows) > 0
    said = " ".join([page.text, *(f.title for f in page.figures.values())])
    assert not re.search(r"\bnan\b|\bNone\b(?! of)|\bNaT\b|not computable", said)
    assert "{" not in said
