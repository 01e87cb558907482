"""The words for roles, for the state of a code and for what is wrong with a list."""

from __future__ import annotations

from collections.abc import Callable

from flask import g

from pegup.accounts.models import Kind, Role
from pegup.accounts.roster import Finding, Wrong
from pegup.web.language import gettext as _
from pegup.web.language import lazy

scope_choices: dict[Kind, Callable[[], dict[str, str]]] = {}
"""Where a role can hold, slug to name: the features above say it for trainers and registrars."""

KINDS = {
    Kind.ADMINISTRATOR: lazy("Administra el sitio"),
    Kind.COORDINATOR: lazy("Coordina el Foro"),
    Kind.TRAINER: lazy("Capacita"),
    Kind.REGISTRAR: lazy("Registra notas"),
}
CODE_STATES = {
    "used": lazy("Usado"),
    "withdrawn": lazy("Reemplazado"),
    "waiting": lazy("Sin usar"),
    "expired": lazy("Venció"),
}


def role_name(role: Role) -> str:
    """The role in words, with where it holds."""
    kind = Kind(role.kind)
    if not role.scope:
        return str(KINDS[kind])
    return f"{KINDS[kind]}: {_scope_names(kind).get(role.scope, role.scope)}"


def _scope_names(kind: Kind) -> dict[str, str]:
    """Asked once for each page, however many roles it shows."""
    known: dict[Kind, dict[str, str]] = g.setdefault("scope_names", {})
    if kind not in known:
        known[kind] = scope_choices[kind]() if kind in scope_choices else {}
    return known[kind]


def finding_words(finding: Finding) -> str:
    """What is wrong and how to mend it."""
    words = {
        Wrong.NOT_TEXT: _(
            "Esto no es un archivo CSV. En tu hoja de cálculo usa «Guardar como» y elige CSV."
        ),
        Wrong.NO_NAME_COLUMN: _(
            "Falta una columna llamada «nombre». La primera fila dice: %(what)s", what=finding.text
        ),
        Wrong.EMPTY: _("La lista no tiene personas."),
        Wrong.TOO_MANY: _(
            "Son demasiadas. Divide la lista en partes de %(what)s personas como máximo.",
            what=finding.text,
        ),
        Wrong.NO_NAME: _("Falta el nombre."),
        Wrong.TOO_LONG: _("El nombre o la ciudad es demasiado largo: %(what)s", what=finding.text),
        Wrong.BAD_EMAIL: _("Esto no parece un correo: %(what)s", what=finding.text),
        Wrong.TWICE: _("Es la misma persona de la fila %(what)s.", what=finding.text),
        Wrong.KNOWN_EMAIL: _("Ya hay una persona con este correo: %(what)s", what=finding.text),
    }
    return words[finding.wrong]
