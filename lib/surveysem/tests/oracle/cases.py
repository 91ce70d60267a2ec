"""The cases of reference.R, as surveysem computes them, set beside what lavaan says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from semopy.examples import holzinger39, political_democracy

from surveysem.estimate import fit_model
from surveysem.exploratory import principal_components
from surveysem.fit import fit_indices
from surveysem.modification import modification_indices
from surveysem.reliability import htmt_of
from surveysem.result import Fit, estimates

HERE = Path(__file__).resolve().parent
ITEMS = [f"x{k}" for k in range(1, 10)]
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
PATH = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual + x7\nx9 ~ textual"
BOLLEN = """
ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8
"""
STRICT = ["loadings", "intercepts", "residuals"]
FITS = {
    "npar": "parameters",
    "chisq": "chi2",
    "df": "df",
    "pvalue": "p",
    "baseline.chisq": "baseline_chi2",
    "baseline.df": "baseline_df",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_lower",
    "rmsea.ci.upper": "rmsea_upper",
    "rmsea.pvalue": "rmsea_p_close",
    "srmr": "srmr",
    "logl": "loglik",
    "aic": "aic",
    "bic": "bic",
    "bic2": "bic_adjusted",
    "chisq.scaled": "chi2_scaled",
    "pvalue.scaled": "p_scaled",
    "chisq.scaling.factor": "scaling_factor",
    "baseline.chisq.scaled": "baseline_chi2_scaled",
    "cfi.scaled": "cfi_scaled",
    "tli.scaled": "tli_scaled",
    "rmsea.scaled": "rmsea_scaled",
    "rmsea.ci.lower.scaled": "rmsea_scaled_lower",
    "rmsea.ci.upper.scaled": "rmsea_scaled_upper",
    "cfi.robust": "cfi_robust",
    "tli.robust": "tli_robust",
    "rmsea.robust": "rmsea_robust",
    "rmsea.ci.lower.robust": "rmsea_robust_lower",
    "rmsea.ci.upper.robust": "rmsea_robust_upper",
}
"""Names of lavaan's fit measures, and of ours."""


def holes(data: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the answers without some cells, by the rule of reference.R."""
    out = data.copy().astype({name: float for name in names})
    row = np.arange(1, len(data) + 1)
    for j, name in enumerate(names, 1):
        out.loc[(37 * row + 53 * j) % 101 < 6, name] = np.nan
    return out


@cache
def tables() -> dict[str, pd.DataFrame]:
    """Return the answers of the cases by name."""
    pupils = holzinger39.get_data()
    pupils["school"] = pupils["school"].astype(str)
    five, thirds = pupils.copy(), pupils.copy()
    for item in ITEMS:
        five[item] = pd.cut(pupils[item], 5, labels=False) + 1
        thirds[item] = pd.cut(pupils[item], 3, labels=False) + 1
    incomplete, gaps = holes(pupils, ITEMS), holes(five, ITEMS)
    incomplete.loc[incomplete.index[10], ITEMS] = np.nan
    gaps.loc[gaps.index[10], ITEMS] = np.nan
    whole = political_democracy.get_data()
    names = [f"y{k}" for k in range(1, 9)] + ["x1", "x2", "x3"]
    return {
        "pupils": pupils,
        "five": five,
        "thirds": thirds,
        "incomplete": incomplete,
        "gaps": gaps,
        "democracies": whole,
        "few": holes(whole, names),
    }


Case = tuple[str, str, dict[str, object]]
CASES: dict[str, Case] = {
    "fiml_ml": (MODEL, "incomplete", {"estimator": "ML", "missing": "fiml"}),
    "fiml_mlr": (MODEL, "incomplete", {"estimator": "MLR", "missing": "fiml"}),
    "fiml_sem_mlr": (BOLLEN, "few", {"estimator": "MLR", "missing": "fiml"}),
    "groups_ml": (MODEL, "pupils", {"estimator": "ML", "group": "school"}),
    "groups_mlr": (MODEL, "pupils", {"estimator": "MLR", "group": "school"}),
    "metric_mlr": (MODEL, "pupils", {"estimator": "MLR", "group": "school", "equal": STRICT[:1]}),
    "scalar_ml": (MODEL, "pupils", {"estimator": "ML", "group": "school", "equal": STRICT[:2]}),
    "strict_ml": (MODEL, "pupils", {"estimator": "ML", "group": "school", "equal": STRICT}),
    "strict_mlr": (MODEL, "pupils", {"estimator": "MLR", "group": "school", "equal": STRICT}),
    "partial_ml": (
        MODEL,
        "pupils",
        {
            "estimator": "ML",
            "group": "school",
            "equal": STRICT,
            "free": ["x3~1", "x7~1", "visual=~x2", "x9~~x9"],
        },
    ),
    "unit_ml": (
        MODEL,
        "pupils",
        {"estimator": "ML", "group": "school", "equal": STRICT[:1], "std_lv": True},
    ),
    "strict_fiml_mlr": (
        MODEL,
        "incomplete",
        {"estimator": "MLR", "group": "school", "equal": STRICT, "missing": "fiml"},
    ),
    "pairwise_wlsmv": (MODEL, "gaps", {"estimator": "WLSMV", "missing": "pairwise"}),
    "groups_wlsmv": (MODEL, "thirds", {"estimator": "WLSMV", "group": "sex"}),
    "metric_wlsmv": (MODEL, "thirds", {"estimator": "WLSMV", "group": "sex", "equal": STRICT[:1]}),
    "sem_ml": (BOLLEN, "democracies", {"estimator": "ML"}),
    "path_ml": (PATH, "pupils", {"estimator": "ML"}),
}
INDICES: dict[str, Case] = {
    "indices_ml": (MODEL, "pupils", {"estimator": "ML"}),
    "indices_sem": CASES["sem_ml"],
    "indices_path": CASES["path_ml"],
    "indices_wlsmv": (MODEL, "five", {"estimator": "WLSMV"}),
    "indices_groups": CASES["groups_ml"],
    "indices_scalar": CASES["scalar_ml"],
    "indices_fiml": CASES["fiml_ml"],
}


@cache
def fitted(case: str) -> Fit:
    """Return our fit of a case."""
    model, table, options = (CASES | INDICES)[case]
    return fit_model(model, tables()[table], **options)  # type: ignore[arg-type]


@cache
def reference() -> pd.DataFrame:
    """Return lavaan's figures: case, what, lhs, op, rhs, group (from 1), value."""
    table = pd.read_csv(HERE / "reference.csv", keep_default_na=False)
    return table.astype({"value": float, "group": int})


def _numbered(table: pd.DataFrame, fit: Fit) -> pd.DataFrame:
    place = {part.group: k + 1 for k, part in enumerate(fit.parts)}
    return table.assign(group=table["group"].map(place) if fit.groups else 1)


def ours(case: str) -> pd.DataFrame:
    """Return our figures of a case in the form of ``reference``."""
    if case.startswith("htmt2"):
        fit = fitted("indices_ml" if case == "htmt2_ml" else "indices_wlsmv")
        matrix = htmt_of(fit, geometric=True)
        rows = [("htmt2", a, "", b, 1, matrix.loc[a, b]) for a in matrix for b in matrix]
    elif case == "varimax":
        loadings = principal_components(tables()["pupils"], ITEMS, 3).loadings
        rows = [
            ("loading", item, "", name, 1, abs(loadings.loc[item, name]))
            for item in ITEMS
            for name in loadings
        ]
    else:
        fit, rows = fitted(case), []
        if case in INDICES:
            names = {"mi": "mi", "epc": "epc", "sepc.all": "std_epc"}
            table = _numbered(modification_indices(fit), fit)
        else:
            names = {"est": "est", "se": "se", "std": "std"}
            table = _numbered(estimates(fit), fit)
            measures = fit_indices(fit)
            rows = [
                ("fit", theirs, "", "", 1, float(measures[own]))
                for theirs, own in FITS.items()
                if own in measures
            ]
        for what, column in names.items():
            for row in table.itertuples():
                rows.append((what, row.lhs, row.op, row.rhs, row.group, getattr(row, column)))
    return pd.DataFrame(rows, columns=["what", "lhs", "op", "rhs", "group", "value"])


def beside(case: str) -> pd.DataFrame:
    """Return lavaan's and our figures of a case side by side, what both have."""
    keys = ["what", "lhs", "op", "rhs", "group"]
    theirs = reference()[reference()["case"] == case]
    if case == "varimax":
        theirs = theirs.assign(value=theirs["value"].abs())
    mine = ours(case)
    swapped = mine[mine["op"] == "~~"].rename(columns={"lhs": "rhs", "rhs": "lhs"})
    mine = pd.concat([mine, swapped]).drop_duplicates(keys)
    return theirs.merge(mine, on=keys, suffixes=("", "_ours")).dropna(subset=["value_ours"])


WHAT: dict[str, Callable[[str], bool]] = {
    "estimates": lambda what: what in ("est", "std", "loading"),
    "errors": lambda what: what == "se",
    "fit": lambda what: what == "fit",
    "indices": lambda what: what in ("mi", "epc", "sepc.all"),
    "HTMT2": lambda what: what == "htmt2",
}


def distances(case: str) -> Iterator[tuple[str, int, float]]:
    """Yield what was compared, how many figures, and the largest distance.

    A distance is absolute below one, relative above.
    """
    table = beside(case)
    off = (table["value_ours"] - table["value"]).abs() / np.maximum(1.0, table["value"].abs())
    for name, belongs in WHAT.items():
        chosen = off[table["what"].map(belongs)]
        if len(chosen):
            yield name, len(chosen), float(chosen.max())
