import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT

from clusterbook.evidence.parameters import check_base_year, check_years, within
from clusterbook.evidence.root import UnknownClusterError, cluster_folder
from clusterbook.publishing.chapters import ParameterError, convert

CPI = SimpleNamespace(cpi=pd.DataFrame({"year": [1995, 1996, 1997]}))
NO_CPI = SimpleNamespace(cpi=pd.DataFrame({"year": []}))


@pytest.mark.parametrize("years", [(None, None), (1990, None), (None, 2025), (1990, 2025)])
def test_years_in_order_pass(years):
    check_years(*years)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (2010, 1990, r"start: 2010 is after end \(1990\).*start = 1990, end = 2010"),
        (2010, 2010, r"start: 2010 is the same year as end.*start = 2010, end = 2011"),
        ("1990", None, r"start: '1990' is text, not a year; write 1990 without quotes"),
        ("the nineties", None, r"start: 'the nineties' is text.*a year such as 1990, or None"),
        (1990, 2025.0, r"end: 2025\.0 is no whole year; write a year such as 1990"),
        (True, None, r"start: True is no whole year"),
        (90, None, r"start: 90 is no year of four digits"),
        (None, 20255, r"end: 20255 is no year of four digits"),
    ],
)
def test_a_wrong_year_names_the_parameter_and_what_would_be_right(start, end, said):
    with pytest.raises(ValueError, match=said):
        check_years(start, end)


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        (None, "no cluster None in data/clusters; give the name of one; there are: 1933-millfun"),
        (True, "no cluster True in data/clusters; give the name of one"),
        ([], r"no cluster \[\] in data/clusters; give the name of one"),
        ("", "give the name of one"),
        ("None", "no cluster 'None' in data/clusters; give the name of one"),
        (798, '798: write "798" in quotes .papermill: -r cluster 798'),
        (1.5, 'write "1.5" in quotes'),
        ("M50", "no cluster 'M50' in data/clusters; write m50; there are"),
        ("West Bund", "write west-bund"),
        ("red_town", "write red-town"),
        ("../clusters/m50", "give the name of one"),
    ],
)
def test_what_is_no_cluster(cluster, said):
    with pytest.raises(UnknownClusterError, match=said):
        cluster_folder(cluster)


def test_base_year_is_one_of_the_price_index():
    # Changes of 1995 to 1997 chain to an index of 1994 to 1997.
    for year in (1994, 1997):
        check_base_year(year, CPI)
    for year in (1993, 1998):
        with pytest.raises(ValueError, match=rf"no price index for {year}; .* from 1994 to 1997"):
            check_base_year(year, CPI)
    with pytest.raises(ValueError, match="price_base_year: None is no whole year"):
        check_base_year(None, CPI)


def test_without_an_index_any_year_passes_but_no_text():
    check_base_year(2020, NO_CPI)
    with pytest.raises(ValueError, match="price_base_year: '2020' is text"):
        check_base_year("2020", NO_CPI)


def test_within_keeps_rows_that_touch_the_years():
    rows = pd.DataFrame(
        {
            "start": [1990.0, 1999.0, 2001.5, 2005.0, float("nan")],
            "end": [1991.0, 2001.0, 2001.6, float("inf"), float("nan")],
        }
    )
    assert list(within(rows, None, None).index) == [0, 1, 2, 3, 4]
    assert list(within(rows, 1991, None).index) == [1, 2, 3]
    assert list(within(rows, 2000, 2001).index) == [1, 2]
    assert list(within(rows, 2010, 2020).index) == [3]


BIN = Path(sys.executable).parent
HEAD = "---\nkernelspec: {display_name: Python 3, language: python, name: python3}\n---\n"
OPENED = "from clusterbook.evidence import open_case\nprint(open_case('qiyun-86').name)"
OWN = (
    f"{HEAD}```{{code-cell}}\n:tags: [parameters]\nyear = 2000\nplace: str = 'a'\n```\n"
    f"```{{code-cell}}\n{OPENED}\n```\n"
)
NONE = f"{HEAD}```{{code-cell}}\n{OPENED}\n```\n"


@pytest.mark.parametrize(
    ("notebook", "given", "said"),
    [
        (OWN, "-p year 2010 -p place b", ""),
        (OWN, "-p yaer 2010", "no parameter 'yaer'; there are: year, place; did you mean year?"),
        (OWN, "-p year 2010 -p colour red", "no parameter 'colour'; there are: year, place\n"),
        (NONE, "-p cluster m50", "no parameter 'cluster'; it has none"),
        (NONE, "", ""),
        ("chapters/economic.md", "-p clustr west-bund", "no parameter 'clustr'; there are: cluster"),
        ("chapters/glossary.md", "-p clustr west-bund", "no parameter 'clustr'; it has none"),
    ],
)  # fmt: skip
def test_papermill_is_refused_a_parameter_that_a_notebook_has_not(
    tmp_path: Path, notebook: str, given: str, said: str
):
    file = ROOT / notebook if notebook.endswith(".md") else tmp_path / "own.md"
    if not file.is_file():
        file.write_text(notebook, encoding="utf-8")
    pipe = (
        f"set -o pipefail; {BIN}/jupytext --from md:myst --to ipynb -o - {file} | "
        f"{BIN}/papermill - {tmp_path}/out.ipynb {given} --no-progress-bar"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERBOOK")}
    done = subprocess.run(
        ["bash", "-c", pipe], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode == 0) == (not said), done.stderr[-2000:]
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("1991", 0, 1991), ("1991", None, 1991), ("None", None, None), ("'a'", None, "a"),
        ("0.5", 1.0, 0.5), ("true", False, True), ("a b", "m50", "a b"), ("[1, 2]", [], [1, 2]),
    ],
)  # fmt: skip
def test_a_parameters_text_becomes_what_its_default_is(text: str, default: object, value: object):
    assert convert("start", text, default) == value


@pytest.mark.parametrize(
    ("text", "default", "said"),
    [
        ("soon", 0, "must be a whole number such as 0, not 'soon'"),
        ("soon", None, "must be a number, a word in quotes or nothing, such as None, not 'soon'"),
        ("yes", False, "must be true or false such as False, not 'yes'"),
        ("1", [], r"must be a list such as \[\], not '1'"),
    ],
)
def test_a_parameters_text_that_cannot_be_read_is_told(text: str, default: object, said: str):
    with pytest.raises(ParameterError, match=f"parameter start {said}"):
        convert("start", text, default)
