"""The picture that stands for the book where a link to it is shared, drawn from the life-lines.

`python -m clusterbook.publishing.social` writes `static/social.png` anew. The picture is kept as a
file because letters are drawn with the fonts of the machine, so that bytes differ between machines.
"""

from __future__ import annotations

from textwrap import wrap

import pandas as pd

from clusterbook.charts.theme import DARK

from .citation import read_citation
from .templating import STATIC, render

WIDTH, HEIGHT = 1200, 630
FILE = STATIC / "social.png"
_LEFT, _RIGHT, _FIRST, _LAST = 80.0, 1120.0, 1980.0, 2027.0


def svg(title: str, subtitle: str, table: pd.DataFrame) -> str:
    """Return the picture: title, subtitle and a line per cluster from opening to its last row.

    `table` is that of `analysis.lifelines`.
    """
    lines = wrap(title, 38)
    below = 108 + 66 * len(lines)
    table = table.sort_values("opened")
    years = table["opened"], table["ended"].fillna(table["last"])
    scale = (_RIGHT - _LEFT) / (_LAST - _FIRST)
    starts, ends = (_LEFT + (year.clip(_FIRST, _LAST) - _FIRST) * scale for year in years)
    bars = [
        {"start": start, "width": max(4.0, end - start), "ink": DARK.get(course, DARK["stable"])}
        for start, end, course in zip(starts, ends, table["trajectory"], strict=True)
    ]
    return render(
        "social.svg", width=WIDTH, height=HEIGHT, left=_LEFT, dark=DARK, lines=lines, below=below,
        subtitle=subtitle, bars=bars, step=(HEIGHT - 106.0 - below) / max(1, len(bars)),
    )  # fmt: skip


def main() -> None:
    """Write the picture."""
    import vl_convert

    from clusterbook.analysis.lifelines import lifelines
    from clusterbook.evidence import peers
    from clusterbook.evidence.root import book_root

    title, _, kind = str(read_citation(book_root())["title"]).partition(", ")
    picture = svg(title, kind[:1].upper() + kind[1:], lifelines(peers()))
    FILE.write_bytes(vl_convert.svg_to_png(picture))
    print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main()
