"""Messages to people of a group, their answers, and the switch for mails."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from pegup.accounts.models import Person
from pegup.cohorts import correspondence, mailing
from pegup.cohorts.access import Can, cohort_for, copy_for, message_for
from pegup.cohorts.forms import MessageForm, ReplyForm
from pegup.cohorts.models import Cohort, Mailing, Message, MessageCopy
from pegup.cohorts.words import MAILINGS
from pegup.db import now, session
from pegup.web.access import public
from pegup.web.errors import Refused
from pegup.web.feature import Feature
from pegup.web.forms import status_of, submitted, typed
from pegup.web.language import gettext as _
from pegup.web.language import ngettext
from pegup.web.markdown import render
from pegup.web.navigation import Reader
from pegup.web.pages import HomePart, home_parts
from pegup.web.paging import count_of, paging

blueprint = Feature("messages", __name__)

GROUP = "/groups/<slug>/<cohort>"
MOST_AT_HOME = 3


@blueprint.context_processor
def words() -> dict[str, object]:
    """What the templates of this part use."""
    return {"mailings": MAILINGS, "as_html": render}


@blueprint.get("/")
def index() -> str:
    """What was written to me, newest first."""
    query = (
        MessageCopy.whole()
        .join(Message, Message.id == MessageCopy.message_id)
        .where(MessageCopy.person_id == g.person.id)
        .order_by(Message.sent_at.desc(), MessageCopy.id.desc())
    )
    page = paging(count_of(query))
    return render_template(
        "pegup/messages/inbox.html", copies=session.scalars(page.cut(query)).all(), paging=page
    )


@blueprint.get(GROUP)
def sent(slug: str, cohort: str) -> str:
    """What was written to the group, newest first."""
    found = cohort_for(slug, cohort, Can.LOOK)
    query = Message.of(found)
    page = paging(count_of(query))
    return render_template(
        "pegup/messages/sent.html",
        cohort=found,
        messages=session.scalars(page.cut(query)).all(),
        counts=correspondence.seen_of(found),
        paging=page,
    )


@blueprint.route(f"{GROUP}/new", methods=["GET", "POST"])
def write(slug: str, cohort: str) -> Response | tuple[str, int]:
    """Write to some people of the group: first it is shown as they will see it, then sent."""
    found = cohort_for(slug, cohort, Can.LOOK)
    people = _chosen(found)
    form = MessageForm(request.form, key=uuid4().hex)
    wants = request.form.get("step")
    is_written = wants in {"preview", "send"} and submitted(form)
    if is_written and wants == "send":
        made = _send(found, form, people)
        if made is not None:
            return redirect(url_for(".message", key=made.uuid))
    return (
        render_template(
            "pegup/messages/write.html",
            cohort=found,
            form=form,
            people=people,
            is_preview=is_written and not form.errors,
            moment_now=now(),
            mailed=correspondence.reached_by_mail(people),
        ),
        status_of(form),
    )


def _chosen(cohort: Cohort) -> list[Person]:
    """The people that the page or the form names, of those in the group."""
    keys = {_uuid(text) for text in request.values.getlist("to")}
    people = correspondence.people_of(cohort, keys) if keys else []
    if not people:
        raise Refused(_("No elegiste a nadie. Vuelve atrás y marca a quién quieres escribir."))
    if len(people) > correspondence.MOST_PEOPLE:
        raise Refused(
            _(
                "Un mensaje llega a %(most)s personas como máximo. Elige por equipo o por motivo.",
                most=correspondence.MOST_PEOPLE,
            )
        )
    return people


def _send(cohort: Cohort, form: MessageForm, people: list[Person]) -> Message | None:
    try:
        made = correspondence.send_message(
            cohort, typed(form.text), people, key=form.uuid, by=g.person, at=now()
        )
    except correspondence.TooMany:
        form.text.errors = [
            _(
                "Ya mandaste %(most)s mensajes en una hora. Espera un poco; tu texto sigue aquí.",
                most=correspondence.MOST_IN_AN_HOUR,
            )
        ]
        return None
    mailing.send_soon()
    flash(
        ngettext(
            "El mensaje salió para una persona.",
            "El mensaje salió para %(num)d personas.",
            len(people),
        )
    )
    return made


@blueprint.get("/sent/<uuid:key>")
def message(key: UUID) -> str:
    """To whom a message went, who has read it, what they answered."""
    found = message_for(key)
    query = (
        MessageCopy.whole()
        .join(MessageCopy.person)
        .where(MessageCopy.message_id == found.id)
        .order_by(Person.folded, Person.id)
    )
    page = paging(count_of(query))
    return render_template(
        "pegup/messages/message.html",
        message=found,
        cohort=found.cohort,
        copies=session.scalars(page.cut(query)).all(),
        seen=count_of(query.where(MessageCopy.seen_at.is_not(None))),
        refused=count_of(query.where(MessageCopy.mailing == Mailing.REFUSED)),
        paging=page,
    )


@blueprint.get("/<uuid:key>")
def conversation(key: UUID) -> str:
    """A message with its answers, and a field for one more."""
    copy = copy_for(key)
    form = ReplyForm(key=uuid4().hex)
    return render_template("pegup/messages/conversation.html", copy=copy, form=form)


@blueprint.post("/<uuid:key>/replies")
def reply(key: UUID) -> Response | tuple[str, int]:
    """Answers."""
    copy = copy_for(key)
    form = ReplyForm(request.form)
    if submitted(form):
        try:
            correspondence.reply(
                copy, typed(form.text), shown=_shown(), key=form.uuid, by=g.person, at=now()
            )
        except correspondence.TooMany:
            form.text.errors = [
                _("Escribiste mucho en una hora. Espera un poco; tu texto sigue aquí.")
            ]
        else:
            flash(_("Tu respuesta quedó guardada."))
            return redirect(url_for(".conversation", key=key))
    page = render_template("pegup/messages/conversation.html", copy=copy, form=form)
    return page, status_of(form)


@blueprint.post("/<uuid:key>/reading")
def mark_seen(key: UUID) -> Response:
    """Says that what the other side wrote is read."""
    copy = copy_for(key)
    correspondence.mark_seen(copy, shown=_shown(), by=g.person, at=now())
    at_home = request.form.get("from") == "home"
    return redirect(url_for("pegup.home") if at_home else url_for(".conversation", key=key))


@blueprint.route("/mail", methods=["GET", "POST"])
def mail() -> Response | str:
    """The switch for mails of my courses."""
    if request.method == "POST":
        wanted = request.form.get("mail")
        if wanted not in {"on", "off"}:
            raise BadRequest
        correspondence.switch_mail(g.person, on=wanted == "on", at=now())
        flash(_("Listo: quedó guardado."))
        return redirect(url_for(".mail"))
    return render_template(
        "pegup/messages/mail.html", is_off=correspondence.wants_no_mail(g.person)
    )


@blueprint.route("/mail/off/<token>", methods=["GET", "POST"])
@public
def mail_off(token: str) -> str:
    """The link in each mail: a button, or one click in the mail program, and no more mails come."""
    person = mailing.person_of(token)
    if person is None:
        raise Refused(_("Este enlace está incompleto. Ábrelo otra vez desde el correo, entero."))
    if request.method == "POST":
        correspondence.switch_mail(person, on=False, at=now())
    return render_template(
        "pegup/messages/mail_off.html", is_off=correspondence.wants_no_mail(person)
    )


def home_part(person: Reader) -> Markup | None:
    """At the front door: what was written to me, and answers to what I wrote."""
    if person is None:
        return None
    waiting = session.scalars(MessageCopy.waiting_for(person).limit(MOST_AT_HOME)).all()
    answers = correspondence.answered_to(person, most=MOST_AT_HOME)
    if not waiting and not answers:
        return None
    page = render_template("pegup/messages/_home.html", waiting=waiting, answers=answers, **words())
    return Markup(page)  # noqa: S704  our own template


def _shown() -> set[UUID]:
    """The new answers that stood on the page: what came later is not read yet."""
    return {_uuid(text) for text in request.form.getlist("shown")}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest from None


home_parts.append(HomePart(home_part, order=5))
