"""Files handed out, codes entered and counted once; by whom, for whom; forged, replayed, voided."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from pegup.accounts.codes import ALPHABET
from pegup.assessments.models import Attempt
from pegup.cohorts.operations import add_trainer
from pegup.courses.models import LessonRead
from pegup.db import now, session
from pegup.handouts.codes import Done, check, read_lines
from pegup.handouts.models import ForgedCode, Handout, HandoutCode, HandoutCopy
from pegup.handouts.operations import MOST_FORGED, SomebodyElses, count
from pegup.teams.models import Seat
from tests import make
from tests.browser.world import EACH_KIND
from tests.handouts.conftest import CODES, NEW, code_of, right_answers


def counted(person) -> tuple[int, int]:
    """Attempts and lessons read."""
    return tuple(
        session.scalar(select(func.count()).select_from(row).filter_by(person_id=person.id))
        for row in (Attempt, LessonRead)
    )


def marks(person) -> list[Decimal]:
    return list(
        session.scalars(select(Attempt.mark).filter_by(person_id=person.id).order_by(Attempt.id))
    )


def test_my_code_counts_for_me(post, page, named, learner):
    post(CODES, {"code": code_of(named)}, learner)
    assert counted(learner) == (2, 2)
    assert marks(learner) == [1, 1]
    answers = session.scalars(select(Attempt)).first().answers
    assert [a.version.spec["kind"] for a in answers] == [spec["kind"] for spec in EACH_KIND]
    assert all(answer.given is not None and answer.saved_at for answer in answers)
    code = session.scalars(select(HandoutCode)).one()
    shown = page(f"/handouts/codes/{code.uuid}", as_=learner)
    assert "Preguntas: 100" in shown.text
    assert "Leída" in shown.text


def test_the_same_code_again_counts_once_and_says_when(post, page, named, learner):
    first = post(CODES, {"code": code_of(named)}, learner)
    again = post(CODES, {"code": code_of(named)}, learner)
    assert again.location == first.location
    assert counted(learner) == (2, 2)
    assert "Este código ya contó el" in page(again.location, as_=learner).text


def test_somebody_elses_code_is_refused(post, named, learner, neighbour):
    answer = post(CODES, {"code": code_of(named)}, neighbour, status=409)
    assert "es de otra persona" in answer.text
    post(CODES, {"code": code_of(named)}, learner)
    post(CODES, {"code": code_of(named)}, neighbour, status=409)
    assert counted(neighbour) == (0, 0)


def test_counting_itself_refuses_a_copy_of_another_person(post, named, loose, learner, neighbour):
    post(CODES, {"code": code_of(loose, copy="2A2B2")}, learner)
    session.refresh(loose)
    for handout, mark in ((named, ""), (loose, "2A2B2")):
        with pytest.raises(SomebodyElses):
            count(handout, mark, "", neighbour, by=neighbour, at=now())


def test_a_code_with_more_counts_what_is_new(post, named, learner):
    whole = right_answers(named)
    post(CODES, {"code": code_of(named, [Done(True, {}), Done(False, {})])}, learner)
    assert counted(learner) == (0, 1)
    post(
        CODES,
        {"code": code_of(named, [Done(True, {0: whole[0].given[0]}), Done(False, {})])},
        learner,
    )
    assert counted(learner) == (1, 1)
    post(CODES, {"code": code_of(named)}, learner)
    assert counted(learner) == (3, 2)
    better = marks(learner)
    assert better[0] < 1
    assert better[1:] == [1, 1]
    # The lesson that was whole comes again with the other one changed: no third attempt at it.
    post(CODES, {"code": code_of(named, [whole[0], Done(True, {})])}, learner)
    assert counted(learner) == (3, 2)


def test_what_i_took_back_stays_so(post, named, learner, client):
    post(CODES, {"code": code_of(named, [Done(True, {}), Done(False, {})])}, learner)
    post("/courses/agua/lessons/acequia/reading/removal", {}, learner)
    post(CODES, {"code": code_of(named, [Done(True, {}), Done(True, {})])}, learner)
    read = session.scalars(select(LessonRead)).all()
    assert len(read) == 1


def test_the_versions_that_were_asked_count_whatever_the_course_says_by_now(post, named, learner):
    code = code_of(named)
    other = [{**EACH_KIND[0], "prompt": "¿Otra cosa?", "options": make.SINGLE["options"]}]
    make.course(questions={"acequia": other, "pozo": [make.SINGLE]})
    post(CODES, {"code": code}, learner)
    assert counted(learner) == (2, 2)
    assert marks(learner) == [1, 1]


def test_each_letter_changed_is_refused_and_nothing_counts(post, named, learner):
    whole = code_of(named).replace("-", "").split("\n")
    for at, line in enumerate(whole):
        for place in range(0, len(line), 3):
            letter = ALPHABET[(ALPHABET.index(line[place]) + 5) % 32]
            broken = [*whole[:at], line[:place] + letter + line[place + 1 :], *whole[at + 1 :]]
            answer = post(CODES, {"code": "\n".join(broken)}, learner, status=422)
            words = "primera línea" if at == 0 else f"línea {at + 1} no está bien"
            assert words in answer.text
            assert broken[at] in answer.text
    assert counted(learner) == (0, 0)
    assert session.scalar(select(func.count()).select_from(ForgedCode)) == 0


def forged(code: str, turn: int = 1) -> str:
    """The code with another last letter, and a check that fits."""
    lines = code.replace("-", "").split("\n")
    part = lines[-1][:-1]
    part = part[:-1] + ALPHABET[(ALPHABET.index(part[-1]) + turn) % 32]
    return "\n".join([*lines[:-1], part + check(part, len(lines))])


def test_a_forged_code_is_refused_and_noted(post, page, named, learner):
    answer = post(CODES, {"code": forged(code_of(named))}, learner)
    assert counted(learner) == (0, 0)
    shown = page(answer.location, as_=learner)
    assert "no salió de este archivo" in shown.text
    assert forged(code_of(named)).split("\n")[-1] in shown.text
    assert session.scalars(select(ForgedCode)).one().person_id == learner.id


def test_who_forges_has_to_wait_a_day_and_others_do_not(post, named, learner, trainer):
    for turn in range(MOST_FORGED):
        post(CODES, {"code": forged(code_of(named), turn + 1)}, learner)
    answer = post(CODES, {"code": forged(code_of(named), 20)}, learner, status=409)
    assert "mañana" in answer.text
    assert session.scalar(select(func.count()).select_from(ForgedCode)) == MOST_FORGED
    post(CODES, {"code": code_of(named)}, trainer)
    assert counted(learner) == (2, 2)
    for tried in session.scalars(select(ForgedCode)):
        tried.at -= timedelta(days=1)
    session.commit()
    post(CODES, {"code": code_of(named)}, learner)


def test_another_files_signature_does_not_fit(post, named, learner, neighbour):
    post(NEW, {"for": "me"}, neighbour)
    other = session.scalars(select(Handout).where(Handout.person_id == neighbour.id)).one()
    stolen = code_of(other).split("\n")
    answer = post(CODES, {"code": "\n".join([code_of(named).split("\n")[0], *stolen[1:]])}, learner)
    assert "code=" in answer.location
    assert counted(learner) == (0, 0)


def test_a_number_that_nobody_was_given(post, named, learner):
    code = code_of(named)
    session.delete(named)
    session.commit()
    answer = post(CODES, {"code": code}, learner, status=422)
    assert "No hay un archivo con el número" in answer.text


@pytest.mark.parametrize(
    "typed", ["", "   ", "hola", "A" * 5000, "☃☃☃", "<script>alert(1)</script>"]
)
def test_nonsense_gets_the_form_again(post, learner, typed):
    answer = post(CODES, {"code": typed}, learner, status=422)
    assert "<script>alert" not in answer.text


def test_a_trainer_enters_a_named_code_for_its_person(post, named, trainer, learner):
    post(CODES, {"code": code_of(named)}, trainer)
    assert counted(learner) == (2, 2)
    assert counted(trainer) == (0, 0)
    assert session.scalars(select(HandoutCode)).one().by_id == trainer.id


def test_a_loose_file_serves_several_each_phone_one_person(
    post, page, loose, trainer, learner, neighbour
):
    one, other = code_of(loose, copy="7Q2KM"), code_of(loose, copy="0ABC1")
    post(CODES, {"code": one}, learner)
    assert counted(learner) == (2, 2)
    answer = post(CODES, {"code": one}, neighbour, status=409)
    assert "ya contó para otra persona" in answer.text
    more = code_of(loose, [Done(True, {}), Done(False, {})], copy="7Q2KM")
    post(CODES, {"code": more}, neighbour, status=409)
    assert counted(neighbour) == (0, 0)
    post(CODES, {"code": other}, neighbour)
    assert counted(neighbour) == (2, 2)
    assert len(loose.copies) == 2
    assert "volvió de 2 personas" in page("/handouts/", as_=trainer).text


def test_a_facilitator_says_whose_a_loose_code_is(post, page, loose, trainer, learner, neighbour):
    code = code_of(loose, copy="7Q2KM")
    asked = post(CODES, {"code": code}, trainer, status=200)
    assert "¿De quién es este código?" in asked.text
    assert "Eva Vecina" in asked.text
    searched = post(CODES, {"code": code, "q": "vecina"}, trainer, status=200)
    assert learner.name not in searched.text
    assert counted(learner) == counted(neighbour) == (0, 0)
    post(CODES, {"code": code, "person": str(neighbour.uuid)}, trainer)
    assert counted(neighbour) == (2, 2)
    # From now on it is hers without asking, and nobody else's.
    post(CODES, {"code": code_of(loose, [Done(True, {})] * 2, copy="7Q2KM")}, trainer)
    answer = post(CODES, {"code": code, "person": str(learner.uuid)}, trainer)
    assert counted(learner) == (0, 0)
    assert "Eva Vecina" in page(answer.location, as_=trainer).text


def test_of_a_file_for_anybody_i_see_what_my_own_code_brought(post, page, loose, trainer, learner):
    whole = right_answers(loose)
    for done in ([Done(True, {}), Done(False, {})], whole):
        post(CODES, {"code": code_of(loose, done, copy="7Q2KM")}, learner)
    [last] = session.scalars(select(HandoutCode).order_by(HandoutCode.id.desc()).limit(1))
    link = page("/handouts/", as_=learner).one("main ul.rows a")
    assert link["href"] == f"/handouts/codes/{last.uuid}"
    page(link["href"], as_=learner)
    page(f"/handouts/files/{loose.number}", as_=learner, status=404)
    assert page("/handouts/", as_=trainer).all(f"a[href='/handouts/files/{loose.number}']")


def test_a_facilitator_cannot_give_it_to_a_stranger(post, loose, trainer, cleo, learner):
    code = code_of(loose, copy="7Q2KM")
    for person in (str(cleo.uuid), "nadie"):
        post(CODES, {"code": code, "person": person}, trainer, status=404)
    assert counted(cleo) == (0, 0)


def test_who_left_the_course_is_told_so(post, named, learner):
    post("/courses/agua/enrolment/removal", {}, learner)
    answer = post(CODES, {"code": code_of(named)}, learner, status=403)
    assert "es de otra persona" not in answer.text
    assert counted(learner) == (0, 0)


def test_a_stranger_to_the_course_enters_nothing(post, loose, cleo):
    post(CODES, {"code": code_of(loose, copy="7Q2KM")}, cleo, status=403)
    assert session.scalar(select(func.count()).select_from(HandoutCopy)) == 0


def test_a_learner_chooses_nobody_but_themselves(post, loose, learner, neighbour):
    code = code_of(loose, copy="7Q2KM")
    post(CODES, {"code": code, "person": str(neighbour.uuid)}, learner, status=404)
    assert counted(neighbour) == (0, 0)


def test_a_voided_file_counts_no_more_and_what_counted_stays(post, page, named, learner, trainer):
    post(CODES, {"code": code_of(named, [Done(True, {}), Done(False, {})])}, learner)
    post(f"/handouts/files/{named.number}/voiding", {}, trainer)
    answer = post(CODES, {"code": code_of(named)}, learner, status=409)
    assert "se anuló el" in answer.text
    assert counted(learner) == (0, 1)
    at = named.voided_at
    post(f"/handouts/files/{named.number}/voiding", {}, learner)
    assert (named.voided_at, named.voided_by_id) == (at, trainer.id)
    page(f"/handouts/files/{named.number}/file", as_=learner, status=409)
    post(NEW, {"for": "me"}, learner)
    assert session.scalar(select(func.count()).select_from(Handout)) == 2


def test_taking_it_twice_gives_one_file(post, named, learner, trainer):
    post(NEW, {"for": "me"}, learner)
    post(NEW, {"for": str(learner.uuid)}, trainer)
    for _time in range(2):
        post(NEW, {"for": "anybody"}, trainer)
    assert session.scalar(select(func.count()).select_from(Handout)) == 2


def test_a_theme_that_changed_needs_a_new_file(post, page, named, learner):
    make.course(questions={"acequia": [make.SINGLE], "pozo": [make.SINGLE]})
    shown = page(f"/handouts/files/{named.number}", as_=learner)
    assert "El tema cambió" in shown.text
    page(f"/handouts/files/{named.number}/file", as_=learner, status=409)
    post(NEW, {"for": "me"}, learner)
    assert session.scalar(select(func.count()).select_from(Handout)) == 2


@pytest.mark.parametrize("wanted", ["", "alguien", "anybody"])
def test_a_learner_hands_out_nothing(post, learner, wanted):
    post(NEW, {"for": wanted}, learner, status=403)
    assert session.scalar(select(func.count()).select_from(Handout)) == 0


@pytest.mark.parametrize(("wanted", "status"), [("", 400), ("alguien", 400)])
def test_nobody_is_told_to_whom(post, trainer, wanted, status):
    post(NEW, {"for": wanted}, trainer, status=status)


def test_doors(post, page, named, loose, learner, neighbour, trainer, cleo):
    own = f"/handouts/files/{named.number}"
    for path in (own, f"{own}/file"):
        page(path, as_=neighbour, status=404)
        page(path, as_=cleo, status=404)
    post(f"{own}/voiding", {}, neighbour, status=404)
    page(f"/handouts/files/{loose.number}/file", as_=learner, status=404)
    page(NEW, as_=cleo, status=403)
    post(CODES, {"code": code_of(named)}, learner)
    code = session.scalars(select(HandoutCode)).one()
    page(f"/handouts/codes/{code.uuid}", as_=trainer)
    page(f"/handouts/codes/{code.uuid}", as_=neighbour, status=404)
    assert named.number[:4] not in page("/handouts/", as_=neighbour).text


def test_a_group_trainer_helps_their_group_alone(post, page, named, learner, neighbour, course):
    teacher = make.person("Tito Tutor")
    cohort = make.cohort(course, learner)
    add_trainer(cohort, teacher, by=teacher, at=now())
    session.commit()
    assert "Eva Vecina" not in page(NEW, as_=teacher).text
    post(NEW, {"for": str(neighbour.uuid)}, teacher, status=404)
    post(NEW, {"for": "me"}, teacher, status=403)
    post(NEW, {"for": str(learner.uuid)}, teacher)
    post(CODES, {"code": code_of(named)}, teacher)
    assert counted(learner) == (2, 2)


def test_a_teams_coordinator_helps_their_team(post, named, learner, neighbour):
    coordinator = make.person("Coni Coordina")
    make.team(coordinator, local_government=learner)
    assert session.scalars(select(Seat).filter_by(person_id=coordinator.id)).one().is_coordinator
    post(CODES, {"code": code_of(named)}, coordinator)
    assert counted(learner) == (2, 2)


def test_the_outline_and_the_page_say_what_it_weighs(page, learner):
    shown = page("/courses/agua", as_=learner)
    assert re.search(r"En un archivo \(unos \d+\skB\)", shown.text)
    assert re.search(r"Pesa unos \d+\skB", page(NEW, as_=learner).text)


def test_a_code_typed_in_any_manner_is_read(post, named, learner):
    code = code_of(named)
    sloppy = code.lower().replace("0", "o").replace("1", "l").replace("v", "u").replace("-", " ")
    assert read_lines(sloppy) == read_lines(code)
    post(CODES, {"code": sloppy.replace("\n", "")}, learner)
    assert counted(learner) == (2, 2)
