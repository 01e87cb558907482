"""A theme as a PDF; sheets handed out, typed in twice, settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import (
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from pegup.accounts.codes import grouped
from pegup.accounts.models import Kind, Person
from pegup.cohorts.models import Cohort, CohortMember
from pegup.courses.access import NotEnrolled, course_for
from pegup.courses.blocks import theme_parts
from pegup.courses.models import Course
from pegup.courses.outline import Outline, Theme, outline_of
from pegup.db import alphabetical, now, one_or_404, session
from pegup.paper import operations
from pegup.paper.access import (
    batch_for,
    course_with_sheets,
    facilitated,
    has_sheets,
    may_print,
    partners,
    people_for,
    sheet_for,
    sheets_for,
)
from pegup.paper.content import digest_of, sheets_content
from pegup.paper.disputes import differences, settled, shown
from pegup.paper.forms import (
    EntryForm,
    NumberForm,
    SheetsForm,
    entry_form,
    settlement_form,
)
from pegup.paper.models import Edition, Sheet, State
from pegup.paper.numbers import read_number
from pegup.paper.printing import Unprintable, sheets_pdf, theme_pdf
from pegup.paper.ticks import Answers
from pegup.paper.words import (
    STATES,
    done_words,
    second_words,
    settled_words,
    sheet_words,
    words,
)
from pegup.teams.models import Seat, Team
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import page_key, sending_key, status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import language
from pegup.web.navigation import Reader
from pegup.web.pages import Shortcut, shortcuts
from pegup.web.paging import count_of, paging

TEXT_WEIGHT = 34, 10
"""A PDF over the line has 3.4 times the bytes of its lessons' pages, its pictures apart."""
OFFERED = 100
"""People that a form shows at once."""

blueprint = Feature("paper", __name__)


@blueprint.context_processor
def names() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "grouped": grouped,
        "states": STATES,
        "outline_of": lambda course: outline_of(course, language()),
        "title_of": title_of,
    }


@blueprint.get("/<slug>/<theme>/theme.pdf")
def theme(slug: str, theme: str) -> Response:
    """The theme with its questions and words, to be printed."""
    course = course_for(slug)
    if not may_print(g.person, course):
        raise NotEnrolled(course)
    outline = outline_of(course, language())
    found = outline.theme(theme) or abort(404)
    content = operations.content_of(course, outline, found, words())
    return pdf(f"{slug}-{theme}", digest_of(content), lambda: theme_pdf(content))


@blueprint.get("/")
def index() -> str | Response | tuple[str, int]:
    """Where a sheet's number is typed, and how far the sheets are that I handed out."""
    courses = facilitated(g.person)
    if not courses:
        raise Forbidden
    form = NumberForm(request.args)
    if typed(form.number):
        number = read_number(typed(form.number))
        if number is not None and session.scalar(select(Sheet.id).filter_by(number=number)):
            return redirect(url_for(".show", number=number))
        form.number.errors = [
            _("No hay una hoja con este número. Revísalo letra por letra en el papel.")
        ]
    query = sheets_for(g.person, courses)
    page = paging(count_of(query))
    shown = render_template(
        "pegup/paper/index.html",
        form=form,
        sheets=session.scalars(page.cut(query)).unique().all(),
        paging=page,
        outlines=[outline_of(course, language()) for course in courses],
    )
    return shown, status_of(form)


@blueprint.route("/<slug>/<theme>/sheets", methods=["GET", "POST"])
def sheets(slug: str, theme: str) -> Response | tuple[str, int]:
    """Choose for whom sheets are printed."""
    course = course_with_sheets(slug)
    outline = outline_of(course, language())
    found = outline.theme(theme) or abort(404)
    form = SheetsForm(request.form)
    people = session.scalars(
        people_for(g.person, course).where(Person.uuid.in_(_uuids(request.form.getlist("to"))))
    ).all()
    if "show" in request.form:
        return _sheets_page(course, outline, found, form, people)
    if submitted(form) and (people or form.blanks.data):
        edition = operations.edition_of(
            course, outline, found, words(), language=language(), at=now()
        )
        blanks = form.blanks.data or 0
        key = sending_key(page_key(form.key), [each.id for each in people], blanks)
        batch = operations.hand_out(edition, people, blanks, key=key, by=g.person, at=now())
        return redirect(url_for(".batch", key=batch.uuid))
    if request.method == "POST" and not form.errors:
        form.blanks.errors = [_("Marca a alguien, o pide hojas sin nombre.")]
    return _sheets_page(course, outline, found, form, people)


@blueprint.get("/batches/<uuid:key>")
def batch(key: UUID) -> str:
    """What to print, and how far each sheet is."""
    found = batch_for(key)
    mine = Sheet.listed().where(Sheet.batch_id == found.id).order_by(None).order_by(Sheet.id)
    return render_template(
        "pegup/paper/batch.html", batch=found, sheets=session.scalars(mine).unique().all()
    )


@blueprint.get("/batches/<uuid:key>/theme.pdf")
def batch_theme(key: UUID) -> Response:
    """The theme as it was when the sheets were made."""
    edition = _whole(batch_for(key).edition)
    return pdf(
        f"{edition.module.slug}-{edition.mark}",
        edition.digest,
        lambda: theme_pdf(edition.content),
    )


@blueprint.get("/batches/<uuid:key>/sheets.pdf")
def batch_sheets(key: UUID) -> Response:
    """The answer sheets."""
    found = batch_for(key)
    edition = _whole(found.edition)
    listed = session.scalars(
        select(Sheet)
        .where(Sheet.batch_id == found.id)
        .options(joinedload(Sheet.person))
        .order_by(Sheet.id)
    ).all()
    named = [(grouped(each.number), each.person.name if each.person else "") for each in listed]
    content = sheets_content(edition.content, named, sheet_words())
    name = f"{edition.module.slug}-{edition.mark}-{_('hojas')}"
    return pdf(name, digest_of(content), lambda: sheets_pdf(content))


@blueprint.get("/sheets/<number>")
def show(number: str) -> str:
    """How far the sheet is; what differs; once it counts, what stands on it."""
    sheet = sheet_for(number)
    lines, waiting_for = operations.lines_of(sheet.batch.edition), _waiting_for(sheet)
    return render_template(
        "pegup/paper/show.html",
        sheet=sheet,
        lines=lines,
        differences=differences(sheet, lines) if sheet.state == State.STOPPED else [],
        answers=_answers(sheet),
        shown=shown,
        lesson_of={each.position: each.lesson_id for each in sheet.batch.edition.questions},
        second=second_words(waiting_for),
        may_enter=not waiting_for,
    )


@blueprint.route("/sheets/<number>/entry", methods=["GET", "POST"])
def entry(number: str) -> Response | str | tuple[str, int]:
    """Type in what stands on the paper, without seeing what somebody else read."""
    sheet = sheet_for(number)
    if request.method == "GET" and sheet.state not in {State.OUT, State.ONCE}:
        return redirect(url_for(".show", number=number))
    person = sheet.person or _person(sheet)
    if person is None:
        return _whose(sheet)
    _refuse_repeating(sheet, person)
    lines = operations.lines_of(sheet.batch.edition)
    form = entry_form(sheet.batch.edition, lines, request.form)
    if not submitted(form) or (form.blanks() and "blank" not in request.form):
        return _entry_page(sheet, person, form)
    answers = form.answers()
    try:
        operations.enter(
            sheet,
            person,
            answers,
            key=sending_key(page_key(form.key), person.id, answers.stored()),
            by=g.person,
            partners=partners(g.person, person, sheet.batch.edition.course),
            at=now(),
        )
    except operations.Complete:
        flash(_("Esta hoja ya la pasaron dos veces. Lo que escribiste no hacía falta."))
    except operations.NeedsAnother as refused:
        raise Refused(second_words(refused.partners)) from None
    else:
        if sheet.state != State.STOPPED:  # the page itself says that, and not in green
            flash(done_words(sheet))
    return redirect(url_for(".show", number=number))


@blueprint.route("/sheets/<number>/settlement", methods=["GET", "POST"])
def settlement(number: str) -> Response | tuple[str, int]:
    """Look at the paper and say what stands there, for each thing that differs."""
    sheet = sheet_for(number)
    if sheet.state != State.STOPPED:
        if request.method == "POST" and sheet.settlement is not None:
            flash(settled_words(sheet.settlement, g.person))
        return redirect(url_for(".show", number=number))
    lines = operations.lines_of(sheet.batch.edition)
    found = differences(sheet, lines)
    form = settlement_form(
        {each.name: (each.label, each.offered) for each in found},
        {each.name: each.line for each in found if each.line is not None},
        request.form,
    )
    if submitted(form):
        person, answers = settled(sheet, found, form)
        made = operations.settle(sheet, person, answers, by=g.person, at=now())
        flash(settled_words(made, g.person))
        return redirect(url_for(".show", number=number))
    page = render_template("pegup/paper/settlement.html", sheet=sheet, form=form, differences=found)
    return page, status_of(form)


def theme_part(outline: Outline, theme: Theme) -> Markup:
    """Below a theme of the outline: to print it, with what that weighs; sheets for who hands them out."""
    page = render_template(
        "pegup/paper/_theme.html",
        outline=outline,
        theme=theme,
        weight=weight(theme),
        hands_out=_hands_out(outline.slug),
    )
    return Markup(page)  # noqa: S704  # our own template


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """Whoever hands out sheets finds where they are typed in."""
    if not has_sheets(person):
        return []
    return [Shortcut(_("Hojas de respuestas"), url_for("pegup.paper.index"), order=39)]


def weight(theme: Theme) -> int:
    """About how many bytes the PDF has on the line."""
    pictures = sum(sum(lesson.pictures.values()) for lesson in theme.lessons)
    times, parts = TEXT_WEIGHT
    return (theme.size - pictures) * times // parts + pictures


def title_of(edition: Edition) -> str:
    """What an edition's theme is called on this page; its old name where it left the course."""
    theme = outline_of(edition.course, language()).theme(edition.module.slug)
    return f"{theme.number}. {theme.title}" if theme else edition.module.title


def pdf(name: str, digest: str, make: Callable[[], bytes]) -> Response:
    """A PDF to keep; a browser that has it already gets no second one, nor is one made."""
    known = {tag.partition(":")[0] for tag in request.if_none_match.as_set()}
    if digest in known:  # whoever compresses adds to the tag
        response = make_response("", 304)
    else:
        try:
            response = make_response(make())
        except Unprintable:
            current_app.logger.exception("No PDF could be made of %s.", name)
            raise Refused(
                _("Esto no se pudo preparar para imprimir. Avisa a quien da el curso.")
            ) from None
        response.mimetype = "application/pdf"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.set_etag(digest)
    return response


def _sheets_page(
    course: Course, outline: Outline, theme: Theme, form: SheetsForm, ticked: Sequence[Person]
) -> tuple[str, int]:
    """The people that a filter leaves; those who are ticked stay, also outside of it."""
    wanted = {name: request.values.get(name, "")[:100] for name in ("q", "group", "team")}
    query = _filtered(course, **wanted)
    total = count_of(query)
    offered = session.scalars(query.limit(OFFERED)).all()
    if request.values.get("show") == "all":
        ticked = [*ticked, *offered]
    page = render_template(
        "pegup/paper/sheets.html",
        outline=outline,
        theme=theme,
        form=form,
        key=page_key(form.key),
        people=list(dict.fromkeys([*ticked, *offered])),
        ticked=set(ticked),
        total=total,
        most=OFFERED,
        groups=session.scalars(_groups(course)).all(),
        teams=session.scalars(_teams(course)).all(),
        wanted=wanted,
    )
    return page, status_of(form)


def _filtered(course: Course, *, q: str, group: str, team: str) -> Select[Person]:
    """Whom I may help, by name, by group, by team."""
    query = people_for(g.person, course, q)
    if group:
        cohorts = select(Cohort.id).where(Cohort.course_id == course.id, Cohort.slug == group)
        inside = select(CohortMember.person_id).where(
            CohortMember.cohort_id.in_(cohorts), CohortMember.left_at.is_(None)
        )
        query = query.where(Person.id.in_(inside))
    if team:
        teams = select(Team.id).where(Team.slug == team)
        seated = select(Seat.person_id).where(Seat.team_id.in_(teams), Seat.left_at.is_(None))
        query = query.where(Person.id.in_(seated))
    return query


def _groups(course: Course) -> Select[Cohort]:
    """Groups with somebody whom I may help."""
    mine = people_for(g.person, course).order_by(None).with_only_columns(Person.id)
    inside = select(CohortMember.cohort_id).where(
        CohortMember.person_id.in_(mine), CohortMember.left_at.is_(None)
    )
    return Cohort.of(course).where(Cohort.id.in_(inside)).limit(OFFERED)


def _teams(course: Course) -> Select[Team]:
    """The same for teams."""
    mine = people_for(g.person, course).order_by(None).with_only_columns(Person.id)
    seated = select(Seat.team_id).where(Seat.person_id.in_(mine), Seat.left_at.is_(None))
    return select(Team).where(Team.id.in_(seated)).order_by(alphabetical(Team.name)).limit(OFFERED)


def _whose(sheet: Sheet) -> str:
    """A blank sheet: first, whose name is written on it."""
    searched = request.args.get("q", "")[:100].strip()
    query = people_for(g.person, sheet.batch.edition.course, searched)
    return render_template(
        "pegup/paper/whose.html",
        sheet=sheet,
        people=session.scalars(query.limit(OFFERED)).all(),
        total=count_of(query),
        most=OFFERED,
        searched=searched,
    )


def _person(sheet: Sheet) -> Person | None:
    """Whose sheet it is, as chosen on the page before."""
    wanted = _uuids([request.values.get("person", "")])
    if not wanted:
        return None
    mine = people_for(g.person, sheet.batch.edition.course)
    return one_or_404(mine.where(Person.uuid.in_(wanted)))


def _entry_page(sheet: Sheet, person: Person, form: EntryForm) -> tuple[str, int]:
    asks = request.method == "POST" and not form.errors
    page = render_template(
        "pegup/paper/entry.html",
        sheet=sheet,
        person_on_paper=person,
        form=form,
        key=page_key(form.key),
        blanks=form.blanks() if asks else [],
    )
    return page, 422 if request.method == "POST" else 200


def _refuse_repeating(sheet: Sheet, person: Person) -> None:
    """Says before anything is typed that somebody else has to do it; what is sent again is let through."""
    others = partners(g.person, person, sheet.batch.edition.course)
    if request.method == "GET" and not operations.may_repeat(sheet, g.person, others, at=now()):
        raise Refused(second_words(others))


def _waiting_for(sheet: Sheet) -> list[Person]:
    """Who else has to type the sheet in, because this person did; nobody where they may themselves."""
    if sheet.state != State.ONCE:
        return []
    person = sheet.person or sheet.entries[0].person
    others = partners(g.person, person, sheet.batch.edition.course)
    return [] if operations.may_repeat(sheet, g.person, others, at=now()) else others


def _answers(sheet: Sheet) -> Answers | None:
    """What counts."""
    if sheet.state != State.COUNTED:
        return None
    source = sheet.settlement or sheet.entries[0]
    return Answers.of(source.answers)


def _whole(edition: Edition) -> Edition:
    query = select(Edition).where(Edition.id == edition.id)
    query = query.options(undefer(Edition.content), joinedload(Edition.module))
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _hands_out(slug: str) -> bool:
    """By a role, which costs the outline no question; the others begin at the list of sheets."""
    person: Person = g.person
    return person.has_role(Kind.TRAINER, slug) or person.has_role(Kind.COORDINATOR)


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


theme_parts.append(theme_part)
shortcuts.append(own_shortcuts)
