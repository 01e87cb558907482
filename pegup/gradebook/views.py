"""Grades and completion: my own, a course's people and cities, and a university's students."""

from __future__ import annotations

import uuid

from flask import flash, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from pegup.accounts.models import Kind, Person
from pegup.courses.access import course_for, teaches
from pegup.courses.blocks import course_parts
from pegup.courses.models import Course, Enrolment
from pegup.courses.outline import outline_of, standing_of
from pegup.db import alphabetical, now, session
from pegup.gradebook.access import (
    export_for,
    own_course,
    own_student,
    student_at,
    taught_course,
    universities_of,
    university_for,
)
from pegup.gradebook.forms import StudentForm
from pegup.gradebook.models import GradeExport, Student
from pegup.gradebook.operations import (
    CodeTaken,
    attending,
    city_states,
    count_attending,
    declare_student,
    keep_export,
    lines_of,
    remove_student,
    result_of,
    results_of,
    students,
    university_lines,
)
from pegup.gradebook.words import (
    PRODUCTS,
    grades_file,
    points,
    product_address,
    product_has,
    product_missing,
    result_words,
    share,
)
from pegup.teams.models import Team
from pegup.teams.views import room_parts
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import language, lazy
from pegup.web.navigation import Entry, Reader, register
from pegup.web.pages import Shortcut, shortcuts
from pegup.web.paging import count_of, paging

blueprint = Feature("gradebook", __name__, url_prefix="/grades")
register(Entry(lazy("Notas"), "pegup.gradebook.index", order=20))

SHOWN_EXPORTS = 20
UNIVERSITY = "/<slug>/universities/<university>"


@blueprint.context_processor
def words() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "share": share,
        "points": points,
        "result_words": result_words,
        "products": PRODUCTS,
        "product_has": product_has,
        "product_missing": product_missing,
        "product_address": product_address,
        "outline_of": lambda course: outline_of(course, language()),
    }


@blueprint.get("/")
def index() -> str:
    """My grades, and whose grades I look after."""
    mine = session.scalars(
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.person_id == g.person.id, Enrolment.left_at.is_(None))
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    ).all()
    courses = session.scalars(Course.in_order()).all()
    return render_template(
        "pegup/gradebook/index.html",
        mine=[(course, result_of(course, g.person)) for course in mine],
        taught=[course for course in courses if teaches(g.person, course)],
        universities=universities_of(g.person),
        courses=courses,
        codes=session.scalars(Student.of(g.person)).all(),
    )


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    """My grade and how it came about, and what is missing to complete the course."""
    course = own_course(slug)
    teams = session.scalars(Team.of(g.person)).all()
    cities = city_states(course, teams)
    return render_template(
        "pegup/gradebook/show.html",
        course=course,
        standing=standing_of(g.person, course, language()),
        result=result_of(course, g.person),
        cities=[(team, cities[team.id]) for team in teams],
        codes=session.scalars(Student.of(g.person)).all(),
    )


@blueprint.route("/student-codes", methods=["GET", "POST"])
def student_codes() -> Response | tuple[str, int]:
    """Tell a university that a grade belongs to its student."""
    form = StudentForm(request.form)
    if submitted(form):
        try:
            declare_student(g.person, form.chosen, typed(form.code), at=now())
        except CodeTaken:
            form.code.errors = [
                _(
                    "Otra persona ya dio este código. Revísalo. Si es el tuyo, habla con la oficina de registro de tu universidad."
                )
            ]
        else:
            flash(_("Guardado. Tu universidad ya puede ver tu nota."))
            return redirect(url_for(".student_codes"))
    page = render_template(
        "pegup/gradebook/student_codes.html",
        form=form,
        codes=session.scalars(Student.of(g.person)).all(),
    )
    return page, status_of(form)


@blueprint.post("/student-codes/<uuid:key>/removal")
def take_back_code(key: uuid.UUID) -> Response:
    """My university sees my grade no more."""
    remove_student(own_student(key), by=g.person, at=now())
    flash(_("Tu universidad ya no ve tu nota."))
    return redirect(url_for(".student_codes"))


@blueprint.get("/<slug>/people")
def people(slug: str) -> str:
    """The gradebook: everybody of the course, a page at a time."""
    course = taught_course(slug)
    words = request.args.get("q", "")[:100]
    page = paging(count_attending(course, words), keep=["q"])
    found = page.from_nearer_end(attending(course, words), (Person.folded, Person.id))
    results = results_of(course, [person.id for person in found])
    return render_template(
        "pegup/gradebook/people.html",
        course=course,
        outline=outline_of(course, language()),
        rows=[(person, results[person.id]) for person in found],
        words=words,
        paging=page,
    )


@blueprint.get("/<slug>/cities")
def cities(slug: str) -> str:
    """What the city of every team has done for the course."""
    course = taught_course(slug)
    page = paging(session.scalar(select(func.count()).select_from(Team)) or 0)
    teams = session.scalars(page.cut(Team.whole().order_by(alphabetical(Team.name), Team.id))).all()
    states = city_states(course, teams)
    return render_template(
        "pegup/gradebook/cities.html",
        course=course,
        rows=[(team, states[team.id]) for team in teams],
        asked=course.settings["completion"].get("city", []),
        may_open_teams=g.person.has_role(Kind.COORDINATOR),
        paging=page,
    )


@blueprint.get(UNIVERSITY)
def university(slug: str, university: str) -> str:
    """For a registrar: the university's own students and the files handed out before."""
    found = university_for(university)
    course = course_for(slug)
    query = students(course, found)
    page = paging(count_of(query))
    rows = [(student, left) for student, left in session.execute(page.cut(query))]
    return render_template(
        "pegup/gradebook/university.html",
        course=course,
        university=found,
        lines=lines_of(course, rows),
        exports=session.scalars(GradeExport.of(course, found).limit(SHOWN_EXPORTS)).all(),
        paging=page,
    )


@blueprint.post(f"{UNIVERSITY}/exports")
def export(slug: str, university: str) -> Response:
    """Makes the file of grades and keeps it as it is handed out."""
    found = university_for(university)
    course = course_for(slug)
    file = grades_file(course, university_lines(course, found))
    row = keep_export(course, found, file, by=g.person, at=now())
    return redirect(url_for(".exported", key=row.uuid))


@blueprint.post(f"{UNIVERSITY}/students/<uuid:key>/removal")
def remove(slug: str, university: str, key: uuid.UUID) -> Response:
    """The registrar says: this is no student of ours."""
    found = university_for(university)
    student = student_at(found, key)
    remove_student(student, by=g.person, at=now())
    flash(_("%(name)s ya no está en tu lista.", name=student.person.name))
    return redirect(url_for(".university", slug=slug, university=university))


@blueprint.get("/exports/<uuid:key>")
def exported(key: uuid.UUID) -> str:
    """A file that was handed out: how many students, its SHA-256, the download."""
    return render_template("pegup/gradebook/exported.html", export=export_for(key))


@blueprint.get("/exports/<uuid:key>/file")
def download(key: uuid.UUID) -> Response:
    """The file, byte by byte as it was made."""
    found = export_for(key)
    response = make_response(found.content)
    response.mimetype = "text/csv"
    name = f"{found.course.slug}-{found.university.slug}-{found.made_at:%Y%m%d-%H%M}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-SHA256"] = found.sha256
    return response


def course_part(person: Person, course: Course) -> Markup:
    """In the outline: what is missing to complete the course, for who attends it."""
    if session.scalar(Enrolment.here(person, course)) is None:
        return Markup()
    page = render_template(
        "pegup/gradebook/_course.html", course=course, result=result_of(course, person), **words()
    )
    return Markup(page)  # noqa: S704  our own template


def room_part(team: Team) -> Markup:
    """In the team room: what the city has done of what each course asks of it."""
    courses = [
        course
        for course in session.scalars(Course.in_order())
        if course.settings["completion"].get("city")
    ]
    rows = [(course, city_states(course, [team])[team.id]) for course in courses]
    page = render_template("pegup/gradebook/_room.html", team=team, rows=rows, **words())
    return Markup(page)  # noqa: S704  our own template


course_parts.append(course_part)
room_parts.append(room_part)


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """My own grades, those of the courses I teach, those of my university's students."""
    courses = session.scalars(Course.in_order()).all()
    attends = select(Enrolment.course_id).filter_by(person_id=person.id, left_at=None)
    attended = set(session.scalars(attends))
    universities = universities_of(person)
    found = []
    for course in courses:
        slug, title = course.slug, outline_of(course, language()).title
        if course.id in attended:
            found.append(Shortcut(_("Mi nota"), url_for(_OWN, slug=slug), 10, title))
        if teaches(person, course):
            everybody, cities = url_for(_PEOPLE, slug=slug), url_for(_CITIES, slug=slug)
            found.append(Shortcut(_("Notas de todas las personas"), everybody, 40, title))
            found.append(Shortcut(_("Avance de las ciudades"), cities, 41, title))
        for each in universities:
            own = url_for(_UNIVERSITY, slug=slug, university=each.slug)
            found.append(Shortcut(_("Estudiantes de mi universidad"), own, 42, each.name))
    return found


_OWN, _PEOPLE, _CITIES, _UNIVERSITY = (
    f"pegup.gradebook.{page}" for page in ("show", "people", "cities", "university")
)
shortcuts.append(own_shortcuts)
