"""Pure counting: levels, values, standards, texts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pegup.profiles import export
from pegup.profiles.summary import Answer, Level, summarise
from pegup.profiles.values import Doubt, meets, read_value

SHARE = {"unit": "%", "minimum": 0, "maximum": 100}
DUST = {"unit": "µg/m³", "minimum": 2, "maximum": 400}
PEOPLE = {"unit": "hab", "minimum": 500, "maximum": 12_000_000}


def count(core=0, other=0, reasoned=0, text=""):
    answers = [Answer(f"A{n:02}", True, n >= reasoned, n < reasoned) for n in range(core)]
    answers += [Answer(f"B{n:02}", False, True, False) for n in range(other)]
    return summarise(
        answers=answers,
        texts={"1.1": text},
        not_applicable=1,
        sections_total=5,
        preliminary_needs=8,
        full_needs=15,
    )


@pytest.mark.parametrize(
    ("core", "other", "level"),
    [(7, 30, Level.NONE), (8, 0, Level.PRELIMINARY), (8, 6, Level.PRELIMINARY), (8, 7, Level.FULL)],
)
def test_levels(core, other, level):
    assert count(core, other).level == level


def test_no_data_with_a_reason_is_an_answer_but_no_source():
    summary = count(8, reasoned=3)
    assert (summary.core_answered, summary.sourced) == (8, 5)


def test_use_counts_sourced_indicators_that_stand_in_the_text():
    assert (
        count(3, reasoned=1, text="Hay {A01}, otra vez {A01}, {A02}, {A00} y {Z99}.").used_in_text
        == 2
    )


@pytest.mark.parametrize(
    ("typed", "spec", "value"),
    [
        ("67,7", SHARE, "67.7"),
        ("48", DUST, "48"),
        ("12.345", PEOPLE, "12345"),
        ("12,345", PEOPLE, "12345"),
    ],
)
def test_values_as_people_write_them(typed, spec, value):
    assert read_value(typed, spec).value == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "spec", "doubt"),
    [
        ("mucho", DUST, Doubt.NOT_A_NUMBER),
        ("101", SHARE, Doubt.IMPOSSIBLE),
        ("-3", DUST, Doubt.IMPOSSIBLE),
        ("5000", DUST, Doubt.UNUSUAL),
        ("1.187", {"unit": "n", "minimum": 0, "maximum": 5000}, Doubt.TWO_READINGS),
    ],
)
def test_doubts(typed, spec, doubt):
    assert read_value(typed, spec).doubt == doubt


def test_an_unusual_value_may_be_confirmed_and_an_impossible_one_may_not():
    assert read_value("5000", DUST, confirmed=True).value == 5000
    assert read_value("101", SHARE, confirmed=True).doubt == Doubt.IMPOSSIBLE


def test_standards_without_a_number_judge_nothing():
    assert meets(Decimal(40), {"operator": "<=", "value": 50}) is True
    assert meets(Decimal(51), {"operator": "<=", "value": 50}) is False
    assert meets(Decimal(51), {"operator": None, "value": None}) is None
    assert meets(Decimal(51), {"operator": "<=", "value": 50, "compare": False}) is None


def test_names_cannot_add_headings_or_cells_to_the_export():
    content = {
        "title": "Perfil",
        "city": "Paita",
        "team": "Uno\n# Dos",
        "language": "es",
        "demonstration": False,
        "members": [{"name": "Ana\n## Jefa", "sector": "ONG", "organisation": ""}],
        "chapters": [
            {
                "key": "1",
                "title": "C",
                "sections": [
                    {"key": "1.1", "title": "S", "text": "# Mío\n{A01}", "not_applicable": ""}
                ],
            }
        ],
        "indicators": [
            {
                "code": "A01",
                "name": "PM10",
                "unit": "µg/m³",
                "value": "48.500000",
                "year": 2019,
                "source": "OEFA | informe",
                "link": "",
                "no_data_reason": "",
            }
        ],
    }
    text = export.markdown(content)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# Perfil: Paita", "## C", "### S", "#### Mío", "## Indicadores"]
    assert "PM10: 48,5\N{NO-BREAK SPACE}µg/m³ (2019)" in text
    assert "OEFA \\| informe" in text
