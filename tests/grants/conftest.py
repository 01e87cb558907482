"""A city's team before the call of 1997."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pegup.accounts.models import Kind
from pegup.db import session
from pegup.directory.models import Sector
from pegup.profiles.models import Indicator
from pegup.profiles.operations import Measurement, measure, write_section
from pegup.teams.operations import Place, seat_person
from tests import make

AT = datetime(1997, 5, 3, tzinfo=UTC)


@pytest.fixture
def call(world):
    return make.call()


@pytest.fixture
def telma(world):
    """Coordinates the Forum."""
    return make.person("Telma Coordina", roles=[(Kind.COORDINATOR, "")])


@pytest.fixture
def team(ben, ada):
    """An NGO and the municipality: the community organisation is missing."""
    return make.team(ben, local_government=ada)


@pytest.fixture
def seat(team):
    """``seat("Vecina")`` seats somebody new; a community organisation unless said otherwise."""

    def seated(name: str, sector: Sector = Sector.COMMUNITY_ORGANIZATION, **place):
        person = make.person(name)
        seat_person(team, person, Place(sector, **place), at=AT)
        session.commit()
        return person

    return seated


@pytest.fixture
def fill(team, ben):
    """``fill(8, used=2)`` answers so many core indicators and mentions some in the text."""
    profile, measured = None, 0

    def filled(answers: int, *, used: int = 0) -> None:
        nonlocal profile, measured
        profile = profile or make.profile(team, ben)
        query = session.query(Indicator).filter_by(template_id=profile.template_id)
        found = {each.code: each for each in query}
        codes = [f"A{number:02}" for number in range(1, answers + 1)]
        for code in codes[measured:]:
            value = Measurement(value=Decimal(50), year=2019, source="OEFA")
            measure(profile, found[code], value, base=0, by=ben, at=AT)
        measured = answers
        if used:
            text = " ".join(f"{{{code}}}" for code in codes[:used])
            write_section(profile, "1.1", text=text, base=0, by=ben, at=AT)
        session.commit()

    return filled


@pytest.fixture
def ready(seat, fill):
    """The team meets both rules."""
    seat("Vecina")
    fill(8)
