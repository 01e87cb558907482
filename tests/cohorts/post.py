"""A real SMTP server on this machine, which takes letters, refuses some, falls silent at others."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.ports import free_port


class Handler:
    """What happens to a letter is told by its address: ``550@…``, ``450@…``, ``drop@…``, ``slow@…``."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.addresses: list[str] = []
        self.raw: list[bytes] = []
        self.connections = 0
        self.most = 100
        """Letters that one connection may bring."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        session.brought = getattr(session, "brought", 0) + 1
        if session.brought > self.most:
            return "421 too many in one go"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith(("550", "450")):
            return f"{address[:3]} no"
        if address.startswith("gone"):
            server.transport.close()
            await asyncio.sleep(0.05)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (address,) = envelope.rcpt_tos
        if address.startswith("full"):
            return "452 later"
        if address.startswith("spam"):
            return "554 no"
        if address.startswith("slow"):
            await asyncio.sleep(1.5)
        self.raw.append(envelope.content)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append(message)
        self.addresses.append(address)
        if address.startswith("drop"):
            server.transport.close()
            await asyncio.sleep(0.05)
        return "250 OK"


class Quiet(Controller):
    """Says nothing of connections that we end."""

    def factory(self):
        return SMTP(self.handler, hostname="localhost")


@contextmanager
def smtp_server() -> Iterator[tuple[Handler, int]]:
    """The handler with what it took, and the port."""
    handler, port = Handler(), free_port()
    controller = Quiet(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()
