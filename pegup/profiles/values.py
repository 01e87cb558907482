"""Reads a typed value, checks it against the indicator's bounds and compares it with standards."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pegup.assessments.kinds import numbers

COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}

TOO_LARGE = Decimal(10) ** 12
"""More than any indicator counts, and less than the database holds."""


class Doubt(StrEnum):
    """Why a typed value cannot be taken as it stands."""

    NOT_A_NUMBER = "not_a_number"
    TWO_READINGS = "two_readings"
    TOO_LARGE = "too_large"
    IMPOSSIBLE = "impossible"
    UNUSUAL = "unusual"
    """outside the catalogue's usual bounds: the person may confirm it"""


@dataclass(frozen=True)
class Reading:
    """The value, or the doubt about it."""

    value: Decimal | None
    doubt: Doubt | None = None


def read_value(typed: str, indicator: Mapping[str, Any], *, confirmed: bool = False) -> Reading:
    """``1.187`` is one number to one person and another to the next: bounds decide, else we ask."""
    readings = set(numbers(typed))
    if not readings:
        return Reading(None, Doubt.NOT_A_NUMBER)
    usual = {number for number in readings if _is_usual(number, indicator)}
    if len(usual) > 1 or (not usual and len(readings) > 1):
        return Reading(None, Doubt.TWO_READINGS)
    (value,) = usual or readings
    if abs(value) >= TOO_LARGE:
        return Reading(None, Doubt.TOO_LARGE)
    if is_impossible(value, indicator):
        return Reading(None, Doubt.IMPOSSIBLE)
    if not usual and not confirmed:
        return Reading(value, Doubt.UNUSUAL)
    return Reading(value)


def is_impossible(value: Decimal, indicator: Mapping[str, Any]) -> bool:
    """A share beyond 0 to 100, a count below 0: no confirmation makes that true."""
    if indicator["unit"] == "%":
        return not 0 <= value <= 100
    return value < 0 <= Decimal(str(indicator["minimum"]))


def _is_usual(value: Decimal, indicator: Mapping[str, Any]) -> bool:
    return Decimal(str(indicator["minimum"])) <= value <= Decimal(str(indicator["maximum"]))


def meets(value: Decimal, standard: Mapping[str, Any]) -> bool | None:
    """Whether a value keeps a standard; None for one without a number or of another period."""
    if standard.get("compare") is False:
        return None
    compare = COMPARE.get(str(standard.get("operator") or ""))
    if compare is None or standard.get("value") is None:
        return None
    return bool(compare(value, Decimal(str(standard["value"]))))
