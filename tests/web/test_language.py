"""Numbers and dates as they are read in Peru."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask_babel import force_locale

from pegup.web.language import day, moment, number, percent, rough_day


@pytest.mark.parametrize(
    ("value", "decimals", "spanish", "english"),
    [
        (Decimal("67.7"), None, "67,7", "67.7"),
        (Decimal("1187"), None, "1\u202f187", "1,187"),
        (1234567.25, 1, "1\u202f234\u202f567,2", "1,234,567.2"),
        (14, None, "14", "14"),
        (Decimal("0.5"), 2, "0,50", "0.50"),
        (-3, None, "-3", "-3"),
    ],
)
def test_a_number_reads_one_way_only(app, value, decimals, spanish, english):
    for locale, words in (("es", spanish), ("en", english)):
        with app.test_request_context(), force_locale(locale):
            assert number(value, decimals) == words


def test_per_cent_stays_on_its_line(app):
    with app.test_request_context(), force_locale("es"):
        assert percent(Decimal("67.7")) == "67,7\N{NARROW NO-BREAK SPACE}%"


def test_days_are_lima_s(app):
    late = datetime(1997, 5, 4, 3, 30, tzinfo=UTC)
    with app.test_request_context(), force_locale("es"):
        assert day(late) == "3 de mayo de 1997"
        assert "22:30" in moment(late)


@pytest.mark.parametrize(
    ("known", "spanish", "english"),
    [
        ("1996", "1996", "1996"),
        ("1996-08", "agosto de 1996", "August 1996"),
        ("1996-08-03", "3 de agosto de 1996", "3 August 1996"),
        ("1996-02-31", "1996-02-31", "1996-02-31"),
    ],
)
def test_what_is_known_of_a_day_is_said_in_words(app, known, spanish, english):
    for locale, words in (("es", spanish), ("en", english)):
        with app.test_request_context(), force_locale(locale):
            assert rough_day(known) == words
