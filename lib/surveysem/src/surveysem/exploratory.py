"""How many factors the answers hold, and which items go together, before a model is imposed."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2 as chi2_distribution
from statsmodels.multivariate.factor import Factor
from statsmodels.multivariate.factor_rotation import rotate_factors

from surveysem.answers import complete_answers
from surveysem.errors import IdentificationError, Notice
from surveysem.fit import cfi_tli, rmsea
from surveysem.moments import Array
from surveysem.reliability import to_correlation


def kmo(correlation: pd.DataFrame) -> tuple[float, pd.Series[float]]:
    """Return the Kaiser-Meyer-Olkin measure of sampling adequacy, overall and per item.

    It compares correlations with partial correlations (Kaiser 1974); 1 is best.
    """
    matrix = correlation.to_numpy(dtype=float)
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    squares, partials = matrix**2, partial**2
    np.fill_diagonal(squares, 0.0)
    np.fill_diagonal(partials, 0.0)
    overall = float(squares.sum() / (squares.sum() + partials.sum()))
    items = squares.sum(axis=0) / (squares.sum(axis=0) + partials.sum(axis=0))
    return overall, pd.Series(items, index=correlation.columns, name="kmo")


def bartlett(correlation: pd.DataFrame, n: int) -> tuple[float, int, float]:
    """Return chi-square, df and p of Bartlett's (1950) test that no item goes with another."""
    size = len(correlation)
    logdet = float(np.linalg.slogdet(correlation.to_numpy(dtype=float))[1])
    chi2 = -(n - 1 - (2 * size + 5) / 6) * logdet
    df = size * (size - 1) // 2
    return chi2, df, float(chi2_distribution.sf(chi2, df))


def reduced_eigenvalues(correlation: Array) -> Array:
    """Return eigenvalues with squared multiple correlations on the diagonal, largest first.

    Works on a stack of matrices.
    """
    reduced = correlation.copy()
    at = np.arange(correlation.shape[-1])
    reduced[..., at, at] = 1 - 1 / np.diagonal(np.linalg.inv(correlation), axis1=-2, axis2=-1)
    return np.asarray(np.linalg.eigvalsh(reduced)[..., ::-1])


@dataclass(frozen=True)
class ParallelAnalysis:
    """Eigenvalues against those of answers without structure.

    ``table`` has a row per number: ``number``, ``component`` (eigenvalue), ``component_limit``
    (percentile of the random ones), ``factor`` and ``factor_limit`` (the same with communalities
    on the diagonal). ``components`` and ``factors`` are the numbers that exceed their limits.
    """

    table: pd.DataFrame
    components: int
    factors: int


def parallel_analysis(
    data: pd.DataFrame,
    items: Sequence[str],
    *,
    replicates: int = 200,
    percentile: float = 95.0,
    seed: int = 1,
) -> ParallelAnalysis:
    """Return a parallel analysis of the items (Horn 1965; percentile: Glorfeld 1995).

    The random answers are the observed ones, shuffled within each item (Buja and Eyuboglu 1992),
    so they keep the items' distributions. ``components`` is Horn's criterion; it finds too few
    when factors correlate and have two or three items. ``factors`` uses the reduced correlation
    matrix (Humphreys and Montanelli 1975); it finds too many rather than too few.
    The same seed gives the same result.
    """
    values = complete_answers(data, items).values
    generator = np.random.default_rng(seed)
    n, size = values.shape
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    random = np.empty((replicates, size, size))
    for k in range(replicates):
        shuffled = generator.permuted(standard, axis=0)
        random[k] = shuffled.T @ shuffled / n
    observed = standard.T @ standard / n
    columns: dict[str, Array] = {}
    counts = []
    for name, eigenvalues in (
        ("component", lambda matrix: np.linalg.eigvalsh(matrix)[..., ::-1]),
        ("factor", reduced_eigenvalues),
    ):
        columns[name] = eigenvalues(observed)
        columns[f"{name}_limit"] = np.percentile(eigenvalues(random), percentile, axis=0)
        below = np.flatnonzero(columns[name] <= columns[f"{name}_limit"])
        counts.append(int(below[0]) if below.size else size)
    table = pd.DataFrame({"number": np.arange(1, size + 1), **columns})
    return ParallelAnalysis(table, counts[0], counts[1])


def _principal_start(correlation: Array, number: int) -> tuple[Array, Array]:
    """Return loadings and unique variances to start from (principal factors, one pass)."""
    unique = 1 / np.diag(np.linalg.inv(correlation))
    values, vectors = np.linalg.eigh(correlation - np.diag(unique))
    chosen = np.argsort(-values)[:number]
    loadings = vectors[:, chosen] * np.sqrt(np.maximum(values[chosen], 0.05))
    return loadings, unique


@dataclass(frozen=True)
class ExploratoryFactors:
    """An exploratory solution: ``loadings`` (items by factors), ``correlations``, ``fit``."""

    loadings: pd.DataFrame
    communalities: pd.Series[float]
    correlations: pd.DataFrame
    fit: pd.Series[float]
    notices: tuple[Notice, ...]


def exploratory_factors(
    data: pd.DataFrame, items: Sequence[str], number: int
) -> ExploratoryFactors:
    """Return an exploratory factor analysis by maximum likelihood with oblimin rotation.

    Estimated and rotated by statsmodels. ``fit`` holds ``chi2`` (n times the discrepancy, as in
    lavaan), ``df``, ``p``, ``cfi``, ``tli``, ``rmsea``. Factors are signed to load positively and
    ordered by the items they load on. Error: ``IdentificationError`` for too many factors.
    """
    answers = complete_answers(data, items)
    n, size = answers.n, len(items)
    df = ((size - number) ** 2 - size - number) // 2
    if number < 1 or df < 0:
        most = max(k for k in range(size) if (size - k) ** 2 - size - k >= 0)
        raise IdentificationError(
            f"{size} items cannot show {number} exploratory factors; from 1 to {most} are possible."
        )
    correlation = to_correlation(answers.covariance)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # Its own start is random, so that each run would differ in the seventh digit.
        result = Factor(corr=correlation, n_factor=number, method="ml", nobs=n).fit(
            start=_principal_start(correlation, number), opt={"gtol": 1e-6, "maxiter": 1000}
        )
    unrotated = np.asarray(result.loadings, dtype=np.float64)
    unique = np.asarray(result.uniqueness, dtype=np.float64)
    phi = np.eye(number)
    loadings = unrotated
    if number > 1:
        result.rotate("oblimin")
        loadings = np.asarray(result.loadings, dtype=np.float64)
        phi = result.rotation_matrix.T @ result.rotation_matrix
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    order = np.argsort([int(np.abs(loadings[:, k]).argmax()) for k in range(number)], kind="stable")
    loadings = (loadings * sign)[:, order]
    phi = (phi * np.outer(sign, sign))[np.ix_(order, order)]
    implied = unrotated @ unrotated.T + np.diag(unique)
    discrepancy = (
        np.linalg.slogdet(implied)[1]
        + np.trace(np.linalg.solve(implied, correlation))
        - np.linalg.slogdet(correlation)[1]
        - size
    )
    chi2 = n * float(discrepancy)
    base = -n * float(np.linalg.slogdet(correlation)[1])
    cfi, tli = cfi_tli(chi2, df, base, size * (size - 1) // 2)
    names = [f"F{k + 1}" for k in range(number)]
    small = [item for item, u in zip(items, unique, strict=True) if u < 0.01]
    notices = [
        Notice(
            "negative_variance",
            item,
            f"With {number} factors nothing of {item} is left unexplained (a Heywood case): "
            "too many factors, or too few answers.",
        )
        for item in small
    ]
    if caught:
        notices.append(
            Notice(
                "not_converged",
                f"{number} factors",
                f"The search for {number} exploratory factors did not end cleanly; read the "
                "loadings with care, or ask for fewer factors.",
            )
        )
    return ExploratoryFactors(
        pd.DataFrame(loadings, index=list(items), columns=names),
        pd.Series((unrotated**2).sum(axis=1), index=list(items), name="communality"),
        pd.DataFrame(phi, index=names, columns=names),
        pd.Series(
            {
                "chi2": chi2,
                "df": float(df),
                "p": float(chi2_distribution.sf(chi2, df)) if df else float("nan"),
                "cfi": cfi,
                "tli": tli,
                "rmsea": rmsea(chi2, df, n).value,
            },
            name="value",
        ),
        tuple(notices),
    )


@dataclass(frozen=True)
class PrincipalComponents:
    """Components: ``loadings`` (items by components), ``communalities``, ``variance`` (shares)."""

    loadings: pd.DataFrame
    communalities: pd.Series[float]
    variance: pd.Series[float]


def principal_components(
    data: pd.DataFrame, items: Sequence[str], number: int, *, varimax: bool = True
) -> PrincipalComponents:
    """Return the principal components of the items' correlations, turned by varimax.

    Rotation by statsmodels with Kaiser's (1958) normalisation, as in SPSS and R. Components are
    signed to load positively and ordered by the variance they explain after rotation. They
    describe the items and are no factors: item errors are part of them. Errors: ``DataError`` as
    in ``complete_answers``, ``IdentificationError`` for an impossible number.
    """
    answers = complete_answers(data, items)
    if not 1 <= number <= len(items):
        raise IdentificationError(
            f"{len(items)} items have from 1 to {len(items)} components, not {number}."
        )
    values, vectors = np.linalg.eigh(to_correlation(answers.covariance))
    loadings = vectors[:, ::-1][:, :number] * np.sqrt(np.maximum(values[::-1][:number], 0.0))
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    if varimax and number > 1:
        turned, _ = rotate_factors(loadings / length, "varimax", tol=1e-12, max_tries=5000)
        loadings = np.asarray(turned, dtype=np.float64) * length
    explained = (loadings**2).sum(axis=0)
    order = np.argsort(-explained, kind="stable")
    loadings = (loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))[:, order]
    names = [f"C{k + 1}" for k in range(number)]
    return PrincipalComponents(
        pd.DataFrame(loadings, index=list(items), columns=names),
        pd.Series(length[:, 0] ** 2, index=list(items), name="communality"),
        pd.Series(explained[order] / len(items), index=names, name="variance"),
    )
