"""Pages of a team's documents: write, measure, see how far, look back, publish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import defer
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from pegup.db import now, one_or_404, session
from pegup.directory.models import City
from pegup.directory.views import city_parts
from pegup.profiles import export, files
from pegup.profiles.access import (
    chapters_of,
    indicator_for,
    profile_for,
    section_for,
    template_for,
)
from pegup.profiles.content import content_of, indicators_of, said, values_of
from pegup.profiles.forms import METHODS, IndicatorForm, OwnSectionForm, SectionForm
from pegup.profiles.models import (
    Indicator,
    IndicatorValue,
    Profile,
    Publication,
    SectionVersion,
    Template,
    Upload,
)
from pegup.profiles.operations import (
    Overtaken,
    add_section,
    begin_profile,
    measure,
    publish,
    restore_section,
    summary_of,
    withdraw,
    write_section,
)
from pegup.profiles.summary import MENTION
from pegup.profiles.values import meets
from pegup.teams.access import Can, may, team_for
from pegup.teams.models import Team
from pegup.teams.views import room_parts
from pegup.web.access import public
from pegup.web.changes import diff
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import megabytes, status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import language, lazy
from pegup.web.markdown import render
from pegup.web.navigation import Entry, Reader, register, strangers
from pegup.web.pages import HomePart, Shortcut, home_parts, shortcuts

blueprint = Feature("profiles", __name__)
register(Entry(lazy("Perfiles"), "pegup.profiles.index", strangers, order=30))

ADDRESS = "/<team>/<template>"
NEWEST_AT_HOME = 6
DOWNLOAD_POLICY = "default-src 'none'; sandbox"


@blueprint.context_processor
def words() -> dict[str, object]:
    """What the templates of this feature use."""
    return {
        "said": said,
        "methods": METHODS,
        "meets": meets,
        "shown": export.shown,
        "written": render,
        "largest_file": megabytes(),
    }


@blueprint.get("/")
@public
def index() -> str:
    """Every published document."""
    query = Publication.newest().order_by(Publication.published_at.desc()).limit(200)
    return render_template("pegup/profiles/index.html", publications=session.scalars(query).all())


@blueprint.post(ADDRESS)
def begin(team: str, template: str) -> BaseResponse:
    """Begins the document."""
    begin_profile(team_for(team, Can.WRITE), template_for(template), by=g.person, at=now())
    return redirect(url_for(".show", team=team, template=template))


@blueprint.get(f"{ADDRESS}/")
def show(team: str, template: str) -> str:
    """The document's chapters, what is written and what is missing."""
    found = team_for(team, Can.READ)
    profile = session.scalar(Profile.on(found, template))
    if profile is None:
        page = "pegup/profiles/begin.html"
        return render_template(page, team=found, template=template_for(template))
    versions = {v.section: v for v in session.scalars(SectionVersion.current(profile))}
    return render_template(
        "pegup/profiles/show.html",
        profile=profile,
        chapters=chapters_of(profile),
        versions=versions,
        summary=summary_of(profile),
        has_indicators=_has_indicators(profile),
        publication=_published(profile),
        may_write=may(g.person, Can.WRITE, profile.team),
    )


@blueprint.get(f"{ADDRESS}/completeness")
def completeness(team: str, template: str) -> str:
    """How far the document is, in words and numbers: done, missing, where to go."""
    profile = profile_for(team, template, Can.READ)
    versions = {v.section: v for v in session.scalars(SectionVersion.current(profile))}
    values = {v.code: v for v in session.scalars(IndicatorValue.current(profile))}
    return render_template(
        "pegup/profiles/completeness.html",
        profile=profile,
        chapters=chapters_of(profile),
        versions=versions,
        values=values,
        indicators=indicators_of(profile),
        summary=summary_of(profile),
    )


@blueprint.route(f"{ADDRESS}/sections/new", methods=["GET", "POST"])
def new_section(team: str, template: str) -> BaseResponse | tuple[str, int]:
    """Add a section that the template lacks."""
    profile = profile_for(team, template, Can.WRITE)
    form = OwnSectionForm(request.form)
    if submitted(form):
        section = add_section(profile, typed(form.title), by=g.person, at=now())
        return redirect(url_for(".section", team=team, template=template, key=section.key))
    page = render_template("pegup/profiles/new_section.html", form=form, profile=profile)
    return page, status_of(form)


@blueprint.route(f"{ADDRESS}/sections/<key>", methods=["GET", "POST"])
def section(team: str, template: str, key: str) -> BaseResponse | tuple[str, int]:
    """Read, write or preview a section; a save over a newer version shows both texts."""
    profile = profile_for(team, template, Can.READ if request.method == "GET" else Can.WRITE)
    place = section_for(profile, key)
    current = session.scalar(SectionVersion.of(profile, key).limit(1))
    form = SectionForm(
        request.form,
        base=str(current.number if current else 0),
        text=current.text if current else "",
        does_not_apply=bool(current and current.not_applicable),
        reason=current.not_applicable if current else "",
    )
    newer, status = None, 200
    if submitted(form) and request.form.get("action") != "preview":
        try:
            write_section(
                profile,
                key,
                text=typed(form.text),
                not_applicable=form.not_applicable,
                base=int(form.base.data or 0),
                by=g.person,
                at=now(),
            )
            flash(_("Guardado."))
            return redirect(url_for(".section", team=team, template=template, key=key))
        except Overtaken as overtaken:
            newer, status = overtaken.current, 409
            form.base.data = str(newer.number)
    values = values_of(profile)
    page = render_template(
        "pegup/profiles/section.html",
        profile=profile,
        place=place,
        form=form,
        current=current,
        newer=newer,
        changes=diff(newer.text, form.text.data or "") if newer else None,
        preview=_preview(form.text.data or "", values) if request.method == "POST" else None,
        reading=_preview(current.text, values) if current else None,
        indicators=[each for each in indicators_of(profile) if each.section == key],
        may_write=may(g.person, Can.WRITE, profile.team),
    )
    return page, max(status, status_of(form))


@blueprint.get(f"{ADDRESS}/sections/<key>/versions/")
def versions(team: str, template: str, key: str) -> str:
    """Everything a section ever said, by whom and when."""
    profile = profile_for(team, template, Can.READ)
    place = section_for(profile, key)
    found = session.scalars(SectionVersion.of(profile, key).limit(200)).all()
    return render_template(
        "pegup/profiles/versions.html", profile=profile, place=place, versions=found
    )


@blueprint.get(f"{ADDRESS}/sections/<key>/versions/<int(max=1_000_000):version>")
def version(team: str, template: str, key: str, version: int) -> str:
    """One version and what it changed."""
    profile = profile_for(team, template, Can.READ)
    of = SectionVersion.of(profile, key)
    found = one_or_404(of.where(SectionVersion.number == version))
    before = session.scalar(of.where(SectionVersion.number == version - 1))
    return render_template(
        "pegup/profiles/version.html",
        profile=profile,
        place=section_for(profile, key),
        version=found,
        is_current=session.scalars(of.limit(1)).one() is found,
        changes=diff(before.text if before else "", found.text),
        may_write=may(g.person, Can.WRITE, profile.team),
    )


@blueprint.post(f"{ADDRESS}/sections/<key>/versions/<int(max=1_000_000):version>/restoration")
def restore(team: str, template: str, key: str, version: int) -> BaseResponse:
    """Puts an old version on top."""
    profile = profile_for(team, template, Can.WRITE)
    one_or_404(SectionVersion.of(profile, key).where(SectionVersion.number == version))
    restore_section(profile, key, version, by=g.person, at=now())
    flash(_("Recuperado. Lo que había antes sigue en la historia."))
    return redirect(url_for(".section", team=team, template=template, key=key))


@blueprint.get(f"{ADDRESS}/indicators/")
def indicators(team: str, template: str) -> str:
    """The catalogue with the team's values."""
    profile = profile_for(team, template, Can.READ)
    values = {v.code: v for v in session.scalars(IndicatorValue.current(profile))}
    return render_template(
        "pegup/profiles/indicators.html",
        profile=profile,
        indicators=indicators_of(profile),
        values=values,
        summary=summary_of(profile),
    )


@blueprint.route(f"{ADDRESS}/indicators/<code>", methods=["GET", "POST"])
def indicator(team: str, template: str, code: str) -> BaseResponse | tuple[str, int]:
    """One indicator: what it is, its standards, its answers, a new answer."""
    profile = profile_for(team, template, Can.READ if request.method == "GET" else Can.WRITE)
    found = indicator_for(profile, code)
    history = session.scalars(IndicatorValue.of(profile, code).limit(50)).all()
    current = history[0] if history else None
    spec = found.spec | {"unit": said(found.spec["unit"])}
    form = IndicatorForm(
        CombinedMultiDict([request.form, request.files]), indicator=spec, **_as_form(current)
    )
    newer, status = None, 200
    if submitted(form):
        try:
            base, answer, file = int(form.base.data or 0), form.measurement(), _arriving(form)
            measure(profile, found, answer, base=base, by=g.person, at=now(), file=file)
            flash(_("Guardado."))
            return redirect(url_for(".indicator", team=team, template=template, code=code))
        except Overtaken as overtaken:
            newer, status = overtaken.current, 409
            form.base.data = str(newer.number)
        except files.UnusableFile:
            form.file.errors = [_("Los archivos del equipo ya ocupan todo su espacio.")]
    page = render_template(
        "pegup/profiles/indicator.html",
        profile=profile,
        indicator=found,
        form=form,
        current=current,
        history=history,
        newer=newer,
        may_write=may(g.person, Can.WRITE, profile.team),
    )
    return page, max(status, status_of(form))


@blueprint.get(f"{ADDRESS}/files/<uuid:key>")
def file(team: str, template: str, key: str) -> BaseResponse:
    """An uploaded source, always as a download."""
    profile = profile_for(team, template, Can.READ)
    upload = one_or_404(select(Upload).filter_by(profile_id=profile.id, uuid=key))
    return _download(upload)


@blueprint.post(f"{ADDRESS}/publication")
def publication(team: str, template: str) -> BaseResponse:
    """Shows the document to everybody as it is now."""
    profile = profile_for(team, template, Can.WRITE)
    if summary_of(profile).sections_written == 0:
        raise Refused(
            _("Todavía no hay nada escrito. Escribe al menos una sección y publica después.")
        )
    publish(profile, content_of(profile), by=g.person, at=now())
    flash(_("Publicado. Cualquiera puede leerlo."))
    return redirect(url_for(".published", team=team, template=template))


@blueprint.post(f"{ADDRESS}/publication/withdrawal")
def unpublish(team: str, template: str) -> BaseResponse:
    """Takes the public page back."""
    withdraw(profile_for(team, template, Can.WRITE), at=now())
    flash(_("Retirado. Ya no se puede leer desde fuera."))
    return redirect(url_for(".show", team=team, template=template))


@blueprint.get(f"{ADDRESS}/published")
@public
def published(team: str, template: str) -> str:
    """The public page."""
    found = _public(team, template)
    values = {each["code"]: each for each in found.content["indicators"]}
    texts = {
        section["key"]: _preview(section["text"], values)
        for chapter in found.content["chapters"]
        for section in chapter["sections"]
    }
    return render_template("pegup/profiles/published.html", publication=found, texts=texts)


@blueprint.get(f"{ADDRESS}/published.<any(md, json):form>")
@public
def download(team: str, template: str, form: str) -> BaseResponse:
    """The public page as a file."""
    found = _public(team, template)
    name = f"{template}-{team}.{form}"
    if form == "json":
        text = export.as_json(found.content, found.published_at)
        response = Response(text, mimetype="application/json")
    else:
        text = export.markdown(found.content, found.published_at.date().isoformat())
        response = Response(text, mimetype="text/markdown")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get(f"{ADDRESS}/published/files/<uuid:key>")
@public
def published_file(team: str, template: str, key: str) -> BaseResponse:
    """A source that the public page names."""
    found = _public(team, template)
    if str(key) not in {each.get("file") for each in found.content["indicators"]}:
        raise NotFound
    return _download(one_or_404(select(Upload).filter_by(profile_id=found.profile_id, uuid=key)))


def room_part(team: Team) -> Markup:
    """What the team room shows of the team's documents."""
    rows = []
    for template in session.scalars(select(Template).order_by(Template.id)):
        profile = session.scalar(Profile.on(team, template.slug))
        rows.append((template, profile, summary_of(profile) if profile else None))
    page = render_template("pegup/profiles/_room.html", team=team, rows=rows)
    return Markup(page)  # noqa: S704  our own template


def city_part(city: City) -> Markup:
    """What a city's page shows: its published documents."""
    query = Publication.newest().join(Profile).join(Team).where(Team.city_id == city.id)
    page = render_template("pegup/profiles/_city.html", publications=session.scalars(query).all())
    return Markup(page)  # noqa: S704  our own template


def _preview(text: str, values: Mapping[str, Mapping[str, Any]]) -> Markup:
    """The text as readers see it, indicators filled in."""
    html = render(text)
    parts = [
        escape(export.inline(values[piece])) if is_code and piece in values else Markup(piece)  # noqa: S704
        for is_code, piece in _split_mentions(str(html))
    ]
    return Markup().join(parts)


def _split_mentions(html: str) -> list[tuple[bool, str]]:
    """Clean HTML in pieces: every second one is an indicator's code."""
    return [(bool(index % 2), piece) for index, piece in enumerate(MENTION.split(html))]


def _has_indicators(profile: Profile) -> bool:
    query = select(Indicator.id).filter_by(template_id=profile.template_id).limit(1)
    return session.scalar(query) is not None


def _published(profile: Profile) -> Publication | None:
    return session.scalar(Publication.newest().where(Publication.profile_id == profile.id))


def _public(team_slug: str, template_slug: str) -> Publication:
    query = (
        Publication.newest()
        .join(Profile)
        .join(Team)
        .join(Template)
        .where(Team.slug == team_slug, Template.slug == template_slug)
    )
    return one_or_404(query)


def _as_form(answer: IndicatorValue | None) -> dict[str, Any]:
    if answer is None:
        return {"base": "0"}
    point = "." if language() == "en" else ","
    return {
        "base": str(answer.number),
        "value": "" if answer.value is None else export.typed_again(answer.value, point),
        "year": str(answer.year or ""),
        "source": answer.source,
        "link": answer.link,
        "method": answer.method,
        "place": answer.place,
        "no_data_reason": answer.no_data_reason,
    }


def _arriving(form: IndicatorForm) -> files.Arriving | None:
    """The file that came with the form."""
    if not form.content:
        return None
    folder = current_app.config["PEGUP_DATA"]
    return files.Arriving(form.file.data.filename, form.content, folder)


def _download(upload: Upload) -> BaseResponse:
    path = files.path_of(upload, current_app.config["PEGUP_DATA"])
    if not path.exists():
        raise NotFound
    response = send_file(
        path, mimetype="application/octet-stream", as_attachment=True, download_name=upload.name
    )
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def home_part(person: Reader) -> Markup | None:
    """The newest published documents, for strangers."""
    if person is not None:
        return None
    query = Publication.newest().order_by(Publication.published_at.desc())
    found = session.scalars(query.options(defer(Publication.content)).limit(NEWEST_AT_HOME)).all()
    if not found:
        return None
    page = render_template("pegup/profiles/_home.html", publications=found, said=said)
    return Markup(page)  # noqa: S704  # rendered by us, escaped


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """The documents that the person's teams have begun."""
    query = (
        select(Profile)
        .join(Profile.team)
        .where(Team.id.in_(Team.of(person).with_only_columns(Team.id).order_by(None)))
    )
    return [
        Shortcut(
            said(each.template.spec["title"]),
            url_for("pegup.profiles.show", team=each.team.slug, template=each.template.slug),
            order=20,
            note=each.team.name,
        )
        for each in session.scalars(query.order_by(Profile.id))
    ]


home_parts.append(HomePart(home_part, order=70))
shortcuts.append(own_shortcuts)
room_parts.append(room_part)
city_parts.append(city_part)
