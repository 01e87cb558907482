"""Rules and points from facts alone."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from pegup.grants import words
from pegup.grants.criteria import evaluate, half_up, numbers_disagree, ordered
from pegup.grants.evidence import SOURCES, Facts, Judged, Title
from pegup.grants.reading import read_call
from pegup.profiles.summary import Answer, summarise

CALL = read_call(Path(__file__).parents[2] / "content" / "calls" / "promotores-1997.md").call
REQUIRED = {"local_government", "ngo", "community_organization"}
SECTORS = sorted(REQUIRED | {"university", "business", "other"})
TABLES = [frozenset(some) for size in range(7) for some in combinations(SECTORS, size)]


def summary(core: int = 0, *, others: int = 0, used: int = 0, reasoned: int = 0):
    """A profile with so many sourced core indicators, others, and mentions in its text."""
    codes = [f"A{n:02d}" for n in range(1, core + 1)]
    more = [f"B{n:02d}" for n in range(1, others + 1)]
    answers = [Answer(code, True, True, False) for code in codes]
    answers += [Answer(code, False, True, False) for code in more]
    answers += [Answer(f"C{n:02d}", True, False, True) for n in range(reasoned)]
    text = " ".join(f"{{{code}}}" for code in [*codes, *more][:used])
    return summarise(
        answers=answers,
        texts={"1.1": text},
        not_applicable=0,
        sections_total=2,
        preliminary_needs=8,
        full_needs=15,
    )


def met(facts: Facts) -> dict[str, bool]:
    return {rule.id: rule.met for rule in evaluate(CALL.spec, facts).rules}


def points(facts: Facts) -> dict[str, int]:
    return {each.id: int(each.points) for each in evaluate(CALL.spec, facts).criteria}


@pytest.mark.parametrize("sectors", TABLES, ids=lambda each: "+".join(sorted(each)) or "nobody")
def test_the_three_sectors_and_nothing_else_meet_the_first_rule(sectors):
    result = evaluate(CALL.spec, Facts(sectors=sectors))
    rule = result.rules[0]
    assert rule.met == (sectors >= REQUIRED)
    named = set(rule.missing.values["sectors"]) if rule.missing else set()
    assert named == REQUIRED - sectors


@pytest.mark.parametrize(
    ("profile", "is_met", "lacking"),
    [
        (None, False, None),
        (summary(0), False, 8),
        (summary(7), False, 1),
        (summary(7, others=20), False, 1),
        (summary(8), True, None),
        (summary(3, reasoned=5), True, None),
        (summary(20), True, None),
    ],
)
def test_eight_core_indicators_meet_the_second_rule(profile, is_met, lacking):
    profiles = {"perfil-ambiental": profile} if profile else {}
    rule = evaluate(CALL.spec, Facts(profiles=profiles)).rules[1]
    assert rule.met == is_met
    if lacking:
        assert rule.missing.values["num"] == lacking


@pytest.mark.parametrize("has_sectors", [True, False])
@pytest.mark.parametrize("has_profile", [True, False])
def test_both_rules_make_a_team_eligible(has_sectors, has_profile):
    facts = Facts(
        sectors=frozenset(REQUIRED if has_sectors else {"ngo"}),
        profiles={"perfil-ambiental": summary(8 if has_profile else 7)},
    )
    result = evaluate(CALL.spec, facts)
    assert result.eligible == (has_sectors and has_profile)
    expected = {"sectors"} - {has_sectors and "sectors"} | {"profile"} - {has_profile and "profile"}
    assert {rule.id for rule in result.unmet} == expected


@pytest.mark.parametrize(
    ("sourced", "used", "expected"),
    [
        (2, 0, 0),
        (3, 0, 2),
        (5, 1, 2),
        (6, 2, 9),
        (8, 8, 24),
        (9, 4, 16),
        (12, 6, 23),
        (15, 7, 25),
        (15, 8, 30),
        (30, 0, 10),
    ],
)
def test_information_gives_more_where_it_is_used(sourced, used, expected):
    assert (
        points(Facts(profiles={"perfil-ambiental": summary(sourced, used=used)}))["C1"] == expected
    )


@pytest.mark.parametrize(
    ("facts", "criterion", "expected"),
    [
        (Facts(people=2), "C2", 0),
        (Facts(people=3), "C2", 5),
        (Facts(people=4), "C2", 10),
        (Facts(people=4, has_applied=True), "C2", 20),
        (Facts(people=4, has_applied=True, rivals=("Otro",)), "C2", 10),
        (Facts(), "C3", 0),
        (Facts(statement=1), "C3", 0),
        (Facts(statement=1, judgements={"C3": Judged(75, "Actas.", "Ana", 1)}), "C3", 15),
        (Facts(judgements={"C3": Judged(0, "Nada.", "Ana", 0)}), "C3", 0),
        (Facts(), "C4", 0),
        (Facts(forum_organisations=("IPES",)), "C4", 4),
        (Facts(events=(Title("Seminario", "Seminar"),)), "C4", 3),
        (Facts(events=(Title("a", "a"), Title("b", "b"))), "C4", 6),
        (Facts(forum_organisations=("IPES", "LABOR"), events=(Title("a", "a"),) * 3), "C4", 10),
        (Facts(), "C5", 0),
        (Facts(agenda_began="1996"), "C5", 10),
        (Facts(agenda_began="1996", committee_formed_on="1997-08-01"), "C5", 20),
    ],
)
def test_points_of_each_criterion(facts, criterion, expected):
    assert points(facts)[criterion] == expected


def test_everything_gives_a_hundred_and_nothing_is_missing():
    facts = Facts(
        people=4,
        sectors=frozenset(REQUIRED),
        profiles={"perfil-ambiental": summary(15, used=8)},
        has_applied=True,
        forum_organisations=("IPES",),
        events=(Title("a", "a"), Title("b", "b")),
        committee_formed_on="1997-08-01",
        statement=1,
        judgements={"C3": Judged(100, "Todo está.", "Ana", 1)},
    )
    result = evaluate(CALL.spec, facts)
    assert (result.eligible, result.points, result.of) == (True, 100, 100)
    assert [p for c in result.criteria for p in c.parts if p.missing is not None] == []


def test_every_piece_without_all_its_points_says_what_is_missing():
    for facts in (Facts(), Facts(statement=1, people=3, rivals=("Otro",))):
        for criterion in evaluate(CALL.spec, facts).criteria:
            for part in criterion.parts:
                assert part.missing is not None or part.points == part.of, part


def test_a_person_decides_and_a_changed_statement_waits_again():
    third = evaluate(CALL.spec, Facts(statement=1)).criteria[2]
    assert third.is_waiting
    assert third.parts[0].missing.code == "await-person"
    judged = {"C3": Judged(50, "Bien.", "Ana", 1)}
    assert not evaluate(CALL.spec, Facts(statement=1, judgements=judged)).criteria[2].is_waiting
    changed = evaluate(CALL.spec, Facts(statement=2, judgements=judged)).criteria[2]
    assert (changed.is_waiting, changed.points) == (True, 10)


def test_half_a_tenth_goes_up():
    assert [half_up(Decimal(each)) for each in ("0.25", "0.35", "2.449")] == [
        Decimal("0.3"),
        Decimal("0.4"),
        Decimal("2.4"),
    ]


def test_numbers_of_1997_disagree_and_others_need_not():
    assert numbers_disagree(CALL.spec)
    assert not numbers_disagree(CALL.spec | {"grants_available": 27})
    assert not numbers_disagree({"grants_available": 25})


def test_order_by_points_keeps_ties_as_they_came():
    low, high = evaluate(CALL.spec, Facts()), evaluate(CALL.spec, Facts(people=4))
    rows = [("a", low), ("b", high), ("c", low)]
    assert [name for name, _result in ordered(rows, "points")] == ["b", "a", "c"]
    assert [name for name, _result in ordered(rows, "C2")] == ["b", "a", "c"]
    assert [name for name, _result in ordered(rows, "C1")] == ["a", "b", "c"]


def test_every_source_of_the_call_is_known_and_every_code_has_words(app):
    """What any state of a team makes the sources say can be spoken, in both languages."""
    from flask_babel import force_locale

    states = [
        Facts(),
        Facts(without_organisation=2, rivals=("Otro",)),
        Facts(people=1, sectors=frozenset({"ngo"}), profiles={"perfil-ambiental": summary(1)}),
        Facts(has_applied=True, rivals=("Otro",), agenda_began="1996", statement=2),
        Facts(
            has_applied=True,
            forum_organisations=("IPES",),
            events=(Title("Seminario", "Seminar"),),
            committee_formed_on="1997-08-01",
            statement=2,
            judgements={"C3": Judged(50, "50 % de lo pedido", "Ana", 1)},
        ),
        Facts(statement=1, judgements={"C3": Judged(50, "Bien.", "Ana", 1)}),
        Facts(sectors=frozenset(REQUIRED), profiles={"perfil-ambiental": summary(8, used=1)}),
    ]
    spoken = set()
    with app.test_request_context():
        for language in ("es", "en"):
            with force_locale(language):
                for facts in states:
                    result = evaluate(CALL.spec, facts)
                    parts = [*result.rules, *(p for c in result.criteria for p in c.parts)]
                    for each in parts:
                        assert words.said(each.evidence).endswith((".", "pedido"))
                        spoken |= {each.evidence.code} | (
                            {each.missing.code} if each.missing else set()
                        )
                        assert bool(words.said(each.missing)) == (each.missing is not None)
    assert spoken == set(words.SAY)
    used = {ask["source"] for c in CALL.spec["criteria"] for ask in c["evidence"]}
    assert used | {rule["evidence"] for rule in CALL.spec["rules"]} == set(SOURCES)
