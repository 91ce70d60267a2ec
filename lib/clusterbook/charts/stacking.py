"""Labels in a column: each as near to its place as the others let it."""

from __future__ import annotations

from collections.abc import Sequence


def stacked(
    wanted: Sequence[float], heights: Sequence[float], gap: float = 4, first: float = float("-inf")
) -> list[float]:
    """Return tops for boxes that keep their order, stay `gap` apart and begin at `first` or later.

    `wanted` are the tops wanted, ascending. Boxes in each other's way move together, so that the
    squared shifts are least (pool adjacent violators, Ayer and others 1955).
    """
    offsets = [0.0]
    for height in heights[:-1]:
        offsets.append(offsets[-1] + height + gap)
    groups: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        groups.append((want - offset, 1))
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            (one, n), (two, m) = groups[-2:]
            groups[-2:] = [(one + two, n + m)]
    shifts = [max(first, total / n) for total, n in groups for _ in range(n)]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=False)]
