"""Lessons with questions of every kind, and what somebody may have done in them, by chance."""

from __future__ import annotations

from random import Random
from typing import Any

from pegup.assessments.kinds import KINDS
from pegup.handouts.codes import Done

KINDS_OF_QUESTION = ("single", "true_false", "multiple", "numeric", "match", "order")


def some_lessons(chance: Random) -> list[list[tuple[dict[str, Any], list[str]]]]:
    """Lesson by lesson, the questions as ``(spec, shown)``."""
    lessons = []
    for _lesson in range(chance.randint(1, 6)):
        specs = [some_spec(chance) for _question in range(chance.randint(0, 7))]
        lessons.append([(spec, KINDS[spec["kind"]].order(spec, chance)) for spec in specs])
    return lessons


def some_spec(chance: Random) -> dict[str, Any]:
    kind = chance.choice(KINDS_OF_QUESTION)
    count = 2 if kind == "true_false" else chance.randint(2, 7)
    keys = chance.sample([f"k{n}" for n in range(20)], count)
    if kind == "numeric":
        return {
            "kind": kind,
            "answer": chance.choice(["0.5", "67.7", "1187", "-3.25", "0", "33", "1.187"]),
            "tolerance": chance.choice(["0", "0.1", "0.05", "20", None]),
        }
    if kind == "match":
        words = ["agua", "aire", "suelo"]  # the same right side may stand twice
        pairs = [{"key": key, "left": key, "right": chance.choice(words)} for key in keys]
        return {"kind": kind, "pairs": pairs}
    if kind == "order":
        return {"kind": kind, "items": [{"key": key, "text": key} for key in keys]}
    rights = set(chance.sample(keys, 1 if kind != "multiple" else chance.randint(1, count)))
    options = [{"key": key, "text": key, "right": key in rights} for key in keys]
    return {"kind": kind, "options": options}


def some_done(chance: Random, lessons) -> list[Done]:
    done = []
    for asked in lessons:
        share = chance.choice([0, 0.5, 1])
        given = {
            at: answer
            for at, (spec, shown) in enumerate(asked)
            if chance.random() < share and (answer := some_answer(chance, spec, shown)) is not None
        }
        done.append(Done(chance.random() < 0.5, given))
    return done


def some_answer(chance: Random, spec, shown) -> Any:
    kind = spec["kind"]
    if kind == "multiple":
        return [key for key in shown if chance.random() < 0.5] or None
    if kind == "numeric":
        return some_number(chance)
    if kind == "match":
        left = chance.sample(shown, len(shown))
        share = chance.choice([0.5, 1])
        given = {each["key"]: left.pop() for each in spec["pairs"] if chance.random() < share}
        return given or None
    if kind == "order":
        keys = [each["key"] for each in spec["items"]]
        places = chance.sample(range(1, len(keys) + 1), len(keys))
        return dict(zip(keys, places, strict=True))
    return chance.choice(shown)


def some_number(chance: Random) -> str:
    count = chance.randint(1, 12)
    digits = "".join(chance.choice("0123456789") for _digit in range(count))
    decimals = chance.randint(0, count - 1)
    whole, rest = digits[: count - decimals], digits[count - decimals :]
    return chance.choice(["", "", "-"]) + whole + (f".{rest}" if rest else "")


TYPED = (
    *("67,7", "67.7 %", "1.187", "1,187", "1 187", "1'187", "2'341,746", "-3,25", "\u22123.25"),
    *("48,5 µg/m3", "5 de 10", "no sé", "", "m3", "0,5", ".5", "5.", "1.187,0", "33 CO2", "5e3"),
    *(
        "1,2,3",
        "1.2.3",
        "12.345.678",
        "007",
        "0,500",
        "1 187,5",
        "- 4",
        "3-4",
        "½",
        "99999999999999",
    ),
)
