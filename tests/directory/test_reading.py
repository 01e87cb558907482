"""Reading the directory, and everything that can be wrong with it, in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegup.db import session
from pegup.directory.models import City, ForumEvent, Organisation, Sector
from pegup.directory.operations import import_directory
from pegup.directory.reading import NUCLEI, REGIONS, SECTORS, read_directory

SHIPPED = Path(__file__).parents[2] / "content" / "directory"
CITIES = "cities:\n  - {id: ilo, name: Ilo, ubigeo: '180301'}\n"
ORGANISATIONS = (
    "organisations:\n  - {id: labor, name: Labor, sector: ngo, city: ilo, forum_member: true}\n"
)
EVENTS = "events:\n  - {id: foro, title_es: Foro, title_en: Forum, date: '1996-03'}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cities.yaml").write_text(CITIES)
    (tmp_path / "organisations.yaml").write_text(ORGANISATIONS)
    (tmp_path / "events.yaml").write_text(EVENTS)
    return tmp_path


def problems(folder) -> list[tuple[str, int, str]]:
    reading = read_directory(folder)
    assert (reading.directory is None) == bool(reading.findings)
    return [(each.place.file, each.place.line, each.code) for each in reading.findings]


def test_it_is_stored_once_and_what_changes_is_said(world, folder):
    changed = import_directory(read_directory(folder).directory)
    assert changed == ["new city ilo", "new organisation labor", "new forumevent foro"]
    assert import_directory(read_directory(folder).directory) == []
    (folder / "cities.yaml").write_text(CITIES.replace("name: Ilo", "name: Puerto Ilo"))
    assert import_directory(read_directory(folder).directory) == ["changed city ilo: name"]
    assert session.query(Organisation).one().city.name == "Puerto Ilo"
    assert session.query(ForumEvent).one().held_on == "1996-03"


def test_the_shipped_directory_is_sound(world):
    read = read_directory(SHIPPED).directory
    import_directory(read)
    assert session.query(City).count() == 23
    assert session.query(Organisation).filter_by(is_forum_member=True).count() == 41


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("cities.yaml", "cities:\n  - {id: x}\n", (2, "key-missing")),
        ("cities.yaml", "cities:\n  - 5\n", (2, "value-wrong")),
        ("cities.yaml", "cities: many\n", (1, "key-missing")),
        ("cities.yaml", "- id: x\n", (1, "front-matter-malformed")),
        ("cities.yaml", "cities:\n  - {id: x, name: X, lat: 91}\n", (2, "value-wrong")),
        (
            "cities.yaml",
            "cities:\n  - id: x\n    name: X\n    ubigeo: 180301\n",
            (4, "text-wanted"),
        ),
        ("cities.yaml", CITIES + "  - {id: ilo, name: Otro}\n", (3, "id-twice")),
        ("cities.yaml", CITIES + "  - {id: b, name: B, ubigeo: '180301'}\n", (3, "id-twice")),
        ("cities.yaml", "a: &a [x]\nb: *a\n", (1, "front-matter-alias")),
        (
            "organisations.yaml",
            ORGANISATIONS.replace("city: ilo", "city: iloo"),
            (2, "value-wrong"),
        ),
        ("organisations.yaml", ORGANISATIONS.replace("ngo", "ong"), (2, "value-wrong")),
        ("events.yaml", EVENTS.replace("date", "when"), (2, "key-unknown")),
        ("events.yaml", EVENTS.replace("1996-03", "marzo"), (2, "value-wrong")),
    ],
)
def test_each_fault_is_named_at_its_place(folder, file, content, expected):
    (folder / file).write_text(content)
    assert (file, *expected) in problems(folder)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\0", b"x" * 1_000_001])
def test_files_that_are_no_text_are_findings(folder, content):
    (folder / "cities.yaml").write_bytes(content)
    assert [file for file, _line, _code in problems(folder)] == ["cities.yaml"]


def test_a_missing_file_is_a_finding(folder):
    (folder / "events.yaml").unlink()
    assert problems(folder) == [("events.yaml", 1, "file-unreadable")]


def test_words_of_the_files_are_those_of_the_models():
    assert list(SECTORS) == list(Sector)
    assert set(REGIONS) == {"coast", "highlands", "jungle"}
    assert len(NUCLEI) == 4
