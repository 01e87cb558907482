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

from pegup.db import transaction
from pegup.demo.building import NothingImported, build

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

    A second run changes nothing but lost passwords.
    """
    with app().app_context(), force_locale("es"):
        password = _password(Path(current_app.config["PEGUP_DATA"]) / "demo-password")
        try:
            with transaction():
                accounts = build(password)
        except NothingImported:
            raise click.ClickException(
                "The content is not there yet: run `pegup content import content` first."
            ) from None
        base = current_app.config["PEGUP_PUBLIC_URL"] or _local_address()
    addresses = {name: base + path for name, path in ADDRESSES.items()}
    if as_json:
        click.echo(json.dumps({"accounts": accounts, "addresses": addresses}, ensure_ascii=False))
        return
    click.echo(f"\n{addresses['home']}\n")
    for account in accounts:
        click.echo(f"  {account['role']:<17} {account['email']:<40} {account['password']}")
    click.echo()


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
