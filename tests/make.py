"""Makes what a test needs, everything defaulted: ``make.person("Ada")``."""

from __future__ import annotations

from datetime import UTC, datetime

from pegup.accounts.models import Kind, Person, Role
from pegup.db import session
from pegup.directory.models import City, Organisation, Sector
from pegup.teams.models import Team
from pegup.teams.operations import Place, begin_team, seat_person


def person(name: str = "Somebody", *, roles: list[tuple[Kind, str]] | None = None) -> Person:
    made = Person(name=name, email=f"{name.split()[0].lower()}@example.org")
    made.roles = [Role(kind=kind, scope=scope) for kind, scope in roles or []]
    session.add(made)
    session.commit()
    return made


def city(name: str = "Paita", **fields) -> City:
    slug = name.lower().replace(" ", "-")
    fields = {"slug": slug, "ubigeo": f"{abs(hash(slug)) % 10**6:06d}", "name": name} | fields
    made = City(**{"department": "Piura", "region": "coast"} | fields)
    session.add(made)
    session.commit()
    return made


def organisation(name: str = "Junta de vecinos", **fields) -> Organisation:
    slug = name.lower().replace(" ", "-")
    made = Organisation(
        **{"slug": slug, "name": name, "sector": Sector.COMMUNITY_ORGANIZATION} | fields
    )
    session.add(made)
    session.commit()
    return made


def team(
    first: Person, *, city: City | None = None, sector: Sector = Sector.NGO, **seats: Person
) -> Team:
    """A team begun by ``first``; others by sector: ``make.team(ada, local_government=ben)``."""
    at = datetime(1997, 5, 1, tzinfo=UTC)
    place = globals()["city"]() if city is None else city
    made = begin_team(
        city=place, name=f"Equipo de {place.name}", by=first, place=Place(sector), at=at
    )
    for name, seated in seats.items():
        seat_person(made, seated, Place(Sector(name)), at=at)
    session.commit()
    return made
