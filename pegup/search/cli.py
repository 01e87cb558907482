"""``pegup search``: the index of what can be found."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from pegup.db import transaction
from pegup.search.operations import reindex as make_anew


@click.group()
def search() -> None:
    """What the search box finds."""


@search.command()
@click.pass_obj
def reindex(app: Callable[[], Flask]) -> None:
    """Make the index anew from courses and published profiles; print what it holds.

    Needed after a restore of single tables, or when a city's name changed; else it is kept in step.
    """
    with app().app_context(), transaction():
        counts = make_anew()
    for kind, count in counts.items():
        click.echo(f"{kind.value}: {count}")
