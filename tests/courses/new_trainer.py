"""What a new trainer writes from docs/content.md alone, and ten ways of breaking it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.courses.folders import write_course

PLACE = "1-uno/3-turnos.md"
LESSON = """\
---
id: turnos
title: Los turnos del agua
minutes: 15
objectives: [Repartir el agua por turnos]
---

## Mira la acequia

El agua corre por la {acequia}. Cada familia tiene su turno.[^1]

![Una acequia limpia entre dos chacras](../media/acequia.svg)

| Día | Familia |
| --- | --- |
| Lunes | Quispe |
| Martes | Rojas |

/// question | ¿Quién limpia la acequia?
    id: quien-limpia

- [ ] Nadie
      > Sin limpieza no hay agua.
- [x] Todas las familias

> Se limpia antes de la siembra.
///

/// question | ¿Qué ensucia el agua?
    id: que-ensucia

- [x] La basura
- [x] El aceite
- [ ] La lluvia
///

/// question | El agua es de todos.
    id: de-todos

- [x] Verdadero
- [ ] Falso
///

/// question | ¿Cuántos días tiene la semana?
    id: cuantos-dias

= 7 ± 0 días
///

/// question | Une cada día con su familia.
    id: dia-y-familia

- Lunes -> Quispe
- Martes -> Rojas
///

/// question | ¿Qué va primero?
    id: que-primero

1. Avisar
2. Limpiar
3. Regar
///

[^1]: Junta de regantes del ejemplo, 2026.
"""
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<path d="M0 10h40" stroke="#369"/></svg>'
)


class Break(NamedTuple):
    """One slip, and what must be said of it."""

    before: str
    after: str
    line: int
    code: str
    says: str
    """What tells the trainer how to mend it."""


BREAKS = [
    Break("{acequia}", "{asequia}", 10, "term-unknown", "¿quisiste decir «Acequia»?"),
    Break("media/acequia.svg", "media/asequia.svg", 12, "picture-missing", "media/acequia.svg"),
    Break("![Una acequia limpia entre dos chacras]", "![]", 12, "picture-no-words", "["),
    Break("| --- | --- |\n", "", 15, "table-no-rule", "| --- | --- |"),
    Break("    id: quien-limpia", "id: quien-limpia", 20, "option-not-indented", "cuatro espacios"),
    Break("      > Sin", "> Sin", 23, "quote-not-indented", "dos espacios"),
    Break(
        "- [x] La basura\n- [x] El",
        "- [ ] La basura\n- [ ] El",
        29,
        "question-no-right-answer",
        "- [x]",
    ),
    Break("/// question | El", "/// pregunta | El", 37, "block-unknown", "«question»"),
    Break("= 7 ± 0 días", "= 7,5 días", 47, "number-malformed", "«= 7.5 días»"),
    Break("id: que-primero", "id: Qué primero", 58, "id-malformed", "«que-primero»"),
]


def write(folder: Path, text: str = LESSON) -> Path:
    """The small course with the trainer's lesson in it."""
    return write_course(folder, **{PLACE: text, "media/acequia.svg": PICTURE})
