"""Writes the table "held against lavaan" into the README.

Run: python tests/oracle/table.py
"""

from __future__ import annotations

from math import ceil, floor, log10
from pathlib import Path

import cases

README = Path(__file__).resolve().parents[2] / "README.md"
START, END = "<!-- table -->\n", "<!-- end -->\n"
TITLES = {
    "fiml_ml": "FIML, ML errors",
    "fiml_mlr": "FIML, MLR",
    "fiml_sem_mlr": "FIML, MLR, structural model",
    "groups_ml": "two groups, ML",
    "groups_mlr": "two groups, MLR",
    "metric_mlr": "metric invariance, MLR",
    "scalar_ml": "scalar invariance, ML",
    "strict_ml": "strict invariance, ML",
    "strict_mlr": "strict invariance, MLR",
    "partial_ml": "partial invariance, ML",
    "unit_ml": "metric, unit variances, ML",
    "strict_fiml_mlr": "strict invariance, FIML, MLR",
    "pairwise_wlsmv": "WLSMV, pairwise",
    "groups_wlsmv": "WLSMV, two groups",
    "metric_wlsmv": "WLSMV, metric invariance",
    "sem_ml": "structural model, ML",
    "path_ml": "paths with observed variables, ML",
    "indices_ml": "modification indices, ML",
    "indices_sem": "modification indices, structural model",
    "indices_path": "modification indices, paths",
    "indices_wlsmv": "modification indices, WLSMV",
    "indices_groups": "modification indices, two groups",
    "indices_scalar": "modification indices, scalar invariance",
    "indices_fiml": "modification indices, FIML",
    "htmt2_ml": "HTMT2, Pearson",
    "htmt2_wlsmv": "HTMT2, polychoric",
    "varimax": "principal components, varimax",
}


def at_most(distance: float) -> str:
    """Return a distance rounded up to one digit, so that machines agree on it."""
    if distance < 1e-7:
        return "below 1e-7"
    power = floor(log10(distance))
    return f"{ceil(distance / 10**power - 1e-9)}e{power}"


def table() -> str:
    """Return the table as Markdown."""
    rows = ["| what | figures | estimates | errors | fit | other |", "|---|---|---|---|---|---|"]
    for case, title in TITLES.items():
        found = list(cases.distances(case))
        far = {name: at_most(distance) for name, _, distance in found}
        other = far.get("indices", far.get("HTMT2", ""))
        cells = [far.get(name, "") for name in ("estimates", "errors", "fit")]
        count = sum(number for _, number, _ in found)
        rows.append(f"| {title} | {count} | {' | '.join(cells)} | {other} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Replace what stands between the marks."""
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(START)
    README.write_text(head + START + table() + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
