import math

import pandas as pd
import pytest

from clusterbook.analysis import claim_rules, claims_audit
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.tables import status, value_words


def rows(*cells, definition=""):
    """Rows of indicator, segment, date, value, qualifier, unit, source."""
    made = []
    for indicator, segment, date, value, qualifier, unit, source in cells:
        when = read_date(date)
        made.append(
            {"indicator": indicator, "segment": segment, "date": date, "low": float(value),
             "high": float(value), "qualifier": qualifier, "unit": unit, "source": source,
             "start": when.start, "end": when.end, "when": when.when, "status": status(segment),
             "place": "shanghai", "grade": "A", "row": len(made) + 2, "definition": definition,
             "value_words": value_words(value, value, qualifier, unit), "amount": "",
             "date_words": when.words, "mid": float(value), "stated": bool(definition)}
        )  # fmt: skip
    return pd.DataFrame(made)


CITY = rows(
    ("cci_growth_rate", "", "2018", 8.9, "exact", "percent", "city"),
    ("cci_growth_rate", "", "2023", 7, "exact", "percent", "city"),
    ("cci_value_added", "", "2018", 422_770_000_000, "exact", "CNY/year", "city"),
    ("cci_gdp_share", "", "2004", 5.8, "exact", "percent", "city"),
    ("cci_gdp_share", "", "2010", 9.75, "exact", "percent", "city"),
    ("cci_gdp_share", "", "2022", 13, "about", "percent", "news"),
    ("cci_total_output", "", "2020", 2_040_448_000_000, "exact", "CNY/year", "city"),
    ("cci_total_output", "", "2023", 2_340_000_000_000, "exact", "CNY/year", "city"),
)


def verdict_of(*cells, observed=CITY):
    return claims_audit.audit(rows(cells), observed).iloc[0]


def test_a_growth_claim_is_set_against_rates_and_against_growth_computed_from_levels():
    claim = verdict_of(
        "cci_growth_rate", "unsourced_claim", "2020/..", 18, "exact", "percent", "promo"
    )
    assert claim["verdict"] == "contradicted"
    assert list(CITY.loc[list(claim["against"]), "date"]) == ["2023"]
    # 2,040.448 billion in 2020 to 2,340 billion in 2023: 1.1468 ** (1 / 3) = 1.0467.
    assert claim["growth"][:2] == pytest.approx((4.672, 4.672), abs=1e-3)
    assert claim["times"] == pytest.approx(18 / 7)


def test_growth_from_levels_alone_suffices():
    levels = CITY[CITY["indicator"] == "cci_total_output"]
    cells = ("cci_growth_rate", "unsourced_claim", "2020/..", 4.7, "exact", "percent", "promo")
    assert verdict_of(*cells, observed=levels)["verdict"] == "in line"
    cells = ("cci_growth_rate", "unsourced_claim", "2020/..", 18, "exact", "percent", "promo")
    assert verdict_of(*cells, observed=levels)["verdict"] == "contradicted"


def test_an_older_figure_shown_as_current():
    claim = verdict_of(
        "cci_value_added", "unsourced_claim", "202X", 420_000_000_000, "exact", "CNY/year", "promo"
    )
    assert claim["verdict"] == "out of date"
    assert list(CITY.loc[list(claim["twins"]), "date"]) == ["2018"]


def test_agreement_is_said_where_it_is_found():
    claim = verdict_of(
        "cci_gdp_share", "unsourced_claim", "202X", 12.9, "exact", "percent", "promo"
    )
    assert claim["verdict"] == "in line"
    claim = verdict_of(
        "cci_gdp_share", "unsourced_claim", "2022", 14.5, "exact", "percent", "promo"
    )
    assert claim["verdict"] == "near"


def test_the_right_value_under_the_wrong_year_is_contradicted():
    claim = verdict_of("cci_gdp_share", "unsourced_claim", "2010", 5.8, "exact", "percent", "promo")
    assert claim["verdict"] == "contradicted"
    assert list(CITY.loc[list(claim["twins"]), "date"]) == ["2004"]


def test_without_a_figure_for_the_time_only_a_level_far_off_contradicts():
    far = ("cci_total_output", "unsourced_claim", "2024", 480e9, "exact", "CNY/year", "promo")
    assert verdict_of(*far)["verdict"] == "contradicted"
    close = ("cci_total_output", "unsourced_claim", "2024", 2.5e12, "exact", "CNY/year", "promo")
    assert verdict_of(*close)["verdict"] == "not checked"
    late = ("cci_total_output", "unsourced_claim", "2027", 480e9, "exact", "CNY/year", "promo")
    assert verdict_of(*late)["verdict"] == "not checked"


def test_a_claim_on_another_quantity_or_unit_has_nothing_to_stand_against():
    cells = ("cci_growth_rate", "unsourced_claim_startups", "2023", 62, "exact", "percent", "promo")
    assert verdict_of(*cells)["verdict"] == "not checked"
    cells = ("cci_value_added", "unsourced_claim", "2018", 422.77e9, "exact", "USD/year", "promo")
    assert verdict_of(*cells)["verdict"] == "not checked"


def test_a_text_does_not_confirm_itself():
    cells = ("cci_gdp_share", "unsourced_claim", "2010", 9.75, "exact", "percent", "city")
    assert verdict_of(*cells)["verdict"] == "not checked"


def test_figures_of_a_stated_definition_come_before_other_named_segments():
    parks = rows(("creative_clusters", "demo", "2022", 24, "exact", "count", "city"))
    official = rows(
        ("creative_clusters", "parks", "2022", 160, "exact", "count", "city"), definition="parks"
    )
    observed = pd.concat([parks, official], ignore_index=True)
    cells = ("creative_clusters", "unsourced_claim", "202X", 23, "exact", "count", "promo")
    claim = verdict_of(*cells, observed=observed)
    assert (claim["verdict"], claim["against"]) == ("contradicted", (1,))
    assert claim["times"] == pytest.approx(23 / 160)


def test_two_texts_that_differ_are_rivals():
    claims = rows(
        ("cci_growth_rate", "unsourced_claim", "2020/..", 18, "exact", "percent", "promo"),
        ("cci_growth_rate", "unsourced_claim", "2020/2025", 23, "exact", "percent", "other"),
        ("cci_growth_rate", "unsourced_claim", "2001", 99, "exact", "percent", "old"),
    )
    audited = claims_audit.audit(claims, CITY)
    assert list(audited["rivals"]) == [(1,), (0,), ()]
    assert audited["verdict"].value_counts().to_dict() == {"contradicted": 2, "not checked": 1}


def test_centuries_old_buildings_of_1937():
    claims = rows(
        ("feature_age", "unsourced_claim_m50_buildings", "202X", 200, "at_least", "years", "promo")
    )
    facts = pd.DataFrame(
        {"field": ["built"], "value": ["1937"], "source": ["thesis"], "grade": ["B"]}
    )
    ages = claims_audit.building_ages(facts, claims)
    # From 2020 - 1937 to 2029 - 1937.
    assert (ages["low"].iloc[0], ages["high"].iloc[0]) == (83, 92)
    observed = pd.concat([CITY, ages], ignore_index=True)
    assert claims_audit.audit(claims, observed)["verdict"].iloc[0] == "contradicted"
    unread = facts.assign(value="long ago")
    assert claims_audit.building_ages(unread, claims).empty


def test_a_claim_stands_with_the_cluster_that_it_names_or_with_its_folder():
    claims = rows(
        ("feature_age", "unsourced_claim_m50_buildings", "202X", 200, "at_least", "years", "promo"),
        ("cci_gdp_share", "unsourced_claim", "2010", 5.8, "exact", "percent", "promo"),
    )
    slugs = ["m50", "bridge-8"]
    kept = {s: claims_audit.claims_about(claims, s, slugs) for s in (*slugs, "shanghai")}
    assert {s: list(found["indicator"]) for s, found in kept.items()} == {
        "m50": ["feature_age"],
        "bridge-8": [],
        "shanghai": ["cci_gdp_share"],
    }
    assert len(claims_audit.claims_about(CITY, "shanghai", slugs)) == 0


@pytest.mark.parametrize(
    ("one", "two", "times"),
    [((1, 2), (2, 3), 1), ((1, 2), (4, 5), 2), ((4, 5), (1, 2), 2), ((-1, 0), (1, 2), math.inf)],
)
def test_distance_of_spans(one, two, times):
    assert claim_rules.distance(one, two) == times


def test_hedges_open_a_span():
    assert claim_rules.span(100, 100, "about") == pytest.approx((95, 105))
    assert claim_rules.span(100, 100, "over") == pytest.approx((100, 120))
    assert claim_rules.span(100, 200, "nearly") == pytest.approx((90, 200))
