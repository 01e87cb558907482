"""``pegup profile``: a city's published document as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask
from sqlalchemy import or_, select

from pegup.db import session
from pegup.directory.models import City
from pegup.profiles import export as files
from pegup.profiles.models import Profile, Publication, Template
from pegup.teams.models import Team


@click.group()
def profile() -> None:
    """Environmental profiles and plans of the cities."""


@profile.command()
@click.argument("city")
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md")
@click.option("--template", default="perfil-ambiental", show_default=True, help="Which document.")
@click.pass_obj
def export(app: Callable[[], Flask], city: str, form: str, template: str) -> None:
    """Print the published profile of CITY (its name in addresses, or its UBIGEO).

    Where several teams of the city have published, the newest.
    """
    with app().app_context():
        publications = (
            Publication.newest()
            .join(Publication.profile)
            .join(Profile.team)
            .join(Profile.template)
            .join(Team.city)
            .where(Template.slug == template)
            .order_by(Publication.published_at.desc(), Publication.id.desc())
        )
        found = session.scalar(publications.where(or_(City.slug == city, City.ubigeo == city)))
        if found is None:
            published = {each.profile.team.city.slug for each in session.scalars(publications)}
            is_known = session.scalar(select(City.id).filter_by(slug=city)) is not None
            problem = "has not published its" if is_known else "is no city of the directory with a"
            known = ", ".join(sorted(published)) or "none yet"
            sys.exit(f"pegup: {city!r} {problem} {template}; published: {known}")
        if form == "json":
            text = files.as_json(found.content, found.published_at)
        else:
            text = files.markdown(found.content, found.published_at.date().isoformat())
    click.echo(text, nl=False)
