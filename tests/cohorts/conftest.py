"""Ada trains a course with a plan; today is what the test says."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make

PLAN = {"acequia": "week 1", "pozo": "week 2", "rio": "week 3, friday"}


@pytest.fixture
def course(world):
    return make.course(plan=PLAN)


@pytest.fixture
def at_day(app, monkeypatch):
    """``at_day(1997, 5, 14)``: the pages think that this is today."""

    def settle(*day: int) -> None:
        monkeypatch.setattr(app.extensions["pegup"], "today", lambda: date(*day))

    return settle


@pytest.fixture(autouse=True)
def _no_thread(monkeypatch):
    """Tests share one connection: mails go when a test says so."""
    monkeypatch.setattr("pegup.cohorts.mailing.send_soon", lambda: None)
