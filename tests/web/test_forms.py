"""What every form does with what was typed."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired

from pegup.web.forms import Form


class Sample(Form):
    name = StringField(validators=[InputRequired("Escribe el nombre.")])
    text = TextAreaField()
    secret = PasswordField()


@pytest.fixture
def sent(app):
    def make(**typed: str) -> Sample:
        return Sample(MultiDict(typed))

    with app.test_request_context():
        yield make


def test_space_alone_is_no_answer(sent):
    form = sent(name=" \t ")
    assert not form.validate()
    assert form.errors == {"name": ["Escribe el nombre."]}


def test_lines_end_in_one_letter_and_no_space_stands_around(sent):
    form = sent(name=" Ada ", text="Una\r\n\r\nDos\r\n")
    assert form.validate()
    assert (form.name.data, form.text.data) == ("Ada", "Una\n\nDos")


def test_a_password_is_taken_as_it_is_typed(sent):
    assert sent(name="Ada", secret=" con espacios ").secret.data == " con espacios "


def test_letters_that_turn_the_line_round_are_left_out(sent):
    assert sent(name="Ada \u202egnitirw\u2069 Ñahui").name.data == "Ada gnitirw Ñahui"
