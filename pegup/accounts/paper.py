"""What is printed for one person: name, code, and a QR that opens the page with the code filled in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from markupsafe import Markup

from pegup.accounts.models import Person


@dataclass(frozen=True)
class Slip:
    """One person's part of the sheet."""

    name: str
    place: str
    code: str
    qr: Markup

    @classmethod
    def of(cls, person: Person, code: str, address: str) -> Slip:
        """The slip that hands ``code`` to the person; ``address`` is the page where it is typed."""
        link = f"{address}?{urlencode({'code': code})}"
        return cls(person.name, person.place, code, qr_picture(link))


def qr_picture(text: str) -> Markup:
    """A QR as inline SVG; those who cannot see it have the same in words beside it."""
    made = segno.make(text, error="m", micro=False)
    svg = made.svg_inline(scale=3, border=2, dark="#000", light="#fff", omitsize=True)
    return Markup(svg.replace("<svg", '<svg width="150" height="150" aria-hidden="true"', 1))  # noqa: S704
