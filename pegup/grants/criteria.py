"""Whether a team may have a grant, and its points: from facts to a result. Pure.

Rules are met or not; a criterion's points come in steps, or from a person's judgement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pegup.grants.evidence import SOURCES, Ask, Fact, Facts, Judged, Source, Where, Words

TENTH = Decimal("0.1")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Rule:
    """A hard rule and what the team has to show."""

    id: str
    met: bool
    evidence: Words
    missing: Words | None
    where: Where


@dataclass(frozen=True)
class Part:
    """One piece of evidence of a criterion."""

    source: str
    points: Decimal
    of: Decimal
    evidence: Words
    missing: Words | None
    """None where it gives all its points."""
    where: Where
    is_judged: bool = False
    is_waiting: bool = False
    """A person has still to judge it."""
    judged: Judged | None = None


@dataclass(frozen=True)
class Criterion:
    """A criterion and its pieces of evidence."""

    id: str
    of: Decimal
    parts: tuple[Part, ...]

    @property
    def points(self) -> Decimal:
        return sum((part.points for part in self.parts), ZERO)

    @property
    def is_waiting(self) -> bool:
        """Points may still come from a person."""
        return any(part.is_waiting for part in self.parts)


@dataclass(frozen=True)
class Result:
    """All that a call says of one team."""

    rules: tuple[Rule, ...]
    criteria: tuple[Criterion, ...]

    @property
    def eligible(self) -> bool:
        return all(rule.met for rule in self.rules)

    @property
    def unmet(self) -> list[Rule]:
        return [rule for rule in self.rules if not rule.met]

    @property
    def points(self) -> Decimal:
        return sum((criterion.points for criterion in self.criteria), ZERO)

    @property
    def of(self) -> Decimal:
        return sum((criterion.of for criterion in self.criteria), ZERO)

    def points_of(self, criterion_id: str) -> Decimal:
        """The points of one criterion; nothing where the call has no such criterion."""
        return sum((each.points for each in self.criteria if each.id == criterion_id), ZERO)


def evaluate(spec: Mapping[str, Any], facts: Facts) -> Result:
    """Every rule and criterion of a call (``ReadCall.spec``), for one team."""
    return Result(
        tuple(_rule(each, facts) for each in spec["rules"]),
        tuple(
            Criterion(
                each["id"],
                Decimal(each["points"]),
                tuple(_part(each["id"], ask, facts) for ask in each["evidence"]),
            )
            for each in spec["criteria"]
        ),
    )


def half_up(points: Decimal) -> Decimal:
    """Points to one decimal; half a tenth goes up, as people do it on paper."""
    return points.quantize(TENTH, rounding=ROUND_HALF_UP)


def share(percent: int, of: Decimal) -> Decimal:
    """A percentage of the points."""
    return half_up(of * percent / 100)


def numbers_disagree(spec: Mapping[str, Any]) -> bool:
    """Whether cities times grants of a team are not the grants that there are: a call may say so."""
    numbers = [spec.get(k) for k in ("cities_announced", "grants_per_team", "grants_available")]
    if None in numbers:
        return False
    cities, per_team, available = (int(number) for number in numbers if number is not None)
    return cities * per_team != available


def _rule(ask: Ask, facts: Facts) -> Rule:
    fact = SOURCES[ask["evidence"]].find(facts, ask)
    return Rule(ask["id"], fact.missing is None, fact.evidence, fact.missing, fact.where)


def _part(criterion: str, ask: Ask, facts: Facts) -> Part:
    source = SOURCES[ask["source"]]
    fact = source.find(facts, ask)
    if source.is_judged:
        return _judged_part(ask, fact, facts.judgements.get(criterion), facts.statement)
    return _stepped_part(ask, source, fact)


def _stepped_part(ask: Ask, source: Source, fact: Fact) -> Part:
    of = Decimal(ask["points"])
    levels = [(_amount(step["from"], source), int(step["percent"])) for step in ask["steps"]]
    percent = max((percent for start, percent in levels if fact.amount >= start), default=0)
    after = next(
        (
            step
            for step, (start, _p) in zip(ask["steps"], levels, strict=True)
            if start > fact.amount
        ),
        None,
    )
    missing = fact.missing
    if missing is None and after is not None:
        missing = _next_step(after, source, fact)
    return Part(ask["source"], share(percent, of), of, fact.evidence, missing, fact.where)


def _next_step(step: Mapping[str, Any], source: Source, fact: Fact) -> Words:
    if source.stages:
        return Words(f"stage-{step['from']}")
    return Words("more", {"num": step["from"] - fact.amount, "need": step["from"]})


def _amount(start: int | str, source: Source) -> int:
    """A step as a number: stages count from 1, in the source's order."""
    return source.stages.index(str(start)) + 1 if source.stages else int(start)


def _judged_part(ask: Ask, fact: Fact, judged: Judged | None, statement: int) -> Part:
    of = Decimal(ask["points"])
    if judged is None:
        awaited = fact.missing or Words("await-person")
        is_waiting = fact.missing is None
        return Part(ask["source"], ZERO, of, fact.evidence, awaited, fact.where, True, is_waiting)
    values = {"percent": judged.percent, "reason": judged.reason, "by": judged.by}
    is_old = judged.statement != statement
    missing: Words | None = Words("judged-before") if is_old else None
    if not is_old and judged.percent < 100:
        missing = Words("could-be-more")
    return Part(
        ask["source"],
        share(judged.percent, of),
        of,
        Words("judged", values),
        missing,
        fact.where,
        True,
        is_old,
        judged,
    )


def ordered(results: Sequence[tuple[Any, Result]], by: str) -> list[tuple[Any, Result]]:
    """Teams with their results, most points first, in all or for one criterion; ties stay as they came."""
    if by == "eligible":
        return sorted(results, key=lambda pair: (pair[1].eligible, pair[1].points), reverse=True)
    if by == "points":
        return sorted(results, key=lambda pair: pair[1].points, reverse=True)
    return sorted(results, key=lambda pair: pair[1].points_of(by), reverse=True)
