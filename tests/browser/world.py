"""The small world that the browser walks through: people of each role, a city, a team, a profile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from pegup.accounts.models import Kind, Person
from pegup.db import now, session
from pegup.grants.models import Call
from pegup.grants.operations import write_statement
from pegup.standalone.accounts import add_account
from pegup.teams.models import AgendaProcess, Team
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
    _write_and_publish(people["learner"], f"/profiles/{team.slug}/perfil-ambiental")
    call = make.call()
    _declare(team, people["learner"])
    places = {
        "call": call.slug,
        "team": team.slug,
        "city": ilo.slug,
        "person": str(people["learner"].uuid),
    }
    return Cast({role: f"{role}@example.org" for role in people}, places)


def _declare(team: Team, by: Person) -> None:
    """The team's statement waits for a person, and its Agenda 21 is told."""
    call = session.scalars(Call.in_order()).one()
    text = "Cada mes limpiamos la playa con la junta de vecinos. Las actas están en la parroquia."
    write_statement(call, team, text=text, base=0, by=by, at=now())
    told = "Mesas de barrio cada mes, con la municipalidad."
    session.add(AgendaProcess(team_id=team.id, began="1996", description=told))
    session.commit()


TEXT = """El agua llega **por horas**. En el puerto el polvo mide {A02}.

- Cada barrio guarda agua en baldes.
- La *municipalidad* y la EPS se reúnen cada mes.

### Lo que dicen los vecinos

| Barrio | Horas de agua |
|---|---|
| Pampa Inalámbrica | 4 |
| Miramar | 6 |
"""


def _write_and_publish(person: Person, where: str) -> None:
    """Through the site's own doors, as this person."""
    key = person.id
    pegup = current_app.extensions["pegup"]
    usual, pegup.current_person = pegup.current_person, lambda: session.get(Person, key)
    client = current_app.test_client()
    sent = {
        f"{where}/sections/1.1": {"base": 0, "text": TEXT},
        f"{where}/indicators/A02": {
            "base": 0,
            "value": "48.5",
            "year": "2019",
            "source": "OEFA",
            "method": "",
        },
        f"{where}/publication": {},
    }
    for address, data in sent.items():
        response = client.post(address, data=data)
        assert response.status_code == 302, f"{address}: {response.text[-3000:]}"
    pegup.current_person = usual
