"""Calls for everybody, a team's state in a call, and the coordinators' table."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from pegup.accounts.access import require_role
from pegup.accounts.models import Kind
from pegup.db import alphabetical, now, session
from pegup.directory.names import sector_name
from pegup.grants.access import call_for, judged_ask, team_in_call, team_to_judge
from pegup.grants.criteria import Result, numbers_disagree, ordered, share
from pegup.grants.evidence import Where
from pegup.grants.forms import JudgementForm, StatementForm
from pegup.grants.models import Application, Call, Judgement, Statement
from pegup.grants.operations import (
    NotEligible,
    Overtaken,
    all_results,
    apply,
    judge,
    result_of,
    results_of,
    withdraw,
    write_statement,
)
from pegup.grants.words import part_missing, rule_missing, said, texts_of
from pegup.teams.access import Can
from pegup.teams.models import Team
from pegup.teams.views import room_parts
from pegup.web.access import public
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy
from pegup.web.markdown import render
from pegup.web.navigation import Entry, Reader, register
from pegup.web.pages import Shortcut, shortcuts
from pegup.web.paging import Paging, paging

blueprint = Feature("grants", __name__, url_prefix="/calls")
register(Entry(lazy("Becas"), "pegup.grants.index", lambda _person: True, order=40))

CALLS_IN_ROOM = 3
TEAM = "/<slug>/teams/<team>"


@blueprint.context_processor
def words() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "said": said,
        "texts_of": texts_of,
        "part_missing": part_missing,
        "rule_missing": rule_missing,
        "sector_name": sector_name,
        "address": address,
        "written": render,
        "share": share,
    }


@blueprint.get("/")
@public
def index() -> str:
    """Every call."""
    calls = session.scalars(Call.in_order().limit(200)).all()
    return render_template("pegup/grants/index.html", calls=calls)


@blueprint.get("/<slug>")
@public
def show(slug: str) -> str:
    """The call in words, its rules and criteria, and where my teams stand."""
    call = call_for(slug)
    mine = session.scalars(Team.of(g.person)).all() if g.person else []
    return render_template(
        "pegup/grants/show.html",
        call=call,
        html=Markup(texts_of(call)["html"]),  # noqa: S704  cleaned when the call was read
        is_contradictory=numbers_disagree(call.spec),
        mine=results_of(call, mine) if mine else [],
        may_compare=bool(g.person) and g.person.has_role(Kind.COORDINATOR),
    )


@blueprint.get("/<slug>/teams")
def teams(slug: str) -> str:
    """For coordinators: every team with its rules and points."""
    require_role(Kind.COORDINATOR)
    call = call_for(slug)
    sorts = {"name", "eligible", "points", *(each["id"] for each in call.spec["criteria"])}
    wanted = request.args.get("sort", "name")
    by = wanted if wanted in sorts else "name"
    page = paging(session.scalar(select(func.count()).select_from(Team)) or 0, keep=["sort"])
    rows = _by_name(call, page) if by == "name" else ordered(all_results(call), by)
    shown = rows if by == "name" else rows[page.start : page.start + page.size]
    applied = select(Application.team_id).where(
        Application.call_id == call.id, Application.withdrawn_at.is_(None)
    )
    return render_template(
        "pegup/grants/teams.html",
        call=call,
        rows=shown,
        by=by,
        paging=page,
        applied=set(session.scalars(applied)),
    )


@blueprint.get(TEAM)
def team(slug: str, team: str) -> str:
    """One team before the call: each rule and criterion, its evidence, what is missing, where to go."""
    call, found = team_in_call(slug, team, Can.READ)
    seat = found.seat_of(g.person)
    return render_template(
        "pegup/grants/team.html",
        call=call,
        team=found,
        result=result_of(call, found),
        application=session.scalar(Application.of(call, found)),
        statement=session.scalar(Statement.current(call, found)),
        is_member=seat is not None,
        may_judge=seat is None and g.person.has_role(Kind.COORDINATOR),
    )


@blueprint.post(f"{TEAM}/application")
def application(slug: str, team: str) -> Response:
    """Apply, once the rules are met."""
    call, found = team_in_call(slug, team, Can.WRITE)
    try:
        apply(call, found, by=g.person, at=now())
    except NotEligible as refused:
        missing = " ".join(rule_missing(call, rule) for rule in refused.result.unmet)
        raise Refused(_("Todavía no pueden postular. %(missing)s", missing=missing)) from None
    flash(_("El equipo ya postula. Pueden seguir mejorando su perfil."))
    return redirect(url_for(".team", slug=slug, team=team))


@blueprint.post(f"{TEAM}/application/withdrawal")
def withdrawal(slug: str, team: str) -> Response:
    """Take the application back."""
    call, found = team_in_call(slug, team, Can.WRITE)
    withdraw(call, found, by=g.person, at=now())
    flash(_("Retiraron la postulación. Pueden postular otra vez cuando quieran."))
    return redirect(url_for(".team", slug=slug, team=team))


@blueprint.route(f"{TEAM}/statement", methods=["GET", "POST"])
def statement(slug: str, team: str) -> Response | tuple[str, int]:
    """Write the team's statement; a save over a newer one shows both and loses neither."""
    call, found = team_in_call(slug, team, Can.WRITE)
    current = session.scalar(Statement.current(call, found))
    form = StatementForm(
        request.form,
        base=str(current.number if current else 0),
        text=current.text if current else "",
    )
    newer, status = None, 200
    if submitted(form):
        text, base = typed(form.text), int(form.base.data or 0)
        try:
            write_statement(call, found, text=text, base=base, by=g.person, at=now())
            flash(_("Guardado."))
            return redirect(url_for(".team", slug=slug, team=team))
        except Overtaken as overtaken:
            newer, status = overtaken.current, 409
            form.base.data = str(newer.number)
    page = render_template(
        "pegup/grants/statement.html", call=call, team=found, form=form, newer=newer
    )
    return page, max(status, status_of(form))


@blueprint.route(f"{TEAM}/judgements/<criterion>", methods=["GET", "POST"])
def judgement(slug: str, team: str, criterion: str) -> Response | tuple[str, int]:
    """For coordinators: judge what only a person can."""
    call, found = team_to_judge(slug, team)
    ask = judged_ask(call, criterion)
    text = _judged_texts(call, criterion)
    levels = [
        (level["percent"], words)
        for level, words in zip(ask["levels"], text["levels"], strict=True)
    ]
    written = session.scalar(Statement.current(call, found))
    form = JudgementForm(
        request.form, levels=levels, statement=str(written.number if written else 0)
    )
    is_overtaken, status = False, 200
    if submitted(form):
        try:
            judge(
                call,
                found,
                criterion,
                percent=int(form.level.data),
                reason=typed(form.reason),
                statement=int(form.statement.data or 0),
                by=g.person,
                at=now(),
            )
            flash(_("Guardado. El equipo ve los puntos y la razón."))
            return redirect(url_for(".team", slug=slug, team=team))
        except Overtaken as overtaken:
            is_overtaken, status = True, 409
            form.statement.data = str(overtaken.current.number)
    page = render_template(
        "pegup/grants/judgement.html",
        call=call,
        team=found,
        criterion=criterion,
        ask=ask,
        form=form,
        statement=written,
        is_overtaken=is_overtaken,
        earlier=session.scalars(Judgement.of(call, found, criterion).limit(50)).all(),
    )
    return page, max(status, status_of(form))


def address(where: Where, call: Call, team: Team) -> str:
    """The page where a team completes what is missing."""
    slug = team.slug
    if where == Where.INVITATIONS:
        return url_for("pegup.teams.invitations", slug=slug)
    if where == Where.SEAT:
        return url_for("pegup.teams.seat", slug=slug)
    if where == Where.PROFILE:
        return url_for("pegup.profiles.show", team=slug, template=_template(call))
    if where == Where.INDICATORS:
        return url_for("pegup.profiles.indicators", team=slug, template=_template(call))
    if where == Where.APPLICATION:
        return url_for("pegup.grants.team", slug=call.slug, team=slug, _anchor="apply")
    if where == Where.STATEMENT:
        return url_for("pegup.grants.statement", slug=call.slug, team=slug)
    if where == Where.EVENTS:
        return url_for("pegup.directory.events")
    if where == Where.AGENDA:
        return url_for("pegup.teams.agenda_process", slug=slug)
    return url_for("pegup.teams.committee", slug=slug)


def room_part(team: Team) -> Markup:
    """What the team room shows of the newest calls: met or missing, and the way to the whole."""
    calls = session.scalars(Call.in_order().limit(CALLS_IN_ROOM)).all()
    rows = [(call, result_of(call, team)) for call in calls]
    page = render_template("pegup/grants/_room.html", team=team, rows=rows, **words())
    return Markup(page)  # noqa: S704  our own template


def _template(call: Call) -> str:
    """The document that the call asks for."""
    asked = (rule["template"] for rule in call.spec["rules"] if "template" in rule)
    return next(asked, "perfil-ambiental")


def _by_name(call: Call, page: Paging) -> Sequence[tuple[Team, Result]]:
    query = page.cut(Team.whole().order_by(alphabetical(Team.name), Team.id))
    return results_of(call, session.scalars(query).all())


def _judged_texts(call: Call, criterion: str) -> dict[str, list[str]]:
    """The words of a criterion's judged evidence."""
    texts: list[dict[str, list[str]]] = texts_of(call)["criteria"][criterion]["evidence"]
    return next(text for text in texts if "levels" in text)


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """The newest call: how the person's teams stand in it; for coordinators, all teams."""
    call = session.scalars(Call.in_order().limit(1)).first()
    if call is None:
        return []
    title = texts_of(call)["title"]
    found = [
        Shortcut(
            title,
            url_for("pegup.grants.team", slug=call.slug, team=team.slug),
            order=30,
            note=team.name,
        )
        for team in session.scalars(Team.of(person))
    ]
    if person.has_role(Kind.COORDINATOR):
        every = url_for("pegup.grants.teams", slug=call.slug)
        found.append(Shortcut(title, every, order=50, note=_("Todos los equipos")))
    return found


room_parts.append(room_part)
shortcuts.append(own_shortcuts)
