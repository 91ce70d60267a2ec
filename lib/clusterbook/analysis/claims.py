"""The claims of a text on the cluster, as chapters show them: verdict, reason, rows and search."""

from __future__ import annotations

import pandas as pd

from clusterbook.evidence import Case, EvidenceError, Problem
from clusterbook.evidence.case import per_case
from clusterbook.evidence.claims import ClaimError, upset, voices
from clusterbook.evidence.plain import by_index
from clusterbook.evidence.rules_claims import LEFT_OUT, NOT_CHECKED, nearest_pages
from clusterbook.evidence.select import SelectionError, select

COLUMNS = (
    "id", "section", "chapter", "claim", "check", "verdict", "reason", "row", "against", "where",
    "words", "date", "nearest", "note",
)  # fmt: skip


@per_case
def claims_of(case: Case, chapter: str | None = None) -> pd.DataFrame:
    """Return the claims that are on the list, of one chapter or of all, one a row.

    Columns of text: id, section, chapter, claim, check, verdict (one of `VERDICTS`), reason,
    where, words, date (of the search, "" without one), note. `row` is the claim's own row of
    evidence or None; `against` a list of `Voice` (row, kind: own, cited or independent; same: True,
    False or None); `nearest` a list of `Page` (title, address, why). Empty without a `claims.csv`.

    A verdict that the rows, as they are now, speak against is shown as not checked.

    Raises `EvidenceError`, naming the claim, where a row is not there or cannot be compared.
    """
    lines = case.claims[case.claims["verdict"] != LEFT_OUT]
    lines = lines if chapter is None else lines[lines["chapter"] == chapter]
    done = []
    for number, line in by_index(lines).items():
        try:
            row = select(case, line["row"]) if line["row"] else None
            against = voices(case, line["row"], line["against"], line["check"])
        except (SelectionError, ClaimError) as error:
            wrong = f"claim {line['id']}: {error}"
            raise EvidenceError([Problem("claims.csv", number, "", wrong, "")]) from None
        found = {"row": row, "against": against, "nearest": nearest_pages(line["nearest"])}
        if wrong := upset(line["verdict"], line["check"], against):
            found |= {"verdict": NOT_CHECKED, "reason": f"A row was changed: the verdict {wrong}."}
        done.append({**line, **found})
    return pd.DataFrame(done, columns=list(COLUMNS))
