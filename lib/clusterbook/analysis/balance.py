"""The balance of evidence: claims by dimension, scope and valence, by group of sources.

After Kong (2009, 2012) as applied in the M50 article: four dimensions, each inside the cluster and
towards the city; governance is kept as a fifth row. Counts depend on how finely claims were split,
so they are shown, never used as weights. The case article was coded claim by claim, of most other
sources one claim was taken: no share of the one group is set against that of the other. How far
two coders agree is told by `agreement`.
"""

from __future__ import annotations

import pandas as pd


def empirical(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the claims about the cluster that observation could show wrong; they alone count.

    Left out is what is said of such places at large, of what should be, and of what is open.
    """
    return findings[findings["kind"] == "empirical"]
