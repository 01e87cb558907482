"""Makes what a test needs, everything defaulted: ``make.person("Ada")``."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from werkzeug.datastructures import MultiDict

from pegup.accounts.models import Kind, Person, Role
from pegup.assessments.models import Attempt
from pegup.cohorts.models import Cohort
from pegup.cohorts.operations import add_people, begin_cohort
from pegup.courses.content import compiled
from pegup.courses.content.storing import store_course
from pegup.courses.models import Course, Enrolment
from pegup.courses.operations import enrol
from pegup.db import now, session
from pegup.directory.models import City, Organisation, Sector
from pegup.grants.models import Call
from pegup.grants.operations import import_call
from pegup.grants.reading import ReadCall, read_call
from pegup.profiles import template
from pegup.profiles.models import Profile, Template
from pegup.profiles.operations import begin_profile, import_template
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


@cache
def _sample() -> template.Template:
    with TemporaryDirectory() as folder:
        return sample.template(Path(folder))


@cache
def _call_of_1997() -> ReadCall:
    read = read_call(Path(__file__).parents[1] / "content" / "calls" / "promotores-1997.md")
    assert read.call is not None, read.findings
    return read.call


def profile(of: Team, by: Person) -> Profile:
    """The team's environmental profile on the sample template."""
    import_template(deepcopy(_sample()))
    row = session.query(Template).filter_by(slug="perfil-ambiental").one()
    made = begin_profile(of, row, by=by, at=datetime(1997, 5, 2, tzinfo=UTC))
    session.commit()
    return made


def call() -> Call:
    """The call of 1997, from its file."""
    read = deepcopy(_call_of_1997())
    import_call(read, datetime(1997, 4, 1, tzinfo=UTC))
    session.commit()
    return session.query(Call).filter_by(slug=read.slug).one()


SINGLE = {
    "kind": "single",
    "prompt": "¿Quién cuida la acequia?",
    "body": "",
    "options": [
        {"key": "a1", "text": "Nadie", "right": False, "feedback": "Alguien la cuida."},
        {"key": "a2", "text": "El barrio", "right": True, "feedback": "Sí, entre todos."},
    ],
    "feedback": "La acequia es de todos.",
    "shuffle": True,
}


def course(
    slug: str = "agua",
    *,
    modules: dict[str, list[str]] | None = None,
    questions: dict[str, list[dict]] | None = None,
    htmls: dict[str, str] | None = None,
    files: list[compiled.File] | None = None,
    grading: dict | None = None,
    completion: dict | None = None,
    english: bool = False,
    plan: dict[str, str] | None = None,
) -> Course:
    """A course of short lessons, ten minutes each: ``modules`` is module id to lesson ids.

    ``questions`` is lesson id to specs (ids ``<lesson>-1``…); by default each lesson has one.
    ``htmls`` is lesson id to its text, where it matters; ``plan`` lesson id to its week.
    Calling it again with the same slug imports the course anew.
    """
    modules = modules or {"uno": ["acequia", "pozo"], "dos": ["rio"]}
    languages = ["es", "en"] if english else ["es"]
    weights = {module: 100 // len(modules) for module in modules}
    weights[next(iter(modules))] += 100 - sum(weights.values())

    def lesson(lesson_slug: str, position: int) -> compiled.Lesson:
        specs = [SINGLE] if questions is None else questions.get(lesson_slug, [])
        return compiled.Lesson(
            slug=lesson_slug,
            position=position,
            minutes=10,
            words=500,
            feeds=[],
            review_by=None,
            titles={each: f"Lección {lesson_slug} ({each})" for each in languages},
            htmls={
                each: (htmls or {}).get(lesson_slug)
                or f"<h2>Mira</h2><p>Texto de {lesson_slug} ({each})</p>"
                for each in languages
            },
            objectives={each: ["Saber mirar"] for each in languages},
            questions=[
                compiled.Question(f"{lesson_slug}-{n}", n, dict.fromkeys(languages, spec))
                for n, spec in enumerate(specs, 1)
            ],
            when=(plan or {}).get(lesson_slug),
        )

    read = compiled.Course(
        slug=slug,
        language="es",
        texts={
            each: {
                "title": f"El agua ({each})",
                "summary": "Del barrio.",
                "welcome_html": "<p>¡Hola!</p>",
            }
            for each in languages
        },
        settings={
            "grading": {
                "scale": 20,
                "passing": 11,
                "rounding": "half-up",
                "decimals": 0,
                "weights": weights,
            }
            | (grading or {}),
            "completion": {"lessons": "all", "quiz_mark": 60, "city": []} | (completion or {}),
        },
        modules=[
            compiled.Module(
                slug=module,
                position=position,
                weight=weights[module],
                texts={each: {"title": f"Módulo {module}", "goal": "Mirar."} for each in languages},
                lessons=[lesson(each, n) for n, each in enumerate(lessons, 1)],
            )
            for position, (module, lessons) in enumerate(modules.items(), 1)
        ],
        terms={
            "es": [
                compiled.Term(
                    "acequia", "Acequia", "<p>Canal de agua.</p>", "agua", [], "palabra-quechua"
                )
            ]
        },
        files=files or [],
    )
    store_course(read, now())
    session.commit()
    return session.scalars(Course.whole().where(Course.slug == slug)).one()


def cohort(
    course: Course,
    *people: Person,
    name: str = "Grupo de mayo",
    starts_on: date = date(1997, 5, 5),
    ends_on: date = date(1997, 7, 27),
    at: datetime = datetime(1997, 5, 1, tzinfo=UTC),
) -> Cohort:
    """A group of the course with these people in it; it starts on a Monday."""
    made = begin_cohort(course, name=name, starts_on=starts_on, ends_on=ends_on, by=None, at=at)
    add_people(made, [each.id for each in people], by=None, at=at)
    session.commit()
    return made


def form(chance: Random, attempt: Attempt) -> MultiDict[str, str]:
    """Some answer to each choice question of an attempt, as a browser sends it."""
    keys = [[option["key"] for option in a.version.spec["options"]] for a in attempt.answers]
    return MultiDict({f"q{n}": chance.choice(each) for n, each in enumerate(keys, 1)})


def enrolment(person: Person, course: Course) -> Enrolment:
    made = enrol(person, course, at=now())
    session.commit()
    return made
