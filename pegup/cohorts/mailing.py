"""Mails of a group: each is handed to the mail server at most once, in the person's language.

A copy is claimed, and that is stored, before the server sees it. If the site stops in between, the
copy stays "being sent" and nobody sends it again: two equal mails are worse than one that is also
on the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread
from typing import Protocol
from uuid import UUID

from flask import Flask, after_this_request, current_app, g, render_template, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from werkzeug.wrappers import Response

from pegup.accounts.models import Person
from pegup.cohorts.correspondence import wants_no_mail
from pegup.cohorts.models import Mailing, Message, MessageCopy
from pegup.db import now, session, transaction
from pegup.web import language
from pegup.web.language import gettext as _
from pegup.web.letters import Fate, Letter, post_office
from pegup.web.markdown import render

TRIED_FOR = timedelta(days=3)
"""How long a mail that the server put off is tried again; the message itself stays on the site."""
OFF_SALT = "pegup-mail-off"
MAILINGS = {
    Fate.SENT: Mailing.SENT,
    Fate.REFUSED: Mailing.REFUSED,
    Fate.LATER: Mailing.WAITING,
    Fate.UNSURE: Mailing.UNSURE,
}


def send_soon() -> None:
    """Sends what waits after this request's answer is stored, while the page is on its way."""
    if post_office() is None:
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    @after_this_request
    def start(response: Response) -> Response:
        response.call_on_close(lambda: Thread(target=_send_in, args=(app,), daemon=False).start())
        return response


def _send_in(app: Flask) -> None:
    with app.app_context():
        try:
            send_waiting(at=now())
        except Exception:
            app.logger.exception("Mails of messages were not sent")


def send_waiting(*, at: datetime) -> dict[Fate, int]:
    """Sends the copies of messages that wait; says how many went which way."""
    post = post_office()
    told = dict.fromkeys(Fate, 0)
    if post is None:
        return told
    query = (
        select(MessageCopy.id)
        .join(Message, Message.id == MessageCopy.message_id)
        .where(MessageCopy.mailing == Mailing.WAITING, Message.sent_at > at - TRIED_FOR)
        .order_by(MessageCopy.id)
    )
    with transaction():
        waiting = session.scalars(query).all()
    with post() as send:
        for key in waiting:
            with transaction():
                letter = _claim(key)
            if letter is None:
                continue
            fate = send(letter)
            told[fate] += 1
            with transaction():
                session.execute(
                    update(MessageCopy)
                    .where(MessageCopy.id == key)
                    .values(mailing=MAILINGS[fate], mailed_at=now() if fate is Fate.SENT else None)
                )
    return told


def _claim(key: int) -> Letter | None:
    """The mail of a copy that nobody else sends; None if somebody does, or it is not wanted any more."""
    taken = session.execute(
        update(MessageCopy)
        .where(MessageCopy.id == key, MessageCopy.mailing == Mailing.WAITING)
        .values(mailing=Mailing.SENDING)
    )
    assert isinstance(taken, CursorResult)
    if taken.rowcount != 1:
        return None
    copy = session.scalars(MessageCopy.whole().where(MessageCopy.id == key)).one()
    if not copy.person.email or wants_no_mail(copy.person):
        copy.mailing = Mailing.NONE
        return None
    return letter_of(copy)


def letter_of(copy: MessageCopy) -> Letter:
    """The message as a mail to the person."""
    message, person = copy.message, copy.person
    author = message.author.name if message.author else message.cohort.name
    with speaking(person.language):
        off = off_address(person)
        values = {
            "person": person,
            "author": author,
            "text": message.text,
            "cohort": message.cohort,
            "link": url_for("pegup.messages.conversation", key=copy.uuid, _external=True),
            "off": off,
            "as_html": render,
            "spoken": language.language(),
            "_": _,
        }
        return Letter(
            to=person.email or "",
            name=person.name,
            subject=_("Mensaje de %(name)s", name=author),
            text=render_template("pegup/cohorts/mail/message.txt", **values),
            html=render_template("pegup/cohorts/mail/message.html", **values),
            headers=off_headers(off),
        )


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """As a page of the site in this language, with the site's own address: for mails."""
    config = current_app.config
    base = config.get("PEGUP_PUBLIC_URL") or f"http://localhost:{config.get('PEGUP_PORT', 8000)}"
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.test_request_context(base_url=base):
        before = g.get("pegup_language", None)
        g.pegup_language = wanted if wanted in language.LANGUAGES else language.DEFAULT
        try:
            yield
        finally:
            g.pegup_language = before


class Named(Protocol):
    """Somebody with the name that stands in addresses."""

    @property
    def uuid(self) -> UUID: ...


def off_address(person: Named) -> str:
    """The link that switches the mails off without signing in; it holds for ever."""
    return url_for(
        "pegup.messages.mail_off", token=_signer().dumps(person.uuid.hex), _external=True
    )


def off_headers(address: str) -> dict[str, str]:
    """One click in the mail program (RFC 8058); and no answer of a machine to a machine."""
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def person_of(token: str) -> Person | None:
    """Whose link it is; None for one that we did not write."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        return None
    return session.scalar(Person.by_uuid(UUID(hex=str(key))))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=OFF_SALT)
