"""Builds the demonstration; what stands already is left as it is."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Select, select
from werkzeug.datastructures import MultiDict

from pegup.accounts.models import Person, Role
from pegup.assessments.kinds import KINDS
from pegup.assessments.operations import OnPaper, hand_in
from pegup.courses.models import Course, Lesson, QuestionVersion
from pegup.courses.operations import enrol, mark_read
from pegup.db import now, session
from pegup.demo import words
from pegup.demo.cast import CALL, COURSE, MAIL, PLAYERS, STAFF, STUDENTS, TEAMS, DemoTeam
from pegup.demo.groups import build_groups
from pegup.demo.measures import ORDINARY, PEOPLE
from pegup.directory.models import Attendance, City, ForumEvent, Organisation
from pegup.gradebook.operations import declare_student
from pegup.grants.models import Call
from pegup.grants.operations import NotEligible, apply, judge, write_statement
from pegup.profiles.access import chapters_of
from pegup.profiles.content import content_of
from pegup.profiles.models import Indicator, Profile, Template
from pegup.profiles.operations import (
    Measurement,
    begin_profile,
    measure,
    publish,
    write_section,
)
from pegup.standalone.accounts import add_account
from pegup.teams.models import AgendaProcess, Committee, Team
from pegup.teams.operations import Place, begin_team, seat_person

BEGINNING = datetime(1997, 5, 5, 14, tzinfo=UTC)
"""A Monday of the month in which the course was held; 9 in the morning in Peru."""
Quizzes = Sequence[tuple[Lesson, Sequence[QuestionVersion]]]
"""The lessons of the course in order, with what each asks."""
RIGHT_SHARE = 0.8
"""How often the people of the demonstration answer a question rightly."""


class NothingImported(Exception):
    """The demonstration stands on the content, which is not there yet."""


def build(password: str) -> list[dict[str, str]]:
    """Fills the database and returns a sign-in of every role: ``{role, email, password}``."""
    course = session.scalar(select(Course).filter_by(slug=COURSE))
    call = session.scalar(select(Call).filter_by(slug=CALL))
    if course is None or call is None or session.scalar(select(City.id).limit(1)) is None:
        raise NothingImported
    accounts: list[tuple[str, Person]] = []
    for role, name, kind, scope in STAFF:
        person = _person(role, name, f"{role}@{MAIL}")
        if not person.has_role(kind, scope):
            person.roles.append(Role(kind=kind, scope=scope, granted_at=BEGINNING))
        accounts.append((role, person))
    coordinator = dict(accounts)["coordinator"]
    quizzes = [
        (lesson, session.scalars(QuestionVersion.asked_in(lesson, course.language)).all())
        for lesson in session.scalars(Lesson.of(course))
    ]
    teams = {each.city: _team(each, course, quizzes, call, coordinator) for each in TEAMS}
    build_groups(
        course,
        list(teams.values()),
        trainer=dict(accounts)["trainer"],
        by=coordinator,
        at=now(),
    )
    for role, (city, place) in PLAYERS.items():
        seats = sorted(teams[city].seats, key=lambda seat: seat.id)
        accounts.append((role, seats[place].person))
    for _role, person in accounts:
        add_account(person, at=BEGINNING, password=password)
    return [
        {"role": role, "email": person.email or "", "password": password}
        for role, person in accounts
    ]


def _person(key: str, name: str, email: str) -> Person:
    """The person of the demonstration with this key, made at the first run."""
    uuid = uuid5(NAMESPACE_URL, f"https://{MAIL}/{key}")
    person = session.scalar(select(Person).filter_by(uuid=uuid))
    if person is None:
        person = Person(uuid=uuid, name=name, email=email, created_at=BEGINNING)
        session.add(person)
        session.flush()
    return person


def _team(
    demo: DemoTeam, course: Course, quizzes: Quizzes, call: Call, coordinator: Person
) -> Team:
    """The team with all that it did, unless it stands already."""
    city = session.scalars(select(City).filter_by(slug=demo.city)).one()
    people = [
        _person(
            f"{demo.city}/{name}", f"{name} de {city.name}", f"{_plain(name)}.{demo.city}@{MAIL}"
        )
        for name, _sector in demo.members
    ]
    found = session.scalar(Team.of(people[0]))
    if found is not None:
        return found
    places = [
        Place(sector, _organisation(city, sector), words.EXPERIENCE)
        for _name, sector in demo.members
    ]
    name = f"Equipo de {city.name}"
    team = begin_team(city=city, name=name, by=people[0], place=places[0], at=BEGINNING)
    team.is_demonstration = True
    for person, place in zip(people[1:], places[1:], strict=True):
        seat_person(team, person, place, at=BEGINNING)
    _record(demo, team, people[0])
    _write(demo, team, people)
    for place_in_team, person in enumerate(people):
        enrol(person, course, at=BEGINNING)
        _study(person, course, quizzes[: max(demo.lessons - 2 * place_in_team, 0)])
    for (name, _sector), person in zip(demo.members, people, strict=True):
        _declare(demo.city, name, person)
    session.refresh(team)
    if demo.applies:
        _apply(team, call, by=people[0], coordinator=coordinator)
    return team


def _organisation(city: City, sector: str) -> Organisation | None:
    """One of the directory's in this city and sector, if it knows any."""
    query = select(Organisation).filter_by(city_id=city.id, sector=sector)
    return session.scalar(query.order_by(Organisation.name).limit(1))


def _record(demo: DemoTeam, team: Team, by: Person) -> None:
    if demo.committee:
        session.add(
            Committee(
                team_id=team.id, formed_on=demo.committee, act=words.ACT, recorded_by_id=by.id
            )
        )
    if demo.agenda:
        session.add(
            AgendaProcess(
                team_id=team.id, began=demo.agenda, description=words.AGENDA, recorded_by_id=by.id
            )
        )
    for event in session.scalars(_held_before()).all()[: demo.core // 5]:
        session.add(Attendance(person_id=by.id, event_id=event.id, recorded_by_id=by.id))


def _held_before() -> Select[ForumEvent]:
    """The Forum's events before the course, by slug: nobody was yet at a later one."""
    earlier = (ForumEvent.held_on != "", ForumEvent.held_on < f"{BEGINNING:%Y-%m}")
    return select(ForumEvent).where(*earlier).order_by(ForumEvent.slug)


def _write(demo: DemoTeam, team: Team, people: list[Person]) -> None:
    template = session.scalar(select(Template).filter_by(slug="perfil-ambiental"))
    plan = session.scalar(select(Template).filter_by(slug="plan-de-promocion"))
    if template is None or plan is None:
        raise NothingImported
    if not demo.sections:
        return
    profile = begin_profile(team, template, by=people[0], at=BEGINNING)
    codes = _measure(demo, profile, people)
    _fill(profile, people, demo.sections, codes)
    if demo.is_published:
        publish(profile, content_of(profile), by=people[0], at=BEGINNING + timedelta(days=20))
    if demo.has_plan:
        written = begin_profile(team, plan, by=people[0], at=BEGINNING)
        _fill(written, people, 100, {})
        publish(written, content_of(written), by=people[0], at=BEGINNING + timedelta(days=25))


def _measure(demo: DemoTeam, profile: Profile, people: list[Person]) -> dict[str, list[str]]:
    """Answers the first indicators; every sixth with a reason instead of a value.

    Gives the codes that have one, by their section.
    """
    query = (
        select(Indicator).filter_by(template_id=profile.template_id).order_by(Indicator.position)
    )
    catalogue = session.scalars(query).all()
    core = [each for each in catalogue if each.is_core][: demo.core]
    others = [each for each in catalogue if not each.is_core][: demo.others]
    codes: dict[str, list[str]] = {}
    for number, indicator in enumerate([*core, *others], 1):
        if number % 6 == 0:
            answer = Measurement(no_data_reason=words.NO_DATA)
        else:
            answer = Measurement(value=_plausible(indicator, demo), year=1996, source=words.SOURCE)
            codes.setdefault(indicator.section, []).append(indicator.code)
        by = people[number % len(people)]
        measure(profile, indicator, answer, base=0, by=by, at=_by_day(number))
    return codes


def _plausible(indicator: Indicator, demo: DemoTeam) -> Decimal:
    """A number such as an ordinary city has, the same at every run."""
    bounds = (indicator.spec["minimum"], indicator.spec["maximum"], 1)
    ordinary = ORDINARY.get(indicator.code, bounds)
    if indicator.code == "D01":
        ordinary = PEOPLE.get(demo.city, ordinary)
    least, most, decimals = ordinary
    low, high = Decimal(str(least)), Decimal(str(most))
    chance = random.Random(f"{demo.city}/{indicator.code}")  # noqa: S311  a demonstration, no secret
    value = low + (high - low) * chance.randint(0, 100) / 100
    step = Decimal(1).scaleb(-decimals)
    return (value / step).to_integral_value(ROUND_HALF_UP) * step


def _fill(
    profile: Profile, people: list[Person], sections: int, codes: Mapping[str, list[str]]
) -> None:
    """Writes the first sections; each says the numbers that belong to it."""
    keys = [section["key"] for chapter in chapters_of(profile) for section in chapter["sections"]]
    for number, key in enumerate(keys[:sections]):
        text = words.SECTIONS[number % len(words.SECTIONS)]
        if key in codes:
            text += "\n\n" + words.MENTION + "".join(f"\n- {{{code}}}" for code in codes[key])
        by = people[number % len(people)]
        write_section(profile, key, text=text, base=0, by=by, at=_by_day(number))


def _by_day(number: int) -> datetime:
    """The moment of a team's work with this number: four on a day, by daylight."""
    days, hours = divmod(number, 4)
    return BEGINNING + timedelta(days=days, hours=2 * hours)


def _declare(city: str, name: str, person: Person) -> None:
    """Students give their university their code."""
    if (city, name) in STUDENTS:
        slug, code = STUDENTS[city, name]
        university = session.scalars(select(Organisation).filter_by(slug=slug)).one()
        declare_student(person, university, code, at=BEGINNING)


def _apply(team: Team, call: Call, *, by: Person, coordinator: Person) -> None:
    """Teams that meet the rules apply; those with an Agenda 21 have declared and were judged."""
    at = BEGINNING + timedelta(days=21)
    try:
        apply(call, team, by=by, at=at)
    except NotEligible:
        return
    if session.scalar(select(AgendaProcess.id).filter_by(team_id=team.id)) is None:
        return
    read = write_statement(call, team, text=words.STATEMENT, base=0, by=by, at=at).number
    reason = words.JUDGEMENT
    judge(call, team, "C3", percent=75, reason=reason, statement=read, by=coordinator, at=at)


def _study(person: Person, course: Course, quizzes: Quizzes) -> None:
    """Reads the lessons and answers their questions, most of them rightly."""
    chance = random.Random(person.uuid.hex)  # noqa: S311  a demonstration, no secret
    for day, (lesson, questions) in enumerate(quizzes):
        at = BEGINNING + timedelta(days=day)
        mark_read(person, lesson, at=at)
        answers = [_answered(version, chance) for version in questions]
        hand_in(lesson, person, course.language, answers, at=at + timedelta(minutes=9))


def _answered(version: QuestionVersion, chance: random.Random) -> OnPaper:
    kind = KINDS[version.spec["kind"]]
    is_right = chance.random() <= RIGHT_SHARE
    given = kind.read(version.spec, _right(version.spec), "q") if is_right else None
    return OnPaper(version, kind.order(version.spec, chance), given)


def _right(spec: Mapping[str, Any]) -> MultiDict[str, str]:
    """What the form sends of a right answer."""
    sent: MultiDict[str, str] = MultiDict()
    if spec["kind"] == "numeric":
        sent["q"] = spec["answer"]
    for option in spec.get("options", []):
        if option["right"]:
            sent.add("q", option["key"])
    for pair in spec.get("pairs", []):
        sent[f"q-{pair['key']}"] = pair["key"]
    for place, item in enumerate(spec.get("items", []), 1):
        sent[f"q-{item['key']}"] = str(place)
    return sent


def _plain(name: str) -> str:
    """A name as the front of an address."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
