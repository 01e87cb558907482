"""Keeps what can be found in step with courses and profiles, and finds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, delete, exists, func, select, true

from pegup.courses.content.storing import after_import
from pegup.courses.models import Course, Term
from pegup.courses.outline import outline_of
from pegup.db import session
from pegup.profiles import export
from pegup.profiles.models import Profile, Publication
from pegup.profiles.operations import after_publication
from pegup.search import index
from pegup.search.models import Document, DocumentText, Kind
from pegup.search.passages import Passage, Piece, Plain, ended, marked, passage, plain
from pegup.search.words import Term as Wanted
from pegup.search.words import meant, read_query, typed
from pegup.web.language import LANGUAGES
from pegup.web.markdown import render

MOST_TEXTS = 100
"""Texts in which a word is looked for that was probably meant, those of the glossary first, then what cities published."""


@dataclass(frozen=True)
class Found:
    """A document as a search shows it."""

    document: Document
    title: tuple[Piece, ...]
    passage: Passage


@dataclass(frozen=True)
class Search:
    """What was searched for; pages of what it finds are asked for one by one."""

    words: str
    terms: tuple[Wanted, ...]
    seen: Select[Document]
    """Among what."""
    total: int
    any_of: bool = False
    """Nothing has all of the words: these have some."""
    is_cut: bool = False
    """There are more than are shown."""

    def page(self, size: int, start: int) -> list[Found]:
        """Some of what was found, best first: two queries."""
        if not self.total:
            return []
        query = index.ranked(self.terms, self.seen, any_of=self.any_of, all_of_them=not self.is_cut)
        keys = list(session.scalars(query.limit(size).offset(start)))
        documents = session.execute(
            select(Document, DocumentText.text, DocumentText.anchors)
            .join(DocumentText)
            .where(Document.id.in_(keys))
        )
        found = {document.id: self._found(document, *text) for document, *text in documents}
        return [found[key] for key in keys]

    def _found(self, document: Document, text: str, anchors: list[tuple[int, str]]) -> Found:
        return Found(
            document, marked(document.title, self.terms), passage(text, self.terms, anchors)
        )

    def nearest(self) -> str:
        """What was probably meant, in words that the reader may see; empty: no idea."""
        some = self.seen.with_only_columns(Document.title, DocumentText.text).join(DocumentText)
        texts = session.execute(some.order_by(*Document.shared_first()).limit(MOST_TEXTS))
        return meant(self.words, (part for row in texts for part in row))


def search(query: str, seen: Select[Document]) -> Search:
    """What the words find among the seen documents; where nothing has all of them, what has some."""
    terms = read_query(query)

    def count(*, any_of: bool) -> int:
        return session.scalar(index.counted(terms, seen, any_of=any_of)) or 0

    total = count(any_of=False) if terms else 0
    any_of = not total and len(terms) > 1
    if any_of:
        total = count(any_of=True)
    return Search(
        words=typed(query),
        terms=terms,
        seen=seen,
        total=min(total, index.MOST_FOUND),
        any_of=bool(any_of and total),
        is_cut=total > index.MOST_FOUND,
    )


def index_course(course: Course) -> int:
    """Makes the course's lessons and terms what can be found of it; says how many documents."""
    _forget(Document.course_id == course.id)
    return _put(_of_course(course))


def index_profile(profile: Profile) -> int:
    """Makes the published copy what can be found of the profile, or nothing."""
    _forget(Document.profile_id == profile.id)
    query = Publication.newest().where(Publication.profile_id == profile.id)
    publication = session.scalar(query)
    return _put(_of_publication(publication)) if publication is not None else 0


def reindex() -> dict[Kind, int]:
    """Makes everything anew; the number of documents of each kind."""
    _forget(true())
    for course in session.scalars(Course.in_order()).all():
        _put(_of_course(course))
    for publication in session.scalars(Publication.newest()).all():
        _put(_of_publication(publication))
    query = select(Document.kind, func.count()).group_by(Document.kind)
    counts = dict(session.execute(query).all())
    return {kind: counts.get(kind, 0) for kind in Kind}


def fill_if_empty() -> None:
    """For a site that had courses before it had a search."""
    if not session.scalar(select(exists().where(Document.id > 0))):
        reindex()


@dataclass(frozen=True)
class _Made:
    document: Document
    text: Plain
    others: tuple[str, ...] = ()
    """Other names by which it is found as by its title."""


def _forget(which: ColumnElement[bool]) -> None:
    """The engine's index forgets with the documents."""
    texts = select(Document.id).where(which).scalar_subquery()
    session.execute(delete(DocumentText).where(DocumentText.document_id.in_(texts)))
    session.execute(delete(Document).where(which))


def _put(made: Iterable[_Made]) -> int:
    all_made = list(made)
    for each in all_made:
        each.document.text = DocumentText(
            text=each.text.text, anchors=[list(pair) for pair in each.text.anchors]
        )
        session.add(each.document)
    session.flush()
    index.put(
        index.Entry(each.document.id, (each.document.title, *each.others), each.text.text)
        for each in all_made
    )
    return len(all_made)


def _of_course(course: Course) -> Iterator[_Made]:
    terms = session.scalars(select(Term).where(Term.course_id == course.id).order_by(Term.id)).all()
    for language in LANGUAGES:
        yield from _lessons(course, language)
        own = [term for term in terms if term.language == language]
        for term in own or [term for term in terms if term.language == course.language]:
            yield _term(course, term, language)


def _lessons(course: Course, language: str) -> Iterator[_Made]:
    for entry in outline_of(course, language).lessons:
        text = plain(entry.html)
        goals = " ".join(map(ended, entry.objectives))
        before = len(goals) + 1 if goals else 0
        yield _Made(
            Document(
                kind=Kind.LESSON,
                language=language,
                text_language=entry.language,
                course_id=course.id,
                is_public=False,
                parent=course.slug,
                slug=entry.slug,
                label=entry.number,
                title=entry.title,
            ),
            Plain(
                f"{goals} {text.text}".strip(),
                tuple((place + before, anchor) for place, anchor in text.anchors),
            ),
        )


def _term(course: Course, term: Term, language: str) -> _Made:
    return _Made(
        Document(
            kind=Kind.TERM,
            language=language,
            text_language=term.language,
            course_id=course.id,
            is_public=True,
            parent=course.slug,
            slug=term.slug,
            label="",
            title=term.name,
        ),
        plain(term.definition_html),
        (*term.also, term.quechua),
    )


def _of_publication(publication: Publication) -> Iterator[_Made]:
    """The names of who wrote it are on its page, and nobody is found by them."""
    content, profile = publication.content, publication.profile
    for language in LANGUAGES:
        yield _Made(
            Document(
                kind=Kind.PROFILE,
                language=language,
                text_language=content["language"],
                profile_id=profile.id,
                is_public=True,
                is_demonstration=content["demonstration"],
                parent=profile.team.slug,
                slug=profile.template.slug,
                label=content["team"],
                title=f"{content['title']}: {content['city']}",
            ),
            _published(content),
        )


def _published(content: export.Content) -> Plain:
    values = {each["code"]: each for each in content["indicators"]}
    pieces: list[Markup] = []
    for chapter in content["chapters"]:
        for section in chapter["sections"]:
            heading = Markup('<h3 id="s-{}">{}</h3>').format(section["key"], section["title"])
            text = export.with_values(section["text"], values)
            pieces += [heading, Markup() if section["not_applicable"] else render(text)]
    for each in content["indicators"]:
        pieces.append(Markup("<p>{} {}</p>").format(export.inline(each), each["source"] or ""))
    return plain(Markup().join(pieces))


def follow_course(course: Course) -> None:
    index_course(course)


def follow_profile(profile: Profile) -> None:
    index_profile(profile)


after_import.append(follow_course)
after_publication.append(follow_profile)
