"""Units: grammar, conversion against known values, and words."""

import pytest

from clusterbook.evidence.units import (
    UnitError,
    factor,
    measures,
    number_words,
    read_number,
    unit_words,
)

AREAS = [
    ("ping", 3.305785, 1e-6),
    ("mu", 666.667, 1e-3),
    ("acre", 4046.856, 1e-3),
    ("ha", 10_000, 0),
    ("km2", 1_000_000, 0),
    ("sqft", 0.092903, 1e-6),
    ("m2", 1, 0),
]


@pytest.mark.parametrize(("unit", "m2", "precision"), AREAS)
def test_areas_in_square_metres(unit: str, m2: float, precision: float) -> None:
    assert factor(unit, "m2") == pytest.approx(m2, abs=precision or 1e-12)
    assert measures(unit)[0].kind == "area"


def test_an_area_of_m50_in_mu_and_hectares() -> None:
    # 41 mu are 2.73 ha
    assert 41 * factor("mu", "ha") == pytest.approx(2.733, abs=0.001)
    with pytest.raises(UnitError, match="measure different things"):
        factor("persons", "m2")


FACTORS = [
    ("kWh", "MJ", 3.6),
    ("GWh/year", "MWh/day", 1000 / 365),
    ("m3", "l", 1000),
    ("ft3", "m3", 0.0283168),
    ("hectare", "m2", 10_000),
    ("tCO2", "kgCO2e", 1000),
    ("years", "months", 12),
    ("CNY/day/m2", "CNY/m2/month", 365 / 12),
    ("EUR/MWh", "EUR/kWh", 0.001),
    ("CNY/m2/month", "CNY/m2/day", 12 / 365),
    ("CNY/m2/day", "CNY/m2/year", 365),
    ("CNY/m2/day", "CNY/m2/month", 365 / 12),
    ("TWD/ping/month", "TWD/m2/month", 1 / 3.305785),
    ("USD/sqft/year", "USD/m2/year", 10.7639),
    ("CNY/mu", "CNY/m2", 1 / 666.6667),
    ("persons/day", "persons/year", 365),
    ("count/month", "count/year", 12),
    ("mile", "km", 1.609344),
    ("acre", "ha", 0.4046856),
    ("CNY", "CNY", 1),
]


@pytest.mark.parametrize(("unit", "to", "times"), FACTORS)
def test_factor(unit: str, to: str, times: float) -> None:
    assert factor(unit, to) == pytest.approx(times, rel=1e-5)
    assert factor(to, unit) == pytest.approx(1 / times, rel=1e-5)


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("CNY", "USD"),
        ("CNY/m2/day", "CNY/m2"),
        ("CNY/m2", "CNY/day"),
        ("m2", "m"),
        ("persons", "count"),
        ("yuan_1937", "CNY"),
        ("tCO2", "t"),
        ("degC", "K"),
        ("dB", "dB(A)"),
        ("kWh", "kW"),
        ("year", "years"),
    ],
)
def test_what_measures_differently_is_not_converted(unit: str, to: str) -> None:
    with pytest.raises(UnitError, match="cannot be put in"):
        factor(unit, to)


@pytest.mark.parametrize(
    "unit",
    ["CNY/m2/day", "TWD/ping/month", "EUR/visit", "CNY/person/year", "persons/year", "percent",
     "yuan_1937", "tael", "silver_dollar", "animals/day", "t/year", "boolean", "degrees", "year",
     "m3", "kWh/m2/year", "dB(A)", "degC", "lux", "ppm", "litre", "kg", "hours", "minutes", "weeks",
     "tCO2e/year", "µg/m3", "persons/hour", "FRF/m2/month", "DDM", "BTU", "count/km2", "l/person"],
)  # fmt: skip
def test_units_of_the_grammar(unit: str) -> None:
    measures(unit)


@pytest.mark.parametrize(
    ("unit", "word"),
    [
        ("", "no known unit"),
        ("RMB", "no currency code"),
        ("XYZ/m2", "no currency code"),
        ("cny/m2/day", "no known unit"),
        ("sqm", "no known unit"),
        ("%", "no known unit"),
        ("CNY/sqm/day", "'sqm' in 'CNY/sqm/day' is unknown"),
        ("CNY/m2/fortnite", "'fortnite'"),
        ("CNY/", "''"),
        ("CNY//day", "''"),
        ("m2 ", "no known unit"),
        # what a library of units would read as parsecs, quectometres, the speed of light, a product
        ("pcs", "write count"),
        ("qm", "write m2"),
        ("c", "no known unit"),
        ("kilocount", "no known unit"),
        ("m*kg", "no known unit"),
        ("5m", "no known unit"),
        ("XAU", "no currency code"),
        ("ton", "1000 kg"),
        ("CNY/persons", "'persons'"),
    ],
)
def test_units_outside_the_grammar(unit: str, word: str) -> None:
    with pytest.raises(UnitError) as caught:
        measures(unit)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("CNY/m2/day", "yuan per m² per day"),
        ("TWD/ping/month", "New Taiwan dollars per ping per month"),
        ("persons/year", "people per year"),
        ("sqft", "sq ft"),
        ("count", ""),
        ("count/year", "per year"),
        ("yuan_1937", "yuan of 1937"),
        ("GBP", "British pounds"),
        ("m3", "m³"),
        ("kWh/m2/year", "kWh per m² per year"),
        ("tCO2/year", "tonnes of CO₂ per year"),
        ("EUR/MWh", "euros per MWh"),
        ("degC", "°C"),
        ("l/person/day", "litres per person per day"),
    ],
)
def test_unit_words(unit: str, words: str) -> None:
    assert unit_words(unit) == words


def test_one_of_a_unit_is_singular() -> None:
    assert unit_words("persons/day", one=True) == "person per day"
    assert unit_words("years", one=True) == "year"
    assert unit_words("minutes", one=True) == "minute"
    assert unit_words("CHF", one=True) == "Swiss franc"
    assert unit_words("tCO2", one=True) == "tonne of CO₂"
    assert unit_words("CNY/tCO2") == "yuan per tonne of CO₂"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.3, "0.3"),
        (0, "0"),
        (5000, "5,000"),
        (160, "160"),
        (24_800, "24,800"),
        (999_999, "999,999"),
        (2_000_000, "2 million"),
        (2_407_800, "2.408 million"),
        (422_770_000_000, "422.77 billion"),
        (1_934_931_000_000, "1.935 trillion"),
        (-771, "-771"),
        (-5.7, "-5.7"),
        (1234.5, "1,234.5"),
        (0.389399, "0.3894"),
        (0.00004, "4e-05"),
    ],
)
def test_number_words(value: float, words: str) -> None:
    assert number_words(value) == words


@pytest.mark.parametrize(
    ("text", "number"),
    [("170000", 170000), ("0.3", 0.3), ("-5.7", -5.7), ("+3", 3), ("1.5e6", 1.5e6), (".5", 0.5)],
)
def test_numbers_are_read(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "over 5", "1,234", "1_000", "nan", "inf", "-Infinity", "1e999", "１２", "٣", " 5", "5 ",
     "5%", "0x10", "5-6", "1.2.3", "9" * 400],
)  # fmt: skip
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_number(text)
