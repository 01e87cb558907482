"""Makes the file itself: text, style, script and data in one, which loads nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import render_template, url_for
from markupsafe import Markup

from pegup.accounts.codes import grouped
from pegup.courses.outline import Outline, Theme, outline_of
from pegup.handouts.document import Document, Picture, document, packed
from pegup.handouts.models import Handout
from pegup.handouts.operations import questions_by_lesson
from pegup.handouts.words import script_words
from pegup.paper.content import digest_of
from pegup.paper.operations import content_of, picture_for
from pegup.paper.words import words
from pegup.web.assets import built
from pegup.web.language import speaking
from pegup.web.pages import site_link

STYLE, OPENING, SCRIPT = "handout.css", "handout-open.js", "handout.js"
SCHEME = re.compile(r"^https?://")
FRAME = 30_000
"""Bytes of a file that are there whatever the theme: style, scripts, words of the page."""
TEXT = 88, 100
"""What remains of a lesson's text once it is written anew."""
QUESTION = 400
"""Bytes of a packed question, on average."""


class Changed(Exception):
    """The theme is not as it was when the file was handed out."""


def file_of(handout: Handout, *, has_pictures: bool) -> bytes:
    """The file, in its own language; raises ``Changed`` where the course says something else by now."""
    edition = handout.edition
    with speaking(edition.language):
        outline, theme = _theme(handout)
        made = document(theme, _asked(handout), picture=_pictures(handout, has_pictures))
        return _render(handout, outline, made).encode()


def weight(theme: Theme) -> int:
    """About how many bytes the file has, without pictures."""
    meanings = {meaning.slug: meaning for lesson in theme.lessons for meaning in lesson.meanings}
    words = sum(len(each.name) + len(each.text) + 60 for each in meanings.values())
    texts = sum(len(lesson.html.encode()) for lesson in theme.lessons)
    times, parts = TEXT
    return (
        FRAME
        + texts * times // parts
        + words
        + QUESTION * sum(lesson.questions for lesson in theme.lessons)
    )


def picture_bytes(theme: Theme) -> int:
    """What the theme's pictures add, as text."""
    return sum(-(-size // 3) * 4 for lesson in theme.lessons for size in lesson.pictures.values())


def _theme(handout: Handout) -> tuple[Outline, Theme]:
    edition = handout.edition
    outline = outline_of(edition.course, edition.language)
    theme = outline.theme(edition.module.slug)
    if theme is None:
        raise Changed
    if digest_of(content_of(edition.course, outline, theme, words())) != edition.digest:
        raise Changed
    return outline, theme


def _asked(handout: Handout) -> list[list[tuple[int, dict[str, object], list[str]]]]:
    return [
        [(each.position, each.version.spec, each.shown) for each in asked]
        for asked in questions_by_lesson(handout.edition)
    ]


def _pictures(handout: Handout, has_pictures: bool) -> Picture:
    def picture(source: str) -> str | None:
        found = picture_for(handout.edition.course, source) if has_pictures else None
        if found is None:
            return None
        content = base64.b64encode(found.content).decode()
        return f"data:{found.media_type};base64,{content}"

    return picture


def _render(handout: Handout, outline: Outline, made: Document) -> str:
    style, opening, script = (built(name).strip() for name in (STYLE, OPENING, SCRIPT))
    data = {
        "number": handout.number,
        "key": handout.key.hex(),
        "open": handout.person_id is None,
        "lessons": made.questions,
        "words": script_words(),
    }
    questions = [
        render_template(
            "pegup/handouts/_questions.html", part=part, language=handout.edition.language
        )
        if part.items
        else ""
        for part in made.parts
    ]
    address = site_link(url_for("pegup.handouts.codes", _external=True))
    return render_template(
        "pegup/handouts/file.html",
        handout=handout,
        outline=outline,
        made=made,
        grouped=grouped,
        language=handout.edition.language,
        policy=policy_of(style, opening, script),
        address=SCHEME.sub("", address),
        style=Markup(style),  # noqa: S704  # built by us
        script=Markup(opening),  # noqa: S704  # the same
        packed=packed(script, data, questions),
    )


def policy_of(style: str, *scripts: str) -> str:
    """Nothing may be loaded; what runs is our scripts and no other."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(f"'{_hash(script)}'" for script in scripts),
            f"style-src '{_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
