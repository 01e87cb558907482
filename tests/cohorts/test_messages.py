"""Messages: to whom they go, who has read them, what is answered, and that each is sent once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from pegup.cohorts.correspondence import MOST_IN_AN_HOUR, send_message, switch_mail
from pegup.cohorts.models import Cohort, Mailing, Message, MessageCopy, Reply
from pegup.db import now, session
from tests import make

GROUP = "/messages/groups/agua/grupo-de-mayo"


@pytest.fixture
def cohort(course, ben, cleo) -> Cohort:
    return make.cohort(course, ben, cleo)


def to(*people) -> str:
    return "&".join(f"to={each.uuid}" for each in people)


def fields(page, form: str = "form[novalidate]") -> dict[str, list[str]]:
    """What a form of the page sends beside what is typed."""
    found: dict[str, list[str]] = {}
    for each in page.all(f"main {form} input[type=hidden]"):
        found.setdefault(each["name"], []).append(each["value"])
    return found


@pytest.fixture
def send(page, trainer, cohort):
    """``send("Ánimo", ben)``: as a trainer does it, through the page that shows it first."""

    def through(text: str, *people) -> Message:
        begun = page(f"{GROUP}/new?{to(*people)}", as_=trainer)
        shown = page(
            f"{GROUP}/new", as_=trainer, data=fields(begun) | {"text": text, "step": "preview"}
        )
        assert session.scalar(select(Message).filter_by(text=text)) is None
        sent = page(
            f"{GROUP}/new",
            as_=trainer,
            data=fields(shown) | {"text": text, "step": "send"},
            status=302,
        )
        key = UUID(sent.response.location.rpartition("/")[2])
        return session.scalars(select(Message).where(Message.uuid == key)).one()

    return through


def copies(message: Message) -> dict[str, MessageCopy]:
    found = session.scalars(select(MessageCopy).filter_by(message_id=message.id))
    return {each.person.name: each for each in found}


def test_a_message_is_shown_before_it_is_sent_and_reaches_those_who_were_chosen(
    page, trainer, ben, cleo, root, send
):
    message = send("Ben: ¿cómo vas con la **acequia**?", ben)
    assert set(copies(message)) == {"Ben Learner"}
    home = page("/", as_=ben)
    assert "Mensajes para ti" in home.text
    assert home.one("article strong").text == "acequia"
    assert "Mensajes para ti" not in page("/", as_=cleo).text
    assert "Leído por 0 de 1." in page(f"/messages/sent/{message.uuid}", as_=trainer).text


def test_who_reads_it_is_known_and_it_leaves_the_front_door(page, trainer, ben, cleo, send):
    message = send("Ánimo", ben, cleo)
    copy = copies(message)["Ben Learner"]
    page(f"/messages/{copy.uuid}/reading", as_=ben, data={"from": "home"}, status=302)
    assert "Mensajes para ti" not in page("/", as_=ben).text
    assert "Mensajes para ti" in page("/", as_=cleo).text
    shown = page(f"/messages/sent/{message.uuid}", as_=trainer).text
    assert "Leído por 1 de 2." in shown
    assert "leído por 1 de 2" in page(GROUP, as_=trainer).text
    first = copy.seen_at
    page(f"/messages/{copy.uuid}/reading", as_=ben, data={}, status=302)
    assert session.get(MessageCopy, copy.id).seen_at == first
    assert "Ánimo" in page("/messages/", as_=ben).text


def test_looking_at_a_message_does_not_count_as_reading(page, ben, send):
    copy = copies(send("Ánimo", ben))["Ben Learner"]
    page(f"/messages/{copy.uuid}", as_=ben)
    page("/", as_=ben)
    assert session.get(MessageCopy, copy.id).seen_at is None


def test_they_answer_each_other(page, trainer, ben, send):
    message = send("¿Cómo vas?", ben)
    address = f"/messages/{copies(message)['Ben Learner'].uuid}"

    def say(who, text):
        written = fields(page(address, as_=who)) | {"text": text}
        page(f"{address}/replies", as_=who, data=written, status=302)

    say(ben, "No entiendo la 1.2")
    assert "Mensajes para ti" not in page("/", as_=ben).text
    assert "Ben Learner te respondió" in page("/", as_=trainer).text
    assert "1 respuesta nueva" in page(GROUP, as_=trainer).text
    say(trainer, "Te llamo mañana")
    assert "te respondió" not in page("/", as_=trainer).text
    assert "Te llamo mañana" in page("/", as_=ben).text
    said = fields(page(address, as_=ben), "form[action$=reading]")
    page(f"{address}/reading", as_=ben, data=said, status=302)
    assert "Mensajes para ti" not in page("/", as_=ben).text
    text = page(address, as_=ben).text
    assert text.index("¿Cómo vas?") < text.index("No entiendo") < text.index("Te llamo")


def test_sent_twice_it_is_one_message_and_one_answer(page, trainer, ben, cohort):
    data = {"to": str(ben.uuid), "key": uuid4().hex, "text": "Ánimo", "step": "send"}
    first = page(f"{GROUP}/new", as_=trainer, data=data, status=302)
    again = page(f"{GROUP}/new", as_=trainer, data=data, status=302)
    assert first.response.location == again.response.location
    (copy,) = session.scalars(select(MessageCopy))
    answer = {"key": uuid4().hex, "text": "Gracias"}
    for _each in range(2):
        page(f"/messages/{copy.uuid}/replies", as_=ben, data=answer, status=302)
    assert session.query(Reply).count() == 1


def test_a_page_gone_back_to_sends_its_other_words_too(page, trainer, ben, cohort):
    """The browser's way back shows the page that was sent, with its key."""
    data = {"to": str(ben.uuid), "key": uuid4().hex, "step": "send"}
    answer = {"key": uuid4().hex}
    for text in ("Ánimo", "Ánimo, Ben", "Ánimo, Ben"):
        page(f"{GROUP}/new", as_=trainer, data=data | {"text": text}, status=302)
    copy = session.scalars(select(MessageCopy)).first()
    for text in ("Gracias", "Gracias, Ada", "Gracias, Ada"):
        address = f"/messages/{copy.uuid}/replies"
        page(address, as_=ben, data=answer | {"text": text}, status=302)
    assert [each.text for each in session.query(Message)] == ["Ánimo", "Ánimo, Ben"]
    assert [each.text for each in session.query(Reply)] == ["Gracias", "Gracias, Ada"]


def test_what_came_after_the_page_is_not_read_by_its_button(page, trainer, ben, send):
    """A phone shows the page of this morning."""
    message = send("¿Cómo vas?", ben)
    address = f"/messages/{copies(message)['Ben Learner'].uuid}"

    def say(who, text, shown):
        page(f"{address}/replies", as_=who, data=fields(shown) | {"text": text}, status=302)

    def read(shown):
        said = fields(shown, "form[action$=reading]")
        page(f"{address}/reading", as_=ben, data=said, status=302)

    old_home, old_page = page("/", as_=ben), page(address, as_=ben)
    say(trainer, "Te llamo mañana", page(address, as_=trainer))
    read(old_home)
    assert "Te llamo mañana" in page("/", as_=ben).text
    say(ben, "Voy bien", old_page)
    assert "Te llamo mañana" in page("/", as_=ben).text
    read(page("/", as_=ben))
    assert "Mensajes para ti" not in page("/", as_=ben).text


def test_text_that_is_empty_or_long_comes_back_and_nothing_is_sent(page, trainer, ben, cohort):
    for step in ("preview", "send"):
        for text, said in (("  ", "Escribe el mensaje"), ("x" * 2001, "2000")):
            data = {"to": str(ben.uuid), "key": uuid4().hex, "text": text, "step": step}
            shown = page(f"{GROUP}/new", as_=trainer, data=data, status=422)
            assert said in shown.text
            assert shown.one("textarea").text.strip() == text.strip()
    data = {"to": str(ben.uuid), "key": "x", "text": "Hola", "step": "send"}
    page(f"{GROUP}/new", as_=trainer, data=data, status=422)
    assert session.query(Message).count() == 0


def test_only_people_of_the_group_can_be_written_to(page, trainer, root, cohort):
    page(f"{GROUP}/new?{to(root)}", as_=trainer, status=409)
    page(f"{GROUP}/new", as_=trainer, status=409)
    page(f"{GROUP}/new?to=x", as_=trainer, status=400)


def test_everybody_of_a_list_is_written_to_at_once(page, trainer, ben, cleo, cohort, at_day):
    at_day(1997, 5, 30)
    listed = page("/cohorts/agua/grupo-de-mayo?reason=not-begun", as_=trainer)
    form = listed.one("main form[method=post]")
    sent = {"to": [each["value"] for each in form.select("[name=to]")], "step": "begin"}
    assert len(sent["to"]) == 2
    shown = page(form["action"], as_=trainer, data=sent)
    assert "A 2 personas: Ben Learner, Cleo Stranger" in shown.text


def test_there_is_a_limit_for_an_hour_and_the_text_stays(page, trainer, ben, cohort, send):
    for number in range(MOST_IN_AN_HOUR):
        key = uuid4()
        send_message(cohort, f"Uno {number}", [ben], key=key, by=trainer, at=now())
    session.commit()
    data = {"to": str(ben.uuid), "key": uuid4().hex, "text": "Otro más", "step": "send"}
    shown = page(f"{GROUP}/new", as_=trainer, data=data, status=422)
    assert "10 mensajes en una hora" in shown.text
    assert shown.one("textarea").text.strip() == "Otro más"
    for message in session.query(Message):
        message.sent_at -= timedelta(hours=2)
    session.commit()
    page(f"{GROUP}/new", as_=trainer, data=data, status=302)


def test_nobody_else_opens_a_message(page, trainer, ben, cleo, send):
    message = send("Solo para Ben", ben)
    address = f"/messages/{copies(message)['Ben Learner'].uuid}"
    stranger = make.person("Otra Persona")
    for path in (address, f"/messages/sent/{message.uuid}"):
        page(path, as_=cleo, status=404)
        page(path, as_=stranger, status=404)
    page(f"/messages/sent/{message.uuid}", as_=ben, status=404)
    page(GROUP, as_=ben, status=403)
    for path in (f"{address}/reading", f"{address}/replies"):
        page(path, as_=cleo, data={"text": "Hola", "key": uuid4().hex}, status=404)
    assert session.query(Reply).count() == 0


def test_who_has_no_address_or_wants_no_mail_gets_none_and_sees_it_here(
    page, trainer, ben, cleo, send
):
    ben.email = None
    switch_mail(cleo, on=False, at=now())
    session.commit()
    begun = page(f"{GROUP}/new?{to(ben, cleo)}", as_=trainer)
    assert "Nadie lo recibe por correo" in begun.text
    message = send("Ánimo", ben, cleo)
    assert {each.mailing for each in copies(message).values()} == {Mailing.NONE}
    assert "lo ve en el sitio" in page(f"/messages/sent/{message.uuid}", as_=trainer).text
    for person in (ben, cleo):
        assert "Ánimo" in page("/", as_=person).text


def test_what_is_written_runs_nowhere(page, trainer, ben, send):
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    message = send(evil, ben)
    for path, who in (
        ("/", ben),
        (f"/messages/{copies(message)['Ben Learner'].uuid}", ben),
        (f"/messages/sent/{message.uuid}", trainer),
        (GROUP, trainer),
        ("/messages/", ben),
    ):
        soup = page(path, as_=who).soup
        assert not soup.select("main script:not([src]), main img, main a[href^=javascript]")


def test_the_switch_in_the_account_stays_where_it_is_put(page, ben, cohort):
    page("/messages/mail", as_=ben, data={"mail": "off"}, status=302)
    assert "Queda así hasta que tú lo cambies" in page("/messages/mail", as_=ben).text
    page("/messages/mail", as_=ben, data={"mail": "off"}, status=302)
    page("/messages/mail", as_=ben, data={"mail": "x"}, status=400)
    page("/messages/mail", as_=ben, data={"mail": "on"}, status=302)
    assert "No quiero correos" in page("/messages/mail", as_=ben).text


@pytest.mark.slow
def test_lists_cost_the_same_however_long_they_are(queries, trainer, ben, cohort, send):
    first = send("Uno", ben)
    paths = [
        ("/", ben),
        ("/messages/", ben),
        (GROUP, trainer),
        (f"/messages/sent/{first.uuid}", trainer),
    ]
    few = [queries(*each) for each in paths]
    people = [make.person(f"P{number} Mamani") for number in range(20)]
    message = send_message(cohort, "Otro", [ben, *people], key=uuid4(), by=trainer, at=now())
    send_message(cohort, "Tres", [ben], key=uuid4(), by=trainer, at=now())
    session.commit()
    paths[3] = (f"/messages/sent/{message.uuid}", trainer)
    assert [queries(*each) for each in paths] == few
