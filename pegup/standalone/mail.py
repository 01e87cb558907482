"""Sends mail by the SMTP server of the settings; without one, writes ``.eml`` files to the data folder."""

from __future__ import annotations

import secrets
import smtplib
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import flask_security
from flask import Flask, current_app
from flask_mailman import EmailMessage as OutgoingMessage
from flask_mailman import Mail
from flask_mailman.backends.base import BaseEmailBackend

TIMEOUT_SECONDS = 10


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


def site_link(link: str) -> str:
    """The link at the site's own address: what a request calls the site is not to be trusted."""
    public = current_app.config["PEGUP_PUBLIC_URL"]
    if not public:
        return link
    ours, asked = urlsplit(public), urlsplit(link)
    return str(urlunsplit((ours.scheme, ours.netloc, asked.path, asked.query, asked.fragment)))


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
