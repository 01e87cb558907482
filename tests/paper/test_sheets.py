"""Sheets: printed, typed in twice, settled, counted once; by whom, for whom."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from pegup.accounts.codes import grouped
from pegup.accounts.models import Kind, Role
from pegup.assessments.models import Attempt
from pegup.assessments.operations import start_attempt
from pegup.cohorts.operations import add_trainer
from pegup.courses.models import Lesson, LessonRead
from pegup.db import now, session
from pegup.paper.models import Batch, Edition, Sheet, SheetEntry, State
from tests import make
from tests.browser.world import EACH_KIND

pytestmark = pytest.mark.slow

RIGHT = {
    "single": "b",
    "true_false": "v",
    "multiple": "bc",
    "numeric": "67,7",
    "match": "pq",
    "order": "xyz",
}


@pytest.fixture
def course(world):
    return make.course(questions={"acequia": EACH_KIND, "pozo": [make.SINGLE]})


@pytest.fixture
def other(world):
    """Trains the course too."""
    return make.person("Eva Otra", roles=[(Kind.TRAINER, "agua")])


@pytest.fixture
def sheet(post, trainer, learner):
    """For ben, printed by ada."""
    post("/paper/agua/uno/sheets", {"to": str(learner.uuid)}, trainer)
    return session.scalars(select(Sheet)).one()


def letters(sheet: Sheet, answers=RIGHT) -> dict[str, str]:
    """What a person who knows everything ticks, as it is typed in."""
    typed = {"r1": "y", "r2": "y"}
    for asked in sheet.batch.edition.questions:
        spec = asked.version.spec
        at = {key: "ABCDEFG"[place] for place, key in enumerate(asked.shown)}
        if spec["kind"] in ("single", "true_false", "multiple"):
            marks = "".join(at[option["key"]] for option in spec["options"] if option["right"])
        elif spec["kind"] == "numeric":
            marks = "67,7 %"
        elif spec["kind"] == "match":
            marks = "".join(at[pair["key"]] for pair in spec["pairs"])
        else:
            marks = "".join(at[item["key"]] for item in spec["items"])
        typed[f"q{asked.position}"] = marks
    return typed


def wrong(letter: str) -> str:
    return "B" if letter == "A" else "A"


def attempts() -> int:
    return session.scalar(select(func.count()).select_from(Attempt))


def path(sheet: Sheet, part: str = "") -> str:
    return f"/paper/sheets/{sheet.number}{part}"


def test_two_who_read_the_same_make_it_count(post, page, sheet, trainer, other, learner):
    post(path(sheet, "/entry"), letters(sheet), trainer)
    assert sheet.state == State.ONCE
    assert attempts() == 0
    typed = letters(sheet)
    post(path(sheet, "/entry"), typed | {"q4": "67.7"}, other)
    assert sheet.state == State.COUNTED
    assert {each.attempt.mark for each in sheet.attempts} == {Decimal(1)}
    assert len(sheet.attempts) == 2
    assert session.scalar(select(func.count()).select_from(LessonRead)) == 2
    shown = page(path(sheet), as_=trainer)
    assert "67,7" in shown.text
    assert "100" in shown.text
    own = page("/courses/agua", as_=learner)
    assert "100" in own.text


def test_the_second_does_not_see_what_the_first_read(post, page, sheet, trainer, other):
    typed = letters(sheet) | {"q4": "12345"}
    post(path(sheet, "/entry"), typed, trainer)
    for where in (path(sheet), path(sheet, "/entry"), "/paper/"):
        assert "12345" not in page(where, as_=other).response.text
    assert not page(path(sheet, "/entry"), as_=other).all("input[checked]")


def test_what_differs_stops_everything(post, page, sheet, trainer, other):
    typed = letters(sheet)
    post(path(sheet, "/entry"), typed, trainer)
    del typed["r2"]
    post(path(sheet, "/entry"), typed | {"q1": wrong(typed["q1"]), "q4": "76,7"}, other)
    assert sheet.state == State.STOPPED
    assert attempts() == 0
    assert session.scalar(select(LessonRead)) is None
    shown = page(path(sheet), as_=trainer)
    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in shown.all("tbody tr")
    ]
    assert rows == [
        ["¿Leída? 1.2 Lección pozo (es)", "leída", "sin marca"],
        ["Pregunta 1", typed["q1"], wrong(typed["q1"])],
        ["Pregunta 4", "67,7 %", "76,7"],
    ]
    assert "Ada" in shown.text
    assert "Eva" in shown.text


def test_whatever_single_thing_differs_stops_the_sheet(post, trainer, other, learner):
    """Every box, also one that only one of the two left blank."""
    names = ["r1", "r2", *(f"q{number}" for number in range(1, 8))]
    data = {"to": str(learner.uuid), "blanks": str(2 * len(names) - 1)}
    post("/paper/agua/uno/sheets", data, trainer)
    sheets = session.scalars(select(Sheet)).all()
    for number, sheet in enumerate(sheets):
        name, is_blank = names[number % len(names)], number >= len(names)
        typed = letters(sheet) | {"blank": "yes", "person": str(learner.uuid)}
        changed = "" if is_blank or name[0] == "r" else _other(name, typed[name])
        again = {key: value for key, value in typed.items() if key != name} | {name: changed}
        if name[0] == "r":
            del again[name]
        for data, who in ((typed, trainer), (again, other)):
            post(path(sheet, "/entry"), data, who)
        assert sheet.state == State.STOPPED, (name, typed[name], changed)
    assert attempts() == 0
    assert session.scalar(select(LessonRead)) is None


def _other(name: str, typed: str) -> str:
    """Something else that could stand there."""
    if name == "q3":
        return typed[0]
    if name == "q4":
        return "67,8"
    return typed[::-1] if name in {"q5", "q6"} else wrong(typed)


def test_somebody_looks_at_the_paper_and_it_counts_once(post, page, sheet, trainer, other):
    typed = letters(sheet)
    post(path(sheet, "/entry"), typed, trainer)
    post(path(sheet, "/entry"), typed | {"q1": wrong(typed["q1"]), "q4": "76,7"}, other)
    assert "Mira el papel" in page(path(sheet, "/settlement"), as_=other, data={}, status=422).text
    chosen = {"q1": "first", "q4": "other", "q4-other": "67,8"}
    for slip in ({"q4": "first"}, {"q4-other": "6" * 31}, {"q1": "third"}):
        page(path(sheet, "/settlement"), as_=other, data=chosen | slip, status=422)
    assert sheet.state == State.STOPPED
    post(path(sheet, "/settlement"), chosen, other)
    assert sheet.state == State.COUNTED
    assert attempts() == 2
    acequia = next(each.attempt for each in sheet.attempts if len(each.attempt.answers) == 6)
    assert acequia.mark == 1
    assert acequia.answers[3].given == "67,8"
    post(path(sheet, "/settlement"), chosen | {"q1": "second"}, trainer)
    assert "lo que elegiste no se guardó" in page(path(sheet), as_=trainer).text
    post(path(sheet, "/entry"), typed, trainer)
    assert attempts() == 2
    assert sheet.settlement.by_id == other.id
    assert "Miró el papel: Eva Otra" in page(path(sheet), as_=trainer).text


def test_sent_twice_it_is_one_entry(post, sheet, trainer):
    key = {"key": "00000000-0000-4000-8000-000000000001"}
    post(path(sheet, "/entry"), letters(sheet) | key, trainer)
    post(path(sheet, "/entry"), letters(sheet) | key, trainer)
    assert len(sheet.entries) == 1
    assert sheet.state == State.ONCE


def test_a_page_gone_back_to_and_mended_is_not_said_to_be_stored(post, page, sheet, trainer, other):
    """The browser's way back shows the page that was sent, with its key."""
    key = {"key": "00000000-0000-4000-8000-000000000003"}
    typed = letters(sheet)
    post(path(sheet, "/entry"), typed | key, trainer)
    mended = typed | {"q4": "76,7"} | key
    assert "Eva Otra" in post(path(sheet, "/entry"), mended, trainer, status=409).text
    assert sheet.entries[0].answers["given"]["4"] == typed["q4"]
    session.delete(other.roles[0])  # now nobody else is there to type it in
    session.commit()
    post(path(sheet, "/entry"), mended, trainer)
    assert sheet.state == State.STOPPED


def test_the_same_person_waits_while_there_is_another(post, page, sheet, trainer, other):
    post(path(sheet, "/entry"), letters(sheet), trainer)
    assert "Eva Otra" in page(path(sheet), as_=trainer).text
    page(path(sheet, "/entry"), as_=trainer, status=409)
    post(path(sheet, "/entry"), letters(sheet), trainer, status=409)
    assert len(sheet.entries) == 1
    sheet.entries[0].entered_at = now() - timedelta(days=8)
    session.commit()
    post(path(sheet, "/entry"), letters(sheet), trainer)
    assert sheet.state == State.COUNTED


def test_one_facilitator_alone_does_it_twice_and_that_is_recorded(post, page, sheet, trainer):
    """As in Cerro de Pasco."""
    post(path(sheet, "/entry"), letters(sheet), trainer)
    assert not [
        box for box in page(path(sheet, "/entry"), as_=trainer).all("input") if box.get("checked")
    ]
    post(path(sheet, "/entry"), letters(sheet), trainer)
    assert sheet.state == State.COUNTED
    assert "la misma persona" in page(path(sheet), as_=trainer).text


def test_blanks_are_asked_for_once_and_count_as_nothing(post, page, sheet, trainer, other):
    typed = letters(sheet) | {"q2": "", "q7": ""}
    asked = page(path(sheet, "/entry"), as_=trainer, data=typed, status=422)
    assert "2 preguntas están en blanco: 2, 7" in asked.text
    assert asked.one("#q1")["value"] == typed["q1"]
    assert not sheet.entries
    for who in (trainer, other):
        post(path(sheet, "/entry"), typed | {"blank": "yes"}, who)
    marks = sorted(each.attempt.mark for each in sheet.attempts)
    assert marks == [Decimal("0.833333")], "the lesson of which all is blank was not tried"


def test_what_cannot_stand_on_the_paper_is_said_at_its_field(page, sheet, trainer):
    typed = letters(sheet) | {"q1": "K", "q5": "A", "blank": "yes"}
    shown = page(path(sheet, "/entry"), as_=trainer, data=typed, status=422)
    assert {each["id"] for each in shown.all(".error")} == {"q1-error", "q5-error"}
    assert not sheet.entries


def test_questions_and_order_stay_as_printed(post, sheet, trainer, other, learner):
    """The course asks something else by the time the sheet comes back."""
    typed = letters(sheet)
    before = [(each.version.spec["prompt"], each.shown) for each in sheet.batch.edition.questions]
    make.course(questions={"acequia": [make.SINGLE | {"prompt": "¿Otra cosa?"}], "pozo": []})
    session.expire_all()
    for who in (trainer, other):
        post(path(sheet, "/entry"), typed, who)
    assert [
        (each.version.spec["prompt"], each.shown) for each in sheet.batch.edition.questions
    ] == before
    assert {each.attempt.mark for each in sheet.attempts} == {Decimal(1)}


def test_the_printed_theme_stays_the_same_after_an_import(client, sign_in, sheet, trainer):
    sign_in(trainer)
    where = f"/paper/batches/{sheet.batch.uuid}"
    theme = client.get(f"{where}/theme.pdf").data
    sheets = client.get(f"{where}/sheets.pdf").data
    make.course(questions={"acequia": [make.SINGLE]}, htmls={"acequia": "<p>Todo nuevo</p>"})
    assert client.get(f"{where}/theme.pdf").data == theme
    assert client.get(f"{where}/sheets.pdf").data == sheets
    text = PdfReader(io.BytesIO(sheets)).pages[0].extract_text()
    assert grouped(sheet.number) in text
    assert "Ben Learner" in text
    assert f"edición {sheet.batch.edition.mark}" in " ".join(text.split())


def test_an_open_attempt_on_the_site_stays_open_and_the_best_counts(
    post, sheet, trainer, other, learner
):
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "acequia")).one()
    mine = start_attempt(lesson, learner, "es", at=now())
    session.commit()
    for who in (trainer, other):
        post(path(sheet, "/entry"), letters(sheet), who)
    assert mine.submitted_at is None
    numbers = session.scalars(select(Attempt.number).where(Attempt.lesson_id == lesson.id)).all()
    assert sorted(numbers) == [1, 2]


def test_a_blank_sheet_gets_its_person_from_both(post, page, trainer, other, learner, course):
    cleo = make.person("Carla Segunda")
    make.enrolment(cleo, course)
    post("/paper/agua/uno/sheets", {"blanks": "2"}, trainer)
    one, two = session.scalars(select(Sheet)).all()
    assert "Ben Learner" in page(path(one, "/entry"), as_=trainer).text
    page(path(one, "/entry") + f"?person={learner.uuid}", as_=trainer)
    for sheet, second in ((one, learner), (two, cleo)):
        post(path(sheet, "/entry"), letters(sheet) | {"person": str(learner.uuid)}, trainer)
        assert "Ben" not in page(path(sheet, ""), as_=other).text
        post(path(sheet, "/entry"), letters(sheet) | {"person": str(second.uuid)}, other)
    assert one.state == State.COUNTED
    assert one.person == learner
    assert two.state == State.STOPPED
    assert two.person is None
    post(path(two, "/settlement"), {"person": "second"}, trainer)
    assert two.person == cleo
    assert session.scalars(select(Attempt.person_id)).all().count(cleo.id) == 2


def test_where_nobody_attends_a_blank_sheet_says_so_without_a_name(post, page, trainer, course):
    post("/paper/agua/uno/sheets", {"blanks": "1"}, trainer)
    where = path(session.scalars(select(Sheet)).one(), "/entry")
    nobody = "Solo aparecen personas que llevan el curso"
    assert page(where, as_=trainer).one("main .empty").text.startswith(nobody)
    assert "Nadie coincide con «Ben»" in page(f"{where}?q=Ben", as_=trainer).text


def test_sheets_are_made_once_for_one_page(post, trainer, learner):
    data = {"to": str(learner.uuid), "blanks": "3", "key": "00000000-0000-4000-8000-000000000002"}
    first = post("/paper/agua/uno/sheets", data, trainer)
    assert post("/paper/agua/uno/sheets", data, trainer).location == first.location
    assert session.scalar(select(func.count()).select_from(Sheet)) == 4
    mended = post("/paper/agua/uno/sheets", data | {"blanks": "1"}, trainer)
    assert mended.location != first.location, "a page gone back to asks for what it says now"
    stranger = make.person("Fe Otra", roles=[(Kind.TRAINER, "agua")])
    assert post("/paper/agua/uno/sheets", data, stranger).location != first.location
    assert session.scalar(select(func.count()).select_from(Edition)) == 1
    assert session.scalar(select(func.count()).select_from(Batch)) == 3


@pytest.mark.parametrize("blanks", ["", "0", "61", "-1", "mil"])
def test_no_sheets_for_nobody_and_not_too_many(page, trainer, learner, blanks):
    page("/paper/agua/uno/sheets", as_=trainer, data={"blanks": blanks}, status=422)
    assert session.scalar(select(Sheet)) is None


def test_a_number_opens_its_sheet(page, client, sign_in, sheet, trainer):
    typed = grouped(sheet.number).lower()
    sign_in(trainer)
    assert client.get(f"/paper/?number={typed}").location.endswith(path(sheet))
    assert "letra por letra" in page("/paper/?number=XXXX-XXXX", as_=trainer, status=422).text


def test_who_may(page, post, sheet, trainer, other, learner, cleo, course):
    page(path(sheet), as_=learner, status=404)
    page(path(sheet), as_=cleo, status=404)
    page("/paper/", as_=learner, status=403)
    page("/paper/agua/uno/sheets", as_=learner, status=403)
    page(f"/paper/batches/{sheet.batch.uuid}", as_=learner, status=404)
    page(f"/paper/batches/{sheet.batch.uuid}", as_=other)
    learner.roles = [Role(kind=Kind.TRAINER, scope="agua")]
    session.commit()
    page(path(sheet), as_=learner, status=404)
    assert "Ben" not in page("/paper/agua/uno/sheets", as_=learner).one("main").get_text()


def test_a_teams_coordinator_helps_the_team_and_nobody_else(page, post, sheet, cleo, course):
    """She attends nothing herself, and still prints, hands out and types in."""
    neighbour = make.person("Dina Vecina")
    make.enrolment(neighbour, course)
    make.team(cleo, community_organization=neighbour)
    shown = page("/paper/agua/uno/sheets", as_=cleo).text
    assert "Dina Vecina" in shown
    assert "Ben" not in shown
    page(path(sheet), as_=cleo, status=404)
    assert page("/", as_=cleo).all('a[href="/paper/"]')
    assert not page("/", as_=neighbour).all('a[href="/paper/"]')
    post("/paper/agua/uno/sheets", {"to": [str(neighbour.uuid)]}, cleo)
    mine = session.scalars(select(Sheet).where(Sheet.person_id == neighbour.id)).one()
    post(path(mine, "/entry"), letters(mine), cleo)
    post(path(mine, "/entry"), letters(mine), cleo)
    assert mine.state == State.COUNTED, "there is no other coordinator of the team"
    listed = page("/paper/", as_=cleo).text
    assert "Dina" in listed
    assert "Ben" not in listed


def test_a_groups_own_trainer_helps_the_group(page, course, learner, cleo, trainer):
    page("/paper/", as_=cleo, status=403)
    add_trainer(make.cohort(course, learner), cleo, by=trainer, at=now())
    session.commit()
    assert "Ben Learner" in page("/paper/agua/uno/sheets?group=grupo-de-mayo", as_=cleo).text


def test_who_is_ticked_stays_while_others_are_looked_for(page, trainer, other, learner, course):
    at = "/paper/agua/uno/sheets"
    fe = make.person("Fe Nueva")
    make.enrolment(fe, course)
    key = page(at, as_=trainer).one("input[name=key]")["value"]
    data = {"q": "Fe", "to": [str(learner.uuid)], "blanks": "7", "key": key, "show": "some"}
    shown = page(at, as_=trainer, data=data)
    assert ticks(shown) == {"Ben Learner": True, "Fe Nueva": False}
    assert shown.one("input[name=blanks]")["value"] == "7"
    assert shown.one("input[name=key]")["value"] == key
    assert shown.one("main input[name=q]")["value"] == "Fe"
    assert session.scalar(select(Sheet)) is None, "to look is not to print"
    all_of_them = page(at, as_=trainer, data=data | {"show": "all"})
    assert ticks(all_of_them) == {"Ben Learner": True, "Fe Nueva": True}
    assert ticks(page(f"{at}?q=Fe&show=all", as_=trainer)) == {"Fe Nueva": True}


def ticks(shown) -> dict[str, bool]:
    boxes = shown.all("input[name=to]")
    return {each.find_next("span").get_text(strip=True): each.has_attr("checked") for each in boxes}


def test_somebody_elses_person_cannot_be_sent(post, course, cleo, learner):
    neighbour = make.person("Dina Vecina")
    make.enrolment(neighbour, course)
    make.team(cleo, community_organization=neighbour)
    post("/paper/agua/uno/sheets", {"to": [str(learner.uuid)]}, cleo, status=422)
    post("/paper/agua/uno/sheets", {"blanks": "1"}, cleo)
    blank = session.scalars(select(Sheet)).one()
    data = letters(blank) | {"person": str(learner.uuid)}
    post(path(blank, "/entry"), data, cleo, status=404)
    assert session.scalar(select(SheetEntry)) is None


def test_lists_ask_a_fixed_number_of_times(post, queries, trainer, learner):
    def make_sheets(number: int) -> None:
        post("/paper/agua/uno/sheets", {"blanks": str(number), "to": str(learner.uuid)}, trainer)

    make_sheets(2)
    few = queries("/paper/", trainer)
    make_sheets(40)
    assert queries("/paper/", trainer) == few


def test_words_of_the_course_are_not_run_on_a_sheet(client, sign_in, post, trainer, course):
    hostile = make.person('#panic("x") *no* $x$')
    make.enrolment(hostile, course)
    post("/paper/agua/uno/sheets", {"to": str(hostile.uuid)}, trainer)
    batch = session.scalars(select(Batch)).one()
    sign_in(trainer)
    data = client.get(f"/paper/batches/{batch.uuid}/sheets.pdf").data
    text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert '#panic("x") *no* $x$' in re.sub(r"\s+", " ", text)
