"""Groups: made, changed, copied, closed; who comes in; what the outline says to its people."""

from __future__ import annotations

from datetime import date

import pytest

from pegup.accounts.models import Kind, Role
from pegup.cohorts.models import Cohort, CohortMember
from pegup.courses.access import is_enrolled
from pegup.courses.models import Lesson
from pegup.courses.operations import leave, mark_read
from pegup.db import now, session
from tests import make

DATA = {"name": "Grupo de la tarde", "starts_on": "1997-05-05", "ends_on": "1997-07-27"}


def only() -> Cohort:
    return session.query(Cohort).one()


def names(page, of: str = ".rows") -> str:
    return " ".join(each.get_text(" ", strip=True) for each in page.all(f"{of} li"))


def test_a_trainer_begins_a_group_and_says_who_is_in_it(page, trainer, ben, course):
    made = page("/cohorts/agua/new", as_=trainer, data=DATA, status=302)
    assert made.response.location == "/cohorts/agua/grupo-de-la-tarde/people"
    assert (only().starts_on, only().ends_on) == (date(1997, 5, 5), date(1997, 7, 27))
    assert only().created_by_id == trainer.id
    make.enrolment(ben, course)
    found = page("/cohorts/agua/grupo-de-la-tarde/people?q=ben", as_=trainer)
    assert "Ben Learner" in names(found)
    sent = {"person": str(ben.uuid)}
    page("/cohorts/agua/grupo-de-la-tarde/people", as_=trainer, data=sent, status=302)
    page("/cohorts/agua/grupo-de-la-tarde/people", as_=trainer, data=sent, status=302)
    assert session.query(CohortMember).count() == 1
    assert "De una persona" in page("/cohorts/agua/grupo-de-la-tarde", as_=trainer).text
    page("/cohorts/agua/grupo-de-la-tarde/people/removal", as_=trainer, data=sent, status=302)
    assert "Todavía no hay nadie" in page("/cohorts/agua/grupo-de-la-tarde", as_=trainer).text
    assert is_enrolled(ben, course)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Ponle un nombre"),
        ({"name": "x" * 121}, "120"),
        ({"starts_on": ""}, "Escribe la fecha"),
        ({"starts_on": "mañana"}, "año, mes y día"),
        ({"starts_on": "0097-05-05"}, "Revisa el año"),
        ({"ends_on": "1997-05-04"}, "Termina antes de empezar"),
        ({"ends_on": "2005-05-05"}, "99 semanas"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(page, trainer, change, said):
    shown = page("/cohorts/agua/new", as_=trainer, data=DATA | change, status=422)
    assert said in shown.text
    kept = {name: value for name, value in (DATA | change).items() if value}
    for name, value in kept.items():
        assert shown.one(f"[name={name}]")["value"] == value
    assert session.query(Cohort).count() == 0


def test_an_empty_form_for_a_group_that_exists_asks_again(page, trainer, course):
    make.cohort(course)
    page("/cohorts/agua/grupo-de-mayo/edit", as_=trainer, data={}, status=422)
    page("/cohorts/agua/grupo-de-mayo/edit", as_=trainer, data={"name": "Otro"}, status=422)
    assert only().name == "Grupo de mayo"


def test_dates_change_and_the_address_stays(page, trainer, course):
    make.cohort(course)
    form = page("/cohorts/agua/grupo-de-mayo/edit", as_=trainer)
    assert form.one("[name=starts_on]")["value"] == "1997-05-05"
    sent = DATA | {"starts_on": "1997-05-12"}
    page("/cohorts/agua/grupo-de-mayo/edit", as_=trainer, data=sent, status=302)
    assert only().starts_on == date(1997, 5, 12)
    assert "Grupo de la tarde" in page("/cohorts/agua/grupo-de-mayo", as_=trainer).text


def test_the_same_name_twice_gives_two_addresses(page, trainer, course):
    make.cohort(course)
    make.cohort(course)
    make.cohort(course, name="¡¡!!")
    make.cohort(course, name="New")
    slugs = {each.slug for each in session.query(Cohort)}
    assert slugs == {"grupo-de-mayo", "grupo-de-mayo-2", "grupo", "grupo-new"}
    for slug in slugs:
        page(f"/cohorts/agua/{slug}", as_=trainer)


def test_a_copy_lasts_as_long_with_the_same_trainers_and_without_the_people(
    page, trainer, ben, cleo, course
):
    first = make.cohort(course, ben)
    cleo.roles = [Role(kind=Kind.TRAINER, scope="agua")]
    session.commit()
    sent = {"person": str(cleo.uuid)}
    page("/cohorts/agua/grupo-de-mayo/trainers", as_=trainer, data=sent, status=302)
    data = {"name": "Grupo de agosto", "starts_on": "1997-08-06"}
    page("/cohorts/agua/grupo-de-mayo/copies/new", as_=trainer, data=data, status=302)
    copy = session.query(Cohort).filter_by(slug="grupo-de-agosto").one()
    assert copy.ends_on - copy.starts_on == first.ends_on - first.starts_on
    shown = page("/cohorts/agua/grupo-de-agosto", as_=trainer)
    assert "Cleo Stranger" in shown.text
    assert "Todavía no hay nadie" in shown.text


def test_a_team_comes_in_whole_and_is_enrolled(page, trainer, ben, cleo, course):
    make.cohort(course)
    team = make.team(ben, local_government=cleo)
    sent = {"team": team.slug}
    page("/cohorts/agua/grupo-de-mayo/people", as_=trainer, data=sent, status=302)
    assert is_enrolled(ben, course)
    assert is_enrolled(cleo, course)
    page("/cohorts/agua/grupo-de-mayo/people", as_=trainer, data=sent, status=302)
    assert session.query(CohortMember).count() == 2


def test_everybody_without_a_group_comes_in_at_once(page, trainer, ben, cleo, root, course):
    make.cohort(course, ben, name="Otro")
    make.cohort(course)
    for person in (cleo, root):
        make.enrolment(person, course)
    address = "/cohorts/agua/grupo-de-mayo/people"
    assert "2 personas llevan este curso" in page(address, as_=trainer).text
    page(address, as_=trainer, data={"everybody": "yes"}, status=302)
    here = CohortMember.people_of(session.query(Cohort).filter_by(slug="grupo-de-mayo").one())
    assert {each.name for each in session.scalars(here)} == {"Cleo Stranger", "Root Admin"}


def test_a_trainer_finds_only_people_of_the_course(page, trainer, ben, cleo, course):
    make.cohort(course)
    make.enrolment(ben, course)
    address = "/cohorts/agua/grupo-de-mayo/people"
    assert "Cleo" not in names(page(f"{address}?q=example.org", as_=trainer))
    page(address, as_=trainer, data={"person": str(cleo.uuid)}, status=404)
    page(address, as_=trainer, data={"person": "x"}, status=400)
    page(address, as_=trainer, data={"team": "nadie"}, status=404)
    assert session.query(CohortMember).count() == 0


def test_who_looks_after_a_group_sees_it_and_no_other(page, trainer, ben, cleo, course):
    make.cohort(course)
    make.cohort(course, name="Otro")
    make.enrolment(ben, course)
    sent = {"person": str(ben.uuid)}
    page("/cohorts/agua/grupo-de-mayo/trainers", as_=trainer, data=sent, status=302)
    page("/cohorts/agua/grupo-de-mayo", as_=ben)
    page("/cohorts/agua/grupo-de-mayo/people", as_=ben, status=403)
    page("/cohorts/agua/otro", as_=ben, status=404)
    page("/cohorts/agua/grupo-de-mayo", as_=cleo, status=404)
    assert "Grupo de mayo" in page("/cohorts/", as_=ben).text
    assert "Otro" not in page("/cohorts/", as_=ben).text
    assert "Grupos que acompaño" in page("/", as_=ben).text
    page("/cohorts/agua/grupo-de-mayo/trainers/removal", as_=trainer, data=sent, status=302)
    page("/cohorts/agua/grupo-de-mayo", as_=ben, status=404)
    assert "Grupos que acompaño" not in page("/", as_=ben).text


def test_a_member_is_told_that_the_page_is_not_theirs(page, ben, course):
    make.cohort(course, ben)
    page("/cohorts/agua/grupo-de-mayo", as_=ben, status=403)
    assert "Grupo de mayo" in page("/cohorts/", as_=ben).text


def outline(page, who):
    return page("/courses/agua", as_=who).text


def test_the_outline_says_what_is_for_this_week_and_what_is_left(page, ben, course, at_day):
    make.cohort(course, ben)
    at_day(1997, 5, 21)
    text = outline(page, ben)
    assert "Grupo de mayo va por la semana 3 del curso." in text
    assert "semana 1 · del 5 al 11 de mayo" in text
    assert "semana 3 · 23 de mayo" in text
    assert "Para esta semana 2.1 Lección rio" in text
    behind = text.split("Quedó de antes")[1].split("Completar el curso")[0]
    assert "1.1" in behind
    assert "1.2" in behind
    for lesson in session.scalars(Lesson.of(course)).all()[:2]:
        mark_read(ben, lesson, at=now())
    session.commit()
    assert "Estás al día." in outline(page, ben)
    assert "Quedó de antes" not in outline(page, ben)


def test_no_lesson_is_locked_before_or_after_its_week(page, ben, course, at_day):
    make.cohort(course, ben)
    for day in ((1996, 1, 1), (1997, 5, 21), (2026, 1, 1)):
        at_day(*day)
        for lesson in ("acequia", "pozo", "rio"):
            page(f"/courses/agua/lessons/{lesson}", as_=ben)


def test_before_and_after_its_dates_the_group_says_so(page, ben, course, at_day):
    make.cohort(course, ben)
    at_day(1997, 5, 1)
    assert "empieza el 5 de mayo. Si quieres, ya puedes leer." in outline(page, ben)
    assert "Quedó de antes" not in outline(page, ben)
    at_day(1997, 8, 1)
    assert "terminó el 27 de julio. Las lecciones siguen abiertas" in outline(page, ben)


def test_weeks_that_span_two_months_say_both(page, ben, course, at_day):
    make.cohort(course, ben, starts_on=date(1997, 4, 28), ends_on=date(1997, 7, 1))
    at_day(1997, 4, 28)
    assert "del 28 de abril al 4 de mayo" in outline(page, ben)


def test_of_two_groups_the_later_counts_and_a_closed_one_does_not(
    page, trainer, ben, course, at_day
):
    make.cohort(course, ben)
    make.cohort(course, ben, name="Grupo de junio", starts_on=date(1997, 6, 2))
    at_day(1997, 6, 10)
    assert "Grupo de junio va por la semana 2" in outline(page, ben)
    page("/cohorts/agua/grupo-de-junio/closure", as_=trainer, data={}, status=302)
    assert "Grupo de mayo va por la semana 6" in outline(page, ben)
    page("/cohorts/agua/grupo-de-junio/closure/removal", as_=trainer, data={}, status=302)
    assert "Grupo de junio va por la semana 2" in outline(page, ben)


def test_who_is_in_no_group_sees_no_dates(page, ben, cleo, course, at_day):
    make.cohort(course, cleo)
    make.enrolment(ben, course)
    at_day(1997, 5, 14)
    assert "Tu grupo" not in outline(page, ben)
    assert "semana 1" not in outline(page, ben)
    leave(cleo, course, at=now())
    session.commit()
    assert "Tu grupo" not in outline(page, cleo)


def test_everything_is_said_in_english_too(client, page, trainer, ben, at_day):
    course = make.course(plan={"acequia": "week 1"}, english=True)
    make.cohort(course, ben)
    at_day(1997, 5, 7)
    client.set_cookie("pegup-language", "en")
    assert "week 1 · 5 to 11 May" in outline(page, ben)
    assert "For this week" in outline(page, ben)


def test_the_list_costs_the_same_for_one_course_and_for_many(queries, root, course):
    make.cohort(course)
    one = queries("/cohorts/", root)
    for number in range(5):
        make.cohort(make.course(f"otro-{number}"))
    assert queries("/cohorts/", root) == one


def test_groups_do_not_add_queries_to_a_lesson_and_few_to_the_outline(queries, ben, course, at_day):
    def asked() -> list[int]:
        return [queries(each, ben) for each in ("/courses/agua", "/courses/agua/lessons/acequia")]

    make.enrolment(ben, course)
    at_day(1997, 5, 14)
    before = asked()
    make.cohort(course, ben)
    make.cohort(course, ben, name="Otro")
    after = asked()
    assert after[1] == before[1]
    assert after[0] - before[0] == 1  # how far the person is
