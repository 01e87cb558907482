"""Who sees which grades.

=====================  =======  =================  ============  ===================
..                     oneself  course's trainers  coordinators  university's registrar
=====================  =======  =================  ============  ===================
own grade              yes      –                  –             –
people of the course   no       yes                yes           no
cities of the course   no       yes                yes           no
a university's own     no       no                 no            yes
=====================  =======  =================  ============  ===================

Administrators hold every role.
"""

from __future__ import annotations

import uuid

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import Forbidden, NotFound

from pegup.accounts.models import Kind, Person
from pegup.courses.access import course_for, teaches
from pegup.courses.models import Course, Enrolment
from pegup.db import alphabetical, one_or_404, session
from pegup.directory.models import Organisation, Sector
from pegup.gradebook.models import GradeExport, Student


def own_course(slug: str) -> Course:
    """A course that the person attends or attended; 404 for any other."""
    course = course_for(slug)
    ever = select(Enrolment.id).filter_by(person_id=g.person.id, course_id=course.id)
    if session.scalar(ever.limit(1)) is None:
        raise NotFound
    return course


def taught_course(slug: str) -> Course:
    """A course of which the person may see everybody's grades."""
    course = course_for(slug)
    if not teaches(g.person, course):
        raise Forbidden
    return course


def university_for(slug: str) -> Organisation:
    """The university, for its registrars; 404 for everybody else."""
    if not g.person.has_role(Kind.REGISTRAR, slug):
        raise NotFound
    return one_or_404(select(Organisation).filter_by(slug=slug, sector=Sector.UNIVERSITY))


def universities_of(person: Person) -> list[Organisation]:
    """The universities whose registrar the person is; for administrators those with students."""
    with_students = select(Student.university_id).where(Student.removed_at.is_(None))
    query = select(Organisation).where(Organisation.sector == Sector.UNIVERSITY)
    if person.has_role(Kind.ADMINISTRATOR):
        query = query.where(Organisation.id.in_(with_students))
    else:
        query = query.where(Organisation.slug.in_(person.scopes(Kind.REGISTRAR)))
    return list(session.scalars(query.order_by(alphabetical(Organisation.name))))


def student_at(university: Organisation, key: uuid.UUID) -> Student:
    """A student of this university."""
    return one_or_404(Student.at(university).where(Student.uuid == key))


def own_student(key: uuid.UUID) -> Student:
    """A code of one's own."""
    return one_or_404(Student.of(g.person).where(Student.uuid == key))


def export_for(key: uuid.UUID) -> GradeExport:
    """A file that was handed out, for registrars of its university."""
    query = select(GradeExport).where(GradeExport.uuid == key)
    loaded = query.options(
        selectinload(GradeExport.course),
        selectinload(GradeExport.university),
        selectinload(GradeExport.made_by),
    )
    found = one_or_404(loaded)
    university_for(found.university.slug)
    return found
