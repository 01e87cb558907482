"""A reading that remembers gives exactly what one that forgot everything gives."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pegup.authoring.source import Held
from pegup.courses.content import reading
from pegup.courses.content.memory import Memory, Unit
from tests.courses.folders import QUESTION, lesson, write_course
from tests.courses.photos import photo

REAL = Path(__file__).parents[2] / "content" / "promotores-ambientales"
MOST_SECONDS = 0.3

LESSONS = [
    lesson("acequia", "El agua corre por la {acequia}.") + QUESTION.format(id="q1"),
    lesson("acequia", "La {asequia} no está.[^1]\n\n[^1]: Fuente.") + QUESTION.format(id="q1"),
    lesson("acequia", "[Pozo](2-pozo.md#mira) y [nada](9-nada.md)") + "/// question | ¿Y?\n///\n",
    lesson("acequia", "![Plaza](../media/plaza.jpg) ![](../media/no.jpg)"),
    "---\nid: agua-dos\ntitle: Otra\n",
]
POZOS = [lesson("pozo", "Hondo."), lesson("pozo-dos", "## Mira\n\n[A](1-acequia.md#nada)"), None]
GLOSSARIES = [
    "---\nid: glosario\ntitle: Glosario\n---\n\n## Acequia {#acequia}\n\nCanal.\n",
    "---\nid: glosario\ntitle: Glosario\n---\n\n## Asequia {#asequia}\n\nUna {acequia} mal escrita.\n",
    None,
]


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(LESSONS),
            st.sampled_from(POZOS),
            st.sampled_from(GLOSSARIES),
            st.booleans(),
            st.sampled_from(["agua", "rio-claro"]),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_what_is_remembered_is_what_would_be_made(tmp_path_factory, states):
    remembered, fresh = [], []
    reading._memory.clear()
    held = []
    for acequia, pozo, glossary, has_photo, slug in states:
        folder = write_course(
            tmp_path_factory.mktemp("course"),
            uno__acequia=acequia,
            uno__pozo=pozo,
            glosario=glossary,
            **({"media/plaza.jpg": PHOTO} if has_photo else {}),
        )
        course = (folder / "course.md").read_text().replace("id: agua", f"id: {slug}")
        (folder / "course.md").write_text(course)
        held.append(Held(files_of(folder)))
    for files in held:
        remembered.append(reading.read_files(files))
    for files in held:
        reading._memory.clear()
        fresh.append(reading.read_files(files))
    assert remembered == fresh


PHOTO = photo(400, 300)


@pytest.mark.slow
def test_one_edit_of_the_real_course_is_read_at_once():
    """So fast that it can follow the typing: measured 40 ms."""
    files = files_of(REAL)
    path = "1-teoria-conceptual/1-la-ciudad-que-habitamos.md"
    reading.read_files(Held(files))
    took = []
    for number in range(3):
        files[path] += f"\nUna frase más, la número {number}.\n".encode()
        begun = time.process_time()
        reading.read_files(Held(files))
        took.append(time.process_time() - begun)
    assert min(took) < MOST_SECONDS


def test_it_keeps_no_more_than_it_may():
    memory = Memory(2)
    unit = Unit(None, [], set(), set())
    for name in ("a", "b"):
        memory.put((name,), unit)
    assert memory.get(("a",)) is unit
    memory.put(("c",), unit)
    assert [memory.get((name,)) for name in "abc"] == [unit, None, unit]


def test_a_finding_is_told_again_at_each_reading(tmp_path):
    folder = write_course(tmp_path, uno__pozo=lesson("pozo", "{nada}"))
    for _again in range(2):
        codes = [found.code for found in reading.read_course(folder).findings]
        assert codes.count("term-unknown") == 1
