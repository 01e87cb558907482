"""The page that says who needs a word: what it counts, what it costs, what it shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import update

from pegup.assessments.models import Attempt
from pegup.assessments.operations import start_attempt, submit
from pegup.cohorts.operations import facts_of
from pegup.courses.models import Lesson
from pegup.courses.operations import leave, mark_read
from pegup.courses.outline import outline_of
from pegup.db import now, session
from pegup.gradebook.operations import result_of
from pegup.teams.operations import Place, seat_person
from tests import make

GROUP = "/cohorts/agua/grupo-de-mayo"
MAY = datetime(1997, 5, 5, 15, tzinfo=UTC)


def may(day: int) -> datetime:
    return MAY + timedelta(days=day - 5)


@pytest.fixture
def did(course):
    """``did(ben, read=2, on=6, marks={"pozo": ["0.4", "0.2"]})``"""
    lessons = {each.slug: each for each in course.lessons()}

    def study(person, *, read: int = 0, on: int = 6, marks=()) -> None:
        for lesson in course.lessons()[:read]:
            mark_read(person, lesson, at=may(on))
        for slug, given in dict(marks).items():
            for mark in given:
                attempt = start_attempt(lessons[slug], person, "es", at=may(on))
                submit(attempt, at=may(on))
                attempt.mark = Decimal(mark)
                session.flush()
        session.commit()

    return study


def rows(page, who, query: str = "") -> dict[str, list[str]]:
    shown = page(GROUP + query, as_=who)
    return {
        row.th.label.span.contents[0].strip(): [
            cell.get_text(" ", strip=True) for cell in row.select("td")
        ]
        for row in shown.all("tbody tr")
    }


def test_each_person_has_a_reason_in_words(page, trainer, ben, cleo, root, did, course, at_day):
    well = make.person("Wayra Quispe")
    make.cohort(course, ben, cleo, root, well)
    did(ben, read=1, on=6)
    did(cleo, read=1, on=13, marks={"pozo": ["0.2", "0.4", "0.1"]})
    did(well, read=1, on=13)
    at_day(1997, 5, 14)
    found = rows(page, trainer)
    assert found == {
        "Root Admin": [
            "Todavía no empieza: pasaron 9 días.",
            "ninguna",
            "en la lección 1.1",
            "0/3",
        ],
        "Ben Learner": [
            "8 días sin avanzar, en la lección 1.2.",
            "hace 8 días",
            "en la lección 1.2",
            "1/3",
        ],
        "Cleo Stranger": [
            "Lección 1.2: 3 intentos, el mejor 40\u202f%.",
            "ayer",
            "en la lección 1.2",
            "1/3",
        ],
    }
    assert list(found)[0] == "Root Admin"
    shown = page(GROUP, as_=trainer)
    assert "De 4 personas, 3 necesitan una palabra." in shown.text
    assert "1.2 Lección pozo (es) (2)" in " ".join(shown.text.split())
    assert rows(page, trainer, "?reason=all")["Wayra Quispe"][0] == "Avanza bien"


def test_what_is_long_ago_is_told_by_its_day(page, trainer, ben, did, course, at_day):
    make.cohort(course, ben)
    did(ben, read=1, on=6)
    at_day(1999, 1, 1)
    assert rows(page, trainer)["Ben Learner"][:2] == [
        "82 días sin avanzar, en la lección 1.2. Tiene 2 lecciones de semanas pasadas por leer.",
        "6 de mayo de 1997",
    ]


def test_one_reason_one_team_another_order(page, trainer, ben, cleo, root, did, course, at_day):
    make.cohort(course, ben, cleo, root)
    team = make.team(ben)
    did(ben, read=1, on=6)
    did(cleo, read=2, on=6, marks={"rio": ["0.5", "0.5", "0.5"]})
    at_day(1997, 5, 30)
    assert list(rows(page, trainer, "?reason=low")) == ["Cleo Stranger"]
    assert list(rows(page, trainer, "?reason=quiet&order=name")) == ["Ben Learner", "Cleo Stranger"]
    assert list(rows(page, trainer, f"?reason=all&team={team.slug}")) == ["Ben Learner"]
    assert list(rows(page, trainer, "?order=behind"))[0] == "Root Admin"
    for strange in ("?reason=x", "?order=x", "?team=x", "?page=99", "?reason=any&page=x"):
        assert len(rows(page, trainer, strange)) == 3
    assert rows(page, trainer, f"?reason=low&team={team.slug}") == {}


def test_nobody_is_stuck_before_the_start_or_after_completing(
    page, trainer, ben, cleo, did, course, at_day
):
    make.cohort(course, ben, cleo)
    did(ben, read=3, marks={"acequia": ["1"], "pozo": ["0.6"], "rio": ["0.6"]})
    at_day(1997, 5, 4)
    assert rows(page, trainer) == {}
    assert "Todo el grupo avanza" in page(GROUP, as_=trainer).text
    at_day(1997, 7, 1)
    assert list(rows(page, trainer)) == ["Cleo Stranger"]
    assert rows(page, trainer, "?reason=all")["Ben Learner"][0] == "Curso completo"


def test_who_left_the_course_or_the_group_is_not_counted(
    page, trainer, ben, cleo, did, course, at_day
):
    make.cohort(course, ben, cleo)
    leave(ben, course, at=now())
    session.commit()
    at_day(1997, 5, 30)
    assert list(rows(page, trainer)) == ["Cleo Stranger"]
    page(f"{GROUP}/people/removal", as_=trainer, data={"person": str(cleo.uuid)}, status=302)
    assert "Todavía no hay nadie" in page(GROUP, as_=trainer).text


def test_other_courses_and_withdrawn_lessons_do_not_count(trainer, ben, course):
    cohort = make.cohort(course, ben)
    other = make.course("otro", modules={"x": ["una"]})
    mark_read(ben, other.lessons()[0], at=now())
    first = course.lessons()[0]
    mark_read(ben, first, at=now())
    make.course(modules={"uno": ["pozo"], "dos": ["rio"]})
    session.refresh(course)
    (facts,) = facts_of(cohort, outline_of(course, "es"))
    assert (facts.read, facts.last_sign_on) == (frozenset(), None)


@pytest.mark.slow
def test_completion_is_that_of_the_gradebook(ben, course, world):
    """At and around the mark, with stored marks that are rounded thirds and sevenths."""
    chance = Random(1997)
    modules = {"uno": ["a", "b", "c"], "dos": ["d"], "tres": ["e", "f"]}
    for quiz_mark in (0, 60, 67, 100):
        slug = f"curso-{quiz_mark}"
        made = make.course(
            slug,
            modules=modules,
            questions={each: [make.SINGLE] for each in "abcde"},
            completion={"quiz_mark": quiz_mark},
        )
        people = [make.person(f"Nombre{quiz_mark}-{n} X") for n in range(16)]
        cohort = make.cohort(made, *people)
        for person in people:
            for lesson in made.lessons():
                if person is people[0] or chance.random() < 0.97:
                    mark_read(person, lesson, at=now())
                if lesson.slug != "f" and (person is people[0] or chance.random() < 0.97):
                    attempt = start_attempt(lesson, person, "es", at=now())
                    submit(attempt, at=now())
                    parts = chance.choice([3, 5, 7])
                    least = max(0, parts * quiz_mark // 100 - 1)
                    right = parts if person is people[0] else chance.randint(least, parts)
                    share = Decimal(right) / parts
                    attempt.mark = share.quantize(Decimal("0.000001"))
                    session.flush()
        outline = outline_of(made, "es")
        done = {
            each.person: each.has_marks and len(each.read) == len(outline.lessons)
            for each in facts_of(cohort, outline)
        }
        expected = {each.id: result_of(made, each).completion.is_done for each in people}
        assert done == expected
        assert True in done.values()
        assert False in done.values()


@pytest.mark.slow
def test_the_page_costs_the_same_however_many_there_are(
    page, queries, trainer, ben, did, course, at_day
):
    at_day(1997, 6, 20)
    did(ben, read=3, marks={"acequia": ["0.1"] * 3})
    make.cohort(course, ben)
    few = queries(GROUP, trainer)
    team = make.team(ben)
    for number in range(60):
        person = make.person(f"P{number} Mamani")
        seat_person(team, person, Place("ngo"), at=now())
        did(person, read=number % 4, marks={"pozo": ["0.2"] * (number % 5)})
        make.enrolment(person, course)
    page(f"{GROUP}/people", as_=trainer, data={"team": team.slug}, status=302)
    everybody = queries(f"{GROUP}?reason=all", trainer)
    assert everybody == queries(GROUP, trainer) == few <= 17
    assert len(rows(page, trainer, "?reason=all")) == 50
    assert len(rows(page, trainer, "?reason=all&page=2")) == 11


def test_days_are_those_of_lima(ben, course):
    """Read at 11 at night in Lima: it is already the next day in London."""
    cohort = make.cohort(course, ben)
    mark_read(ben, course.lessons()[0], at=datetime(1997, 5, 7, 4, tzinfo=UTC))
    session.commit()
    (facts,) = facts_of(cohort, outline_of(course, "es"))
    assert facts.last_sign_on == date(1997, 5, 6)


def test_an_attempt_that_is_open_is_a_sign_but_no_progress(ben, course):
    cohort = make.cohort(course, ben)
    lesson = session.scalars(Lesson.of(course)).first()
    start_attempt(lesson, ben, "es", at=may(9))
    session.commit()
    (facts,) = facts_of(cohort, outline_of(course, "es"))
    assert (facts.last_sign_on, facts.last_progress_on) == (date(1997, 5, 9), None)
    session.execute(update(Attempt).values(submitted_at=may(10)))
    (facts,) = facts_of(cohort, outline_of(course, "es"))
    assert facts.last_progress_on == date(1997, 5, 10)
