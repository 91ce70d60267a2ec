"""Values with range, hedge and rows: what arithmetic keeps, as properties and by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterbook.evidence import open_case
from clusterbook.evidence.quantity import ABOVE, BELOW, TURNED, Quantity, joined, moved, quantities

HEDGES = ["", "about", "over", "under", "nearly", "at_least", "up_to"]
ends = st.floats(min_value=0.01, max_value=1e6)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Quantity, float]:
    """A quantity without hedge and a value within it."""
    low, high = sorted((draw(ends), draw(ends)))
    inside = low + (high - low) * draw(st.floats(min_value=0, max_value=1))
    return Quantity(low, high, how="x"), min(max(inside, low), high)


def holds(q: Quantity, value: float) -> bool:
    slack = 1e-9 * max(1.0, abs(value))
    return q.low - slack <= value <= q.high + slack


@given(ranges(), ranges())
def test_a_result_holds_every_value_that_its_parts_can_give(
    one: tuple[Quantity, float], two: tuple[Quantity, float]
) -> None:
    (p, a), (q, b) = one, two
    assert holds(p + q, a + b)
    assert holds(p - q, a - b)
    assert holds(p * q, a * b)
    assert holds(p / q, a / b)
    assert holds(1 - p, 1 - a)
    assert holds(1000 * p, 1000 * a)
    assert holds(p**0.5, a**0.5)


@given(st.sampled_from(HEDGES), st.sampled_from(HEDGES))
def test_hedges_join_turn_and_vanish(one: str, two: str) -> None:
    both = joined(one, two)
    assert both == joined(two, one)
    if "about" in (one, two):
        assert both == "about"
    elif {one, two} & set(ABOVE) and {one, two} & set(BELOW):
        assert both == ""
    else:
        assert both in (one, two)
    divided = Quantity(1, 1, how="a", hedge=one) / Quantity(2, 2, how="b", hedge=two)
    assert divided.hedge == joined(one, TURNED.get(two, two))


@given(ranges(), st.sampled_from(["over", "at_least"]))
def test_what_lies_above_divided_by_what_lies_below_lies_above(
    one: tuple[Quantity, float], hedge: str
) -> None:
    p = Quantity(one[0].low, one[0].high, how="p", hedge=hedge)
    q = Quantity(2, 2, how="q", hedge="under")
    assert (p / q).hedge in ABOVE
    assert (q / p).hedge in BELOW
    assert (p - q).hedge in ABOVE
    assert (1 - p).hedge in BELOW
    assert (p * -1).hedge in BELOW


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 5), (-1, 1), (-1, 0)])
def test_what_cannot_be_computed_says_why(low: float, high: float) -> None:
    gone = Quantity(3, 3, how="3") / Quantity(low, high, how="n")
    assert not gone.known
    assert "nothing can be divided" in gone.why
    assert math.isnan(gone.low)
    assert str(gone) == "not computable"
    assert not ((gone + 1) * 2).known, "it stays unknown in all that follows"


def test_a_growth_from_zero_says_why() -> None:
    growth = (Quantity(0, 0, how="0") / Quantity(4, 4, how="4")) ** 0.5
    assert growth.low == 0
    assert not (Quantity(0, 0, how="0") ** -1).known
    assert not (Quantity(-1, 1, how="n") ** 0.5).known


@given(ranges(), ranges())
def test_more_and_less_decide_nothing_where_ranges_touch(
    one: tuple[Quantity, float], two: tuple[Quantity, float]
) -> None:
    p, q = one[0], two[0]
    assert not (p > q and q > p)
    if p > q:
        assert p.low > q.high
        assert moved(q, p) == "rose"
        assert moved(p, q) == "fell"
    if not p > q and not q > p:
        assert moved(p, q) == "are recorded"


def test_over_forty_may_be_more_than_a_hundred() -> None:
    over = Quantity(40, 40, how="n", hedge="over")
    hundred = Quantity(100, 100, how="n")
    assert moved(over, hundred) == "are recorded"
    assert moved(hundred, over) == "are recorded"
    assert moved(Quantity(30, 30, how="n"), over) == "rose"
    assert moved(Quantity(50, 50, how="n", hedge="about"), hundred) == "rose"


def test_a_derived_number_leads_to_all_its_rows() -> None:
    case = open_case("m50")
    rows = pd.concat([case.series("tenants", ""), case.series("floor_area", "")])
    rows = rows[(rows["source"] == "thepaper2023creek") & (rows["date"] == "2023")]
    tenants, floor = quantities(rows)
    density = (1000 * tenants / floor).to(2)
    assert len(density.rows) == 2
    html = density._repr_html_()
    for anchor in rows["anchor"]:
        assert anchor in html
    assert str(density) == "over 3.7", "the hedge of the count is kept"


def between(low: float, high: float) -> Quantity:
    return Quantity(low, high, how="n")


def ends_of(q: Quantity) -> tuple[float, float]:
    return q.low, q.high


def test_interval_arithmetic() -> None:
    a, b = between(1, 2), between(-3, 4)
    assert ends_of(a + b) == (-2, 6)
    assert ends_of(a - b) == (-3, 5)
    assert ends_of(a * b) == (-6, 8)
    assert ends_of(b / a) == (-3, 4)
    assert ends_of(10 / a) == (5, 10)
    assert ends_of(1 - a) == (-1, 0)
    assert ends_of(2 * a + 1) == (3, 5)
    assert "nothing can be divided" in (a / b).why


def test_a_value_that_comes_twice_in_a_formula_is_taken_as_two() -> None:
    # The share of 4 to 5 in a whole with 8 to 10 is 4/14 to 5/13. Arithmetic that takes the part
    # for two unknowns gives 4/15 to 5/12; one less the share of the rest, written once, is exact.
    part, rest = between(4, 5), between(8, 10)
    assert ends_of(part / (part + rest)) == pytest.approx((4 / 15, 5 / 12))
    assert ends_of(1 / (1 + rest / part)) == pytest.approx((4 / 14, 5 / 13))


def test_growth_of_a_range_a_year() -> None:
    rate = (between(121, 400) / 100) ** (1 / 2) - 1
    assert ends_of(rate) == pytest.approx((0.1, 1.0))


@pytest.mark.parametrize(("low", "high"), [(2, 1), (1, math.inf), (math.nan, 1)])
def test_a_range_needs_two_finite_ends_the_lower_one_first(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="two finite ends, the lower one first"):
        Quantity(low, high)
