"""Segments in words: proper names as the evidence's own texts write them."""

import csv
import time
from pathlib import Path

import pytest

from clusterbook.evidence import open_case
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.names import Names
from clusterbook.evidence.root import book_root, evidence_at, written_folders
from clusterbook.evidence.schemas import COLUMNS

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


def test_the_search_for_names_is_linear_in_texts_and_segments() -> None:
    # halls are named alike, so that every segment begins and ends as all the others do
    def seconds(rows: int, segments: int) -> float:
        texts = [f"Hall {n} of Suzhou Creek was let, as in hall {n}" for n in range(rows)]
        asked = [f"hall_{n}_of_suzhou_creek" for n in range(segments)]
        begun = time.process_time()
        told = Names(texts).words(asked)
        assert told["hall_3_of_suzhou_creek"] == "Hall 3 of Suzhou Creek"
        return time.process_time() - begun

    small = min(seconds(1_000, 1_000) for _ in range(3))
    assert seconds(20_000, 20_000) < 80 * small  # it was 400 times as long


def test_a_check_of_many_segments_takes_at_most_three_times_that_of_few(tmp_path: Path) -> None:
    rows = 4_000
    spent = {}
    for segments in (10, rows):
        mill = tmp_path / str(segments) / "mill-7"
        mill.mkdir(parents=True)
        (mill / "cluster.csv").write_text(FACTS)
        (mill / "sources.bib").write_text("@misc{k1, title = {T}, keywords = {grade:B}}\n")
        with (mill / "observations.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS["observations"])
            for n in range(rows):
                hall = n % segments
                note = f"Hall {hall} of Suzhou Creek was let, as in hall {hall}"
                writer.writerow(
                    ["tenants", f"hall_{hall}_of_suzhou_creek", 1950 + n % 70, n, "", "count",
                     "exact", "economic", "internal", "k1", f"p. {n}", note, ""]
                )  # fmt: skip
        if not spent:
            check_folder(mill, book_root())  # loads the libraries
        begun = time.process_time()
        assert check_folder(mill, book_root()) == []
        with evidence_at(book_root(), written_folders([mill])):
            assert len(open_case("mill-7").observations) == rows
        spent[segments] = time.process_time() - begun
    assert spent[rows] < 3 * spent[10], spent


FACTS = """field,value,source,locator
name,Mill 7,k1,p. 1
city,Wuxi,k1,p. 1
country,China,k1,p. 1
"""
