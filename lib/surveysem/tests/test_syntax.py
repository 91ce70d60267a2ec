"""A model in lavaan's syntax: what is read, what is added, and how mistakes are told."""

import pytest

from surveysem.errors import ModelSyntaxError
from surveysem.specification import specify
from surveysem.syntax import parse_model


def relations(text: str) -> list[tuple[str, str, str]]:
    return [(t.lhs, t.op, t.rhs) for t in parse_model(text)]


def test_operators_comments_and_semicolons():
    text = """
    # a comment
    f =~ x1 + x2   ! another
    g =~ x3 + x4; g ~ f
    x1 ~~ x3
    """
    assert relations(text) == [
        ("f", "=~", "x1"),
        ("f", "=~", "x2"),
        ("g", "=~", "x3"),
        ("g", "=~", "x4"),
        ("g", "~", "f"),
        ("x1", "~~", "x3"),
    ]


@pytest.mark.parametrize(
    "text", ["f =~ x1 +\n x2 + x3", "f =~ x1 \n + x2 + x3", "f =~\n x1 + x2 + x3 # end"]
)
def test_statement_over_several_lines(text):
    assert relations(text) == [("f", "=~", "x1"), ("f", "=~", "x2"), ("f", "=~", "x3")]


def test_several_left_sides_and_chinese_names():
    assert relations("a + b ~~ c") == [("a", "~~", "c"), ("b", "~~", "c")]
    assert relations("办公环境 =~ 问项1") == [("办公环境", "=~", "问项1")]


def test_fixed_values_labels_and_freeing():
    one, two, three, four = parse_model("f =~ 1*x1 + a*x2 + -0.5*x3 + NA*x4 + b*x4")
    assert (one.fixed, two.label, three.fixed) == (1.0, "a", -0.5)
    assert four.free
    assert four.label == "b"


@pytest.mark.parametrize(
    ("text", "line", "token", "right"),
    [
        ("f =~ x1\ng = x2 + x3", 2, "“=”", "Write =~"),
        ("f =~ x1 + ", 1, "the end of the line", "Add the missing name"),
        ("f =~ x1 x2", 1, "“x2”", "Join the names by +"),
        ("f =~ x1\n\nx1 x2", 3, "“x1”", "factor =~ item + item"),
        ("f =~ x1 ~ x2", 1, "“~”", "Begin a new line"),
        ("f =~ a*b*x1", 1, "“b”", "Keep one"),
        ("f =~ *x1", 1, "“*”", "Write names joined by +"),
        ("f =~ c(1, 2)*x1", 1, "“c”", "Write one number"),
        ("f =~ x1 + x1", 1, "“x1”", "State each relation once"),
        ("x1 ~~ x2\nx2 ~~ x1", 2, "“x1”", "State each relation once"),
        ("f =~ f + x1", 1, "“f”", "Take it away"),
        ("x1 ~ 1", 1, "“1”", "Leave"),
        ("1*f =~ x1", 1, "“1”", "right side"),
        ("f =~ x1 @ x2", 1, "“@”", "letters, digits"),
        ("f =~ x1\nab := a*b", 2, "“:=”", "table of estimates"),
        ("f =~ x1\na == b", 2, "“==”", "same label"),
        ("x1 | t1 + t2", 1, "“|”", "without being written"),
    ],
)
def test_mistakes_name_line_token_and_remedy(text, line, token, right):
    with pytest.raises(ModelSyntaxError) as caught:
        parse_model(text)
    message = str(caught.value)
    assert f"line {line}," in message
    assert f"at {token}" in message
    assert right in message


@pytest.mark.parametrize("text", ["", "   \n\n", "# only a comment"])
def test_empty_model(text):
    with pytest.raises(ModelSyntaxError, match="empty"):
        parse_model(text)


def rows(text: str, **options: bool) -> dict[str, float | None]:
    return {row.name: row.value for row in specify(text, **options).rows}


TWO = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"


def test_defaults_of_a_measurement_model():
    found = rows(TWO)
    assert found["f=~x1"] == 1.0
    assert found["f=~x2"] is None
    assert {"f~~f", "g~~g", "f~~g", "x6~~x6"} <= found.keys()
    assert specify(TWO).free == 13


def test_unit_variances_instead_of_first_loadings():
    found = rows(TWO, std_lv=True)
    assert found["f=~x1"] is None
    assert found["f~~f"] == found["g~~g"] == 1.0
    assert specify(TWO, std_lv=True).free == 13


def test_categories_have_no_residual_variances():
    spec = specify(TWO, ordinal=True)
    assert "x1~~x1" not in {row.name for row in spec.rows}
    assert spec.free == 7


def test_outcomes_covary_and_indicators_do_not():
    found = rows(TWO + "\ny1 ~ f\ny2 ~ g\nh =~ x7 + x8\nk =~ f + h")
    assert "y1~~y2" in found
    assert "f~~h" not in found
    assert "f~~g" not in found
    assert "g~~k" in found


def test_one_label_is_one_parameter():
    spec = specify("f =~ x1 + a*x2 + a*x3")
    assert spec.names.count("a") == 1
    assert spec.free == 5


def test_single_item_has_no_error_of_its_own():
    assert rows("f =~ x1\ng =~ x2 + x3 + x4")["x1~~x1"] == 0.0


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("f =~ a*x1 + a*x2", {}, "NA*x1"),
        ("f =~ x1 + a*x2 + 2*x3 + x4\nx3 ~~ a*x4\nf =~ 3*x5\nf =~ a*3*x6", {}, "label a"),
        ("f =~ g + x1\ng =~ f + x2", {}, "by itself"),
        ("f =~ x1 + x2 + x3\nf ~ x4", {"ordinal": True}, "not a predictor"),
        ("f =~ x1 + x2 + x3\nx1 ~~ x1", {"ordinal": True}, "no parameter"),
        ("f =~ g\ng =~ h\nh =~ f", {}, "by itself"),
    ],
)
def test_models_that_contradict_themselves(text, options, words):
    with pytest.raises(ModelSyntaxError) as caught:
        specify(text, **options)
    assert words in str(caught.value)
