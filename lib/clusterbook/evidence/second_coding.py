"""Claims coded twice: the second coder's codes beside those of `findings.csv`, and their rule.

The second coder had the statement and its place alone. Where a claim has been coded anew since the
two were compared, `earlier` keeps what the first coder had given it: agreement is that of two
people who did not know of each other, whatever the rows say today.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from .case import Case
from .comparison import compares
from .lists import read_list
from .problems import EvidenceError, Problem, nearest, one_of, said
from .root import book_root
from .schemas import closed_list
from .sheets import Sheet, read_csv, read_sheet

CODES = {name: closed_list("findings", name)
         for name in ("dimension", "scope", "valence", "actor", "kind")}  # fmt: skip
"""The codes of a claim and their closed lists."""

NOBODY = "none"
"""The second coder's word where a claim names nobody of the list of actors."""


@compares
def coded_twice() -> pd.DataFrame:
    """Return a row for each claim that two people coded, in the order of `second_coding.csv`.

    Columns: `cluster`, `id`, `statement`, for each code `<code>` (as it stands today),
    `<code>_first` and `<code>_second` (as the two gave it), then `confident` ("yes" or "no") and
    `remark` of the second coder. Raises `EvidenceError` for a claim that no folder holds.
    """
    second = _second()
    clusters = book_root() / "data" / "clusters"
    folders = {slug: clusters / slug / "findings.csv" for slug in second["cluster"].unique()}
    claims = pd.concat([read_csv(path, "findings").assign(cluster=slug)
                        for slug, path in folders.items()])  # fmt: skip
    held = ["cluster", "id", "statement", *CODES]
    rows = second.merge(claims[held], how="left", on=["cluster", "id"], suffixes=("_second", ""))
    lost = rows.index[rows["statement"].isna()]
    if len(lost):
        wrong = f"no findings.csv holds the claim {rows['id'][lost[0]]}"
        raise EvidenceError([Problem("second_coding.csv", int(lost[0]) + 2, "id", wrong, "")])
    earlier = [dict(_earlier(cell)) for cell in rows["earlier"]]
    for code in CODES:
        rows[f"{code}_first"] = [
            was.get(code, now) for was, now in zip(earlier, rows[code], strict=True)
        ]
    both = [f"{code}{side}" for code in CODES for side in ("", "_first", "_second")]
    return rows[["cluster", "id", "statement", *both, "confident", "remark"]]


def coded_otherwise(case: Case) -> dict[str, dict[str, str]]:
    """Return, by the id of a cluster's claim, the second coder's codes that differ from its row's.

    Evidence that lies outside the book's folder was coded once.
    """
    if case.folder != book_root() / "data" / "clusters" / case.slug:
        return {}
    today = case.findings.set_index("id")[list(CODES)].to_dict("index")
    second = _second()
    own = second[second["cluster"] == case.slug].to_dict("records")
    found = {
        row["id"]: {code: row[code] for code in CODES if row[code] != today[row["id"]][code]}
        for row in own
        if row["id"] in today
    }
    return {name: codes for name, codes in found.items() if codes}


def _second() -> pd.DataFrame:
    rows = read_list("second_coding")
    rows["actor"] = rows["actor"].replace("", NOBODY)
    return rows


def _earlier(cell: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, map(str.strip, cell.split(";"))):
        code, _, value = part.partition("=")
        yield code.strip(), value.strip()


def second_coding_problems(sheet: Sheet | None, root: Path) -> Iterator[Problem]:
    """Yield what is wrong with `second_coding.csv` beside the claims of the clusters."""
    known: dict[str, dict[str, dict[str, str]]] = {}
    for row, cells in sheet.rows if sheet else ():
        slug, name = cells.get("cluster", ""), cells.get("id", "")
        if slug not in known:
            path = root / "data" / "clusters" / slug / "findings.csv"
            claims = read_sheet(path, "findings")[0] if slug and path.is_file() else None
            known[slug] = {c.get("id", ""): c for _, c in claims.rows} if claims else {}
        for fault in _faults(slug, name, cells.get("earlier", ""), known[slug]):
            yield Problem("second_coding.csv", row, *fault)


def _faults(
    slug: str, name: str, earlier: str, claims: dict[str, dict[str, str]]
) -> Iterator[tuple[str, str, str]]:
    if slug and not claims:
        right = "write the name of a folder in data/clusters with findings.csv"
        yield "cluster", f"no cluster {said(slug)} has coded claims", right
        return
    claim = claims.get(name)
    if name and claim is None:
        near = nearest(name, frozenset(claims))
        wrong = f"the claims of {slug} have no {said(name)}"
        yield "id", wrong, f"write {near}" if near else "delete the row"
    for code, value in _earlier(earlier):
        if code not in CODES:
            yield "earlier", f"{said(code)} is no code", one_of(code, tuple(CODES))
        elif value not in CODES[code]:
            yield "earlier", f"{said(value)} is no {code}", one_of(value, CODES[code])
        elif claim and claim.get(code) == value:
            wrong = f"{code} {said(value)} is what the claim says today"
            yield "earlier", wrong, "keep here only what has been coded anew"
