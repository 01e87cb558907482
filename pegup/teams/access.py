"""Who may do what in a team."""

from __future__ import annotations

from enum import StrEnum

from flask import g
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.access import code_address
from pegup.accounts.models import Kind, Person
from pegup.accounts.operations import may_issue_code
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


def may_hand_code(by: Person, team: Team, member: Person) -> bool:
    """Whether ``by`` may print a sign-in code for the member.

    Whoever holds the code is in: a team's coordinator gets it only for people who have no other
    way in, never for somebody with an account by e-mail or a role.
    """
    if code_address() is None or not may(by, Can.MANAGE, team) or member.id == by.id:
        return False
    return member.email is None and may_issue_code(by, member)


def may(person: Person, right: Can, team: Team) -> bool:
    """The table of ``Can``, as code."""
    seat = team.seat_of(person)
    if right == Can.WRITE:
        return seat is not None
    if person.has_role(Kind.COORDINATOR):
        return True
    return seat is not None and (right == Can.READ or seat.is_coordinator)
