"""``pegup cohorts``: mails of groups, run by cron or a timer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click
from flask import Flask

from pegup.cohorts import mailing
from pegup.cohorts.access import today
from pegup.cohorts.digest import send_digests, week_of
from pegup.db import now
from pegup.web.letters import Fate, post_office


@click.group()
def cohorts() -> None:
    """Groups that take a course together."""


@cohorts.command()
@click.pass_obj
def mail(app: Callable[[], Flask]) -> None:
    """Send the mails of messages that still wait, such as those the mail server put off.

    Each is handed to the mail server at most once; run it as often as you like.
    """
    with app().app_context():
        require_post()
        told = mailing.send_waiting(at=now())
    tell(told)


@cohorts.command()
@click.option("--week", default="", help="A day of it, or 2026-W48; without it this week.")
@click.option("--dry-run", is_flag=True, help="Only say who would get a mail.")
@click.pass_obj
def digest(app: Callable[[], Flask], week: str, dry_run: bool) -> None:
    """Send the weekly mail to the people and the trainers of every group that is under way.

    Each gets at most one a week, however often this runs, also after a stop in the middle. What
    the mail server put off is tried again by the next run of the same week.
    """
    with app().app_context():
        require_post()
        try:
            monday = week_of(week, today())
        except ValueError:
            raise click.BadParameter(f"{week!r} is no week.", param_hint="--week") from None
        report = send_digests(monday, at=now(), only_plan=dry_run)
    for group, kind, address in report.planned:
        click.echo(f"{group}\t{kind.value}\t{address}")
    for fate, group, address in report.failed:
        click.echo(f"{fate.value}\t{group}\t{address}", err=True)
    if not dry_run:
        tell(report.told)


def require_post() -> None:
    """Ends the command where the site sends no mail."""
    if post_office() is None:
        raise click.ClickException("this site sends no mail; messages are seen on its pages.")


def tell(told: Mapping[Fate, int]) -> None:
    """How many mails went which way; what was not taken fails the command."""
    click.echo(", ".join(f"{fate.value} {told[fate]}" for fate in Fate))
    if told[Fate.REFUSED] or told[Fate.LATER] or told[Fate.UNSURE]:
        raise SystemExit(1)
