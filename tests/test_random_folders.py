"""No permitted evidence makes a chapter raise: folders at random from the schema, all chapters."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from random_folders import FOLDERS, NONSENSE, executed, small_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_book(tmp_path_factory.mktemp("random") / "book")


def test_every_chapter_runs_for_whatever_is_permitted(book: Path) -> None:
    @settings(max_examples=10, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(FOLDERS)
    def runs(made: object) -> None:
        for chapter, page in executed(book, made):  # type: ignore[arg-type]
            said = " ".join([page.text, *(figure.title for figure in page.figures.values())])
            assert not NONSENSE.search(said), (chapter, NONSENSE.search(said))

    runs()
