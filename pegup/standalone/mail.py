"""Sends mail by the SMTP server of the settings; without one, writes ``.eml`` files to the data folder."""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, make_msgid
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import flask_security
from flask import Flask, current_app
from flask_mailman import EmailMessage as OutgoingMessage
from flask_mailman import Mail
from flask_mailman.backends.base import BaseEmailBackend

from pegup.web.letters import Fate, Letter, Send

TIMEOUT_SECONDS = 10
CLOSING = 421
"""What a server says before it ends the connection."""


class _Whole(UnstructuredHeader):
    """A header that stands on one line as it is: the library would write a long link in code."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        del policy
        return f"{self.name}: {self}\r\n"  # type: ignore[attr-defined]  # the registry makes a header of it


_registry = HeaderRegistry()
_registry.map_to_type("list-unsubscribe", _Whole)  # type: ignore[arg-type]
LETTERS = SMTP.clone(header_factory=_registry)


class MailAway(Exception):
    """The mail server does not answer; nothing was sent."""


class FileBackend(BaseEmailBackend):  # type: ignore[misc]  # the library is not typed
    """Writes every message to its own ``.eml`` file."""

    def send_messages(self, messages: list[OutgoingMessage]) -> int:
        for message in messages:
            write_message(current_app.config["PEGUP_DATA"] / "mail", message.message().as_bytes())
        return len(messages)


def write_message(folder: Path, content: bytes) -> Path:
    """Keeps a message in the folder, for its owner only; the newest name sorts last."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    path = folder / f"{stamp}-{secrets.token_hex(4)}.eml"
    path.write_bytes(content)
    return path


def init_mail(app: Flask) -> None:
    """Chooses the way that mail goes."""
    if not app.config["MAIL_SERVER"]:
        app.config["MAIL_BACKEND"] = FileBackend
    app.config.setdefault("MAIL_TIMEOUT", TIMEOUT_SECONDS)
    app.config.setdefault("MAIL_USE_TLS", app.config["MAIL_PORT"] == 587)
    app.config.setdefault("MAIL_USE_SSL", app.config["MAIL_PORT"] == 465)
    Mail(app)


def require_mail() -> None:
    """``MailAway`` if no mail can be sent now: asked before we know whether there is an account.

    So that the answer tells nobody who has one.
    """
    if not current_app.config["MAIL_SERVER"]:
        return
    try:
        with current_app.extensions["mailman"].get_connection() as connection:
            connection.open()
    except (OSError, smtplib.SMTPException) as error:
        current_app.logger.error("The mail server does not answer: %s", type(error).__name__)
        raise MailAway from error


def send(recipient: str, subject: str, body: str) -> None:
    """Sends one message of plain text; by a server, while the page is already on its way.

    How long a server takes would tell whether there is an account.
    """
    message = OutgoingMessage(subject, body, to=[recipient])
    if not current_app.config["MAIL_SERVER"]:
        message.send()
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Thread(target=_send_later, args=(app, message), daemon=False).start()


@contextmanager
def post_office() -> Iterator[Send]:
    """The way of letters to many people: one connection, opened again where it is lost."""
    if not current_app.config["MAIL_SERVER"]:
        yield _into_file
        return
    route = _Route()
    try:
        yield route.send
    finally:
        route.close()


class _Route:
    """A connection to the mail server. Told apart: certainly not taken, and perhaps taken."""

    def __init__(self) -> None:
        self._backend: Any = current_app.extensions["mailman"].get_connection()
        self._is_away = False
        self._carried = 0
        """Letters that this connection took."""

    def send(self, letter: Letter) -> Fate:
        """Sends one; after the server could not be reached, the rest is for later."""
        try:
            message = message_of(letter)
        except (ValueError, MessageError):
            return Fate.REFUSED
        try:
            was_used = self._carried > 0
            fate = self._hand_over(letter.to, message)
            if fate is Fate.LATER and was_used and self._backend.connection is None:
                # Servers end a connection after so many letters or seconds: once more on a new one.
                fate = self._hand_over(letter.to, message)
            return fate
        except UnicodeEncodeError:  # a letter in the address that this server cannot take
            self.close()
            return Fate.REFUSED

    def _opened(self) -> bool:
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self._note(error)
            self.close()
            self._is_away = True
        return not self._is_away

    def _hand_over(self, to: str, message: bytes) -> Fate:
        if self._is_away or not self._opened():
            return Fate.LATER
        server: smtplib.SMTP = self._backend.connection
        sender = str(current_app.config["MAIL_DEFAULT_SENDER"])
        try:
            server.ehlo_or_helo_if_needed()
            for code, reply in (server.mail(sender), server.rcpt(to)):
                if code not in {250, 251}:
                    return self._refused(code, reply)
        except (OSError, smtplib.SMTPException) as error:
            self._note(error)
            self.close()
            return Fate.LATER
        try:
            code, reply = server.data(message)
        except smtplib.SMTPDataError as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self._note(error)
            self.close()
            return Fate.UNSURE
        self._carried += 1
        return Fate.SENT if code == 250 else self._refused(code, reply)

    def _refused(self, code: int, reply: bytes | str) -> Fate:
        """4xx is "not now", 5xx is "never"; the next letter begins anew."""
        current_app.logger.warning("The mail server refused a letter: %s", code)
        del reply  # it may name the person
        try:
            if code == CLOSING:
                raise smtplib.SMTPServerDisconnected
            self._backend.connection.rset()
        except (OSError, smtplib.SMTPException):
            self.close()
        return Fate.LATER if 400 <= code < 500 else Fate.REFUSED

    def _note(self, error: Exception) -> None:
        current_app.logger.error("The mail server does not answer: %s", type(error).__name__)

    def close(self) -> None:
        connection, self._backend.connection = self._backend.connection, None
        self._carried = 0
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()


def message_of(letter: Letter) -> bytes:
    """The letter as it travels; ``ValueError`` for an address that is none."""
    message = EmailMessage(policy=LETTERS)
    message["Subject"] = _one_line(letter.subject)
    message["From"] = current_app.config["MAIL_DEFAULT_SENDER"]
    message["To"] = Address(display_name=_one_line(letter.name), addr_spec=letter.to)
    message["Date"] = format_datetime(datetime.now(UTC))
    host = urlsplit(current_app.config["PEGUP_PUBLIC_URL"]).hostname or "localhost"
    message["Message-ID"] = make_msgid(domain=host)
    for name, value in letter.headers.items():
        message[name] = _one_line(value)
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _one_line(text: str) -> str:
    """A header has one line: what somebody typed cannot begin another."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _into_file(letter: Letter) -> Fate:
    try:
        write_message(current_app.config["PEGUP_DATA"] / "mail", message_of(letter))
    except (ValueError, MessageError):
        return Fate.REFUSED
    return Fate.SENT


class MailUtil(flask_security.MailUtil):  # type: ignore[misc]  # the library is not typed
    """How the sign-in library sends its messages."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        sender: str,
        body: str,
        html: str | None,
        **context: Any,
    ) -> None:
        """Sends the text; we write no HTML mail."""
        send(recipient, str(subject), body)


def _send_later(app: Flask, message: OutgoingMessage) -> None:
    with app.app_context():
        try:
            message.send()
        except (OSError, smtplib.SMTPException) as error:
            app.logger.error("A mail was not sent: %s", type(error).__name__)
