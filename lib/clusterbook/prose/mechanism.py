"""What the chapter on the mechanism says: parks it was drawn from, codes, saturation, answers."""

from __future__ import annotations

from clusterbook.analysis.balance import empirical
from clusterbook.analysis.coding import (
    Reading,
    categories,
    core_category,
    read_saturation,
    saturation,
)
from clusterbook.evidence import Case
from clusterbook.evidence.dates import read_date
from clusterbook.evidence.gap import Gap
from clusterbook.evidence.instrument import read_answers, read_instrument
from clusterbook.evidence.ningbo import PARKS, park_facts

from .closing import cannot_say as closing_list
from .sentence import Html, Prose, answer, derived, paragraph, say, table

CODES = "findings.csv: a row per claim, with code, category and source"


def category_words(name: str) -> str:
    """Return a category as words: "community relations"."""
    return name.replace("-", " ").replace("_", " ")


def read(case: Case) -> Reading:
    """Return how the cluster's saturation curve ends."""
    return read_saturation(saturation(empirical(case.findings), case.all_sources))


def opening(case: Case) -> Prose | Gap:
    """Return the chapter's answer: what the codes centre on."""
    rows = empirical(case.findings)
    if rows.empty:
        return Gap("coded claims", [CODES])
    found = categories(rows)
    core = core_category(found)
    n = derived(str(len(rows)), "claims coded", rows)
    groups = derived(str(len(found)), "distinct categories of the claims", rows)
    if core:
        of = rows[rows["category"] == core]
        first = say(
            "The {n} coded claims on {name} fall into {groups} categories, and more sources speak "
            "of {core} than of any other ({k} of {all}).",
            n=n, name=case.name, groups=groups, core=category_words(core),
            k=derived(str(of["source"].nunique()), "sources with a claim in the category", of),
            all=str(rows["source"].nunique()),
        )  # fmt: skip
    else:
        first = say(
            "The {n} coded claims on {name} fall into {groups} categories, and no one of them "
            "leads over the sources.",
            n=n, name=case.name, groups=groups,
        )  # fmt: skip
    return answer(first)


def parks(case: Case) -> Prose | Gap:
    """Return what is known of the three parks from their own evidence, with sources as words."""
    found = park_facts()
    if found is None:
        return Gap("the three parks of the study", [f"data/clusters/{slug}/" for slug in PARKS])
    rows = []
    for name, words in (
        ("capital", "capital"), ("building_type", "built form"), ("former_use", "former use"),
        ("owner", "owner"), ("opened", "opened"), ("trajectory", "trajectory"),
        ("trajectory_note", "on its trajectory"),
    ):  # fmt: skip
        cells: list[object] = [words]
        for slug in PARKS:
            if name not in found[slug].index:
                cells.append(Html('<span class="cb-muted">not known</span>'))
                continue
            row = found[slug].loc[name]
            cells.append(
                Html(
                    say("{value} ", value=_value(name, row.value))
                    + say('<span class="cb-muted">{label} ({grade})</span>',
                          label=row.label, grade=row.grade)
                )
            )  # fmt: skip
        rows.append(cells)
    heads = ("", *(found[slug].loc["name", "value"] for slug in PARKS))
    return table(heads, rows, "The three parks of the Ningbo study, each from its own evidence")


def _value(name: str, value: str) -> str:
    if name == "opened":
        return read_date(value).words
    return value.replace("_", " ")


def core(case: Case) -> Prose | Gap:
    """Return the categories with their codes, sources and dimensions, as a table."""
    rows = empirical(case.findings)
    if rows.empty:
        return Gap("coded claims", [CODES])
    found = categories(rows)
    lines = []
    for line in found.itertuples():
        of = rows[rows["category"] == line.category]
        lines.append(
            (category_words(line.category),
             derived(str(line.claims), "claims in the category", of), str(line.codes),
             str(line.sources), ", ".join(sorted(set(of["dimension"]))),
             f"{line.sustains} / {line.strains}")
        )  # fmt: skip
    proposed = core_category(found)
    said = (
        say(
            "As core category the rows propose {core}: more sources speak of it than of any "
            "other. It is a proposal by rule, and the choice stays with the analyst.",
            core=Html(say("<strong>{c}</strong>", c=category_words(proposed))),
        )
        if proposed
        else "The rows propose no core category: none leads over the sources."
    )
    head = ("category", "claims", "codes", "sources", "dimensions", "sustains / strains")
    shown = table(head, lines, f"Categories of the claims on {case.name}")
    return Prose(paragraph(said).html + shown.html)


def saturated(case: Case) -> Prose | Gap:
    """Return how far reading on still adds codes and categories."""
    rows = empirical(case.findings)
    if rows.empty:
        return Gap("coded claims", [CODES])
    curve = saturation(rows, case.all_sources)
    reading = read_saturation(curve)
    if reading.sources < 2:
        return paragraph("All claims come from one source, so saturation cannot be judged.")
    codes = (
        say(
            "Every claim bears a code of its own ({n} codes), so codes cannot saturate, whatever "
            "is read: the coding is open and has not been condensed.",
            n=derived(str(reading.codes), "distinct codes", rows),
        )
        if reading.one_code_a_claim
        else say(
            "{n} codes serve {claims} claims.",
            n=derived(str(reading.codes), "distinct codes", rows),
            claims=str(int(curve["claims"].sum())),
        )
    )
    last = curve[curve["new_categories"] > 0].iloc[-1]
    if reading.quiet:
        are = "source adds" if reading.quiet == 1 else "sources add"
        groups = say(
            "The last new category comes with {label}; the {k} later {are} none.",
            label=last["label"], k=str(reading.quiet), are=are,
        )  # fmt: skip
    else:
        groups = say(
            "The very last source, {label}, still brings a new category, so the reading is not "
            "saturated.",
            label=last["label"],
        )
    given = "Categories were partly given by the codebook, which makes them close early."
    return paragraph(codes, groups, given)


def asked(case: Case) -> Prose | Gap:
    """Return how many users of the cluster answered, and whether the model suits their answers."""
    from clusterbook.analysis.survey_study import Study
    from surveysem.errors import SurveyError

    file = case.folder / "survey.csv"
    answers = read_answers(file) if file.is_file() else None
    if answers is None or answers.empty:
        return Gap("answers of its users", ["survey.csv: a row per respondent"])
    study = Study(answers, read_instrument(), case.name, bool(answers.attrs["synthetic"]))
    try:
        checks = study.diagnosis[study.diagnosis["reading"] != "note"]
        poor = int((checks["reading"] == "poor").sum())
        read = "reads" if poor == 1 else "read"
        verdict = f"{poor or 'none'} of {len(checks)} checks of the model on them {read} poor"
    except SurveyError as error:
        verdict = f"the model cannot be fitted to them: {error}"
    return paragraph(
        say(
            "{mark}{n} users of {name} answered; {verdict}.",
            mark=study.mark, n=str(len(answers)), name=case.name, verdict=verdict.rstrip("."),
        ),
        "All tables and charts come with the command clusterbook survey.",
    )  # fmt: skip


def cannot_say(case: Case) -> Prose:
    """Return what this chapter cannot say of a cluster."""
    items = []
    rows = empirical(case.findings)
    if len(rows):
        top = rows["source"].value_counts()
        share = int(top.iloc[0]) / len(rows)
        if share > 0.5:
            label = rows.loc[rows["source"] == top.index[0], "label"].iloc[0]
            items.append(
                f"Whether the categories hold beyond one text: {share:.0%} of the claims come "
                f"from {label}."
            )
        if read(case).one_code_a_claim:
            items.append("Whether codes saturate: none occurs twice.")
    else:
        items.append(f"What the claims on {case.name} centre on: none are coded.")
    items += [
        "Whether capital decides, as the Ningbo study concludes: each kind of park stands there "
        "once, so owner, form, place, size and age cannot be told apart.",
        "What the Ningbo survey measured: its items, sample, loadings and paths could not be read.",
    ]
    return closing_list(items)
