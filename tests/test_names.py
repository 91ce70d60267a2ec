"""Segments in words: proper names as the evidence's own texts write them."""

import pytest

from clusterbook.evidence import open_case
from clusterbook.evidence.names import Names

TEXTS = [
    "The Suzhou Creek Arts Festival opened in Putuo",
    "Suzhou Creek was cleaned in three phases",
    "Painters left. Rents rose after 2017",
    "Studios of the NTU CCA are let",
    "shows in the art week of M50",
    "M Art Center; the Art Week of the park",
    "Shares in the Ningbo Industrial Investment Group",
    "Visits to the SANAA building",
]

WORDS = [
    ("suzhou_creek_arts_festival", "Suzhou Creek Arts Festival"),
    ("suzhou_creek_putuo", "Suzhou Creek Putuo"),
    ("planned_suzhou_creek_phase_3", "planned Suzhou Creek phase 3"),
    ("ntu_cca_residencies", "NTU CCA residencies"),
    ("needed_repair_sanaa_building", "needed repair SANAA building"),
    ("m50_buildings", "M50 buildings"),
    ("art_week_studios", "art week studios"),  # written small once
    ("painters", "painters"),  # begins a sentence
    ("rents_after_2017", "rents after 2017"),
    ("investment", "investment"),  # a part of a longer name
    ("top", "top"),
    ("BIG_hall", "BIG hall"),  # no text has it: as the segment writes it
    ("lane_shop_60m2", "lane shop 60m2"),
    ("", ""),
]


@pytest.mark.parametrize(("segment", "words"), WORDS)
def test_words_of_a_segment(segment: str, words: str) -> None:
    assert Names(TEXTS).words([segment]) == {segment: words}


def test_a_case_tells_the_segments_of_its_own_and_its_citys_rows() -> None:
    case = open_case("m50")
    words = dict(zip(case.observations["segment"], case.observations["segment_words"], strict=True))
    assert words["suzhou_creek_arts_festival"] == "Suzhou Creek Arts Festival"
    assert words["art_week_studios"] == "art week studios"
    assert words[""] == ""
    assert case.city is not None
    city = case.city.observations
    assert "Suzhou Creek Putuo" in set(city["segment_words"])
    kept = city["segment_words"].str.lower() == city["segment"].str.replace("_", " ")
    assert kept.all()  # letters may change their size, words never
