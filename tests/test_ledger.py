"""The ledger: a line and a place for every row."""

from __future__ import annotations

import pytest

from clusterbook.evidence import open_case
from clusterbook.prose import ledger


@pytest.mark.parametrize("slug", ["m50", "gillman-barracks"])
def test_the_ledger_has_a_line_and_a_place_for_every_row(slug: str) -> None:
    case = open_case(slug)
    html = ledger.ledger(case).html
    assert html.count("<tr") == len(ledger.all_rows(case)) + 1
    assert html.count('class="cb-used"') == len(ledger.all_rows(case))
    first = f'<code class="cb-place">data/clusters/{slug}/observations.csv, row 2</code>'
    assert first in html


def test_rows_of_the_city_are_placed_in_its_folder() -> None:
    rows = ledger.all_rows(open_case("m50"))
    folders = set(rows.loc[rows["place"] == "shanghai", "folder"])
    assert folders == {"data/context/shanghai"}
    assert set(rows.loc[rows["place"] == "m50", "folder"]) == {"data/clusters/m50"}
