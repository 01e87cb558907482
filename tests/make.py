"""Makes what a test needs, everything defaulted: ``make.person("Ada")``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pegup.accounts.models import Kind, Person, Role
from pegup.db import session
from pegup.directory.models import City, Organisation, Sector
from pegup.grants.models import Call
from pegup.grants.operations import import_call
from pegup.grants.reading import read_call
from pegup.profiles.models import Profile, Template
from pegup.profiles.operations import begin_profile, import_template
from pegup.profiles.template import read_template
from pegup.teams.models import Team
from pegup.teams.operations import Place, begin_team, seat_person
from tests.profiles import sample


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


def profile(of: Team, by: Person, folder: Path) -> Profile:
    """The team's environmental profile on the sample template, written into ``folder``."""
    import_template(read_template(sample.write(folder)))
    template = session.query(Template).filter_by(slug="perfil-ambiental").one()
    made = begin_profile(of, template, by=by, at=datetime(1997, 5, 2, tzinfo=UTC))
    session.commit()
    return made


def call() -> Call:
    """The call of 1997, from its file."""
    read = read_call(Path(__file__).parents[1] / "content" / "calls" / "promotores-1997.md")
    assert read.call is not None, read.findings
    import_call(read.call, datetime(1997, 4, 1, tzinfo=UTC))
    session.commit()
    return session.query(Call).filter_by(slug=read.call.slug).one()
