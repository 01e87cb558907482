"""How far people and cities are, a student's code at a university, and files of grades."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from pegup.accounts.models import Person
from pegup.assessments.marks import best_marks
from pegup.courses.models import Course, Enrolment, Lesson, LessonRead
from pegup.courses.outline import Outline, outline_of
from pegup.db import session
from pegup.directory.models import Organisation
from pegup.gradebook.completion import (
    CityCompletion,
    Document,
    PersonCompletion,
    Product,
    city_completion,
    person_completion,
)
from pegup.gradebook.export import File
from pegup.gradebook.grading import Grade, Scale, Theme, grade
from pegup.gradebook.models import GradeExport, Student
from pegup.profiles.models import Profile, Publication, Template
from pegup.profiles.operations import summaries_of
from pegup.teams.models import Committee, Team
from pegup.web.paging import count_of

TEMPLATES = {Product.PROFILE: "perfil-ambiental", Product.PROMOTION_PLAN: "plan-de-promocion"}
"""The document that each product is."""

BATCH = 500
"""People whose marks are looked up together."""


Item = TypeVar("Item")


class CodeTaken(Exception):
    """Somebody else gave this student code at this university."""


@dataclass(frozen=True)
class Result:
    """A person in a course."""

    grade: Grade
    completion: PersonCompletion


@dataclass(frozen=True)
class Line:
    """One line of a list of grades: a student where there is a code, else just a person."""

    person: Person
    student: Student | None
    has_left: bool
    result: Result


def result_of(course: Course, person: Person) -> Result:
    """Where one person stands."""
    return results_of(course, [person.id])[person.id]


def results_of(course: Course, person_ids: Collection[int]) -> dict[int, Result]:
    """Where these people stand, by id: two queries, however many they are."""
    outline = outline_of(course, course.language)
    themes, scale = themes_of(outline), Scale.of(course.settings)
    quiz_mark = int(course.settings["completion"]["quiz_mark"])
    read = _lessons_read(course, person_ids)
    marks = best_marks(course, person_ids)
    found = {}
    for key in person_ids:
        made = grade(themes, marks.get(key, {}), scale)
        done = person_completion(
            lessons_read=read.get(key, 0),
            lessons=len(outline.lessons),
            themes=made.themes,
            quiz_mark=quiz_mark,
        )
        found[key] = Result(made, done)
    return found


def themes_of(outline: Outline) -> tuple[Theme, ...]:
    """The course's themes as the grade sees them."""
    return tuple(
        Theme(theme.slug, theme.weight, tuple(each.id for each in theme.lessons if each.questions))
        for theme in outline.themes
    )


def attending(course: Course, words: str = "") -> Select[Person]:
    """The people of the course now, by name; ``words`` narrows them down."""
    # Asked person by person, so that a page of a long list is found by the index on names.
    here = select(Enrolment.id).where(
        Enrolment.person_id == Person.id,
        Enrolment.course_id == course.id,
        Enrolment.left_at.is_(None),
    )
    return Person.matching(words).where(here.exists())


def count_attending(course: Course, words: str = "") -> int:
    """How many they are."""
    if words:
        return count_of(attending(course, words))
    here = select(func.count()).where(Enrolment.course_id == course.id, Enrolment.left_at.is_(None))
    return session.scalar(here) or 0


def students(course: Course, university: Organisation) -> Select[Student, bool]:
    """The university's students who attend the course or did, and whether they attend no more."""
    # Asked student by student: a course may have two hundred times as many people.
    ever = select(Enrolment.id).where(
        Enrolment.person_id == Student.person_id, Enrolment.course_id == course.id
    )
    return (
        Student.at(university)
        .where(ever.exists())
        .add_columns(~ever.where(Enrolment.left_at.is_(None)).exists())
        .options(
            joinedload(Student.person, innerjoin=True).lazyload(Person.roles),
            selectinload(Student.university),
        )
    )


def lines_of(course: Course, found: Sequence[tuple[Student, bool]]) -> list[Line]:
    """Rows of ``students`` with their results."""
    results = results_of(course, [student.person_id for student, _left in found])
    return [
        Line(student.person, student, bool(left), results[student.person_id])
        for student, left in found
    ]


def university_lines(course: Course, university: Organisation) -> list[Line]:
    """Every student of the university in the course, by code."""
    rows = session.execute(students(course, university)).all()
    return [line for batch in _batches(rows) for line in lines_of(course, batch)]


def all_lines(course: Course) -> list[Line]:
    """Everybody who attends the course, by name; with a code once for each university."""
    query = (
        attending(course)
        .outerjoin(Student, and_(Student.person_id == Person.id, Student.removed_at.is_(None)))
        .add_columns(Student)
        .options(selectinload(Student.university))
    )
    found = []
    for batch in _batches(session.execute(query).all()):
        results = results_of(course, {person.id for person, _student in batch})
        found += [Line(person, student, False, results[person.id]) for person, student in batch]
    return found


def city_states(course: Course, teams: Sequence[Team]) -> dict[int, CityCompletion]:
    """What each team's city has done for the course, by team id; four queries for any number."""
    ids = [team.id for team in teams]
    documents = _documents(ids)
    committees = select(Committee.team_id, Committee.formed_on).where(Committee.team_id.in_(ids))
    formed = {team_id: formed_on for team_id, formed_on in session.execute(committees)}
    asked = course.settings["completion"].get("city", [])
    return {
        key: city_completion(
            asked,
            profile=documents.get((key, TEMPLATES[Product.PROFILE])),
            plan=documents.get((key, TEMPLATES[Product.PROMOTION_PLAN])),
            committee_formed_on=formed.get(key, ""),
        )
        for key in ids
    }


def declare_student(
    person: Person, university: Organisation, code: str, *, at: datetime
) -> Student:
    """The person studies there under this code; a new code takes the place of the old one.

    Raises ``CodeTaken`` if somebody else gave it first.
    """
    query = Student.of(person).where(Student.university_id == university.id)
    current = session.scalar(query)
    if current is not None and current.code == code:
        return current
    try:
        with session.begin_nested():
            if current is not None:
                remove_student(current, by=person, at=at)
                session.flush()
            row = Student(
                person_id=person.id, university_id=university.id, code=code, declared_at=at
            )
            session.add(row)
    except IntegrityError:
        raise CodeTaken from None
    return row


def remove_student(student: Student, *, by: Person, at: datetime) -> None:
    """The university sees the person no more; files handed out before stay as they are."""
    student.removed_at, student.removed_by_id = at, by.id


def keep_export(
    course: Course, university: Organisation, file: File, *, by: Person | None, at: datetime
) -> GradeExport:
    """Keeps the file that is handed out."""
    row = GradeExport(
        course_id=course.id,
        university_id=university.id,
        rows=file.rows,
        sha256=file.sha256,
        content=file.content,
        made_at=at,
        made_by_id=by.id if by else None,
    )
    session.add(row)
    session.flush()
    return row


def _lessons_read(course: Course, person_ids: Collection[int]) -> dict[int, int]:
    query = (
        select(LessonRead.person_id, func.count())
        .join(Lesson, Lesson.id == LessonRead.lesson_id)
        .where(
            Lesson.course_id == course.id,
            Lesson.withdrawn_at.is_(None),
            LessonRead.person_id.in_(person_ids),
        )
        .group_by(LessonRead.person_id)
    )
    return {person_id: count for person_id, count in session.execute(query)}


def _documents(team_ids: Collection[int]) -> dict[tuple[int, str], Document]:
    """By team and template."""
    query = (
        select(Profile)
        .join(Profile.template)
        .where(Profile.team_id.in_(team_ids), Template.slug.in_(TEMPLATES.values()))
        .options(selectinload(Profile.template))
    )
    profiles = session.scalars(query).all()
    summaries = summaries_of(profiles)
    ids = [profile.id for profile in profiles]
    shown = select(Publication.profile_id).where(
        Publication.profile_id.in_(ids), Publication.withdrawn_at.is_(None)
    )
    published = set(session.scalars(shown))
    return {
        (each.team_id, each.template.slug): Document(summaries[each.id], each.id in published)
        for each in profiles
    }


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
