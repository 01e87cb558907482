"""How a stored number is written in a published document."""

from __future__ import annotations

import pytest

from pegup.profiles.export import shown


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("2341746", "2\u202f341\u202f746"),
        ("48.500", "48,5"),
        ("0", "0"),
        ("1200.25", "1\u202f200,25"),
    ],
)
def test_thousands_stand_apart_and_the_comma_is_decimal(stored, written):
    assert shown(stored) == written
