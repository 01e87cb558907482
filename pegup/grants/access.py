"""Who may do what in a call.

==================  ========  ========  ===================  ====================
..                  everyone  members   team's coordinator   Forum's coordinators
read the call       yes       yes       yes                  yes
see a team's state  no        own team  own team             every team
declare, apply      no        yes       yes                  no
withdraw            no        yes       yes                  no
compare and judge   no        no        no                   yes, not their own team
==================  ========  ========  ===================  ====================
"""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from pegup.accounts.access import require_role
from pegup.accounts.models import Kind
from pegup.db import one_or_404
from pegup.grants.models import Call
from pegup.teams.access import Can, team_for
from pegup.teams.models import Team
from pegup.web.errors import Refused
from pegup.web.language import gettext as _


def call_for(slug: str) -> Call:
    """The call; everybody may read it."""
    return one_or_404(select(Call).filter_by(slug=slug))


def team_in_call(call_slug: str, team_slug: str, right: Can) -> tuple[Call, Team]:
    """A team before a call; its rights are the team's."""
    return call_for(call_slug), team_for(team_slug, right)


def judged_ask(call: Call, criterion: str) -> dict[str, Any]:
    """What the call says of a criterion that people judge; 404 for one that nobody judges."""
    for each in call.spec["criteria"]:
        for ask in each["evidence"]:
            if each["id"] == criterion and ask.get("judged"):
                found: dict[str, Any] = ask
                return found
    raise NotFound


def team_to_judge(call_slug: str, team_slug: str) -> tuple[Call, Team]:
    """For coordinators, and never for one who sits in the team."""
    call, team = team_in_call(call_slug, team_slug, Can.READ)
    require_role(Kind.COORDINATOR)
    if team.seat_of(g.person) is not None:
        raise Refused(
            _("Eres parte de este equipo. Pide a otra persona de la coordinación que lo califique.")
        )
    return call, team
