"""What the file's script says, and what is said when a code was entered."""

from __future__ import annotations

from pegup.handouts.models import HandoutCode
from pegup.web.language import gettext as _
from pegup.web.language import moment


def script_words() -> dict[str, str]:
    """In the language of the file; ``{}`` is filled in there."""
    return {
        "moved": _("Cada una va una sola vez: vuelve a elegir en «{}»."),
        "number": _("Escribe un número, por ejemplo 48,5."),
        "tries": _("Puedes intentarlo las veces que quieras: cuenta tu mejor intento."),
        "result": _("Tu resultado: {}."),
        "best": _("Cuenta tu mejor intento: {}."),
        "counts": _("Es tu mejor intento: este cuenta."),
        "good": _("Bien"),
        "partly": _("En parte: {}"),
        "open": _("Sin responder"),
        "bad": _("Todavía no"),
        "chosen": _("Elegiste esta"),
        "right": _("Respuesta correcta"),
        "read": _("Leída"),
        "unread": _("sin marcar como leída"),
        "answered": _("preguntas: {}"),
        "untried": _("preguntas sin terminar"),
        "copied": _("Copiado."),
        "uncopied": _("Está marcado: cópialo con el menú del teléfono."),
    }


def entered_words(code: HandoutCode, *, is_new: bool) -> str:
    """After somebody entered a code."""
    if is_new:
        return _("Listo: lo que hizo %(name)s ya cuenta.", name=code.copy.person.name)
    return _(
        "Este código ya contó el %(when)s. No cuenta dos veces, y nada se pierde.",
        when=moment(code.entered_at),
    )
