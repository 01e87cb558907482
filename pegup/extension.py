"""Mounts Pegup in a Flask app without touching the app's own tables, addresses or templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask, current_app, g, request
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.local import LocalProxy

from pegup.accounts.models import Kind, Person
from pegup.accounts.names import scope_choices
from pegup.accounts.recognise import Claim, recognise
from pegup.accounts.views import blueprint as accounts
from pegup.assessments.views import blueprint as assessments
from pegup.cohorts.messages import blueprint as messages
from pegup.cohorts.views import blueprint as cohorts
from pegup.courses.access import NotEnrolled
from pegup.courses.models import Course
from pegup.courses.views import blueprint as courses
from pegup.courses.views import not_enrolled
from pegup.db import db, end_transaction, now, session, share
from pegup.directory.models import Organisation, Sector
from pegup.directory.views import blueprint as directory
from pegup.editing.views import blueprint as editing
from pegup.gradebook.views import blueprint as gradebook
from pegup.grants.views import blueprint as grants
from pegup.handouts.views import blueprint as handouts
from pegup.offline.views import blueprint as offline
from pegup.paper.views import blueprint as paper
from pegup.profiles.views import blueprint as profiles
from pegup.search.views import blueprint as search
from pegup.teams.views import blueprint as teams
from pegup.web import alike, assets, errors, language, navigation, pages
from pegup.web.access import require_sign_in
from pegup.web.feature import Feature, Root
from pegup.web.forgery import refuse_cross_site_writes
from pegup.web.forms import refuse_zero_bytes
from pegup.web.headers import add_headers, send_once
from pegup.web.letters import PostOffice

scope_choices[Kind.TRAINER] = lambda: {
    course.slug: course.title for course in session.scalars(select(Course).order_by(Course.title))
}
scope_choices[Kind.REGISTRAR] = lambda: {
    each.slug: each.name
    for each in session.scalars(Organisation.in_order())
    if each.sector == Sector.UNIVERSITY
}

FEATURES: tuple[Feature, ...] = (
    accounts,
    directory,
    teams,
    courses,
    assessments,
    offline,
    profiles,
    search,
    editing,
    gradebook,
    cohorts,
    messages,
    paper,
    handouts,
    grants,
)
LARGEST_UPLOAD = 5 * 1024 * 1024
"""Bytes of a file, at a host that names no ``PEGUP_UPLOAD_LIMIT`` and no smaller ``MAX_CONTENT_LENGTH``."""


class Pegup:
    """Flask extension: ``Pegup(app, identify=…)`` or ``Pegup(…).init_app(app)``.

    Comes after the host's own SQLAlchemy, Babel and CSRFProtect, where it has them. Our files lie in
    ``PEGUP_DATA``, which is ``pegup`` in the app's instance folder unless the host says otherwise.

    ``identify()`` returns a ``Claim`` about who is signed in at the host, or None.
    ``sign_in_address(next)`` gives the host's sign-in page; without it a stranger meets a 401 page.
    ``sign_out_address()`` takes a POST, ``account_address()`` is the person's own page, and
    ``code_address()`` the page where a printed code is typed, ``register_address()`` the page where
    strangers make an account, or None; without them we show no such link.
    ``post`` opens the way of mails (see ``pegup.web.letters``); without it none is sent.
    ``features`` are blueprints of the host that live by our rules: access, errors, transaction.
    ``is_alone`` says that no host changes our pages, by templates or otherwise: then they may be kept.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "/pegup",
        identify: Callable[[], Claim | None] | None = None,
        current_person: Callable[[], Person | None] | None = None,
        sign_in_address: Callable[[str], str | None] = lambda _next: None,
        sign_out_address: Callable[[], str] | None = None,
        account_address: Callable[[], str] | None = None,
        code_address: Callable[[], str] | None = None,
        register_address: Callable[[], str | None] = lambda: None,
        post: PostOffice | None = None,
        features: Sequence[Feature] = (),
        is_alone: bool = False,
    ) -> None:
        self.url_prefix = url_prefix
        self.current_person = current_person or _recognise_with(identify or (lambda: None))
        self.sign_in_address = sign_in_address
        self.sign_out_address = sign_out_address
        self.account_address = account_address
        self.code_address = code_address
        self.register_address = register_address
        self.post = post
        self.is_alone = is_alone
        self.features = (*FEATURES, *features)
        self.today = lambda: now().astimezone(language.LIMA).date()
        self.person_parts: list[Callable[[Person], Markup]] = []
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        app.extensions["pegup"] = self
        app.config["PEGUP_DATA"] = Path(
            app.config.get("PEGUP_DATA") or Path(app.instance_path) / "pegup"
        )
        largest = min(LARGEST_UPLOAD, app.config["MAX_CONTENT_LENGTH"] or LARGEST_UPLOAD)
        app.config.setdefault("PEGUP_UPLOAD_LIMIT", largest)
        if "sqlalchemy" not in app.extensions:
            db.init_app(app)
        share(app)
        language.settle(app)
        app.register_blueprint(_root(self.features), url_prefix=self.url_prefix)
        _need_no_token(app)


def _need_no_token(app: Flask) -> None:
    """Our forms carry none: a write from another site is refused by where it comes from."""
    if "csrf" in app.extensions:
        for blueprint in app.blueprints.values():
            if isinstance(blueprint, (Root, Feature)):
                app.extensions["csrf"].exempt(blueprint)


def _recognise_with(identify: Callable[[], Claim | None]) -> Callable[[], Person | None]:
    def current_person() -> Person | None:
        claim = identify()
        return recognise(claim) if claim is not None else None

    return current_person


def _root(features: Sequence[Feature]) -> Root:
    root = Root(static_folder="static", static_url_path="/static")
    pages.register(root)
    for feature in features:
        root.register_blueprint(feature)
    root.before_request(_limit_uploads)
    root.before_request(refuse_cross_site_writes)
    root.before_request(refuse_zero_bytes)
    root.before_request(require_sign_in)
    root.before_request(language.hold_language)
    root.context_processor(template_names)
    errors.register(root)
    root.register_error_handler(NotEnrolled, not_enrolled)
    # Run last to first: headers stand on every response, also on one whose commit failed.
    root.after_request(send_once)
    root.after_request(end_transaction)
    root.after_request(add_headers)
    return root


def _limit_uploads() -> None:
    """Also where the host lets in files of any size; only forms with files may be larger than one file."""
    largest = current_app.config["PEGUP_UPLOAD_LIMIT"]
    if request.mimetype != "multipart/form-data":
        request.max_content_length = largest
    elif request.max_content_length is None:
        request.max_content_length = 4 * largest


def template_names() -> dict[str, object]:
    """What every template of ours may use."""
    return _NAMES | {"_": language.speaker(language.language())}


_NAMES: dict[str, object] = {
    "ngettext": language.ngettext,
    "language": language.language,
    "languages": language.LANGUAGES,
    "number": language.number,
    "percent": language.percent,
    "kilobytes": language.kilobytes,
    "day": language.day,
    "rough_day": language.rough_day,
    "moment": language.moment,
    "asset": assets.asset,
    "navigation": navigation.links_for,
    "here": navigation.here,
    "who": alike.who,
    "header_parts": pages.header_parts,
    "frame_parts": pages.frame_parts,
    "person": LocalProxy(lambda: g.get("person")),
    "site": LocalProxy(lambda: current_app.extensions["pegup"]),
}
