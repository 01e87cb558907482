"""``pegup demo``: builds the demonstration and says how to sign in."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import force_locale

from pegup.authoring.importers import bundled, content_at
from pegup.db import session, transaction
from pegup.demo.building import NothingImported, build
from pegup.migrations import upgrade

ADDRESSES = {
    "home": "/",
    "sign_in": "/sign-in",
    "course": "/courses/promotores-ambientales",
    "lesson": "/courses/promotores-ambientales/lessons/ciudad-que-habitamos",
    "glossary": "/courses/promotores-ambientales/glossary",
    "cities": "/cities/",
    "profiles": "/profiles/",
    "profile": "/profiles/equipo-de-ilo/perfil-ambiental/published",
    "team": "/teams/equipo-de-ilo",
    "call": "/calls/promotores-1997",
    "teams_in_call": "/calls/promotores-1997/teams",
    "grades": "/grades/",
    "people_grades": "/grades/promotores-ambientales/people",
    "university_grades": "/grades/promotores-ambientales/universities/unsa",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the sign-ins and addresses as JSON.")
@click.pass_obj
def demo(app: Any, as_json: bool) -> None:
    """Fill the site with the course of 1997: real cities, invented people and data.

    Prepares the database and brings in the content where they are not there yet. A second run
    changes nothing but lost passwords.
    """
    with app().app_context(), force_locale("es"):
        password = _password(Path(current_app.config["PEGUP_DATA"]) / "demo-password")
        with current_app.extensions["sqlalchemy"].engine.begin() as connection:
            upgrade(connection)
        with transaction():
            accounts = _built(password)
        base = current_app.config["PEGUP_PUBLIC_URL"] or _local_address()
    addresses = {name: base + path for name, path in ADDRESSES.items()}
    if as_json:
        click.echo(json.dumps({"accounts": accounts, "addresses": addresses}, ensure_ascii=False))
        return
    click.echo(f"\n{addresses['home']}\n")
    for account in accounts:
        click.echo(f"  {account['role']:<17} {account['email']:<40} {account['password']}")
    click.echo()


def _built(password: str) -> list[dict[str, str]]:
    """The sign-ins, on the content that is there, else on what comes with Pegup."""
    try:
        with session.begin_nested():
            return build(password)
    except NothingImported:
        for importer, path in content_at(bundled()):
            if not importer.undoes(path):
                importer.store(path)
        return build(password)


def _password(path: Path) -> str:
    """One for all sign-ins of the demonstration, made for this installation: no site shares it."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"demo-{secrets.token_hex(6)}")
    except FileExistsError:
        pass
    return path.read_text()


def _local_address() -> str:
    return f"http://127.0.0.1:{current_app.config['PEGUP_PORT']}"
