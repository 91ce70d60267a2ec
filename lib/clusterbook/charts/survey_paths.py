"""The structural model as a path diagram with standardised estimates and intervals."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from clusterbook.prose.survey_study import NotComputed, told

from .figure import Figure
from .labels import text_width
from .pixels import Drawing, Plate
from .survey_answers import NO_ROWS, offered
from .theme import WIDE

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study

MOST = 6


@dataclass
class Node:
    """A variable of the structural part: its name, depth, explained share, and indicators."""

    name: str
    label: str
    depth: int
    explained: float
    indicators: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """What stands in the box under the name."""
        known = self.explained == self.explained
        return [*self.indicators, *([f"{self.explained:.0%} explained"] if known else [])]


@told
def survey_paths(study: Study) -> Figure | NotComputed:
    """Return the path diagram of the structural model."""
    if not study.structural:
        return NotComputed("No structural model is given.")
    from surveysem.result import estimates

    found = estimates(study.paths)
    paths = found[found["op"] == "~"].reset_index(drop=True)
    nodes = layout(found, study)
    if not nodes or len(nodes) > MOST:
        return NotComputed(f"The diagram shows two to {MOST} variables with paths; see the table.")
    label = study.instrument.label
    said = "; ".join(
        f"{label(r.rhs)} to {label(r.lhs)} {r.std:.2f} ({r.std_lower:.2f} to {r.std_upper:.2f})"
        for r in paths.itertuples()
    )
    return Figure(
        name="survey-paths",
        title=f"{study.mark}{paths_title(paths, study)}",
        subtitle=(
            f"Standardised paths with 95 % intervals, {study.estimator}. A thick arrow is told "
            "from zero, a dashed one is not. In the boxes: what measures a variable, with loadings."
        ),
        description=f"Path diagram. {said}.",
        draw=cache(lambda width: _draw(nodes, paths, study, width)),
        rows=NO_ROWS,
        table=offered(study, found[found["op"].isin(["=~", "~"])]),
        note=(
            f"{study.mark}{study.paths.n} complete answers. The feedback that closes the cycle is "
            "not in the model: a survey taken once cannot tell it from the paths drawn."
            if study.structural == study.instrument.structural
            else f"{study.mark}{study.paths.n} complete answers."
        ),
    )


def paths_title(paths: pd.DataFrame, study: Study) -> str:
    """Return how many paths are told from zero and which is strongest."""
    clear = paths[paths["p"] < 0.05]
    if clear.empty:
        return "No path of the structural model is told from zero"
    top = clear.loc[clear["std"].abs().idxmax()]
    way = f"{study.instrument.label(top['rhs'])} to {study.instrument.label(top['lhs'])}"
    count = "All" if len(clear) == len(paths) else f"{len(clear)} of {len(paths)}"
    return f"{count} paths are told from zero, the strongest from {way} ({top['std']:.2f})"


def layout(found: pd.DataFrame, study: Study) -> list[Node]:
    """Return the variables with paths, each as deep as the longest way to it; none in a loop."""
    paths = [(r.rhs, r.lhs) for r in found[found["op"] == "~"].itertuples()]
    names = list(dict.fromkeys(name for pair in paths for name in pair))
    depth = dict.fromkeys(names, 0)
    for _ in names:
        for cause, effect in paths:
            depth[effect] = max(depth[effect], depth[cause] + 1)
    if any(depth[effect] <= depth[cause] for cause, effect in paths):
        return []
    from surveysem.result import explained_variance

    share = dict(explained_variance(study.paths).itertuples(index=False, name=None))
    nodes = []
    for name in names:
        measured = found[(found["op"] == "=~") & (found["lhs"] == name)]
        lines = [f"{study.instrument.label(r.rhs)} {r.std:.2f}" for r in measured.itertuples()]
        explained = float(share.get(name, float("nan"))) if depth[name] else float("nan")
        nodes.append(Node(name, study.instrument.label(name), depth[name], explained, lines))
    return sorted(nodes, key=lambda node: node.depth)


Box = tuple[float, float, float, float]


def _places(nodes: list[Node], width: int) -> tuple[dict[str, Box], float]:
    """Return the box of each variable and the height of the picture."""
    wide = width == WIDE
    high = {n.name: 48.0 + 16 * len(n.lines) for n in nodes}
    depths = sorted({node.depth for node in nodes})
    boxes: dict[str, Box] = {}
    if not wide:
        y, side = 0.0, 190.0
        for order, node in enumerate(nodes):
            x = 0.0 if order % 2 == 0 else width - side
            boxes[node.name] = (x, y, x + side, y + high[node.name])
            y += high[node.name] + 66
        return boxes, y - 66 + 4
    side = min(190.0, (width - 90.0 * (len(depths) - 1)) / len(depths))
    gap = (width - side * len(depths)) / max(len(depths) - 1, 1)
    bottom = 0.0
    for place, depth in enumerate(depths):
        y = 0.0 if place % 2 == 0 else 120.0
        for node in (n for n in nodes if n.depth == depth):
            x = place * (side + gap)
            boxes[node.name] = (x, y, x + side, y + high[node.name])
            y += high[node.name] + 40
        bottom = max(bottom, y - 40)
    return boxes, bottom + 4


def _draw(nodes: list[Node], paths: pd.DataFrame, study: Study, width: int) -> Drawing:
    boxes, height = _places(nodes, width)
    plate = Plate(width, height)
    for row in paths.itertuples():
        _arrow(plate, boxes[row.rhs], boxes[row.lhs], row, study)
    for node in nodes:
        x, y, x2, y2 = boxes[node.name]
        plate.rect(x + 1, y + 1, x2 - 1, y2 - 1, "band", edge="ink", level=2)
        plate.text(x + 12, y + 18, node.label, "ink", 13, True)
        for order, line in enumerate(node.lines):
            plate.text(x + 12, y + 40 + 16 * order, line, "muted", 11.5)
    return plate.drawing()


def _arrow(plate: Plate, start: Box, end: Box, row: object, study: Study) -> None:
    x, y, x2, y2 = _ends(start, end)
    std, low, high = (float(getattr(row, n)) for n in ("std", "std_lower", "std_upper"))
    clear = float(getattr(row, "p", 1.0)) < 0.05
    tip = {
        "path": f"{study.mark}{getattr(row, 'rhs', '')} to {getattr(row, 'lhs', '')}",
        "standardised": f"{std:.2f} ({low:.2f} to {high:.2f})",
    }
    plate.rule(x, y, x2, y2, "ink" if clear else "muted", 2.6 if clear else 1.6,
               () if clear else (5, 4), tip=tip)  # fmt: skip
    plate.symbol(x2, y2, _turned(x, y, x2, y2), 60, "ink" if clear else "muted")
    text = f"{std:.2f}".replace("-", "−")
    also = f"{low:.2f} to {high:.2f}".replace("-", "−")
    across, down = (x + x2) / 2, (y + y2) / 2
    half = max(text_width(text, 13, True), text_width(also, 11)) / 2 + 4
    plate.rect(across - half, down - 16, across + half, down + 16, "bg", level=2)
    plate.text(across, down - 7, text, "ink", 13, True, align="center", halo=True)
    plate.text(across, down + 8, also, "muted", 11, align="center", halo=True)


def _ends(start: Box, end: Box) -> tuple[float, float, float, float]:
    """Return where an arrow leaves one box and reaches another."""
    if end[0] >= start[2]:  # to the right, at half of the height that both share, or of each
        top, bottom = max(start[1], end[1]), min(start[3], end[3])
        if bottom - top > 24 and end[1] == start[1]:
            return start[2], start[1] + 24, end[0] - 2, end[1] + 24
        if start[1] < end[1]:
            return start[2], start[3] - 14, end[0] - 2, end[1] + 30
        return start[2], start[1] + 30, end[0] - 2, end[3] - 14
    if end[2] <= start[0]:
        return start[0] + 40, start[3], (end[0] + end[2]) / 2, end[1] - 2
    same = (max(start[0], end[0]) + min(start[2], end[2])) / 2
    return same, start[3], same, end[1] - 2


def _turned(x: float, y: float, x2: float, y2: float) -> str:
    """Return an arrow head that points along a line, as an SVG path."""
    length = max(((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5, 1e-9)
    c, s = (x2 - x) / length, (y2 - y) / length
    points = [(0.0, 0.0), (-1.8, -0.75), (-1.8, 0.75)]
    turned = [f"{a * c - b * s:.3f},{a * s + b * c:.3f}" for a, b in points]
    return f"M{turned[0]}L{turned[1]}L{turned[2]}Z"
