"""What teams do: begin, invite, join, leave."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from pegup.accounts import codes
from pegup.accounts.models import Person
from pegup.db import session
from pegup.directory.models import City, Organisation, Sector
from pegup.teams.models import Arrival, Invitation, Seat, Team

INVITATION_DAYS = 30
INVITATION_BITS = 60


class BadInvitation(Exception):
    """The code is unknown, used, withdrawn or too old: one answer for all, so nobody can guess."""


@dataclass(frozen=True)
class Place:
    """What somebody says about his or her seat."""

    sector: Sector
    organisation: Organisation | None = None
    experience: str = ""


def begin_team(*, city: City, name: str, by: Person, place: Place, at: datetime) -> Team:
    """A new team whose first member coordinates it."""
    team = Team(slug=_free_slug(name), name=name, city=city, created_by_id=by.id, created_at=at)
    session.add(team)
    session.flush()
    seat_person(team, by, place, at=at).is_coordinator = True
    return team


def seat_person(team: Team, person: Person, place: Place, *, at: datetime) -> Seat:
    """Gives the person a seat, or changes the one that is there."""
    seat = session.scalar(
        select(Seat).filter_by(team_id=team.id, person_id=person.id, left_at=None)
    )
    if seat is None:
        seat = Seat(team_id=team.id, person_id=person.id, joined_at=at)
        session.add(seat)
    seat.sector = place.sector
    seat.organisation_id = place.organisation.id if place.organisation else None
    seat.experience = place.experience
    session.flush()
    _settle_arrival(person, at)
    session.expire(team, ["seats"])
    return seat


def leave(team: Team, person: Person, *, at: datetime) -> None:
    """Ends the seat; the one who stays longest coordinates if nobody else does."""
    seat = team.seat_of(person)
    if seat is None:
        return
    seat.left_at = at
    session.flush()
    session.expire(team, ["seats"])
    if team.seats and not any(other.is_coordinator for other in team.seats):
        team.seats[0].is_coordinator = True


def invite(
    team: Team, *, by: Person, at: datetime, name: str = "", sector: Sector | None = None
) -> str:
    """A code for one guest, shown once; only its digest is kept."""
    code = codes.new_code(INVITATION_BITS)
    session.add(
        Invitation(
            team_id=team.id,
            token_hash=codes.digest(code),
            invited_name=name,
            sector=sector,
            created_at=at,
            created_by_id=by.id,
            expires_at=at + timedelta(days=INVITATION_DAYS),
        )
    )
    session.flush()
    return code


def invitation_for(code: str, at: datetime) -> Invitation:
    """The open invitation behind a code; two guests with one code come one after the other."""
    query = select(Invitation).filter_by(token_hash=codes.digest(code)).with_for_update()
    invitation = session.scalar(query)
    if invitation is None or not invitation.is_open(at):
        raise BadInvitation
    return invitation


def accept(invitation: Invitation, person: Person, place: Place, *, at: datetime) -> Seat:
    """Uses the invitation up and seats the guest."""
    invitation.accepted_at = at
    invitation.accepted_by_id = person.id
    return seat_person(invitation.team, person, place, at=at)


def _settle_arrival(person: Person, at: datetime) -> None:
    arrival = session.scalar(select(Arrival).filter_by(person_id=person.id, settled_at=None))
    if arrival is not None:
        arrival.settled_at = at


def _free_slug(name: str) -> str:
    """The name as an address; with a number where it is taken."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:60] or "equipo"
    taken = set(session.scalars(select(Team.slug).where(Team.slug.like(f"{base}%"))))
    number = session.scalar(select(func.count()).select_from(Team)) or 0
    candidates = (base, *(f"{base}-{n}" for n in range(2, number + 3)))
    return next(slug for slug in candidates if slug not in taken)
