"""The picture that stands for the book where a link to it is shared, drawn from the life-lines.

`python -m clusterbook.publishing.social` writes `static/social.png` anew. The picture is kept as a
file because letters are drawn with the fonts of the machine, so that bytes differ between machines.
"""

from __future__ import annotations

from html import escape
from math import isnan
from pathlib import Path

import pandas as pd

from clusterbook.charts.theme import DARK

from .citation import read_citation

WIDTH, HEIGHT = 1200, 630
FILE = Path(__file__).parent / "static" / "social.png"
_FONT = "Inter, 'Noto Sans CJK SC', 'DejaVu Sans', sans-serif"
_LEFT, _RIGHT, _FIRST, _LAST = 80.0, 1120.0, 1980.0, 2027.0


def svg(title: str, subtitle: str, table: pd.DataFrame) -> str:
    """Return the picture: title, subtitle and a line per cluster from opening to its last row.

    `table` is that of `analysis.lifelines`.
    """
    lines = _wrapped(title, 38)
    words = "".join(
        f'<text x="{_LEFT}" y="{118 + 66 * place}" font-size="54" font-weight="700" '
        f'fill="{DARK["ink"]}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    below = 118 + 66 * len(lines) - 10
    top = below + 56.0
    step = (HEIGHT - 50 - top) / max(1, len(table))
    bars = "".join(_bar(row, top + step * place, step) for place, row in enumerate(_records(table)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{_FONT}"><rect width="100%" height="100%" fill="{DARK["bg"]}"/>'
        f'{words}<text x="{_LEFT}" y="{below}" font-size="27" fill="{DARK["muted"]}">'
        f"{escape(subtitle)}</text>{bars}</svg>"
    )


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return table.sort_values("opened").to_dict("records")


def _bar(row: dict[str, object], y: float, step: float) -> str:
    start, ended, last = (float(str(row[name])) for name in ("opened", "ended", "last"))
    end = last if isnan(ended) else ended
    ink = DARK.get(str(row["trajectory"]), DARK["stable"])
    first, to = _x(start), _x(end)
    former = (
        f'<rect x="{_LEFT}" y="{y + step / 2 - 1:.1f}" width="{max(0.0, first - _LEFT):.1f}" '
        f'height="2" fill="{DARK["grid"]}"/>'
    )
    return former + (
        f'<rect x="{first:.1f}" y="{y + step * 0.22:.1f}" width="{max(4.0, to - first):.1f}" '
        f'height="{step * 0.56:.1f}" rx="3" fill="{ink}"/>'
    )


def _x(year: float) -> float:
    share = (min(max(year, _FIRST), _LAST) - _FIRST) / (_LAST - _FIRST)
    return _LEFT + share * (_RIGHT - _LEFT)


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


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
