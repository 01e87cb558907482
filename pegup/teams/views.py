"""The team room and what leads to it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from pegup.accounts.access import require_role
from pegup.accounts.models import Kind, Person
from pegup.accounts.views import code_sheet
from pegup.db import alphabetical, now, one_or_404, session
from pegup.directory.models import City, Sector
from pegup.directory.names import sector_name
from pegup.teams.access import Can, may, may_hand_code, team_for
from pegup.teams.forms import (
    AgendaForm,
    ArrivalForm,
    CommitteeForm,
    InvitationForm,
    JoinForm,
    MemberForm,
    PlaceForm,
    TeamForm,
)
from pegup.teams.models import AgendaProcess, Arrival, Committee, Invitation, Team
from pegup.teams.operations import (
    BadInvitation,
    Place,
    accept,
    begin_team,
    invitation_for,
    invite,
    leave,
    seat_person,
)
from pegup.teams.sectors import REQUIRED, missing_sectors
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy
from pegup.web.navigation import Entry, Reader, register
from pegup.web.pages import HomePart, Shortcut, home_parts, shortcuts
from pegup.web.paging import count_of, paging

blueprint = Feature("teams", __name__)
blueprint.context_processor(lambda: {"sector_name": sector_name})
register(Entry(lazy("Mi equipo"), "pegup.teams.index", order=30))

room_parts: list[Callable[[Team], Markup]] = []
"""What higher features show in the team room: each gives a piece of the page."""


@blueprint.get("/")
def index() -> str:
    """My teams; for coordinators all of them, by page and search."""
    mine = session.scalars(Team.of(g.person)).all()
    if not g.person.has_role(Kind.COORDINATOR):
        return render_template("pegup/teams/index.html", mine=mine, everyone=None)
    wanted = request.args.get("q", "").strip()[:80]
    query = Team.whole().order_by(alphabetical(Team.name), Team.id)
    if wanted:
        query = query.where(Team.name.icontains(wanted, autoescape=True))
    page = paging(count_of(query), keep=["q"])
    return render_template(
        "pegup/teams/index.html",
        mine=mine,
        everyone=session.scalars(page.cut(query)).all(),
        paging=page,
        wanted=wanted,
        missing_sectors=missing_sectors,
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response | tuple[str, int]:
    """Begin a team."""
    form = TeamForm(request.form)
    if submitted(form):
        city = one_or_404(select(City).filter_by(slug=form.city.data))
        team = begin_team(
            city=city, name=typed(form.name), by=g.person, place=form.place(), at=now()
        )
        return redirect(url_for(".show", slug=team.slug))
    return render_template("pegup/teams/new.html", form=form), status_of(form)


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    """The team room: who sits here, who is missing, what to do next."""
    team = team_for(slug, Can.READ)
    return render_template(
        "pegup/teams/show.html",
        team=team,
        required=REQUIRED,
        missing=missing_sectors(team.sectors),
        my_seat=team.seat_of(g.person),
        may_manage=may(g.person, Can.MANAGE, team),
        committee=session.scalar(select(Committee).filter_by(team_id=team.id)),
        agenda=session.scalar(select(AgendaProcess).filter_by(team_id=team.id)),
        without_email=[each for each in _members(team) if may_hand_code(g.person, team, each)],
        parts=[part(team) for part in room_parts],
    )


@blueprint.route("/<slug>/invitations", methods=["GET", "POST"])
def invitations(slug: str) -> tuple[str, int]:
    """Invite somebody; the code is shown once."""
    team = team_for(slug, Can.WRITE)
    form = InvitationForm(request.form)
    code = None
    if submitted(form):
        sector = Sector(form.sector.data) if form.sector.data else None
        code = invite(team, by=g.person, at=now(), name=form.name.data or "", sector=sector)
    sent = session.scalars(
        select(Invitation).filter_by(team_id=team.id).order_by(Invitation.created_at.desc())
    ).all()
    page = render_template(
        "pegup/teams/invitations.html", team=team, form=form, code=code, sent=sent, at=now()
    )
    return page, status_of(form)


@blueprint.post("/<slug>/invitations/<uuid:key>/withdrawal")
def withdraw(slug: str, key: str) -> Response:
    """Makes an invitation useless."""
    team = team_for(slug, Can.WRITE)
    invitation = one_or_404(select(Invitation).filter_by(team_id=team.id, uuid=key))
    invitation.withdrawn_at = invitation.withdrawn_at or now()
    return redirect(url_for(".invitations", slug=slug))


@blueprint.route("/join", methods=["GET", "POST"])
def join() -> Response | tuple[str, int]:
    """Type the code of an invitation."""
    form = JoinForm(request.form)
    if submitted(form):
        return redirect(url_for(".accept_invitation", code=typed(form.code)))
    return render_template("pegup/teams/join.html", form=form), status_of(form)


@blueprint.route("/join/<code>", methods=["GET", "POST"])
def accept_invitation(code: str) -> Response | tuple[str, int]:
    """Say for which sector one comes, and take the seat."""
    try:
        invitation = invitation_for(code, now())
    except BadInvitation:
        raise Refused(
            _("Esta invitación ya se usó, venció o tiene un error. Pide otra a tu equipo.")
        ) from None
    form = PlaceForm(request.form, sector=invitation.sector or "")
    if submitted(form):
        accept(invitation, g.person, form.place(), at=now())
        flash(_("Ya eres parte del equipo."))
        return redirect(url_for(".show", slug=invitation.team.slug))
    page = render_template("pegup/teams/accept.html", form=form, team=invitation.team)
    return page, status_of(form)


@blueprint.route("/<slug>/seat", methods=["GET", "POST"])
def seat(slug: str) -> Response | tuple[str, int]:
    """Change what one's own seat says."""
    team = team_for(slug, Can.WRITE)
    mine = team.seat_of(g.person)
    assert mine is not None  # Can.WRITE is only for those seated
    organisation = mine.organisation.slug if mine.organisation else ""
    form = PlaceForm(
        request.form, sector=mine.sector, organisation=organisation, experience=mine.experience
    )
    if submitted(form):
        seat_person(team, g.person, form.place(), at=now())
        return redirect(url_for(".show", slug=slug))
    return render_template("pegup/teams/seat.html", form=form, team=team), status_of(form)


@blueprint.route("/<slug>/seat/leaving", methods=["GET", "POST"])
def leaving(slug: str) -> Response | str:
    """Leave, after reading what that means."""
    team = team_for(slug, Can.WRITE)
    if request.method == "GET":
        return render_template("pegup/teams/leaving.html", team=team)
    leave(team, g.person, at=now())
    flash(_("Dejaste el equipo. Lo que escribiste se queda en él."))
    return redirect(url_for(".index"))


@blueprint.route("/<slug>/members/new", methods=["GET", "POST"])
def add_member(slug: str) -> Response | tuple[str, int]:
    """Seat somebody who has no e-mail; the printed code comes next."""
    team = team_for(slug, Can.MANAGE)
    form = MemberForm(request.form)
    if submitted(form):
        person = Person(name=typed(form.name))
        session.add(person)
        session.flush()
        seat_person(team, person, Place(Sector(form.sector.data)), at=now())
        flash(_("Ya tiene su asiento. Ahora imprime su código para entrar."))
        return redirect(url_for(".show", slug=slug))
    return render_template("pegup/teams/add_member.html", form=form, team=team), status_of(form)


@blueprint.post("/<slug>/members/<uuid:key>/codes")
def issue_code(slug: str, key: UUID) -> Response:
    """A printed code for a member who has no e-mail."""
    team = team_for(slug, Can.MANAGE)
    person = next((each for each in _members(team) if each.uuid == key), None)
    if person is None:
        raise NotFound
    if not may_hand_code(g.person, team, person):
        raise Forbidden
    return code_sheet([person])


@blueprint.post("/<slug>/coordination")
def hand_over(slug: str) -> Response:
    """Another member coordinates from now on."""
    team = team_for(slug, Can.MANAGE)
    chosen = next((s for s in team.seats if str(s.person.uuid) == request.form.get("member")), None)
    if chosen is None:
        raise Refused(_("Esa persona ya no está en el equipo."))
    for other in team.seats:
        other.is_coordinator = other is chosen
    return redirect(url_for(".show", slug=slug))


@blueprint.route("/<slug>/committee", methods=["GET", "POST"])
def committee(slug: str) -> Response | tuple[str, int]:
    """Record the city's committee with its act."""
    team = team_for(slug, Can.WRITE)
    recorded = session.scalar(select(Committee).filter_by(team_id=team.id))
    form = CommitteeForm(request.form, obj=recorded)
    if submitted(form):
        recorded = recorded or Committee(team_id=team.id)
        form.populate_obj(recorded)
        recorded.recorded_at, recorded.recorded_by_id = now(), g.person.id
        session.add(recorded)
        return redirect(url_for(".show", slug=slug))
    return render_template("pegup/teams/committee.html", form=form, team=team), status_of(form)


@blueprint.route("/<slug>/agenda-process", methods=["GET", "POST"])
def agenda_process(slug: str) -> Response | tuple[str, int]:
    """Record the Local Agenda 21 process that is under way."""
    team = team_for(slug, Can.WRITE)
    recorded = session.scalar(select(AgendaProcess).filter_by(team_id=team.id))
    form = AgendaForm(request.form, obj=recorded)
    if submitted(form):
        recorded = recorded or AgendaProcess(team_id=team.id)
        form.populate_obj(recorded)
        recorded.recorded_at, recorded.recorded_by_id = now(), g.person.id
        session.add(recorded)
        return redirect(url_for(".show", slug=slug))
    return render_template("pegup/teams/agenda.html", form=form, team=team), status_of(form)


@blueprint.route("/arrival", methods=["GET", "POST"])
def arrival() -> Response | tuple[str, int]:
    """Say that one comes alone and looks for a team."""
    waiting = session.scalar(Arrival.waiting().where(Arrival.person_id == g.person.id))
    form = ArrivalForm(request.form)
    if submitted(form):
        city = one_or_404(select(City).filter_by(slug=form.city.data))
        waiting = waiting or Arrival(person_id=g.person.id)
        waiting.city, waiting.sector = city, Sector(form.sector.data)
        waiting.experience = form.experience.data or ""
        session.add(waiting)
        flash(_("Listo. La coordinación verá tu pedido y te buscará un equipo."))
        return redirect(url_for(".index"))
    page = render_template("pegup/teams/arrival.html", form=form, waiting=waiting)
    return page, status_of(form)


@blueprint.get("/arrivals")
def arrivals() -> str:
    """For coordinators: who came alone, by city, and the teams that could take them."""
    require_role(Kind.COORDINATOR)
    waiting = session.scalars(Arrival.waiting().limit(200)).all()
    cities = {a.city_id for a in waiting}
    teams = session.scalars(
        Team.whole().where(Team.city_id.in_(cities)).order_by(alphabetical(Team.name))
    ).all()
    return render_template("pegup/teams/arrivals.html", waiting=waiting, teams=teams)


@blueprint.post("/arrivals/seats")
def group() -> Response:
    """Seats the chosen people in a team of their city, or in a new one."""
    require_role(Kind.COORDINATOR)
    keys = set(request.form.getlist("arrival"))
    chosen = [a for a in session.scalars(Arrival.waiting()) if str(a.uuid) in keys]
    if not chosen:
        raise Refused(_("Marca al menos a una persona."))
    if len({a.city_id for a in chosen}) > 1:
        raise Refused(_("Un equipo es de una sola ciudad. Marca personas de la misma ciudad."))
    team = _team_for_arrivals(chosen)
    for each in chosen:
        place = Place(Sector(each.sector), experience=each.experience)
        seat_person(team, each.person, place, at=now())
    return redirect(url_for(".show", slug=team.slug))


def _team_for_arrivals(chosen: list[Arrival]) -> Team:
    slug = request.form.get("team", "")
    first = chosen[0]
    if slug:
        return one_or_404(Team.whole().where(Team.slug == slug, Team.city_id == first.city_id))
    place = Place(Sector(first.sector), experience=first.experience)
    name = _("Equipo de %(city)s", city=first.city.name)
    return begin_team(city=first.city, name=name, by=first.person, place=place, at=now())


def _members(team: Team) -> list[Person]:
    return [seat.person for seat in team.seats]


def home_part(person: Reader) -> Markup | None:
    """My teams and whom they miss, or how to get one."""
    if person is None:
        return None
    mine = session.scalars(Team.of(person)).all()
    if not mine and person.roles:
        return None  # who works here need not sit in a team
    page = render_template(
        "pegup/teams/_home.html",
        mine=mine,
        missing_sectors=missing_sectors,
        sector_name=sector_name,
    )
    return Markup(page)  # noqa: S704  # rendered by us, escaped


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """Coordinators look after all teams, and after who has none."""
    if not person.has_role(Kind.COORDINATOR):
        return []
    alone = _("Personas que llegaron por su cuenta")
    return [
        Shortcut(_("Equipos"), url_for("pegup.teams.index"), order=60),
        Shortcut(alone, url_for("pegup.teams.arrivals"), order=61),
    ]


home_parts.append(HomePart(home_part, order=30))
shortcuts.append(own_shortcuts)
