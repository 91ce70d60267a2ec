"""What the answers say of paths between spaces and of parks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sentence import Prose, table
from .survey_study import told
from .survey_words import marked, number, probability, span

if TYPE_CHECKING:
    from clusterbook.analysis.survey_study import Study


@told
def paths(study: Study) -> Prose:
    """Return the paths of the structural model with their intervals."""
    from surveysem.fit import fit_indices
    from surveysem.result import estimates

    if not study.structural:
        return marked(study, "No structural model is given.")
    found = estimates(study.paths)
    latent = set(study.paths.spec.latent)
    kept = found[
        (found["op"] == "~") | ((found["op"] == "=~") & found["rhs"].isin(latent))
    ].sort_values("op", kind="stable", ascending=False)
    label = study.instrument.label
    rows = [
        (f"{label(r.rhs)} {'to' if r.op == '~' else 'in'} {label(r.lhs)}",
         number(r.std), span(r.std_lower, r.std_upper), number(r.est), number(r.se),
         probability(r.p) if r.p == r.p else "fixed")
        for r in kept.itertuples()
    ]  # fmt: skip
    head = ("path", "standardised", "95 % interval", "estimate", "standard error", "")
    indices = fit_indices(study.paths)
    cfi, rmsea = (indices.get(f"{k}_scaled", indices[k]) for k in ("cfi", "rmsea"))
    fits = f"CFI {number(cfi, 3)}, RMSEA {number(rmsea, 3)}"
    return table(head, rows, f"{study.mark}Paths of the structural model ({fits})")


@told
def index(study: Study) -> Prose:
    """Return the local index of each park by factor and over all, with intervals."""
    found = study.index
    rows = [
        (row.group, row.level, study.instrument.label(row.name) if row.level != "index" else "all",
         number(row.value, 1), span(row.lower, row.upper, 1), str(row.n))
        for row in found.itertuples(index=False)
    ]  # fmt: skip
    head = ("park", "", "of", "index", "95 % interval", "n")
    return table(head, rows, f"{study.mark}Local index from 0 to 100")


@told
def groups(study: Study) -> Prose:
    """Return whether parks may be compared, and how their respondents differ."""
    if len(study.parks) < 2:
        return marked(study, "One park alone was asked, so there is nothing to compare.")
    found = study.invariance
    rows = []
    for row in found.table.itertuples():
        held = "" if row.holds is None or row.holds != row.holds else "yes" if row.holds else "no"
        rows.append(
            (row.level, number(row.chi2, 1), str(int(row.df)), number(row.cfi, 3),
             number(row.rmsea, 3), number(row.srmr, 3), number(row.cfi_diff, 3), held)
        )  # fmt: skip
    head = ("level", "chi-square", "df", "CFI", "RMSEA", "SRMR", "change of CFI", "holds")
    caption = (
        f"{study.mark}Measurement invariance over parks. A level holds if CFI falls by no more "
        "than .01 (Cheung and Rensvold 2002) and RMSEA rises by no more than .015 (Chen 2007)"
    )
    shown = table(head, rows, caption)
    comparable = bool(found.table["holds"].iloc[1:].astype(bool).all())
    sentence = (
        "Loadings and intercepts are alike enough over the parks, so means may be compared."
        if comparable
        else "The items do not work alike in all parks, so differences of means mislead."
    )
    first = str(found.groups["group"].iloc[0])
    lines = [
        (row.group, study.instrument.label(row.factor), number(row.std_difference),
         number(row.difference), span(row.lower, row.upper), probability(row.p))
        for row in found.means.itertuples()
    ]  # fmt: skip
    told_of = ("park", "factor", "in standard deviations", "difference", "95 % interval", "")
    means = table(told_of, lines, f"{study.mark}Means of factors against {first}")
    return Prose(marked(study, sentence).html + shown.html + means.html)
