"""Groups of a course: which there are, who is in them, what the plan says today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from pegup.accounts.models import Kind, Person, Role
from pegup.cohorts import operations
from pegup.cohorts import standing as limits
from pegup.cohorts.access import Can, cohort_for, course_with_cohorts, may, today
from pegup.cohorts.calendar import Dates, plan_of
from pegup.cohorts.correspondence import MOST_PEOPLE
from pegup.cohorts.forms import CohortForm, CopyForm
from pegup.cohorts.models import Cohort, CohortMember, CohortTrainer
from pegup.cohorts.standing import (
    Group,
    Order,
    Reason,
    Standing,
    counts,
    holding_up,
    in_order,
    with_reason,
)
from pegup.cohorts.words import (
    ORDERS,
    REASONS,
    days_ago,
    period_words,
    place_words,
    planned_words,
    short_day,
    why,
)
from pegup.courses.access import teaches
from pegup.courses.blocks import course_parts, lesson_states
from pegup.courses.models import Course, Enrolment
from pegup.courses.outline import Entry, Outline, outline_of, standing_of
from pegup.db import alphabetical, now, one_or_404, session
from pegup.teams.models import Team
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import language, ngettext
from pegup.web.navigation import Reader
from pegup.web.pages import Shortcut, shortcuts
from pegup.web.paging import count_of, paging

blueprint = Feature("cohorts", __name__)

ONE = "/<slug>/<cohort>"
ANY, EVERYBODY = "any", "all"
"""Filters of the list beside the reasons themselves."""
MOST_TEAMS = 200
"""That can be chosen from a list."""
MOST_HOLDING = 3
FOUND = 20
"""People that a search offers at once."""


@blueprint.context_processor
def words() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "outline_of": lambda course: outline_of(course, language()),
        "planned_words": planned_words,
        "period_words": period_words,
        "short_day": short_day,
        "dates_of": dates_of,
        "reasons": REASONS,
        "orders": ORDERS,
        "days_ago": days_ago,
        "place_words": place_words,
        "why": why,
        "limits": limits,
        "today": today,
    }


@blueprint.get("/")
def index() -> str:
    """The groups that I look after, and those in which I am."""
    courses = [each for each in session.scalars(Course.in_order()) if teaches(g.person, each)]
    groups = session.scalars(Cohort.of(*courses)).all()
    own = session.scalars(Cohort.trained_by(g.person).options(selectinload(Cohort.course))).all()
    given = [each for each in own if each.course_id not in {course.id for course in courses}]
    return render_template(
        "pegup/cohorts/index.html",
        taught=[(course, [each for each in groups if each.course == course]) for course in courses],
        given=given,
        mine=session.scalars(Cohort.in_which(g.person).options(selectinload(Cohort.course))).all(),
        counts=operations.member_counts([*groups, *given]),
    )


@blueprint.route("/<slug>/new", methods=["GET", "POST"])
def new(slug: str) -> Response | tuple[str, int]:
    """Begin a group."""
    course = course_with_cohorts(slug)
    form = CohortForm(request.form)
    if submitted(form):
        made = operations.begin_cohort(
            course,
            name=typed(form.name),
            starts_on=form.start,
            ends_on=form.end,
            by=g.person,
            at=now(),
        )
        flash(_("El grupo ya existe. Ahora di quiénes lo forman."))
        return redirect(_address(".people", made))
    page = render_template("pegup/cohorts/edit.html", form=form, course=course, cohort=None)
    return page, status_of(form)


@blueprint.get(ONE)
def show(slug: str, cohort: str) -> str:
    """The group on one page: who needs a word and why, and which lessons hold people up."""
    found = cohort_for(slug, cohort, Can.LOOK)
    outline = outline_of(found.course, language())
    teams = session.scalars(operations.teams_in(found).limit(MOST_TEAMS)).all()
    team = next((each for each in teams if each.slug == request.args.get("team")), None)
    everybody = _standings(found, outline, team)
    wanted, order = request.args.get("reason", ANY), _order()
    listed = in_order(_wanted(everybody, wanted), order)
    page = paging(len(listed), keep=["reason", "team", "order"])
    rows = listed[page.start : page.start + page.size]
    people = operations.people_by_id(each.facts.person for each in rows)
    return render_template(
        "pegup/cohorts/show.html",
        cohort=found,
        outline=outline,
        trainers=_trainers(found),
        rows=[(people[each.facts.person], each) for each in rows],
        sits=operations.teams_of(people),
        total=len(everybody),
        stuck=len(with_reason(everybody, set(Reason))),
        counts=counts(everybody),
        holding=_holding(everybody, outline),
        teams=teams,
        team=team,
        wanted=wanted,
        order=order,
        paging=page,
        reached=operations.uuids_of(each.facts.person for each in listed)
        if 0 < len(listed) <= MOST_PEOPLE
        else [],
        may_manage=may(g.person, Can.MANAGE, found),
    )


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
def edit(slug: str, cohort: str) -> Response | tuple[str, int]:
    """Another name, other dates."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    form = CohortForm(request.form, obj=found)
    if submitted(form):
        found.name, found.starts_on, found.ends_on = typed(form.name), form.start, form.end
        flash(_("Los datos del grupo quedaron guardados."))
        return redirect(_address(".show", found))
    page = render_template("pegup/cohorts/edit.html", form=form, course=found.course, cohort=found)
    return page, status_of(form)


@blueprint.route(f"{ONE}/copies/new", methods=["GET", "POST"])
def copy(slug: str, cohort: str) -> Response | tuple[str, int]:
    """The same again from another day."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    form = CopyForm(request.form)
    if submitted(form):
        made = operations.copy_cohort(
            found, name=typed(form.name), starts_on=form.start, by=g.person, at=now()
        )
        flash(_("El grupo ya existe. Ahora di quiénes lo forman."))
        return redirect(_address(".people", made))
    page = render_template("pegup/cohorts/copy.html", form=form, cohort=found)
    return page, status_of(form)


@blueprint.post(f"{ONE}/closure")
def close(slug: str, cohort: str) -> Response:
    """From now on it gives nobody dates."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    operations.close(found, by=g.person, at=now())
    flash(_("El grupo quedó cerrado. Lo que hizo cada persona sigue guardado."))
    return redirect(_address(".show", found))


@blueprint.post(f"{ONE}/closure/removal")
def reopen(slug: str, cohort: str) -> Response:
    """Takes that back."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    operations.reopen(found)
    flash(_("El grupo está abierto otra vez."))
    return redirect(_address(".show", found))


@blueprint.get(f"{ONE}/people")
def people(slug: str, cohort: str) -> str:
    """Who is in the group and who looks after it, and how somebody comes in."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    wanted = request.args.get("q", "")[:100].strip()
    query = CohortMember.people_of(found)
    page = paging(count_of(query), keep=["q"])
    offered = session.scalars(_findable(found.course, wanted).limit(FOUND)).all() if wanted else []
    inside = query.where(Person.id.in_([each.id for each in offered]))
    return render_template(
        "pegup/cohorts/people.html",
        cohort=found,
        people=session.scalars(page.cut(query)).all(),
        paging=page,
        trainers=_trainers(found),
        wanted=wanted,
        offered=offered,
        inside=set(session.scalars(inside)),
        teams=session.scalars(select(Team).order_by(alphabetical(Team.name), Team.id)).all(),
        without=count_of(operations.people_without_cohort(found.course)),
    )


@blueprint.post(f"{ONE}/people")
def add(slug: str, cohort: str) -> Response:
    """Brings in a person, a team, or everybody of the course who is in no group."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    if "team" in request.form:
        team = one_or_404(select(Team).filter_by(slug=request.form["team"]))
        wanted = session.scalars(operations.people_of_team(team)).all()
    elif "everybody" in request.form:
        wanted = session.scalars(operations.people_without_cohort(found.course)).all()
    else:
        wanted = [_person(found).id]
    added = operations.add_people(found, wanted, by=g.person, at=now())
    if added:
        flash(ngettext("Entró una persona al grupo.", "Entraron %(num)d personas al grupo.", added))
    else:
        flash(_("Ya estaban en el grupo."))
    return redirect(_address(".people", found))


@blueprint.post(f"{ONE}/people/removal")
def remove(slug: str, cohort: str) -> Response:
    """Takes a person out of the group; they stay in the course."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    person = one_or_404(Person.by_uuid(_uuid()))
    operations.remove_person(found, person, at=now())
    flash(_("%(name)s ya no está en el grupo. Sigue en el curso.", name=person.name))
    return redirect(_address(".people", found))


@blueprint.post(f"{ONE}/trainers")
def add_trainer(slug: str, cohort: str) -> Response:
    """Lets a person look after the group."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    person = _person(found)
    operations.add_trainer(found, person, by=g.person, at=now())
    flash(_("%(name)s acompaña ahora a este grupo.", name=person.name))
    return redirect(_address(".people", found))


@blueprint.post(f"{ONE}/trainers/removal")
def remove_trainer(slug: str, cohort: str) -> Response:
    """Takes that back."""
    found = cohort_for(slug, cohort, Can.MANAGE)
    person = one_or_404(Person.by_uuid(_uuid()))
    operations.remove_trainer(found, person, at=now())
    flash(_("%(name)s ya no acompaña a este grupo.", name=person.name))
    return redirect(_address(".people", found))


def dates_of(cohort: Cohort) -> Dates:
    """When the group takes place."""
    return Dates(cohort.starts_on, cohort.ends_on)


def own_cohort(person: Person, course: Course) -> Cohort | None:
    """The group whose dates count for the person: the one that starts last. Asked once a request."""
    known: dict[tuple[int, int], Cohort | None]
    known = request.environ.setdefault("pegup.own_cohorts", {})
    key = (person.id, course.id)
    if key not in known:
        query = Cohort.in_which(person).where(Cohort.course_id == course.id)
        known[key] = session.scalar(query.limit(1))
    return known[key]


def course_part(person: Person, course: Course) -> Markup:
    """In the outline: which week it is, what is for it, what is left from before."""
    cohort = own_cohort(person, course)
    if cohort is None:
        return Markup()
    standing = standing_of(person, course, language())
    dates = dates_of(cohort)
    page = render_template(
        "pegup/cohorts/_course.html",
        cohort=cohort,
        outline=standing.outline,
        dates=dates,
        day=today(),
        read=standing.read,
        plan=plan_of(standing.outline.lessons, standing.read, dates, today()),
        **words(),
    )
    return Markup(page)  # noqa: S704  our own template


def planned_states(person: Person, course: Course) -> Mapping[int, Markup]:
    """Beside each lesson of the outline: when it is planned for in the person's group."""
    cohort = own_cohort(person, course)
    if cohort is None:
        return {}
    lessons = outline_of(course, language()).lessons
    plan = plan_of(lessons, (), dates_of(cohort), today())
    this_week = {each.id for each in plan.this_week}
    found = {}
    for lesson in lessons:
        if lesson.when is not None and lesson.id in plan.periods:
            words = planned_words(lesson.when, plan.periods[lesson.id])
            shape = Markup('<span class="meta">· {}</span>').format(words)
            if lesson.id in this_week:
                shape += Markup(' <span class="badge">{}</span>').format(_("esta semana"))
            found[lesson.id] = shape
    return found


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """Whoever looks after groups finds them."""
    if person.has_role(Kind.COORDINATOR) or person.scopes(Kind.TRAINER):
        return [Shortcut(_("Grupos del curso"), url_for("pegup.cohorts.index"), order=38)]
    if session.scalar(Cohort.trained_by(person).limit(1)) is not None:
        return [Shortcut(_("Grupos que acompaño"), url_for("pegup.cohorts.index"), order=38)]
    return []


def _standings(cohort: Cohort, outline: Outline, team: Team | None) -> list[Standing]:
    """Where everybody of the group stands today, by name."""
    group = Group(outline.lessons, dates_of(cohort), today())
    return [group.standing(facts) for facts in operations.facts_of(cohort, outline, team)]


def _wanted(people: list[Standing], wanted: str) -> list[Standing]:
    """Those whom the filter asks for: of one reason, of any, or everybody."""
    if wanted == EVERYBODY:
        return people
    return with_reason(people, {Reason(wanted)} if wanted in set(Reason) else set(Reason))


def _order() -> Order:
    asked = request.args.get("order", "")
    return Order(asked) if asked in set(Order) else Order.HELP


def _holding(people: list[Standing], outline: Outline) -> list[tuple[Entry, int]]:
    entries = {entry.id: entry for entry in outline.lessons}
    return [(entries[key], number) for key, number in holding_up(people, MOST_HOLDING)]


def _trainers(cohort: Cohort) -> Sequence[CohortTrainer]:
    query = CohortTrainer.of(cohort).options(selectinload(CohortTrainer.person))
    return session.scalars(query).all()


def _findable(course: Course, wanted: str) -> Select[Person]:
    """Coordinators find everybody; a trainer the people of the course and those with a role in it."""
    query = Person.matching(wanted)
    if g.person.has_role(Kind.COORDINATOR):
        return query
    attends = select(Enrolment.id).where(
        Enrolment.person_id == Person.id,
        Enrolment.course_id == course.id,
        Enrolment.left_at.is_(None),
    )
    trains = select(Role.id).where(
        Role.person_id == Person.id, Role.kind == Kind.TRAINER, Role.scope == course.slug
    )
    return query.where(or_(attends.exists(), trains.exists()))


def _person(cohort: Cohort) -> Person:
    """Whom the form names, of those that the one who sends it can find."""
    return one_or_404(_findable(cohort.course, "").where(Person.uuid == _uuid()))


def _uuid() -> UUID:
    try:
        return UUID(request.form.get("person", ""))
    except ValueError:
        raise BadRequest from None


def _address(endpoint: str, cohort: Cohort) -> str:
    return url_for(endpoint, slug=cohort.course.slug, cohort=cohort.slug)


course_parts.insert(0, course_part)
lesson_states.append(planned_states)
shortcuts.append(own_shortcuts)
