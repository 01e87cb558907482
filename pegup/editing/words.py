"""What the editor's pages and its script say beside the templates' own words."""

from __future__ import annotations

from collections.abc import Sequence

from pegup.courses.content.storing import Change
from pegup.editing.effects import What
from pegup.web.forms import too_large
from pegup.web.language import gettext as _
from pegup.web.language import lazy

BLOCK_NAMES = {
    "deeper": lazy("Para quien quiere más"),
    "activity": lazy("Actividad"),
    "worked": lazy("Lo que funcionó"),
    "failed": lazy("Lo que no funcionó"),
    "history": lazy("Como era en su tiempo"),
    "law": lazy("Lo que dice la norma"),
    "note": lazy("Nota"),
    "single": lazy("Pregunta: una respuesta"),
    "multiple": lazy("Pregunta: varias respuestas"),
    "true_false": lazy("Pregunta: verdadero o falso"),
    "numeric": lazy("Pregunta: un número"),
    "match": lazy("Pregunta: unir parejas"),
    "order": lazy("Pregunta: poner en orden"),
}
"""What the toolbar inserts: its name in ``frontend/js/lib/insertions.js``, and what it is called."""
EFFECTS = {
    What.NEW: lazy("nueva"),
    What.BACK: lazy("vuelve, con el avance de todos"),
    What.CHANGED: lazy("cambia; quien la leyó la sigue teniendo leída"),
    What.MOVED: lazy("cambia de lugar"),
    What.WITHDRAWN: lazy("se retira; lo que hicieron las personas se guarda"),
}


def published_words(made: Sequence[Change], *, is_reviewed: bool) -> str:
    """After a publication."""
    count = len({change.slug for change in made if change.kind == "lesson"})
    said = _("Publicado. Lecciones que cambiaron: %(count)s.", count=count)
    return said if is_reviewed else said + " " + _("Se publicó sin revisión de otra persona.")


def others_words(count: int) -> str:
    """How much the check says of other files than the one that is shown."""
    return _("En otros archivos del curso: %(count)s por mirar.", count=count) if count else ""


def editor_words() -> dict[str, str]:
    """What the editor's script says."""
    return {
        "bold": _("negrita"),
        "italic": _("cursiva"),
        "link": _("texto del enlace"),
        "linkAddress": _(
            "¿A dónde lleva el enlace? Escribe una dirección o elige una lección de la lista."
        ),
        "term": _("término"),
        "heading": _("Título"),
        "alt": _("¿Qué se ve en la imagen? Escríbelo para quien no puede verla."),
        "uploading": _("Subiendo la imagen…"),
        "failed": _("No se pudo subir. Prueba otra vez cuando haya red."),
        "tooLarge": too_large(),
        "away": _("Sin conexión: la vista previa espera. Sigue escribiendo."),
        "signedOut": _(
            "Tu sesión terminó. Entra otra vez en otra pestaña y sigue aquí: este equipo guarda tu texto."
        ),
        "found": _("Este equipo guarda un texto tuyo de aquí que no llegó al sitio."),
        "column": _("Columna"),
        "cell": _("dato"),
    }
