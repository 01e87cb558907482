"""Public pages: the cities with their map, one city, the organisations, the Forum's events."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from pegup.db import one_or_404, session
from pegup.directory.models import Attendance, City, ForumEvent, Organisation, Sector
from pegup.directory.names import SECTORS, nucleus_name, region_name, sector_name, told
from pegup.web.access import public
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.language import gettext as _
from pegup.web.language import lazy
from pegup.web.map import Point, map_svg, sign
from pegup.web.navigation import Entry, Reader, register, strangers
from pegup.web.pages import HomePart, home_parts

blueprint = Feature("directory", __name__, url_prefix="/")
blueprint.context_processor(
    lambda: {
        "sector_name": sector_name,
        "region_name": region_name,
        "nucleus_name": nucleus_name,
        "sign": sign,
        "told": told,
    }
)
register(Entry(lazy("Ciudades"), "pegup.directory.cities", strangers, order=20))

city_parts: list[Callable[[City], Markup]] = []
"""What higher features show on a city's page, such as its published profile."""


@blueprint.get("/cities/")
@public
def cities() -> str:
    """The map and the list."""
    found = session.scalars(City.in_order()).all()
    return render_template("pegup/directory/cities.html", cities=found, map=map_of(found))


@blueprint.get("/cities/<slug>")
@public
def city(slug: str) -> str:
    """What is known of one city, and who works there."""
    found = one_or_404(City.with_organisations(slug))
    return render_template(
        "pegup/directory/city.html",
        city=found,
        parts=[part(found) for part in city_parts],
    )


@blueprint.get("/organisations/")
@public
def organisations() -> str:
    """The Forum's organisations, by sector."""
    wanted = request.args.get("sector", "")
    query = Organisation.in_order()
    if wanted in list(Sector):
        query = query.where(Organisation.sector == wanted)
    return render_template(
        "pegup/directory/organisations.html",
        organisations=session.scalars(query.limit(500)).all(),
        sectors=SECTORS,
        wanted=wanted,
    )


@blueprint.route("/forum-events/", methods=["GET", "POST"])
def events() -> Response | str:
    """The Forum's events; everybody says where he or she was."""
    held = session.scalars(ForumEvent.in_order()).all()
    query = select(Attendance).filter_by(person_id=g.person.id)
    mine = {each.event_id: each for each in session.scalars(query)}
    if request.method == "GET":
        return render_template("pegup/directory/events.html", events=held, mine=mine)
    attended = set(request.form.getlist("event"))
    if attended - {event.slug for event in held}:
        raise Refused(
            _("Un encuentro de los que marcaste ya no está en la lista. Márcalos otra vez.")
        )
    for event in held:
        if event.slug in attended and event.id not in mine:
            row = Attendance(person_id=g.person.id, event=event, recorded_by_id=g.person.id)
            session.add(row)
        elif event.slug not in attended and event.id in mine:
            session.delete(mine[event.id])
    flash(_("Guardado."))
    return redirect(url_for(".events"))


def map_of(cities: Sequence[City]) -> Markup:
    """The cities whose place is known, each a link to its page."""
    points = [
        Point(
            each.name,
            each.latitude,
            each.longitude,
            each.region,
            url_for("pegup.directory.city", slug=each.slug),
        )
        for each in cities
        if each.latitude is not None and each.longitude is not None
    ]
    return map_svg(points, _("Mapa de las ciudades"))


def home_part(person: Reader) -> Markup | None:
    """Strangers see where the cities are; people who know their way find the link elsewhere."""
    found = session.scalars(City.in_order()).all() if person is None else []
    if not found:
        return None
    page = render_template("pegup/directory/_home.html", cities=found, map=map_of(found), sign=sign)
    return Markup(page)  # noqa: S704  # rendered by us, escaped


home_parts.append(HomePart(home_part, order=60, is_beside=True))
