"""Results of statistics as reviewers write them."""

from __future__ import annotations

from collections.abc import Iterable


def number(value: float, digits: int = 2) -> str:
    """Return a number to so many digits, with a dash for what does not exist."""
    if value != value:
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def probability(p: float) -> str:
    """Return a p-value: "p < .001"."""
    if p != p:
        return "–"
    return "p\u00a0<\u00a0.001" if p < 0.001 else f"p\u00a0=\u00a0{p:.3f}".replace("0.", ".", 1)


def spans(low: Iterable[float], high: Iterable[float], digits: int = 2) -> list[str]:
    """Return intervals: "0.69 to 0.82"."""
    ends = zip(low, high, strict=True)
    return ["–" if a != a else f"{number(a, digits)} to {number(b, digits)}" for a, b in ends]
