"""``pegup role``: what somebody who has been here once may do; the first administrator of a host."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from pegup.accounts import operations
from pegup.accounts.models import Kind, Person
from pegup.db import now, session, transaction

SCOPED = (Kind.TRAINER, Kind.REGISTRAR)


class RoleName(click.ParamType[tuple[Kind, str]]):
    """``administrator``, ``coordinator``, ``trainer:<course>`` or ``registrar:<organisation>``."""

    name = "role"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Kind, str]:
        kind, _colon, scope = str(value).partition(":")
        if kind not in list(Kind) or (Kind(kind) in SCOPED) != bool(scope):
            self.fail(
                f"{value!r} is not one of administrator, coordinator, trainer:<course>, "
                "registrar:<organisation>.",
                param,
                ctx,
            )
        return Kind(kind), scope


@click.command()
@click.argument("email")
@click.argument("wanted", metavar="ROLE", type=RoleName())
@click.option("--take-back", is_flag=True, help="Take the role away instead of giving it.")
@click.pass_obj
def role(app: Callable[[], Flask], email: str, wanted: tuple[Kind, str], take_back: bool) -> None:
    """Give the person with this EMAIL a ROLE: administrator, coordinator, trainer:<course> or
    registrar:<organisation>."""
    with app().app_context(), transaction():
        person = session.scalar(Person.by_email(email))
        if person is None:
            raise click.ClickException(f"nobody here has the address {email}.")
        kind, scope = wanted
        try:
            if take_back:
                operations.take_back_role(person, kind, scope)
            else:
                operations.give_role(person, kind, scope, by=None, at=now())
        except operations.LastAdministrator:
            raise click.ClickException("somebody has to be the administrator.") from None
        held = ", ".join(f"{r.kind}:{r.scope}" if r.scope else r.kind for r in person.roles)
        name = person.name
    click.echo(f"{name}: {held or 'no role'}.")
