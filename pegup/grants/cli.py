"""``pegup grants``: what a call says of every team; and how calls come from their files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from pegup.courses.cli import terminal_language
from pegup.db import session
from pegup.grants.criteria import Result
from pegup.grants.models import Call
from pegup.grants.operations import all_results
from pegup.grants.words import criterion_evidence, criterion_missing, rule_missing, said
from pegup.teams.models import Team
from pegup.web.language import gettext as _
from pegup.web.language import number


@click.group()
def grants() -> None:
    """Calls for grants and what they say of the teams."""


@grants.command()
@click.argument("call")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def evaluate(app: Callable[[], Flask], call: str, as_json: bool) -> None:
    """Say for every team which rules of CALL it meets, and its points with their evidence."""
    with app().app_context(), force_locale(terminal_language()):
        found = session.scalar(select(Call).filter_by(slug=call))
        if found is None:
            known = ", ".join(session.scalars(select(Call.slug).order_by(Call.slug)))
            hint = f"known calls: {known}" if known else "import one: pegup content import content"
            click.echo(f"pegup: no call named {call!r}; {hint}", err=True)
            sys.exit(1)
        results = all_results(found)
        if as_json:
            click.echo(json.dumps(as_data(found, results), ensure_ascii=False, indent=2))
        else:
            click.echo(as_table(found, results))


def as_data(call: Call, results: Sequence[tuple[Team, Result]]) -> dict[str, Any]:
    """The JSON: every team with its rules and criteria; points are numbers, the rest is words."""
    return {"call": call.slug, "teams": [_team(call, team, result) for team, result in results]}


def as_table(call: Call, results: Sequence[tuple[Team, Result]]) -> str:
    """One line a team, in columns."""
    criteria = [each["id"] for each in call.spec["criteria"]]
    rows = [[_("Equipo"), _("Ciudad"), _("Reglas"), *criteria, _("Total")]]
    for team, result in results:
        unmet = ", ".join(rule.id for rule in result.unmet)
        met = _("cumple") if result.eligible else _("falta: %(rules)s", rules=unmet)
        points = [number(result.points_of(each)) for each in criteria]
        rows.append([team.name, team.city.name, met, *points, number(result.points)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if column > 2 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines if results else [_("Todavía no hay equipos.")])


def _team(call: Call, team: Team, result: Result) -> dict[str, Any]:
    return {
        "team": team.slug,
        "city": team.city.name,
        "eligible": result.eligible,
        "rules": [
            {
                "id": rule.id,
                "met": rule.met,
                "evidence": said(rule.evidence),
                "missing": rule_missing(call, rule),
            }
            for rule in result.rules
        ],
        "criteria": [
            {
                "id": criterion.id,
                "points": _as_number(criterion.points),
                "of": _as_number(criterion.of),
                "evidence": criterion_evidence(call, criterion),
                "missing": criterion_missing(call, criterion),
            }
            for criterion in result.criteria
        ],
    }


def _as_number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)
