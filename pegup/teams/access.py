"""Who may do what in a team."""

from __future__ import annotations

from enum import StrEnum

from flask import g
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Kind, Person
from pegup.db import one_or_404
from pegup.teams.models import Team


class Can(StrEnum):
    """What somebody wants to do in a team.

    ======  =======  ================  ====================
    ..      members  team coordinator  Forum's coordinators
    READ    yes      yes               yes
    WRITE   yes      yes               no
    MANAGE  no       yes               yes
    ======  =======  ================  ====================
    """

    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


def team_for(slug: str, right: Can) -> Team:
    """The team, for a person with the right; 404 to strangers, 403 to members without it."""
    team = one_or_404(Team.whole().where(Team.slug == slug))
    if not may(g.person, Can.READ, team):
        raise NotFound
    if not may(g.person, right, team):
        raise Forbidden
    return team


def may(person: Person, right: Can, team: Team) -> bool:
    """The table of ``Can``, as code."""
    seat = team.seat_of(person)
    if right == Can.WRITE:
        return seat is not None
    if person.has_role(Kind.COORDINATOR):
        return True
    return seat is not None and (right == Can.READ or seat.is_coordinator)
