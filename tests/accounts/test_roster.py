"""Reading a list of people."""

from __future__ import annotations

import pytest

from pegup.accounts.roster import MOST_PEOPLE, Entry, Finding, Wrong, read_roster


def read(text: str, **options):
    return read_roster(text.encode(), **options)


def test_names_addresses_and_cities_are_read():
    entries, findings = read(
        "nombre,correo,ciudad\n Rosa  Quispe ,ROSA@Correo.pe,Ilo\n\nJuan Huamán,,\n"
    )
    assert findings == []
    assert entries == [
        Entry(2, "Rosa Quispe", "rosa@correo.pe", "Ilo"),
        Entry(4, "Juan Huamán", None, ""),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_delimiter_that_spreadsheets_use(delimiter):
    text = f"Nombre{delimiter}Ciudad\nRosa{delimiter}Ilo"
    assert read(text) == ([Entry(2, "Rosa", None, "Ilo")], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_survive_what_excel_writes(encoding):
    entries, _findings = read_roster("nombre\nJosé Núñez\n".encode(encoding))
    assert entries[0].name == "José Núñez"


def test_all_that_is_wrong_is_told_at_once_with_its_line():
    text = (
        "nombre,correo\nRosa,rosa@c.pe\n,x@c.pe\nJuan,no es\nEva,ROSA@c.pe\nLuz,luz@c.pe\n"
        + "x" * 201
    )
    _entries, findings = read(text, known_emails={"luz@c.pe"})
    assert [(f.line, f.wrong) for f in findings] == [
        (3, Wrong.NO_NAME),
        (4, Wrong.BAD_EMAIL),
        (5, Wrong.TWICE),
        (6, Wrong.KNOWN_EMAIL),
        (7, Wrong.TOO_LONG),
    ]


def test_line_numbers_are_those_of_the_spreadsheet():
    _entries, findings = read('nombre,correo\n\n"Rosa\nQuispe",\n,a@b.pe\n')
    assert findings == [Finding(5, Wrong.NO_NAME)]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", Wrong.EMPTY),
        (b"nombre\n", Wrong.EMPTY),
        (b"apellido,edad\nQuispe,4\n", Wrong.NO_NAME_COLUMN),
        (b"PK\x03\x04\x00\x00nombre", Wrong.NOT_TEXT),
        (b"\x81\x8d\x8f\x90", Wrong.NOT_TEXT),
        (
            b"nombre\n" + b"Rosa\n" * 1 + b"".join(b"P%d\n" % n for n in range(MOST_PEOPLE)),
            Wrong.TOO_MANY,
        ),
        (b'nombre\n"' + b"x" * 200_000, Wrong.EMPTY),
    ],
)
def test_useless_files_are_one_finding(content, wrong):
    entries, findings = read_roster(content)
    assert entries == []
    assert [finding.wrong for finding in findings] == [wrong]


def test_control_characters_do_not_reach_names():
    entries, _findings = read("nombre\nRo\x07sa\x1b[31m\u202eQuispe\n")
    assert entries[0].name == "Ro sa [31m Quispe"
