"""The small world that the browser walks through: people of each role, a city, a team, a profile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pegup.accounts.models import Kind
from pegup.db import now, session
from pegup.standalone.accounts import add_account
from tests import make
from tests.web.test_map import CITIES

PASSWORD = "el agua baja del cerro 1997"


@dataclass(frozen=True)
class Cast:
    """Who is there, by role; ``places`` are the parts of addresses that tests fill in."""

    emails: dict[str, str]
    places: dict[str, str]

    def email(self, role: str) -> str:
        return self.emails[role]


def settle(folder: Path) -> Cast:
    """Fills an empty database."""
    roles: dict[str, list[tuple[Kind, str]]] = {
        "learner": [],
        "newcomer": [],
        "coordinator": [(Kind.COORDINATOR, "")],
        "administrator": [(Kind.ADMINISTRATOR, "")],
    }
    people = {role: make.person(role.title(), roles=held) for role, held in roles.items()}
    for person in people.values():
        add_account(person, at=now(), password=PASSWORD)
    cities = {
        each.name: make.city(
            each.name, latitude=each.latitude, longitude=each.longitude, region=each.region
        )
        for each in CITIES
    }
    ilo = cities["Ilo"]
    neighbour = make.person("Vecina")
    team = make.team(people["learner"], city=ilo, community_organization=neighbour)
    make.profile(team, people["learner"], folder)
    session.commit()
    places = {"team": team.slug, "city": ilo.slug, "person": str(people["learner"].uuid)}
    return Cast({role: f"{role}@example.org" for role in people}, places)
