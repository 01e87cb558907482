"""What the paper says, in the language of the page on which it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from pegup.accounts.models import Person
from pegup.paper.content import Words
from pegup.paper.models import Settlement, Sheet, State
from pegup.web.language import gettext as _
from pegup.web.language import lazy

MOST_NAMES = 3
STATES = {
    State.OUT: lazy("por pasar"),
    State.ONCE: lazy("pasada una vez"),
    State.STOPPED: lazy("no coincide: mirar el papel"),
    State.COUNTED: lazy("ya cuenta"),
}


def words() -> Words:
    """For a theme."""
    return Words(
        labels={
            "edition": _("edición"),
            "objectives": _("Al terminar podrás:"),
            "questions": _("Preguntas"),
            "glossary": _("Palabras de este tema"),
            "quechua": _("en quechua:"),
        },
        hints={
            "single": _("Marca una."),
            "true_false": _("Marca una."),
            "multiple": _("Marca todas las que son verdad."),
            "numeric": _("Escribe un número."),
            "unit": _("Escribe un número, en {unit}."),
            "match": _("Une: a cada número le toca una letra."),
            "order": _("Escribe las letras en su orden, de la primera a la última."),
        },
        how=_(
            "Lee y responde a tu ritmo. Si tienes una hoja de respuestas, marca ahí. "
            "Lo subrayado con puntos se explica al final."
        ),
    )


def sheet_words() -> dict[str, str]:
    """For an answer sheet."""
    return {
        "heading": _("Hoja de respuestas"),
        "edition": _("edición"),
        "number": _("Número de esta hoja"),
        "name": _("Nombre:"),
        "read": _("Leída"),
        "page": _("página"),
        "place": _("0.º"),
        "how": _(
            "Marca con una X la casilla de tu respuesta. Si te equivocas, pinta toda la casilla y marca "
            "otra. Donde hay números, escribe en cada casilla una letra. Al terminar, entrega esta hoja "
            "a quien te la dio."
        ),
    }


def done_words(sheet: Sheet) -> str:
    """After somebody typed a sheet in."""
    if sheet.state == State.COUNTED:
        return _("Las dos veces coinciden: la hoja ya cuenta.")
    return _("Guardado. Falta pasarla una segunda vez, sin mirar la primera.")


def settled_words(settlement: Settlement, person: Person) -> str:
    """After this person said what stands on the paper: the first who said it is heard."""
    if settlement.by_id == person.id:
        return _("Listo: la hoja ya cuenta.")
    return _("Otra persona miró el papel antes y la hoja ya cuenta: lo que elegiste no se guardó.")


def second_words(partners: Sequence[Person]) -> str:
    """Who types the sheet in the second time, for somebody who did it the first time."""
    if not partners:
        return ""
    return _(
        "Tú ya pasaste esta hoja. La segunda vez la pasa otra persona: %(names)s. "
        "Si en siete días nadie pudo, podrás pasarla tú otra vez.",
        names=", ".join(each.name for each in partners[:MOST_NAMES]),
    )
