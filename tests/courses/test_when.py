"""When a lesson is planned for: how it is written, what it means in the calendar, what was meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegup.authoring.words import text_and_suggestion
from pegup.courses.content.reading import front_matter_schema, read_course
from pegup.courses.when import Period, When, meant, monday_of, read_when, week_at

days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("semana 3", "week 3"),
        ("Semana  3", "week 3"),
        ("week 12", "week 12"),
        ("semana 3, viernes", "week 3, friday"),
        ("semana 3 , Miércoles", "week 3, wednesday"),
        ("semana 3 sabado", "week 3, saturday"),
        ("week 3, Sunday", "week 3, sunday"),
        ("final", "final"),
        ("Última semana", "final"),
        ("2027-03-05", "2027-03-05"),
    ],
)
def test_what_is_written_is_kept_in_one_manner(text, kept):
    found = read_when(text)
    assert str(found) == kept
    assert read_when(kept) == found


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("semna 3", "semana 3"),
        ("3", "semana 3"),
        ("tercera semana", "semana 3"),
        ("semana 03", "semana 3"),
        ("sem. 4, vier", "semana 4, viernes"),
        ("4 week, wed", "semana 4, miércoles"),
        ("fin del curso", "final"),
        ("semana 0", "semana 3"),
        ("semana 100", "semana 3"),
        ("2027-02-30", "semana 3"),
        ("", "semana 3"),
    ],
)
def test_what_is_not_understood_is_told_with_what_was_meant(text, suggestion):
    assert read_when(text) is None
    assert meant(text) == suggestion
    assert read_when(suggestion)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    read_when(text)
    assert read_when(meant(text))


@given(days, st.integers(1, 99), st.integers(0, 60))
def test_weeks_go_from_monday_to_sunday_and_follow_each_other(start, week, length):
    end = start + timedelta(weeks=length)
    period = When(week=week).period(start, end)
    assert period.first.weekday() == 0
    assert period.last - period.first == timedelta(days=6)
    assert week_at(start, period.first) == week_at(start, period.last) == week
    assert When(week=week + 1).period(start, end).first == period.last + timedelta(days=1)
    assert When(week=1).period(start, end).first <= start <= When(week=1).period(start, end).last
    last = When().period(start, end)
    assert last.first <= end <= last.last
    for weekday in range(1, 8):
        day = When(week=week, weekday=weekday).period(start, end)
        assert day.first == day.last
        assert period.first <= day.first <= period.last
        assert day.first.isoweekday() == weekday


def test_a_group_that_starts_on_a_thursday_has_a_short_first_week():
    start = date(2026, 9, 10)
    assert monday_of(start) == date(2026, 9, 7)
    assert When(week=2).period(start, start) == Period(date(2026, 9, 14), date(2026, 9, 20))
    assert week_at(start, date(2026, 9, 6)) == 0
    assert When(on=date(2026, 1, 1)).period(start, start).first == date(2026, 1, 1)


def folder(tmp_path, when: str, module: str = ""):
    (tmp_path / "1-tema").mkdir()
    (tmp_path / "course.md").write_text("---\nid: c\ntitle: C\n---\n\nHola.\n")
    (tmp_path / "1-tema" / "module.md").write_text(
        f"---\nid: tema\ntitle: T\n{module}---\n\nHola.\n"
    )
    (tmp_path / "1-tema" / "1-a.md").write_text(
        f"---\nid: a\ntitle: A\nwhen: {when}\n---\n\nEl agua baja.\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("when", "near"),
    [("semna 3", "semana 3"), ("3", "semana 3"), ("[1]", "semana 1"), ("true", "semana 3")],
)
def test_the_check_says_what_it_does_not_understand(tmp_path, when, near):
    (found,) = [
        each for each in read_course(folder(tmp_path, when)).findings if each.code == "when-unclear"
    ]
    assert (found.place.file, found.place.line) == ("1-tema/1-a.md", 4)
    assert f"«{near}»" in text_and_suggestion(found)[1]


def test_a_day_and_a_week_are_read_from_files(tmp_path):
    read = read_course(folder(tmp_path, "2027-03-05", "when: week 2\n")).course
    assert read.modules[0].when == "week 2"
    assert read.modules[0].lessons[0].when == "2027-03-05"


def test_editors_are_told_what_may_stand_there():
    schema = front_matter_schema()["$defs"]
    assert "semana 3" in schema["lesson"]["properties"]["when"]["examples"]
    assert "when" in schema["module"]["properties"]
    assert "when" not in schema["course"]["properties"]
