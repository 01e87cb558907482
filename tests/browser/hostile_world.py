"""The small world of the browser tests, with a hostile text wherever a person or a trainer writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

from flask import Flask, current_app
from sqlalchemy import select

from pegup.accounts.models import Person
from pegup.accounts.operations import add_people
from pegup.accounts.roster import Entry
from pegup.assessments.operations import start_attempt
from pegup.authoring.findings import Level
from pegup.cohorts.correspondence import reply, send_message
from pegup.cohorts.models import Cohort, MessageCopy
from pegup.cohorts.operations import add_people as bring_in
from pegup.courses.content import compiled
from pegup.courses.content.reading import read_course
from pegup.courses.content.storing import store_course
from pegup.db import now, session
from pegup.directory.models import City, Organisation, Sector
from pegup.grants.models import Call
from pegup.grants.operations import judge, write_statement
from pegup.profiles import files
from pegup.profiles.models import Indicator, IndicatorValue, Profile, Template
from pegup.profiles.operations import (
    Measurement,
    add_section,
    begin_profile,
    measure,
    write_section,
)
from pegup.teams.models import AgendaProcess, Committee, Team
from pegup.teams.operations import Place, begin_team, invite, seat_person
from tests import make
from tests.courses.folders import GLOSSARY, write_course
from tests.hostile.payloads import Payload, corpus

CORPUS = corpus()
TEAMS = 40
SEATED = 30
_turn = cycle(CORPUS)


def some(count: int) -> list[Payload]:
    """The next ones: each field gets others than the field before."""
    return list(islice(_turn, count))


def texts(most: int, length: int) -> list[str]:
    """The whole corpus in as few texts of at most ``length`` letters as that takes, or ``most`` of them."""
    made = [""]
    for each in CORPUS:
        if len(made[-1]) + len(each.text) + 2 > length:
            made.append("")
        made[-1] += each.text + "\n\n"
    return made[:most]


def fill(app: Flask) -> None:
    """Names, places, experiences, texts, files: each by the verb that stores it."""
    with app.app_context():
        by_email = {p.email: p for p in session.scalars(select(Person).where(Person.email != ""))}
        learner, trainer = by_email["learner@example.org"], by_email["trainer@example.org"]
        judging = by_email["coordinator@example.org"]
        people = _people(trainer)
        teams = _teams(people)
        _rooms(teams, people, learner)
        _profile(session.scalars(select(Profile)).first(), learner)
        _correspondence(people, learner, trainer)
        _calls(teams, people, judging)
        session.commit()
        session.remove()


def _people(trainer: Person) -> list[Person]:
    places = some(len(CORPUS))
    entries = [
        Entry(each.number, each.text.strip(), None, place.text[:100])
        for each, place in zip(CORPUS, places, strict=True)
    ]
    keys = add_people(entries, now())
    people = list(session.scalars(select(Person).where(Person.uuid.in_(keys)).order_by(Person.id)))
    cohort = session.scalars(select(Cohort)).first()
    bring_in(cohort, [each.id for each in people], by=trainer, at=now())
    return people


def _teams(people: list[Person]) -> list[Team]:
    teams = []
    named = zip(people, some(TEAMS), some(TEAMS), some(TEAMS), some(TEAMS), strict=False)
    for number, (person, team, city, organisation, note) in enumerate(named):
        place = City(
            slug=f"ciudad-{number}",
            ubigeo=f"99{number:04}",
            name=city.text[:120],
            department=team.text[:120],
            province=note.text[:120],
            district=city.text[:120],
            latitude=-4 - number / 4,
            longitude=-75 - number % 7 / 2,
            region="coast",
            nucleus="norte",
            is_forum_member=True,
            note_es=note.text,
        )
        body = Organisation(
            slug=f"organizacion-{number}",
            name=organisation.text,
            sector=Sector.NGO,
            city=place,
            note_es=note.text,
            is_forum_member=True,
        )
        session.add_all([place, body])
        session.flush()
        seat = Place(Sector.NGO, body, note.text)
        teams.append(
            begin_team(city=place, name=team.text[:120].strip(), by=person, place=seat, at=now())
        )
    return teams


def _rooms(teams: list[Team], people: list[Person], learner: Person) -> None:
    """What the teams say of themselves; the learner sits in the first few."""
    for team, act, told in zip(
        teams, texts(TEAMS, 2000), reversed(texts(TEAMS, 2000)), strict=False
    ):
        session.add(Committee(team_id=team.id, formed_on="1997-05-01", act=act))
        link = f"https://ejemplo.pe/{some(1)[0].text}"
        session.add(AgendaProcess(team_id=team.id, began="1996", description=told, link=link[:500]))
    for team in teams[:14]:
        seat_person(team, learner, Place(Sector.UNIVERSITY), at=now())
    for person, told in zip(people[TEAMS : TEAMS + SEATED], some(SEATED), strict=False):
        seat_person(teams[0], person, Place(Sector.OTHER, experience=told.text), at=now())
    for each in some(20):
        invite(teams[0], name=each.text[:200], by=learner, at=now())
    session.flush()


def _profile(profile: Profile, by: Person) -> None:
    """A section for each text: its title, and its Markdown; a value, a source, a file for some."""
    for each, title in zip(CORPUS, some(len(CORPUS)), strict=True):
        section = add_section(profile, f"{title.text} {each.number}"[:200], by=by, at=now())
        write_section(profile, section.key, text=each.text, base=0, by=by, at=now())
    write_section(profile, "1.2", text="", not_applicable=some(1)[0].text, base=0, by=by, at=now())
    indicators = session.scalars(select(Indicator).order_by(Indicator.position)).all()
    for indicator, source, place, link in zip(
        indicators[2:], some(20), some(20), some(20), strict=False
    ):
        said = Measurement(value=50, year=2019, source=source.text, place=place.text)
        where = f"https://ejemplo.pe/{link.text}"
        said = Measurement(**vars(said) | {"link": where})
        if indicator.position % 4 == 0:
            said = Measurement(no_data_reason=source.text)
        measure(profile, indicator, said, base=0, by=by, at=now())


def keep_files(names: Sequence[str]) -> tuple[str, list[str]]:
    """One file as the source of each indicator of another document, as many as it has; gives the
    document's address and the names as they are kept."""
    team = session.scalars(select(Team).where(Team.slug == slugs()[0])).one()
    template = session.scalars(select(Template)).first()
    by = session.scalars(Person.by_email("learner@example.org")).one()
    profile = begin_profile(team, template, by=by, at=now())
    write_section(profile, "1.1", text="Agua.", base=0, by=by, at=now())
    indicators = session.scalars(select(Indicator).order_by(Indicator.position)).all()
    for indicator, name in zip(indicators, names, strict=False):
        answers = session.scalars(IndicatorValue.of(profile, indicator.code)).all()
        arriving = files.Arriving(name, b"%PDF-", Path(current_app.config["PEGUP_DATA"]))
        said = Measurement(value=50, year=2019, source=f"Acta {len(answers)}")
        measure(profile, indicator, said, base=len(answers), by=by, at=now(), file=arriving)
    session.commit()
    return f"/profiles/{team.slug}/perfil-ambiental", [files.clean_name(each) for each in names]


def _correspondence(people: list[Person], learner: Person, trainer: Person) -> None:
    cohort = session.scalars(select(Cohort)).first()
    earlier = now() - timedelta(days=9)
    for number, text in enumerate(texts(99, 1990)):
        at = earlier + timedelta(hours=2 * number)
        send_message(cohort, text, [learner, people[number]], key=uuid4(), by=trainer, at=at)
    session.flush()
    copies = session.scalars(select(MessageCopy).where(MessageCopy.person_id == learner.id)).all()
    for number, (copy, text) in enumerate(zip(copies, reversed(texts(99, 1990)), strict=False)):
        at = earlier + timedelta(days=3, hours=number)
        reply(copy, text, shown=(), key=uuid4(), by=learner, at=at)


def _calls(teams: list[Team], people: list[Person], judging: Person) -> None:
    call = session.scalars(Call.in_order()).one()
    for team, person, text, reason in zip(
        teams, people, texts(9, 9_900), texts(9, 1990), strict=False
    ):
        write_statement(call, team, text=text, base=0, by=person, at=now())
        judge(call, team, "C3", percent=50, reason=reason, statement=1, by=judging, at=now())
    session.flush()


def slugs() -> list[str]:
    """Of the teams, in their order."""
    query = select(Team.slug).where(
        Team.city_id.in_(select(City.id).where(City.slug.like("ciudad-%")))
    )
    return list(session.scalars(query.order_by(Team.id)))


def correspondence() -> tuple[list[str], list[str]]:
    """The learner's copies, and the messages."""
    learner = session.scalars(Person.by_email("learner@example.org")).one()
    copies = session.scalars(select(MessageCopy).where(MessageCopy.person_id == learner.id)).all()
    return [str(each.uuid) for each in copies], [str(each.message.uuid) for each in copies]


def written(shape: str, each: Payload) -> str:
    """A file with the text in it."""
    quoted = json.dumps(each.text, ensure_ascii=False)
    return shape.format(id=f"t-{each.number}", text=each.text, quoted=quoted)


def course(folder: Path, shape: str) -> compiled.Course:
    """A course with a lesson for each text, without those that the check refuses."""
    files = {f"1-uno/{each.number + 10}-t.md": written(shape, each) for each in CORPUS}
    while True:
        write_course(folder, **files)
        reading = read_course(folder)
        if reading.course is not None:
            return reading.course
        errors = [each for each in reading.findings if each.level is Level.ERROR]
        wrong = {each.place.file for each in errors} & set(files)
        assert wrong, reading.findings[:3]
        for name in wrong:
            del files[name]
            (folder / name).unlink()


def own_lessons(read: compiled.Course) -> list[compiled.Lesson]:
    """Those that have a hostile text."""
    return [each for each in read.modules[0].lessons if each.slug.startswith("t-")]


def store(
    read: compiled.Course, texts: list[compiled.Lesson], words: list[compiled.Term]
) -> list[str]:
    """Brings in the course of titles, with lessons that have forty texts each; gives their addresses."""
    module, more = read.modules[0], []
    for start in range(0, len(texts), 40):
        html = "".join(each.htmls["es"] for each in texts[start : start + 40])
        position = len(module.lessons) + len(more) + 1
        more.append(replace(texts[0], slug=f"texto-{start}", position=position, htmls={"es": html}))
    modules = [replace(module, lessons=[*module.lessons, *more]), *read.modules[1:]]
    store_course(replace(read, slug="hostil", modules=modules, terms={"es": words}), now())
    session.commit()
    return [f"/courses/hostil/lessons/{each.slug}" for each in more]


def attempts(asked: list[compiled.Lesson]) -> list[str]:
    """The learner is in the middle of answering all of them, thirty at a time."""
    specs = [each.questions[0].specs["es"] for each in asked]
    parts = {f"parte-{start}": specs[start : start + 30] for start in range(0, len(specs), 30)}
    made = make.course("preguntas", modules={"uno": list(parts)}, questions=parts)
    learner = session.scalars(Person.by_email("learner@example.org")).one()
    make.enrolment(learner, made)
    begun = [start_attempt(each, learner, "es", at=now()) for each in made.lessons()]
    session.commit()
    return [f"/attempts/{each.uuid}" for each in begun]


def terms(folder: Path) -> list[compiled.Term]:
    """Words of the glossary, as many texts as it may hold; each is its name or its meaning, without those refused."""
    written = [
        f"## {name} {{#t-{each.number}-{number}}}\n\n{meaning}\n\n- category: agua\n- also: t{each.number}-{number}\n\n"
        for each in CORPUS[::9]
        if each.text.isprintable()
        for number, (name, meaning) in enumerate(
            [(each.text, "Agua."), (f"T{each.number}", each.text)]
        )
    ]
    while True:
        write_course(folder, glosario=GLOSSARY + "\n" + "".join(written))
        reading = read_course(folder)
        if reading.course is not None:
            return reading.course.terms["es"]
        wrong = {
            each.place.line
            for each in reading.findings
            if each.level is Level.ERROR and each.place.file == "glosario.md"
        }
        line, kept = (GLOSSARY + "\n").count("\n") + 1, []
        for each in written:
            end = line + each.count("\n")
            if not wrong & set(range(line, end)):
                kept.append(each)
            line = end
        assert len(kept) < len(written), reading.findings[:3]
        written = kept
