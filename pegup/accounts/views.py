"""People: find them, add them, give them roles and printed codes."""

from __future__ import annotations

import uuid

from flask import flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, Forbidden, NotFound
from werkzeug.wrappers import Response

from pegup.accounts import operations, paper
from pegup.accounts.access import code_address, person_for, person_parts, require_role
from pegup.accounts.forms import PersonForm, RoleForm, RosterForm
from pegup.accounts.models import Kind, Person, SignInCode
from pegup.accounts.names import CODE_STATES, finding_words, role_name
from pegup.accounts.roster import Finding, read_roster
from pegup.db import now, session
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import largest_file, status_of, submitted, too_large, typed
from pegup.web.language import gettext as _
from pegup.web.language import lazy, ngettext
from pegup.web.navigation import Entry, Reader, register
from pegup.web.pages import Shortcut, shortcuts
from pegup.web.paging import count_of, paging

register(
    Entry(
        lazy("Personas"),
        "pegup.accounts.index",
        shown=lambda person: person is not None and person.has_role(Kind.COORDINATOR),
        order=80,
    )
)

MOST_CODES = 1000
"""Codes on one sheet; a longer list is printed in parts."""

blueprint = Feature("accounts", __name__, url_prefix="/people")
blueprint.context_processor(
    lambda: {
        "role_name": role_name,
        "code_states": CODE_STATES,
        "finding_words": finding_words,
        "code_address": code_address,
        "may_issue_code": operations.may_issue_code,
    }
)


@blueprint.get("/")
def index() -> str:
    """Everybody, by name, a page at a time."""
    require_role(Kind.COORDINATOR)
    words = request.args.get("q", "")[:100]
    query = Person.matching(words)
    page = paging(count_of(query), keep=["q"])
    return render_template(
        "pegup/accounts/index.html",
        people=session.scalars(page.cut(query)).all(),
        words=words,
        paging=page,
    )


@blueprint.get("/<uuid:key>")
def show(key: uuid.UUID) -> str:
    """One person: roles, codes, and what other features add."""
    person = person_for(key)
    return _person_page(person, _role_form(person))


@blueprint.route("/new", methods=["GET", "POST"])
def add() -> Response | str | tuple[str, int]:
    """Somebody new, with or without e-mail."""
    require_role(Kind.COORDINATOR)
    form = PersonForm(request.form)
    if submitted(form):
        try:
            added = operations.add_person(
                typed(form.name), email=typed(form.email) or None, place=typed(form.place)
            )
        except operations.EmailTaken:
            form.email.errors = [_("Ya hay una persona con este correo.")]
        else:
            flash(_("%(name)s ya está en la lista.", name=added.name))
            return redirect(url_for(".show", key=added.uuid))
    return render_template("pegup/accounts/add.html", form=form), status_of(form)


@blueprint.route("/import", methods=["GET", "POST"])
def import_list() -> str | tuple[str, int]:
    """A whole list from a file: everybody, or nobody and what to mend."""
    require_role(Kind.COORDINATOR)
    form = RosterForm()
    if request.method == "GET":
        return render_template("pegup/accounts/import.html", form=form, findings=[])
    file = request.files.get("file")
    if file is None or not file.filename:
        form.file.errors = [_("Elige un archivo.")]
        return render_template("pegup/accounts/import.html", form=form, findings=[]), 422
    content = file.read(largest_file() + 1)
    if len(content) > largest_file():
        form.file.errors = [too_large()]
        return render_template("pegup/accounts/import.html", form=form, findings=[]), 422
    entries, findings = read_roster(content)
    known = operations.known_emails([entry.email for entry in entries if entry.email])
    if known:
        entries, findings = read_roster(content, known)
    if findings:
        return _roster_refused(form, findings)
    keys = operations.add_people(entries, now())
    return render_template(
        "pegup/accounts/imported.html",
        total=len(keys),
        without_email=[k for k, entry in zip(keys, entries, strict=True) if not entry.email],
    )


@blueprint.post("/codes")
def print_codes() -> Response:
    """A sheet with a new code for each chosen person; shown once."""
    require_role(Kind.COORDINATOR)
    keys = {_uuid(text) for text in request.form.getlist("person")}
    if not keys:
        raise Refused(
            _("No elegiste a nadie. Vuelve atrás y marca a las personas que necesitan código.")
        )
    if len(keys) > MOST_CODES:
        raise Refused(
            _("Son demasiadas personas para una sola hoja. Imprime los códigos por partes.")
        )
    people = session.scalars(Person.matching("").where(Person.uuid.in_(keys))).all()
    return code_sheet(list(people))


@blueprint.post("/<uuid:key>/codes")
def issue_code(key: uuid.UUID) -> Response:
    """A new code for one person; the old one dies."""
    return code_sheet([person_for(key)])


@blueprint.post("/<uuid:key>/roles")
def give_role(key: uuid.UUID) -> Response | tuple[str, int]:
    """Gives a role; administrators only."""
    person = person_for(key)
    require_role(Kind.ADMINISTRATOR)
    form = _role_form(person)
    if not submitted(form):
        return _person_page(person, form), status_of(form)
    kind, scope = form.chosen
    operations.give_role(person, kind, scope, by=g.person, at=now())
    flash(_("%(name)s tiene un papel nuevo.", name=person.name))
    return redirect(url_for(".show", key=person.uuid))


@blueprint.post("/<uuid:key>/roles/removal")
def take_back_role(key: uuid.UUID) -> Response:
    """Takes a role back; administrators only."""
    person = person_for(key)
    require_role(Kind.ADMINISTRATOR)
    kind = request.form.get("kind", "")
    if kind not in list(Kind):
        raise BadRequest
    try:
        operations.take_back_role(person, Kind(kind), request.form.get("scope", ""))
    except operations.LastAdministrator:
        raise Refused(
            _("Es la única persona que administra el sitio. Dale antes ese papel a otra.")
        ) from None
    flash(_("%(name)s ya no tiene ese papel.", name=person.name))
    return redirect(url_for(".show", key=person.uuid))


def code_sheet(people: list[Person]) -> Response:
    """The printable page of new codes: name, code, address and QR of each. Teams use it too."""
    address = code_address()
    if address is None:
        raise NotFound
    at = now()
    try:
        made = operations.issue_codes(people, g.person, at)
    except operations.NotForStaff as refused:
        raise Forbidden from refused
    slips = [
        paper.Slip.of(person, code, address) for person, code in zip(people, made, strict=True)
    ]
    title = ngettext("Código para entrar", "%(num)d códigos para entrar", len(slips))
    response = make_response(
        render_template(
            "pegup/accounts/codes.html",
            title=title,
            slips=slips,
            address=address,
            days=operations.CODE_DAYS,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _role_form(person: Person) -> RoleForm:
    form = RoleForm(request.form)
    form.offer_roles(person)
    return form


def _person_page(person: Person, form: RoleForm) -> str:
    codes = session.scalars(SignInCode.of(person).limit(10)).all()
    return render_template(
        "pegup/accounts/show.html",
        shown=person,
        form=form,
        codes=codes,
        at=now(),
        parts=[part(person) for part in person_parts()],
    )


def _roster_refused(form: RosterForm, findings: list[Finding]) -> tuple[str, int]:
    form.file.errors = [
        ngettext(
            "No se agregó a nadie. Hay que corregir una fila.",
            "No se agregó a nadie. Hay que corregir %(num)d filas.",
            len(findings),
        )
    ]
    shown = findings[:100]
    page = render_template(
        "pegup/accounts/import.html", form=form, findings=shown, more=len(findings) - len(shown)
    )
    return page, 422


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadRequest from None


def own_shortcuts(person: Reader) -> list[Shortcut]:
    """Coordinators look after people."""
    if not person.has_role(Kind.COORDINATOR):
        return []
    return [Shortcut(_("Personas"), url_for("pegup.accounts.index"), order=80)]


shortcuts.append(own_shortcuts)
