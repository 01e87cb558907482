"""``pegup person``: the first administrator of an installation, and help for who is locked out."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import click
from flask import Flask
from sqlalchemy import select

from pegup.accounts import operations
from pegup.accounts.cli import RoleName
from pegup.accounts.models import Kind, Person
from pegup.accounts.roster import EMAIL
from pegup.db import now, session, transaction
from pegup.standalone import accounts
from pegup.standalone.models import Account
from pegup.standalone.passwords import SHORTEST, weakness

PASSWORD_BYTES = 12


@click.group()
def person() -> None:
    """People and the way they get in."""


@person.command()
@click.option("--name", required=True, help="Name and surnames.")
@click.option("--email", help="Address that signs in; without it a printed code is made.")
@click.option("--role", "roles", type=RoleName(), multiple=True, help="May be given several times.")
@click.option("--ask", is_flag=True, help="Ask for the password instead of making one.")
@click.pass_obj
def add(
    app: Callable[[], Flask],
    name: str,
    email: str | None,
    roles: tuple[tuple[Kind, str], ...],
    ask: bool,
) -> None:
    """Add a person, for example the first administrator."""
    if email is not None and not EMAIL.fullmatch(email.strip()):
        raise click.BadParameter(f"{email!r} is not an e-mail address.", param_hint="--email")
    password = _password(ask, [name, email or ""]) if email else None
    with app().app_context(), transaction():
        try:
            added = operations.add_person(name, email=email)
        except operations.EmailTaken:
            raise click.ClickException(f"somebody already has the address {email}.") from None
        for kind, scope in roles:
            operations.give_role(added, kind, scope, by=None, at=now())
        if email:
            accounts.add_account(added, at=now(), password=password)
        code = None if email else operations.issue_code(added, None, now())
    click.echo(f"Added {name}.")
    if code:
        click.echo(f"Code for /sign-in/code, good once for {operations.CODE_DAYS} days: {code}")
    elif not ask:
        click.echo(f"Password: {password}")


@person.command()
@click.option("--email", required=True, help="The person's address.")
@click.option("--ask", is_flag=True, help="Ask for the password instead of making one.")
@click.option("--forget-second-factor", is_flag=True, help="For somebody who lost the phone.")
@click.pass_obj
def password(app: Callable[[], Flask], email: str, ask: bool, forget_second_factor: bool) -> None:
    """Give a person a new password and end all their sessions."""
    with app().app_context(), transaction():
        account: Account | None = accounts.account_by_email(email)
        if account is None:
            raise click.ClickException(f"nobody signs in with {email}.")
        chosen = _password(ask, [account.name, email])
        accounts.add_account(account.person, at=now(), email=email, password=chosen)
        accounts.end_sessions(account)
        if forget_second_factor:
            accounts.forget_second_factor(account)
        name = account.name
    click.echo(f"{name} has a new password.")
    if not ask:
        click.echo(f"Password: {chosen}")


@person.command("list")
@click.pass_obj
def list_staff(app: Callable[[], Flask]) -> None:
    """Print who has a role."""
    with app().app_context():
        for found in session.scalars(
            select(Person).where(Person.roles.any()).order_by(Person.name)
        ):
            held = ", ".join(f"{r.kind}:{r.scope}" if r.scope else r.kind for r in found.roles)
            click.echo(f"{found.name}\t{found.email or '-'}\t{held}")


def _password(ask: bool, personal: list[str]) -> str:
    if not ask:
        return secrets.token_urlsafe(PASSWORD_BYTES)
    chosen: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    found = weakness(chosen, personal)
    if found is not None:
        raise click.ClickException(f"that password is too {found}; at least {SHORTEST} characters.")
    return chosen
