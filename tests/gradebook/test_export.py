"""The file of grades: what Excel opens, what no spreadsheet runs."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.gradebook.export import Row, csv_file, harmless

HEADINGS = ["Código", "Nombre", "Universidad", "Leídas", "Lecciones", "Nota", "Resultado", "Sí"]


def row(**fields) -> Row:
    usual = {
        "code": "2019-0031",
        "name": "Ñusta Huamán Muñoz",
        "university": "UNSA",
        "lessons_read": 20,
        "lessons": 20,
        "grade": Decimal(16),
        "result": "Aprobado",
        "completed": "Sí",
    }
    return Row(**usual | fields)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_accents_survive_excel():
    file = csv_file(HEADINGS, [row()])
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert read(file.content)[1][1] == "Ñusta Huamán Muñoz"
    assert file.content.endswith(b"\r\n")


def test_every_student_is_a_row_and_the_sum_is_of_the_bytes():
    file = csv_file(HEADINGS, (row(code=str(n)) for n in range(700)))
    assert file.rows == 700 == len(read(file.content)) - 1
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()


def test_no_student_is_a_file_with_headings():
    file = csv_file(HEADINGS, [])
    assert file.rows == 0
    assert read(file.content) == [HEADINGS]


def test_a_grade_with_decimals_has_a_comma_and_no_grade_is_empty():
    cells = read(csv_file(HEADINGS, [row(grade=Decimal("10.5")), row(grade=None)]).content)
    assert [line[5] for line in cells[1:]] == ["10,5", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_formulas_are_neutralised(start):
    name = start + "HYPERLINK(1)"
    assert harmless(name) == "'" + name
    assert read(csv_file(HEADINGS, [row(name=name, code=name)]).content)[1][:2] == ["'" + name] * 2


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_name_stays_one_cell(name):
    cells = read(csv_file(HEADINGS, [row(name=name)]).content)
    assert len(cells) == 2
    assert len(cells[1]) == 8
    assert cells[1][1] in (name, "'" + name)
