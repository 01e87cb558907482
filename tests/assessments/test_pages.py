"""Questions on their page: asked, kept, finished, explained."""

from __future__ import annotations

import copy
from decimal import Decimal
from functools import partial

import pytest

from pegup.assessments.models import Answer, Attempt
from pegup.courses.models import Question, QuestionVersion
from pegup.db import session
from pegup.web.paging import paging
from tests import make
from tests.assessments.conftest import RIGHT
from tests.browser.world import EACH_KIND

LESSON = "/courses/agua/lessons/acequia"


def test_every_kind_is_asked_with_controls_that_need_no_script(page, learner, begin):
    shown = page(begin(), as_=learner)
    assert len(shown.all("fieldset.block-question")) == 6
    kinds = [len(shown.all(f"[name={name}]")) for name in ("q1", "q2", "q3", "q4")]
    assert kinds == [2, 2, 3, 1]
    assert len(shown.all("select")) == 2 + 3


def test_all_right_is_a_hundred_per_cent(page, learner, begin):
    where = begin()
    page(where, as_=learner, data={**RIGHT, "action": "submit"}, status=302)
    result = page(where, as_=learner)
    assert "100" in result.one(".lead").text
    assert [badge.text for badge in result.all("section > p > .badge")] == ["Bien"] * 6
    assert session.query(Attempt).one().mark == 1


def test_wrong_answers_say_why_and_what_is_right(page, learner, begin):
    where = begin()
    wrong = {"q1": "a1", "q2": "f", "q3": ["b", "d"], "q4": "60", "q5-p": "q", "q6-x": "2"}
    page(where, as_=learner, data={**wrong, "action": "finish"}, status=302)
    result = page(where, as_=learner)
    for said in (
        "Alguien la cuida.",
        "Se reparte por turnos.",
        "La lluvia la llena.",
        "Respondiste: 60. Es: 67,7 %",
        "Pusiste: LMP",
        "Pusiste el 2",
        "La acequia es de todos.",
    ):
        assert said in result.text
    assert "Sí, entre todos." not in result.text  # feedback of an option that nobody chose


def test_an_answer_is_stored_before_it_is_confirmed(page, learner, begin):
    where = begin()
    page(where, as_=learner, data={"q1": "a2", "action": "save"}, status=302)
    session.expire_all()
    assert [a.given for a in session.query(Answer).order_by(Answer.position)][0] == "a2"
    again = page(where, as_=learner)
    assert again.one("input[name=q1][value=a2]").has_attr("checked")
    assert "Guardada a las" in again.one("[data-status=q1]").text
    assert again.one("[data-status=q2]").text == ""


CLEARED = {"q1": "", "q3": [], "q4": " ", "q5-p": "", "q5-q": "", "q6-x": "", "q6-y": ""}


def test_an_answer_taken_back_is_gone(page, learner, begin):
    where = begin()
    shown = page(where, as_=learner)
    assert shown.all("input[name=held]") == []
    page(where, as_=learner, data={**RIGHT, "action": "save"}, status=302)
    held = [each["value"] for each in page(where, as_=learner).all("input[name=held]")]
    assert held == ["q1", "q2", "q3", "q4", "q5", "q6"]
    page(where, as_=learner, data={**CLEARED, "held": held, "action": "save"}, status=302)
    again = page(where, as_=learner)
    assert again.all("[checked], [selected]") == []
    assert again.one("[name=q4]")["value"] == ""


def test_a_page_from_before_an_answer_does_not_take_it_back(page, learner, begin):
    where = begin()
    page(where, as_=learner, data={**RIGHT, "action": "save"}, status=302)
    page(where, as_=learner, data={**CLEARED, "action": "save"}, status=302)
    page(where, as_=learner, data={"action": "finish"}, status=302)
    assert session.query(Attempt).one().mark == 1


def test_what_is_no_number_stays_as_it_was_typed(page, learner, begin):
    where = begin()
    page(where, as_=learner, data={"q4": "agua", "action": "save"}, status=302)
    assert page(where, as_=learner).one("[name=q4]")["value"] == "agua"


def test_nothing_answered_is_said_as_that(page, learner, begin):
    asked = page(begin(), as_=learner, data={"action": "submit"})
    assert "Todavía no respondiste ninguna" in asked.one("[role=alert]").text
    assert "guardado" not in asked.one("[role=alert]").text


def test_leaving_one_open_asks_first_and_keeps_the_rest(page, learner, begin):
    where = begin()
    data = {name: value for name, value in RIGHT.items() if name != "q4"}
    asked = page(where, as_=learner, data={**data, "action": "submit"})
    assert "Te falta 1 pregunta" in asked.one("[role=alert]").text
    assert asked.one("[role=alert] a")["href"] == "#q4-question"
    assert session.query(Attempt).one().submitted_at is None
    page(where, as_=learner, data={"action": "finish"}, status=302)
    assert session.query(Attempt).one().mark == Decimal("0.833333")


def test_a_finished_attempt_takes_nothing_more(page, learner, begin):
    where = begin()
    page(where, as_=learner, data={"q1": "a1", "action": "finish"}, status=302)
    page(where, as_=learner, data={**RIGHT, "action": "submit"}, status=302)
    assert session.query(Attempt).one().mark == 0
    assert "Este intento ya estaba terminado" in page(where, as_=learner).text


def test_going_away_and_coming_back_goes_on_with_the_same_attempt(page, learner, begin):
    first = begin()
    assert "Seguir respondiendo" in page(LESSON, as_=learner).text
    assert begin() == first
    page(first, as_=learner, data={"action": "finish"}, status=302)
    assert begin() != first


def test_options_stay_where_they_were_in_one_attempt(page, learner, begin):
    where = begin()

    def shown() -> list[str]:
        return [each["value"] for each in page(where, as_=learner).all("input[name=q3]")]

    before = shown()
    page(where, as_=learner, data={"q3": "d", "action": "save"}, status=302)
    assert shown() == before


@pytest.mark.slow
def test_options_are_shuffled_from_attempt_to_attempt(page, learner, begin):
    orders = set()
    for _time in range(40):
        where = begin()
        fields = page(where, as_=learner).all("input[name=q3]")
        orders.add(tuple(each["value"] for each in fields))
        page(where, as_=learner, data={"action": "finish"}, status=302)
    assert len(orders) > 1


def test_the_best_attempt_counts(page, learner, begin):
    for answers in ({"q1": "a2"}, RIGHT, {"q1": "a1"}):
        where = begin()
        page(where, as_=learner, data={**answers, "action": "finish"}, status=302)
    assert "Cuenta tu mejor intento: 100" in page(where, as_=learner).text
    assert "Tu mejor intento: 100" in page(LESSON, as_=learner).text
    assert "Preguntas: 100" in page("/courses/agua", as_=learner).text


def test_all_attempts_are_listed_with_their_marks_newest_first(page, learner, begin):
    assert "Mis intentos" not in page(LESSON, as_=learner).text
    assert "Todavía no respondiste" in page(f"{LESSON}/attempts", as_=learner).text
    wheres = []
    for answers in (RIGHT, {"q1": "a1"}, RIGHT):
        wheres.append(begin())
        page(wheres[-1], as_=learner, data={**answers, "action": "finish"}, status=302)
    wheres.append(begin())
    lesson = page(LESSON, as_=learner)
    listed = page(lesson.one("#questions a")["href"], as_=learner)
    lines = listed.all("#main li")
    assert [line.a["href"] for line in lines] == wheres[::-1]
    assert [line.text.partition(": ")[2] for line in lines[0:2]] == ["sin terminar", "100\u202f%"]
    assert "100" not in lines[2].text.partition(": ")[2]


def test_attempts_are_listed_to_nobody_else(page, learner, begin, ada, cleo, course):
    where = begin()
    page(f"{LESSON}/attempts", as_=cleo, status=403)
    make.enrolment(ada, course)
    assert where not in str(page(f"{LESSON}/attempts", as_=ada).soup)


def test_many_attempts_come_a_page_at_a_time(page, learner, begin, monkeypatch):
    monkeypatch.setattr("pegup.assessments.views.paging", partial(paging, size=2))
    for _time in range(3):
        page(begin(), as_=learner, data={"action": "finish"}, status=302)
    assert len(page(f"{LESSON}/attempts", as_=learner).all("#main li")) == 2
    last = page(f"{LESSON}/attempts?page=9", as_=learner)
    assert len(last.all("#main li")) == 1
    assert "Página 2 de 2" in last.text


def test_an_attempt_keeps_the_words_it_was_asked_with(page, learner, begin):
    where = begin()
    changed = copy.deepcopy(EACH_KIND)
    changed[0]["prompt"] = "¿Quién cuida el canal?"
    changed[0]["options"][1]["right"] = False
    changed[0]["options"][0]["right"] = True
    make.course(questions={"acequia": changed, "pozo": [make.SINGLE]})
    assert "¿Quién cuida la acequia?" in page(where, as_=learner).text
    page(where, as_=learner, data={**RIGHT, "action": "submit"}, status=302)
    assert "100" in page(where, as_=learner).one(".lead").text
    assert "¿Quién cuida el canal?" in page(begin(), as_=learner).text
    assert session.query(QuestionVersion).count() == 8


OTHERWISE = make.SINGLE | {"prompt": "¿Quién cuida el canal?"}


def test_who_is_in_the_middle_is_told_what_changed(page, learner, begin):
    where = begin()
    assert page(where, as_=learner).all(".notice:not([hidden])") == []
    make.course(questions={"acequia": [OTHERWISE, *EACH_KIND[1:5]], "pozo": []})
    told = page(where, as_=learner).one(".notice:not([hidden])")
    assert "todas cuentan" in told.text
    assert [each.text for each in told.select("li")] == [
        "Pregunta 1: ahora se pregunta de otra manera.",
        "Pregunta 6: ya no se hace en esta lección.",
    ]
    page(where, as_=learner, data={**RIGHT, "action": "submit"}, status=302)
    shown = page(where, as_=learner)
    assert "Tu resultado sigue igual" in shown.one(".notice").text
    assert "100" in shown.one(".lead").text


def test_new_questions_wait_for_the_next_attempt(page, learner, begin):
    where = begin("pozo")
    make.course(questions={"acequia": EACH_KIND, "pozo": [make.SINGLE, OTHERWISE, OTHERWISE]})
    told = page(where, as_=learner).one(".notice:not([hidden])")
    assert [each.text for each in told.select("li")] == [
        "Hay 2 preguntas nuevas. Salen en tu próximo intento."
    ]
    page(where, as_=learner, data={"q1": "a2", "action": "submit"}, status=302)
    assert page(where, as_=learner).all(".notice") == []
    assert len(page(begin("pozo"), as_=learner).all("fieldset.block-question")) == 3


def test_a_question_that_moved_to_another_lesson_is_told_as_gone(page, learner, begin):
    where = begin()
    lessons = {"uno": ["acequia", "pozo"], "dos": ["rio"]}
    moved = make.course(modules=lessons, questions={"acequia": EACH_KIND, "pozo": [make.SINGLE]})
    question = session.query(Question).filter_by(slug="acequia-2").one()
    question.lesson_id = next(les.id for les in moved.lessons() if les.slug == "pozo")
    session.commit()
    told = page(where, as_=learner).one(".notice:not([hidden])")
    assert [each.text for each in told.select("li")] == [
        "Pregunta 2: ya no se hace en esta lección."
    ]


def test_an_attempt_at_a_lesson_that_left_the_course_can_still_be_read(page, learner, begin):
    where = begin()
    page(where, as_=learner, data={**RIGHT, "action": "submit"}, status=302)
    make.course(modules={"uno": ["pozo"], "dos": ["rio"]})
    shown = page(where, as_=learner)
    assert "se queda guardado" in shown.one(".notice").text
    assert "Una lección que ya no está en el curso" in shown.one("h1").text
    assert "100" in shown.one(".lead").text


def test_nobody_sees_or_fills_the_attempt_of_another(page, learner, begin, course, cleo, root):
    where = begin()
    make.enrolment(cleo, course)
    for person in (cleo, root):
        page(where, as_=person, status=404)
        page(where, as_=person, data={**RIGHT, "action": "submit"}, status=404)
    assert session.query(Attempt).one().submitted_at is None


def test_questions_are_for_people_of_the_course(page, course, cleo):
    page(f"{LESSON}/attempts", as_=cleo, data={}, status=403)
    page(f"{LESSON}x/attempts", as_=cleo, data={}, status=404)
    assert session.query(Attempt).count() == 0


def test_a_lesson_without_questions_says_so(page, world, ben):
    make.enrolment(ben, make.course(questions={}))
    assert "Preguntas de la lección" not in page(LESSON, as_=ben).text
    refused = page(f"{LESSON}/attempts", as_=ben, data={}, status=409)
    assert "Esta lección no tiene preguntas" in refused.text


@pytest.mark.parametrize(
    "sent",
    [
        {"q1": "hacked"},
        {"q1": ["a1", "a2"]},
        {"q3": ["zz"] * 500},
        {"q4": "9" * 5000},
        {"q4": "\x00"},
        {"q5-p": "zz", "q5-zz": "p"},
        {"q6-x": "1", "q6-y": "1", "q6-z": "1"},
        {"q6-x": "-1"},
        {"q6-x": "٣"},
        {"q99": "a"},
        {"action": "zz", "q1": "a2"},
    ],
)
def test_forged_answers_break_nothing_and_earn_nothing(page, learner, begin, sent):
    where = begin()
    response_status = {"\x00": 400}.get(str(sent.get("q4")), 302)
    page(where, as_=learner, data={"action": "finish", **sent}, status=response_status)
    page(where, as_=learner, data={"action": "finish"}, status=302)
    mark = session.query(Attempt).one().mark
    best_by_luck = Decimal("0.166667") if "q1" in sent else Decimal("0.1")
    assert mark <= best_by_luck
    page(where, as_=learner)
