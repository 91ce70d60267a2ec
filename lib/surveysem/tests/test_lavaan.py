"""Agreement with lavaan 0.6 (R): Holzinger and Swineford's nine items, and Bollen's democracies.

The answers come from the package semopy, a test dependency; the figures below are lavaan's.
"""

import numpy as np
import pandas as pd
import pytest
from semopy.examples import holzinger39, political_democracy

from surveysem.answers import categories_of, complete_answers
from surveysem.estimate import fit_model
from surveysem.fit import fit_indices
from surveysem.invariance import measurement_invariance
from surveysem.modification import modification_indices
from surveysem.polychoric import polychoric
from surveysem.reliability import fornell_larcker, htmt_of, reliability
from surveysem.result import estimates, explained_variance
from surveysem.scores import latent_scores

ITEMS = [f"x{k}" for k in range(1, 10)]
MODEL = """
visual  =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed   =~ x7 + x8 + x9
"""

# lhs op rhs, estimate, standard error of ML, of MLR, standardised estimate.
LIKELIHOOD = """
visual =~ x1 1 0 0 0.77188042
visual =~ x2 0.553500294 0.0996651188 0.132077906 0.423600992
visual =~ x3 0.72937021 0.109109703 0.141087031 0.581132324
textual =~ x4 1 0 0 0.851582222
textual =~ x5 1.11307658 0.0654201086 0.0656855916 0.855065446
textual =~ x6 0.926146237 0.0554488562 0.0613780044 0.838010074
speed =~ x7 1 0 0 0.569514684
speed =~ x8 1.17995084 0.164986572 0.13044474 0.723044433
speed =~ x9 1.08153016 0.151167438 0.266375897 0.665009219
x1 ~~ x1 0.549053973 0.113600923 0.156468191 0.404200617
x2 ~~ x2 1.13383902 0.101723371 0.111878745 0.8205622
x3 ~~ x3 0.844324046 0.0906231835 0.100285829 0.662285222
x4 ~~ x4 0.371172993 0.047717791 0.0502818521 0.274807719
x5 ~~ x5 0.44625507 0.0583927755 0.0567036314 0.268863082
x6 ~~ x6 0.356202664 0.0430349679 0.0465165308 0.297739116
x7 ~~ x7 0.799391638 0.0813815591 0.0972220958 0.675653025
x8 ~~ x8 0.487697084 0.0741940913 0.119533084 0.477206748
x9 ~~ x9 0.566131294 0.0707369371 0.118739164 0.557762739
visual ~~ visual 0.809315981 0.145462407 0.180396267 1
textual ~~ textual 0.979491373 0.112105849 0.121297599 1
speed ~~ speed 0.383747649 0.0862091944 0.10670487 1
visual ~~ textual 0.408232442 0.0735238822 0.099317346 0.4585093
visual ~~ speed 0.262224602 0.0562763995 0.0600596391 0.470534544
textual ~~ speed 0.173494685 0.0493146604 0.0563065759 0.28298473
"""

# lhs op rhs, estimate, standard error, standardised estimate.
CATEGORIES = """
visual =~ x1 1 0 0.9066867
visual =~ x2 0.511546642 0.0837026339 0.463812537
visual =~ x3 0.669737222 0.0962320474 0.607241832
textual =~ x4 1 0 0.863869892
textual =~ x5 1.01561708 0.0455646735 0.877361018
textual =~ x6 0.969000439 0.0358480339 0.837090305
speed =~ x7 1 0 0.505035639
speed =~ x8 1.28734279 0.201736504 0.65015399
speed =~ x9 1.64135543 0.238993513 0.82894299
x1 | t1 -2.12938293 0.178524676 -2.12938293
x1 | t2 -1.05296114 0.0890046617 -1.05296114
x1 | t3 0.397457799 0.0744759292 0.397457799
x1 | t4 1.83540852 0.139771466 1.83540852
x2 | t1 -2.47592802 0.252042438 -2.47592802
x2 | t2 -0.917646459 0.0845984558 -0.917646459
x2 | t3 0.397457799 0.0744759292 0.397457799
x2 | t4 1.36339684 0.102981731 1.36339684
x3 | t1 -0.983052917 0.0866185089 -0.983052917
x3 | t2 -0.0959150521 0.0724812054 -0.0959150521
x3 | t3 0.556201535 0.0765783539 0.556201535
x3 | t4 1.02439691 0.0880002184 1.02439691
x4 | t1 -1.67966119 0.124909932 -1.67966119
x4 | t2 -0.595521373 0.0772218925 -0.595521373
x4 | t3 0.741365659 0.080071963 0.741365659
x4 | t4 1.67966119 0.124909932 1.67966119
x5 | t1 -1.61499262 0.119621411 -1.61499262
x5 | t2 -0.677105735 0.0787233616 -0.677105735
x5 | t3 0.112661402 0.0725272449 0.112661402
x5 | t4 1.24638091 0.0969939536 1.24638091
x6 | t1 -0.774664039 0.0808313289 -0.774664039
x6 | t2 0.442942523 0.0749997757 0.442942523
x6 | t3 1.36339684 0.102981731 1.36339684
x6 | t4 1.99072046 0.158209681 1.99072046
x7 | t1 -1.58504192 0.117327016 -1.58504192
x7 | t2 -0.265404754 0.0732938895 -0.265404754
x7 | t3 0.698203666 0.079149544 0.698203666
x7 | t4 1.83540852 0.139771466 1.83540852
x8 | t1 -1.09749458 0.0906554752 -1.09749458
x8 | t2 0.388461664 0.0743795506 0.388461664
x8 | t3 1.64646639 0.12213648 1.64646639
x8 | t4 2.47592802 0.252042438 2.47592802
x9 | t1 -1.32236538 0.100771498 -1.32236538
x9 | t2 -0.0208206759 0.072365825 -0.0208206759
x9 | t3 1.24638091 0.0969939536 1.24638091
x9 | t4 2.47592802 0.252042438 2.47592802
x1 ~~ x1 0.177919227 0 0.177919227
x2 ~~ x2 0.78487793 0 0.78487793
x3 ~~ x3 0.631257357 0 0.631257357
x4 ~~ x4 0.25372881 0 0.25372881
x5 ~~ x5 0.230237645 0 0.230237645
x6 ~~ x6 0.299279822 0 0.299279822
x7 ~~ x7 0.744939003 0 0.744939003
x8 ~~ x8 0.577299789 0 0.577299789
x9 ~~ x9 0.312853519 0 0.312853519
visual ~~ visual 0.822080773 0.127977513 1
textual ~~ textual 0.74627119 0.0418818041 1
speed ~~ speed 0.255060997 0.0608511614 1
visual ~~ textual 0.316974018 0.0450128967 0.404685908
visual ~~ speed 0.207945912 0.0409478523 0.454120508
textual ~~ speed 0.125531147 0.0357055084 0.28772734
"""

# Below the diagonal, row by row from x2.
POLYCHORIC = """
0.370332707
0.538331744 0.387093572
0.387752181 0.143000804 0.147074023
0.259855287 0.197114919 0.0879166146 0.763873646
0.358877289 0.188316126 0.167563209 0.696621059 0.744301897
0.0707179083 -0.0311312966 0.0608167552 0.214599977 0.100026918 0.156821595
0.227672782 0.0419132077 0.183238184 0.123611304 0.178787203 0.143065009 0.470672918
0.404863738 0.204145888 0.368327887 0.221459548 0.171626492 0.189949768 0.368528637 0.478255988
"""

FIT_ML = {
    "parameters": 21,
    "chi2": 85.3055217699727,
    "df": 24,
    "p": 8.50255321704907e-09,
    "baseline_chi2": 918.851589292384,
    "baseline_df": 36,
    "cfi": 0.930559651799336,
    "tli": 0.895839477699004,
    "rmsea": 0.0921214845101686,
    "rmsea_lower": 0.0714184904399382,
    "rmsea_upper": 0.113678016811963,
    "rmsea_p_close": 0.000661236778051855,
    "srmr": 0.0652050571843865,
    "loglik": -3737.7449266262,
    "aic": 7517.48985325239,
    "bic": 7595.33916881212,
    "bic_adjusted": 7528.73911117078,
}
FIT_MLR = FIT_ML | {
    "chi2_scaled": 87.131603366625,
    "p_scaled": 4.27843283024032e-09,
    "scaling_factor": 0.979042258766103,
    "baseline_chi2_scaled": 880.081721380438,
    "cfi_scaled": 0.925206764028277,
    "tli_scaled": 0.887810146042416,
    "rmsea_scaled": 0.0934834089710846,
    "rmsea_scaled_lower": 0.0726206004953863,
    "rmsea_scaled_upper": 0.115225668121709,
    "rmsea_scaled_p_close": 0.000507322356402495,
    "cfi_robust": 0.929863935696168,
    "tli_robust": 0.894795903544252,
    "rmsea_robust": 0.0924986213715963,
    "rmsea_robust_lower": 0.0720677307616934,
    "rmsea_robust_upper": 0.113781308007416,
}
FIT_WLSMV = {
    "parameters": 48,
    "chi2": 50.362504816204,
    "df": 24,
    "p": 0.00127301409106828,
    "baseline_chi2": 2547.35520691695,
    "baseline_df": 36,
    "cfi": 0.989502677779872,
    "tli": 0.984254016669808,
    "rmsea": 0.0605099909291891,
    "rmsea_lower": 0.0368015957256246,
    "rmsea_upper": 0.0839341,
    "rmsea_p_close": 0.212264036904246,
    "srmr": 0.0613753191919647,
    "chi2_scaled": 75.2877218401272,
    "p_scaled": 3.36492257724252e-07,
    "scaling_factor": 0.711999163561427,
    "baseline_chi2_scaled": 1610.87686139301,
    "cfi_scaled": 0.967433820956159,
    "tli_scaled": 0.951150731434238,
    "rmsea_scaled": 0.0843996131508769,
    "rmsea_scaled_lower": 0.0632817873307143,
    "rmsea_scaled_upper": 0.10630129563876,
    "rmsea_scaled_p_close": 0.00473916413870101,
    "cfi_robust": 0.915487970628614,
    "tli_robust": 0.873231955942922,
    "rmsea_robust": 0.108985116199706,
    "rmsea_robust_lower": 0.0828086088348254,
    "rmsea_robust_upper": 0.136181152668713,
}


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    return holzinger39.get_data()


@pytest.fixture(scope="module")
def ordinal(pupils: pd.DataFrame) -> pd.DataFrame:
    return pupils[ITEMS].apply(lambda column: pd.cut(column, 5, labels=False) + 1)


@pytest.fixture(scope="module")
def ml(pupils: pd.DataFrame):
    return fit_model(MODEL, pupils, estimator="ML")


def published(text: str) -> dict[tuple[str, str, str], list[float]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return {(r[0], r[1], r[2]): [float(v) for v in r[3:]] for r in rows}


def computed(fit) -> dict[tuple[str, str, str], pd.Series]:
    return {(r["lhs"], r["op"], r["rhs"]): r for _, r in estimates(fit).iterrows()}


def same_error(value: float, expected: float) -> bool:
    return np.isnan(value) if expected == 0 else value == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("estimator", "column"), [("ML", 1), ("MLR", 2)])
def test_likelihood_estimates_and_errors(pupils, estimator, column):
    ours = computed(fit_model(MODEL, pupils, estimator=estimator))
    theirs = published(LIKELIHOOD)
    assert ours.keys() == theirs.keys()
    for key, values in theirs.items():
        assert ours[key]["est"] == pytest.approx(values[0], rel=1e-5), key
        assert same_error(ours[key]["se"], values[column]), key
        assert ours[key]["std"] == pytest.approx(values[3], rel=1e-5), key


def test_category_estimates_and_errors(ordinal):
    ours = computed(fit_model(MODEL, ordinal, estimator="WLSMV"))
    theirs = published(CATEGORIES)
    assert ours.keys() == theirs.keys()
    for key, values in theirs.items():
        assert ours[key]["est"] == pytest.approx(values[0], rel=1e-5), key
        assert same_error(ours[key]["se"], values[1]), key
        assert ours[key]["std"] == pytest.approx(values[2], rel=1e-5), key


def test_polychoric_correlations(ordinal):
    answers = complete_answers(ordinal, ITEMS)
    ours = polychoric(categories_of(answers), answers.items).correlation
    theirs = [float(v) for v in POLYCHORIC.split()]
    assert ours[np.tril_indices(9, -1)] == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize(
    ("estimator", "figures"), [("ML", FIT_ML), ("MLR", FIT_MLR), ("WLSMV", FIT_WLSMV)]
)
def test_fit_indices(pupils, ordinal, estimator, figures):
    data = ordinal if estimator == "WLSMV" else pupils
    ours = fit_indices(fit_model(MODEL, data, estimator=estimator))
    for name, value in figures.items():
        assert ours[name] == pytest.approx(value, rel=1e-5, abs=1e-9), name


def test_wald_test_and_interval(ml):
    row = computed(ml)["visual", "=~", "x3"]
    assert row["z"] == pytest.approx(6.68474195, rel=1e-5)
    assert row["p"] == pytest.approx(2.3123e-11, rel=1e-3)
    assert (row["ci_lower"], row["ci_upper"]) == pytest.approx((0.515519, 0.943221), abs=1e-5)


def test_reliability_both_conventions(ml):
    table = reliability(ml).set_index("factor")
    expected = {
        "alpha": [0.6261171318849806, 0.8827069128757955, 0.6884550229850034],
        "alpha_std": [0.6271838544191265, 0.8848435201424457, 0.6896036133755845],
        "cr": [0.6258384443626582, 0.8850013355324065, 0.6913735808041378],
        "ave": [0.3709839872168321, 0.7195300276928283, 0.4297924960497003],
        "omega": [0.6253180155707274, 0.8851753603169645, 0.6877600372055029],
        "sqrt_ave": [0.6090845484962101, 0.8482511583798917, 0.6555856130588135],
    }
    for column, values in expected.items():
        ours = table.loc[["visual", "textual", "speed"], column].to_numpy()
        assert ours == pytest.approx(values, abs=1e-5), column


def test_fornell_larcker_and_htmt(ml):
    matrix = fornell_larcker(ml)
    assert matrix.loc["speed", "visual"] == pytest.approx(0.470534544, abs=1e-5)
    assert matrix.loc["visual", "visual"] == pytest.approx(0.609084548, abs=1e-5)
    assert np.isnan(matrix.loc["visual", "speed"])
    ratios = htmt_of(ml)
    assert ratios.loc["visual", "textual"] == pytest.approx(0.424323042412548, abs=1e-5)
    assert ratios.loc["speed", "visual"] == pytest.approx(0.466549738478776, abs=1e-5)
    assert ratios.loc["textual", "speed"] == pytest.approx(0.289567862761083, abs=1e-5)


def test_structural_model_of_lavaans_tutorial():
    """Bollen (1989), as printed in lavaan's tutorial."""
    fit = fit_model(political_democracy.get_model(), political_democracy.get_data(), estimator="ML")
    indices = fit_indices(fit).round(3)
    printed = {
        "chi2": 38.125,
        "df": 35,
        "p": 0.329,
        "baseline_chi2": 730.654,
        "cfi": 0.995,
        "tli": 0.993,
        "loglik": -1547.791,
        "aic": 3157.582,
        "bic": 3229.424,
        "rmsea": 0.035,
        "rmsea_lower": 0.0,
        "rmsea_upper": 0.092,
        "srmr": 0.044,
    }
    assert {name: indices[name] for name in printed} == printed
    ours = computed(fit)
    for key, (value, error, standard) in {
        ("dem60", "~", "ind60"): (1.483, 0.399, 0.447),
        ("dem65", "~", "ind60"): (0.572, 0.221, 0.182),
        ("dem65", "~", "dem60"): (0.837, 0.098, 0.885),
        ("y1", "~~", "y5"): (0.624, 0.358, 0.296),
        ("y2", "~~", "y6"): (2.153, 0.734, 0.356),
        ("ind60", "=~", "x2"): (2.180, 0.139, 0.973),
    }.items():
        row = ours[key]
        assert (row["est"], row["se"], row["std"]) == pytest.approx(
            (value, error, standard), abs=5.1e-4
        )
    shares = explained_variance(fit).set_index("variable")["r2"].round(3)
    assert (shares["dem60"], shares["dem65"], shares["x1"]) == (0.200, 0.961, 0.846)


def test_modification_indices_of_lavaans_tutorial(ml):
    table = modification_indices(ml).head(5)
    names = (table["lhs"] + table["op"] + table["rhs"]).tolist()
    assert names == ["visual=~x9", "x7~~x8", "visual=~x7", "x8~~x9", "textual=~x3"]
    assert table["mi"].round(3).tolist() == [36.411, 34.145, 18.631, 14.946, 9.151]
    assert table["epc"].round(3).tolist() == [0.577, 0.536, -0.422, -0.423, -0.272]
    assert table["std_epc"].round(3).tolist() == [0.515, 0.859, -0.349, -0.805, -0.238]


def test_modification_index_is_close_to_the_gain(ml, pupils):
    wider = fit_model(MODEL + "x7 ~~ x8", pupils, estimator="ML")
    gain = ml.test.chi2 - wider.test.chi2
    index = modification_indices(ml).query("lhs == 'x7' and rhs == 'x8'")["mi"].iloc[0]
    assert gain == pytest.approx(index, rel=0.1)


def test_invariance_over_schools_of_lavaans_tutorial(pupils):
    names = pupils["school"].astype(str)
    result = measurement_invariance(MODEL, pupils.assign(school=names), "school")
    table = result.table.set_index("level")
    assert table["df"].tolist() == [48, 54, 60]
    assert table["chi2"].round(2).tolist() == [115.85, 124.04, 164.10]
    assert table["aic"].round(1).tolist() == [7484.4, 7480.6, 7508.6]
    assert table["bic"].round(1).tolist() == [7706.8, 7680.8, 7686.6]
    assert table["cfi"].round(3).tolist() == [0.923, 0.921, 0.882]
    assert table["rmsea"].round(3).tolist() == [0.097, 0.093, 0.107]
    assert table["chi2_diff"].round(3).tolist()[1:] == [8.192, 40.059]
    assert table.loc["metric", "p_diff"] == pytest.approx(0.2244, abs=5e-5)
    assert table.loc["scalar", "p_diff"] == pytest.approx(4.435e-07, rel=1e-3)
    assert table["holds"].tolist() == [None, True, False]
    assert result.groups["n"].tolist() == [156, 145]
    means = result.means.set_index("factor")
    assert means["difference"].round(3).tolist() == [-0.148, 0.576, -0.177]
    assert means["se"].round(3).tolist() == [0.122, 0.117, 0.090]


def test_scores_of_lavaans_manual(ml):
    scores = latent_scores(ml).head(3).to_numpy()
    expected = [
        [-0.81767524, -0.13754501, 0.06150726],
        [0.04951940, -1.01272402, 0.62549360],
        [-0.76139670, -1.87228634, -0.84057276],
    ]
    assert scores == pytest.approx(np.array(expected), abs=1e-5)
