"""``pegup cohorts``: mails of groups, run by cron or a timer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click
from flask import Flask

from pegup.cohorts import mailing
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


def require_post() -> None:
    """Ends the command where the site sends no mail."""
    if post_office() is None:
        raise click.ClickException("this site sends no mail; messages are seen on its pages.")


def tell(told: Mapping[Fate, int]) -> None:
    """How many mails went which way; what was not taken fails the command."""
    click.echo(", ".join(f"{fate.value} {told[fate]}" for fate in Fate))
    if told[Fate.REFUSED] or told[Fate.LATER] or told[Fate.UNSURE]:
        raise SystemExit(1)
