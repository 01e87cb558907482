"""The small world that the browser walks through: people of each role, a city, a team, a profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from flask import current_app
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from pegup.accounts.models import Kind, Person
from pegup.assessments.operations import save_answers, start_attempt, submit
from pegup.authoring.source import Held
from pegup.cohorts.correspondence import send_message
from pegup.cohorts.mailing import off_address
from pegup.cohorts.models import MessageCopy
from pegup.courses.content import compiled
from pegup.courses.content.reading import read_files
from pegup.courses.models import Course
from pegup.courses.outline import outline_of
from pegup.courses.sources import bring_in
from pegup.db import now, session
from pegup.directory.models import Organisation, Sector
from pegup.editing.operations import ask_for_review, save_text
from pegup.gradebook.operations import declare_student, keep_export, university_lines
from pegup.gradebook.words import grades_file
from pegup.grants.models import Call
from pegup.grants.operations import write_statement
from pegup.handouts.codes import Done, pack
from pegup.handouts.operations import count, lessons_of
from pegup.handouts.operations import hand_out as hand_out_file
from pegup.paper.models import Edition
from pegup.paper.operations import edition_of, enter, hand_out
from pegup.paper.ticks import Answers
from pegup.paper.words import words
from pegup.standalone.accounts import add_account
from pegup.teams.models import AgendaProcess, Team
from tests import make
from tests.courses.photos import photo
from tests.web.test_map import CITIES

EACH_KIND = [
    make.SINGLE,
    {
        "kind": "true_false",
        "prompt": "El agua de la acequia es de todas las chacras.",
        "body": "",
        "options": [
            {"key": "v", "text": "Verdadero", "right": True, "feedback": "Sí, y se reparte."},
            {"key": "f", "text": "Falso", "right": False, "feedback": "Se reparte por turnos."},
        ],
        "feedback": "",
        "shuffle": False,
    },
    {
        "kind": "multiple",
        "prompt": "¿Quiénes limpian la acequia?",
        "body": "",
        "options": [
            {"key": "b", "text": "Quienes riegan", "right": True, "feedback": "Sí."},
            {"key": "c", "text": "La junta", "right": True, "feedback": "Sí, organiza."},
            {"key": "d", "text": "La lluvia", "right": False, "feedback": "La lluvia la llena."},
        ],
        "feedback": "",
        "shuffle": True,
    },
    {
        "kind": "numeric",
        "prompt": "¿Qué parte del agua llega?",
        "body": "",
        "answer": "67.7",
        "tolerance": "0.5",
        "unit": "%",
        "feedback": "Se midió con un balde.",
    },
    {
        "kind": "match",
        "prompt": "¿Qué norma mide cada cosa?",
        "body": "",
        "pairs": [
            {"key": "p", "left": "El río", "right": "ECA"},
            {"key": "q", "left": "La salida de un tubo", "right": "LMP"},
        ],
        "feedback": "",
    },
    {
        "kind": "order",
        "prompt": "¿En qué orden se trabaja?",
        "body": "",
        "items": [
            {"key": "x", "text": "Mirar"},
            {"key": "y", "text": "Acordar"},
            {"key": "z", "text": "Limpiar"},
        ],
        "feedback": "",
    },
]
"""One question of each kind."""

READING = """<h2>Mira</h2>
<p>El agua llega en 5.2 km.<sup class="footnote-ref" id="cita-1"><a class="source"
href="#fuente-1">1</a></sup> La <a class="term" href="../glossary#acequia">acequia</a> baja.</p>
<div class="table-scroll" tabindex="0" role="region" aria-label="Turnos"><table><thead><tr>
<th>Turno</th><th>Hora</th></tr></thead><tbody><tr><td>Primero</td><td>5</td></tr></tbody></table>
</div><p><img src="../media/canal.svg" alt="El canal" loading="lazy"></p>
<details class="block block-deeper"><summary>Más sobre turnos</summary><p>El turno se anota.</p>
</details><section class="footnotes"><h2>Fuentes</h2><ol><li id="fuente-1">Junta de agua.
<a href="#cita-1" aria-label="Volver al texto">↩</a></li></ol></section>"""
"""A lesson with something of everything."""
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><path d="M0 0h300v200z"/></svg>'

PASSWORD = "el agua baja del cerro 1997"


PHOTO = (
    "<p>El pozo es hondo.</p><p><picture>"
    '<source media="(max-width: 40rem)" srcset="../media/plaza-p.avif" type="image/avif">'
    '<source media="(max-width: 40rem)" srcset="../media/plaza-p.webp" type="image/webp">'
    '<source srcset="../media/plaza-w.avif" type="image/avif">'
    '<source srcset="../media/plaza-w.webp" type="image/webp">'
    '<img src="../media/plaza-p.jpg" alt="La plaza" loading="lazy" decoding="async"'
    ' width="1280" height="960"></picture></p>'
)


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
        "trainer": [(Kind.TRAINER, "agua"), (Kind.TRAINER, "huerto")],
        "colleague": [(Kind.TRAINER, "huerto")],
        "registrar": [(Kind.REGISTRAR, "unsa")],
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
    make.profile(team, people["learner"])
    _write_and_publish(people["learner"], f"/profiles/{team.slug}/perfil-ambiental")
    call = make.call()
    _declare(team, people["learner"])
    university = make.organisation("UNSA", sector=Sector.UNIVERSITY)
    course = make.course(
        htmls={"rio": READING, "pozo": PHOTO},
        files=[
            compiled.File("canal.svg", "image/svg+xml", "canal", PICTURE, "canal", PICTURE),
            compiled.File("plaza.jpg", "image/jpeg", "plaza", photo(900, 675), "plaza"),
        ],
        questions={"acequia": EACH_KIND, "pozo": [make.SINGLE], "rio": [make.SINGLE]},
        completion={"city": ["profile", "promotion-plan", "committee"]},
        plan={"acequia": "week 1", "pozo": "week 3", "rio": "final"},
    )
    begun = now().date() - timedelta(weeks=2)
    cohort = make.cohort(
        course,
        people["learner"],
        neighbour,
        starts_on=begun,
        ends_on=begun + timedelta(weeks=9),
        at=now() - timedelta(weeks=2),
    )
    key = uuid4()
    send_message(cohort, "¿Cómo vas?", [people["learner"]], key=key, by=people["trainer"], at=now())
    copy = session.query(MessageCopy).one()
    with current_app.test_request_context():
        off = off_address(people["learner"]).rpartition("/")[2]
    places = (
        _study(people["learner"], course, university)
        | _paper(course, people)
        | _written(people["trainer"], people["learner"], folder / "huerto")
        | {
            "message": str(key),
            "copy": str(copy.uuid),
            "off": off,
            "call": call.slug,
            "cohort": cohort.slug,
            "team": team.slug,
            "city": ilo.slug,
            "person": str(people["learner"].uuid),
        }
    )
    return Cast({role: f"{role}@example.org" for role in people}, places)


def _study(learner: Person, course: Course, university: Organisation) -> dict[str, str]:
    """One attempt is open, one is finished, and the grades were handed out once."""
    make.enrolment(learner, course)
    acequia, pozo, _rio = course.lessons()
    finished = start_attempt(pozo, learner, "es", at=now())
    save_answers(finished, MultiDict({"q1": "a1"}), at=now())
    submit(finished, at=now())
    mixed = start_attempt(acequia, learner, "es", at=now())
    save_answers(mixed, MultiDict({"q1": "a1", "q4": "60", "q6-x": "2"}), at=now())
    submit(mixed, at=now())
    begun = start_attempt(acequia, learner, "es", at=now())
    declare_student(learner, university, "2019-0031", at=now())
    file = grades_file(course, university_lines(course, university))
    export = keep_export(course, university, file, by=None, at=now())
    session.commit()
    return {
        "course": course.slug,
        "university": university.slug,
        "open": str(begun.uuid),
        "finished": str(mixed.uuid),
        "perfect": str(finished.uuid),
        "export": str(export.uuid),
    }


def _paper(course: Course, people: dict[str, Person]) -> dict[str, str]:
    """Four sheets: one waits, one is blank, one stopped, one counts."""
    outline = outline_of(course, "es")
    learner, trainer = people["learner"], people["trainer"]
    edition = edition_of(course, outline, outline.themes[0], words(), language="es", at=now())
    batch = hand_out(edition, [learner] * 3, 1, key=uuid4(), by=trainer, at=now())
    waiting, stopped, counted, blank = sorted(batch.sheets, key=lambda each: not each.person_id)
    for sheet, second in ((stopped, "70"), (counted, "67,7")):
        for given, by in (("67.7", trainer), (second, people["coordinator"])):
            answers = Answers(frozenset({1}), {4: given})
            enter(sheet, learner, answers, key=uuid4(), by=by, partners=[], at=now())
    session.commit()
    return {
        "batch": str(batch.uuid),
        "sheet": waiting.number,
        "stopped": stopped.number,
        "counted": counted.number,
        "blank": blank.number,
    } | _handout(edition, people["trainer"])


def _handout(edition: Edition, trainer: Person) -> dict[str, str]:
    """A file for whoever has it; one code came back, of the trainer's own phone."""
    handout = hand_out_file(edition, None, by=trainer, at=now())
    contents = pack([Done(True, {}), Done(False, {})], lessons_of(edition))
    code = count(handout, "7Q2KM", contents, trainer, by=trainer, at=now())
    session.commit()
    return {"handout": handout.number, "code": str(code.uuid)}


HUERTO = {
    "course.md": "---\nid: huerto\ntitle: El huerto\n---\n\nSiembra con otros.\n",
    "1-suelo/module.md": "---\nid: suelo\ntitle: El suelo\n---\n",
    "1-suelo/1-siembra.md": "---\nid: siembra\ntitle: La siembra\nminutes: 10\n---\n\n## Antes\n\nRemueve la tierra.\n\n"
    "/// question | ¿Qué se hace primero?\n    id: primero\n\n- [x] Remover\n- [ ] Cosechar\n///\n",
    "1-suelo/2-riego.md": "---\nid: riego\ntitle: El riego\nminutes: 10\n---\n\nRiega de noche.\n",
}
"""A course that is written in the browser."""


def _written(trainer: Person, learner: Person, folder: Path) -> dict[str, str]:
    """It was imported, and one lesson has a draft that waits for a review."""
    files = {path: text.encode() for path, text in HUERTO.items()}
    read = read_files(Held(files)).course
    assert read is not None
    bring_in(read, files, at=now())
    course = session.scalars(select(Course).where(Course.slug == "huerto")).one()
    make.enrolment(learner, course)
    text = files["1-suelo/2-riego.md"].decode().replace("de noche", "al {amanecer}")
    save_text(course, "1-suelo/2-riego.md", text, base="1.0", by=trainer, at=now())
    ask_for_review(course, "¿Se entiende?", by=trainer, at=now())
    session.commit()
    return {"written": "huerto"}


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
