"""Bounds by which a survey model is read, each with its source, and the reading of a result.

A bound is a convention, not a law: Hu and Bentler's hold for maximum likelihood with continuous
answers; for ordered answers the same bounds are used for lack of better ones (Xia and Yang 2019
warn that WLSMV indices look better than ML's on the same misfit).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Bound:
    """A statistic's bound: better ``above`` (else below) ``good``, tolerable up to ``fair``."""

    name: str
    above: bool
    good: float
    fair: float
    source: str

    def reading(self, value: float) -> str:
        """Return ``good``, ``fair``, ``poor``, or ``unknown`` for a value that does not exist."""
        if value != value:
            return "unknown"
        if (value >= self.good) if self.above else (value <= self.good):
            return "good"
        return "fair" if (value >= self.fair if self.above else value <= self.fair) else "poor"


BOUNDS: dict[str, Bound] = {
    "cfi": Bound("CFI", True, 0.95, 0.90, "Hu and Bentler 1999; .90 Bentler and Bonett 1980"),
    "tli": Bound("TLI", True, 0.95, 0.90, "Hu and Bentler 1999; .90 Bentler and Bonett 1980"),
    "rmsea": Bound("RMSEA", False, 0.06, 0.08, "Hu and Bentler 1999; .08 Browne and Cudeck 1993"),
    "srmr": Bound("SRMR", False, 0.08, 0.10, "Hu and Bentler 1999; .10 Kline 2016"),
    "chi2_df": Bound("chi2 / df", False, 2.0, 3.0, "Schermelleh-Engel and others 2003"),
    "kmo": Bound("KMO", True, 0.80, 0.60, "Kaiser 1974; .60 Tabachnick and Fidell 2013"),
    "alpha": Bound("Cronbach's alpha", True, 0.70, 0.60, "Nunnally 1978; .60 Hair and others 2010"),
    "omega": Bound("omega", True, 0.70, 0.60, "Hair and others 2010"),
    "cr": Bound("composite reliability", True, 0.70, 0.60, "Bagozzi and Yi 1988; Hair 2010"),
    "ave": Bound(
        "average variance extracted",
        True,
        0.50,
        0.36,
        "Fornell, Larcker 1981; .36 is a loading of .60",
    ),
    "htmt": Bound("HTMT", False, 0.85, 0.90, "Henseler, Ringle and Sarstedt 2015"),
    "loading": Bound("standardised loading", True, 0.70, 0.50, "Hair and others 2010"),
    "item_total": Bound(
        "corrected item-total r",
        True,
        0.50,
        0.30,
        "Hair and others 2010; .30 Nunnally, Bernstein 1994",
    ),
}


def read_fit(indices: pd.Series[float]) -> pd.DataFrame:
    """Return the fit indices that have a bound, read against it.

    From ``fit_indices``. Where there is a scaled form it stands in place of the plain one, as
    reviewers expect; robust forms follow it. Columns: ``index``, ``value``, ``good``, ``fair``,
    ``reading``, ``source``.
    """
    rows = []
    for key in ("chi2_df", "cfi", "tli", "rmsea", "srmr"):
        bound = BOUNDS[key]
        found = {bound.name: float(indices[key])}
        if key == "chi2_df" and "chi2_scaled" in indices.index:
            found = {f"{bound.name} (scaled)": float(indices["chi2_scaled"] / indices["df"])}
        if f"{key}_scaled" in indices.index:
            found = {f"{bound.name} (scaled)": float(indices[f"{key}_scaled"])}
        if f"{key}_robust" in indices.index:
            found[f"{bound.name} (robust)"] = float(indices[f"{key}_robust"])
        sign = "≥" if bound.above else "≤"
        for label, value in found.items():
            rows.append(
                {
                    "index": label,
                    "value": value,
                    "good": f"{sign} {bound.good:.2f}",
                    "fair": f"{sign} {bound.fair:.2f}",
                    "reading": bound.reading(value),
                    "source": bound.source,
                }
            )
    return pd.DataFrame(rows)
