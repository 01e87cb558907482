"""Writes small course folders for tests: a sound one, and whatever a test breaks in it."""

from __future__ import annotations

from pathlib import Path

COURSE = """\
---
id: agua
title: El agua del barrio
summary: Un curso de prueba.
grading:
  weights: {uno: 60, dos: 40}
---

¡Hola! Empieza por [la acequia](1-uno/1-acequia.md).
"""
MODULE = "---\nid: {id}\ntitle: Módulo {id}\n---\n"
LESSON = """\
---
id: {id}
title: Lección {id}
minutes: 20
objectives: [Saber mirar]
---

## Mira

{text}
"""
QUESTION = """\
/// question | ¿Quién cuida la acequia?
    id: {id}

- [ ] Nadie
      > Alguien la cuida.
- [x] El barrio
      > Sí, entre todos.

> La acequia es de todos.
///
"""
GLOSSARY = """\
---
id: glosario
title: Glosario
---

## Acequia {#acequia}

Canal por donde corre el agua.

- category: agua
- also: acequias, canal de riego
"""


def write_course(folder: Path, **files: str | bytes | None) -> Path:
    """A sound course of three lessons; ``files`` replace, add or (None) leave out by path.

    Paths are written with ``__`` for ``/`` and no suffix: ``uno__acequia="…"`` is
    ``1-uno/1-acequia.md``.
    """
    sound: dict[str, str | bytes | None] = {
        "course": COURSE,
        "glosario": GLOSSARY,
        "uno__module": MODULE.format(id="uno"),
        "uno__acequia": lesson("acequia", "El agua corre por la {acequia}.")
        + "\n"
        + QUESTION.format(id="quien-cuida"),
        "uno__pozo": lesson("pozo", "El pozo es hondo."),
        "dos__module": MODULE.format(id="dos"),
        "dos__rio": lesson("rio", "El río es de todos."),
    }
    for name, content in (sound | files).items():
        if content is not None:
            path = folder / PATHS.get(name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


PATHS = {
    "course": "course.md",
    "glosario": "glosario.md",
    "uno__module": "1-uno/module.md",
    "uno__acequia": "1-uno/1-acequia.md",
    "uno__pozo": "1-uno/2-pozo.md",
    "dos__module": "2-dos/module.md",
    "dos__rio": "2-dos/1-rio.md",
}


def lesson(id: str, text: str) -> str:
    """A lesson whose text begins in line 10."""
    return LESSON.format(id=id, text=text)
