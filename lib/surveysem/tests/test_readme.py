"""The README: its example works as pasted, and its table says what the figures say."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "oracle"))
import table

README = Path(__file__).parents[1] / "README.md"


def test_the_example_works_as_pasted(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out
    for part in ("WLSMV, 500 respondents (north: 250, south: 250)", "missing_answers", "strict"):
        assert part in printed


def test_the_table_has_a_row_for_every_case():
    text = README.read_text(encoding="utf-8")
    stated = text.split(table.START)[1].split(table.END)[0]
    assert [line.split("|")[1].strip() for line in stated.splitlines()[2:]] == list(
        table.TITLES.values()
    )
    assert set(table.TITLES) == set(table.cases.reference()["case"])


def test_distances_are_rounded_up():
    assert [table.at_most(d) for d in (1.2e-6, 3e-5, 9.5e-5, 0.0)] == [
        "2e-6",
        "3e-5",
        "10e-5",
        "below 1e-7",
    ]
