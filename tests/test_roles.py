"""Which role meets what at which door: the whole table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from pegup.accounts.models import Kind, Person
from pegup.cohorts.correspondence import send_message
from pegup.cohorts.models import MessageCopy
from pegup.courses.content import compiled
from pegup.courses.models import Origin, SourceVersion
from pegup.courses.outline import outline_of
from pegup.db import db, session
from pegup.directory.models import Sector
from pegup.gradebook.models import GradeExport
from pegup.gradebook.operations import declare_student, keep_export, university_lines
from pegup.gradebook.words import grades_file
from pegup.handouts.codes import Done, pack
from pegup.handouts.models import Handout, HandoutCode
from pegup.handouts.operations import count, lessons_of
from pegup.handouts.operations import hand_out as hand_out_file
from pegup.paper.models import Batch, Sheet
from pegup.paper.operations import edition_of, hand_out
from pegup.paper.words import words
from pegup.web.access import is_public
from tests import make
from tests.gradebook.conftest import AT

pytestmark = pytest.mark.slow

ROLES = (
    "administrator",
    "coordinator",
    "trainer",
    "trainer of another course",
    "registrar",
    "registrar of another university",
    "coordinates the team",
    "member",
    "learner",
    "somebody",
)
"""The order of the letters in the table; ``learner`` and the two of the team attend the course."""
LETTERS = {200: "o", 403: "x", 404: "-", 401: "?"}
"""Opens; you see that it is there but may not; for you there is no such thing."""

PAGES = {
    "/account": "oooooooooo",
    "/sign-up-links": "ooxxxxxxxx",
    "/people/": "ooxxxxxxxx",
    "/people/new": "ooxxxxxxxx",
    "/people/import": "ooxxxxxxxx",
    "/people/{person}": "ooxxxxxxxx",
    "/forum-events/": "oooooooooo",
    "/courses/agua": "oooooooooo",
    "/courses/agua/lessons/acequia": "oooxxxooox",
    "/courses/agua/lessons/acequia/radio-script": "oooxxxooox",
    "/courses/agua/lessons/acequia/attempts": "oooxxxooox",
    "/courses/otro": "----------",
    "/teams/": "oooooooooo",
    "/teams/new": "oooooooooo",
    "/teams/join": "oooooooooo",
    "/teams/arrival": "oooooooooo",
    "/teams/arrivals": "ooxxxxxxxx",
    "/teams/equipo-de-paita": "oo----oo--",
    "/teams/equipo-de-paita/invitations": "xx----oo--",
    "/teams/equipo-de-paita/seat": "xx----oo--",
    "/teams/equipo-de-paita/seat/leaving": "xx----oo--",
    "/teams/equipo-de-paita/members/new": "oo----ox--",
    "/teams/equipo-de-paita/committee": "xx----oo--",
    "/teams/equipo-de-paita/agenda-process": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/": "oo----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/completeness": "oo----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/indicators/": "oo----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/indicators/A02": "oo----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/sections/1.1": "oo----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/sections/1.1/versions/": "oo----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/sections/new": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/published": "----------",
    "/calls/promotores-1997": "oooooooooo",
    "/calls/promotores-1997/teams": "ooxxxxxxxx",
    "/calls/promotores-1997/teams/equipo-de-paita": "oo----oo--",
    "/calls/promotores-1997/teams/equipo-de-paita/statement": "xx----oo--",
    "/calls/promotores-1997/teams/equipo-de-paita/judgements/C3": "oo----xx--",
    "/editing/agua": "ooo---xxx-",
    "/editing/agua/files/1-uno/2-pozo.md": "ooo---xxx-",
    "/editing/agua/preview/pozo": "ooo---xxx-",
    "/editing/agua/media/plaza.svg": "ooo---xxx-",
    "/editing/agua/history/1-uno/2-pozo.md": "ooo---xxx-",
    "/editing/agua/lessons/new": "ooo---xxx-",
    "/editing/agua/changes": "ooo---xxx-",
    "/cohorts/": "oooooooooo",
    "/cohorts/agua/new": "oooxxxxxxx",
    "/cohorts/agua/grupo-de-mayo": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/edit": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/copies/new": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/people": "ooo-----x-",
    "/messages/": "oooooooooo",
    "/messages/mail": "oooooooooo",
    "/messages/groups/agua/grupo-de-mayo": "ooo-----x-",
    "/messages/groups/agua/grupo-de-mayo/new?to={person}": "ooo-----x-",
    "/messages/sent/{message}": "ooo-------",
    "/messages/{copy}": "ooo-----o-",
    "/paper/agua/uno/theme.pdf": "oooxxxooox",
    "/paper/": "oooxxxoxxx",
    "/paper/agua/uno/sheets": "oooxxxoxxx",
    "/paper/batches/{batch}": "ooo-------",
    "/paper/batches/{batch}/theme.pdf": "ooo-------",
    "/paper/batches/{batch}/sheets.pdf": "ooo-------",
    "/paper/sheets/{sheet}": "ooo---o---",
    "/paper/sheets/{sheet}/entry": "ooo---o---",
    "/handouts/": "oooooooooo",
    "/handouts/codes": "oooooooooo",
    "/handouts/codes/{code}": "ooo---oo--",
    "/handouts/agua/uno/new": "oooxxxooox",
    "/handouts/files/{handout}": "ooo---oo--",
    "/handouts/files/{handout}/file": "ooo---oo--",
    "/search": "oooooooooo",
    "/grades/": "oooooooooo",
    "/grades/agua": "------ooo-",
    "/grades/agua/people": "oooxxxxxxx",
    "/grades/agua/cities": "oooxxxxxxx",
    "/grades/agua/universities/unsa": "o---o-----",
    "/grades/student-codes": "oooooooooo",
    "/grades/exports/{export}": "o---o-----",
    "/grades/exports/{export}/file": "o---o-----",
}

WRITES = {
    "/people/{person}/codes": "ooxxxxxxxx",
    "/people/{person}/roles": "oxxxxxxxxx",
    "/people/{person}/roles/removal": "oxxxxxxxxx",
    "/people/{person}/account/closure": "oxxxxxxxxx",
    "/people/{person}/account/reopening": "oxxxxxxxxx",
    "/people/{person}/second-factor/removal": "oxxxxxxxxx",
    "/people/codes": "ooxxxxxxxx",
    "/courses/agua/enrolment/removal": "oooooooooo",
    "/courses/agua/lessons/acequia/reading": "oooxxxooox",
    "/courses/agua/lessons/acequia/attempts": "oooxxxooox",
    "/teams/arrivals/seats": "ooxxxxxxxx",
    "/teams/equipo-de-paita/invitations": "xx----oo--",
    "/teams/equipo-de-paita/seat": "xx----oo--",
    "/teams/equipo-de-paita/members/new": "oo----ox--",
    "/teams/equipo-de-paita/members/{person}/codes": "-------x--",
    "/teams/equipo-de-paita/coordination": "oo----ox--",
    "/teams/equipo-de-paita/committee": "xx----oo--",
    "/teams/equipo-de-paita/agenda-process": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/sections/1.1": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/sections/new": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/indicators/A02": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/publication": "xx----oo--",
    "/profiles/equipo-de-paita/perfil-ambiental/publication/withdrawal": "xx----oo--",
    "/calls/promotores-1997/teams/equipo-de-paita/application": "xx----oo--",
    "/calls/promotores-1997/teams/equipo-de-paita/application/withdrawal": "xx----oo--",
    "/calls/promotores-1997/teams/equipo-de-paita/statement": "xx----oo--",
    "/calls/promotores-1997/teams/equipo-de-paita/judgements/C3": "oo----xx--",
    "/grades/agua/universities/unsa/exports": "o---o-----",
    "/paper/agua/uno/sheets": "oooxxxoxxx",
    "/paper/sheets/{sheet}/entry": "ooo---o---",
    "/paper/sheets/{sheet}/settlement": "ooo---o---",
    "/handouts/codes": "oooooooooo",
    "/handouts/agua/uno/new": "oooxxxoxxx",
    "/handouts/files/{handout}/voiding": "ooo---oo--",
    "/messages/groups/agua/grupo-de-mayo/new": "ooo-----x-",
    "/messages/{copy}/replies": "ooo-----o-",
    "/messages/{copy}/reading": "ooo-----o-",
    "/editing/agua/files/1-uno/2-pozo.md": "ooo---xxx-",
    "/editing/agua/look/1-uno/2-pozo.md": "ooo---xxx-",
    "/editing/agua/lessons/new": "ooo---xxx-",
    "/editing/agua/translations": "ooo---xxx-",
    "/editing/agua/removals": "ooo---xxx-",
    "/editing/agua/moves": "ooo---xxx-",
    "/editing/agua/discards": "ooo---xxx-",
    "/editing/agua/pictures": "ooo---xxx-",
    "/editing/agua/restorations": "ooo---xxx-",
    "/editing/agua/publications": "ooo---xxx-",
    "/editing/agua/reviews": "ooo---xxx-",
    "/editing/agua/reviews/answers": "ooo---xxx-",
    "/editing/agua/export": "ooo---xxx-",
    "/cohorts/agua/new": "oooxxxxxxx",
    "/cohorts/agua/grupo-de-mayo/edit": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/copies/new": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/people": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/people/removal": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/trainers": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/trainers/removal": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/closure": "ooo-----x-",
    "/cohorts/agua/grupo-de-mayo/closure/removal": "ooo-----x-",
}

ELSEWHERE = {
    "pegup.offline.pack": "as its lessons: tests/offline",
    "pegup.assessments.answer": "nobody's but the person's own: tests/assessments",
    "pegup.assessments.attempt": "nobody's but the person's own: tests/assessments",
    "pegup.courses.enrol": "open to everybody who signed in",
    "pegup.courses.joining": "open to everybody who signed in",
    "pegup.courses.unmark_read": "as reading",
    "pegup.gradebook.remove": "as the exports: tests/gradebook",
    "pegup.gradebook.take_back_code": "nobody's but the person's own: tests/gradebook",
    "pegup.profiles.file": "as the profile: tests/profiles",
    "pegup.profiles.version": "as the section: tests/profiles",
    "pegup.profiles.restore": "as the section: tests/profiles",
    "pegup.standalone.new_email": "its link is the right: tests/standalone",
    "pegup.standalone.withdraw_link": "as the links: tests/standalone",
    "pegup.teams.accept_invitation": "its code is the right: tests/teams",
    "pegup.teams.withdraw": "as the invitations: tests/teams",
    "pegup_sign_in.two_factor_setup_validate": "nobody's but the person's own: tests/standalone",
}


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def keep_files(course) -> None:
    """One file is enough to be written, and so to have doors."""
    session.add(
        SourceVersion(
            course_id=course.id,
            path="1-uno/2-pozo.md",
            number=1,
            digest="0",
            size=1,
            content=b"x",
            origin=Origin.IMPORT,
        )
    )
    session.commit()


@pytest.fixture
def people(world, tmp_path) -> dict[str, Person]:
    """One of each role, with a team, a course and grades that were handed out."""
    roles = {
        "administrator": [(Kind.ADMINISTRATOR, "")],
        "coordinator": [(Kind.COORDINATOR, "")],
        "trainer": [(Kind.TRAINER, "agua")],
        "trainer of another course": [(Kind.TRAINER, "otro")],
        "registrar": [(Kind.REGISTRAR, "unsa")],
        "registrar of another university": [(Kind.REGISTRAR, "upao")],
    }
    found = {}
    for number, role in enumerate(ROLES):
        found[role] = make.person(f"P{number} {role}", roles=roles.get(role))
    course = make.course(
        files=[compiled.File("plaza.svg", "image/svg+xml", "0", SVG, "plaza", SVG)]
    )
    keep_files(course)
    for role in ("coordinates the team", "member", "learner"):
        make.enrolment(found[role], course)
    cohort = make.cohort(course, found["learner"])
    send_message(cohort, "Hola", [found["learner"]], key=uuid4(), by=found["coordinator"], at=AT)
    team = make.team(found["coordinates the team"], local_government=found["member"])
    make.profile(team, found["member"])
    make.call()
    unsa = make.organisation("UNSA", sector=Sector.UNIVERSITY)
    declare_student(found["learner"], unsa, "1", at=AT)
    file = grades_file(course, university_lines(course, unsa))
    keep_export(course, unsa, file, by=None, at=AT)
    outline = outline_of(course, "es")
    edition = edition_of(course, outline, outline.themes[0], words(), language="es", at=AT)
    hand_out(edition, [found["member"]], 0, key=uuid4(), by=found["coordinator"], at=AT)
    handout = hand_out_file(edition, found["member"], by=found["member"], at=AT)
    contents = pack([Done(True, {}), Done(False, {})], lessons_of(edition))
    count(handout, "", contents, found["member"], by=found["member"], at=AT)
    session.commit()
    return found


def letters(client, sign_in, people, path: str, method: str) -> str:
    export = session.query(GradeExport).one().uuid
    copy = session.query(MessageCopy).one()
    filled = path.format(
        export=export,
        person=people["learner"].uuid,
        copy=copy.uuid,
        message=copy.message.uuid,
        batch=session.query(Batch).one().uuid,
        sheet=session.query(Sheet).one().number,
        handout=session.query(Handout).one().number,
        code=session.query(HandoutCode).one().uuid,
    )
    met = ""
    for role in ROLES:
        sign_in(people[role])
        status = client.open(filled, method=method).status_code
        met += LETTERS.get(status, "o" if method == "POST" and status < 500 else f"<{status}>")
    return met


def test_pages(client, sign_in, people):
    """All in one world: whoever only opens a page changes nothing for the next."""
    assert {path: letters(client, sign_in, people, path, "GET") for path in PAGES} == PAGES


def test_writes(client, sign_in, people):
    """An empty form: whoever may write is told what is missing, the others meet a closed door."""
    met = {}
    for path in WRITES:
        with undone():
            met[path] = letters(client, sign_in, people, path, "POST")
    assert met == WRITES


@contextmanager
def undone() -> Iterator[None]:
    """What is stored meanwhile is not there afterwards: one world serves all."""
    session.commit()
    point = db.engines[None].begin_nested()
    yield
    session.rollback()
    point.rollback()


def test_every_door_with_somebody_elses_name_is_in_the_table(app):
    """Endpoints without a part that names a thing are open to all, or stand in the table anyway."""
    adapter = app.url_map.bind("localhost")
    filling = dict.fromkeys(
        ("export", "person", "copy", "message", "batch", "sheet", "handout", "code"), UUID(int=1)
    )
    known = {
        adapter.match(path.partition("?")[0].format(**filling), method="GET")[0] for path in PAGES
    }
    known |= {adapter.match(path.format(**filling), method="POST")[0] for path in WRITES}
    doors = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.arguments and not is_public_in(app, rule.endpoint)
    }
    assert doors - known == set(ELSEWHERE)


def is_public_in(app, endpoint: str) -> bool:
    with app.app_context():
        return is_public(endpoint)
