"""What can be found: a document for each lesson, term and published profile in each language.

The engine's own index stands beside it, ``pegup_search_index``: an FTS5 table on SQLite, a
``tsvector`` on PostgreSQL. Both hold words as ``pegup.search.words`` makes them, so that both find
the same. It is made and removed with the table of documents, and loses what that loses.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    event,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pegup.courses.models import SLUG_LENGTH, TITLE_LENGTH, Course
from pegup.db import Model
from pegup.profiles.models import Profile


class Kind(StrEnum):
    """What a document is."""

    LESSON = "lesson"
    TERM = "term"
    PROFILE = "profile"


class Document(Model):
    """Something that can be found, as readers of one language see it."""

    __tablename__ = "pegup_search_document"
    __table_args__ = (
        Index("ix_pegup_search_document_course_id", "course_id"),
        Index("ix_pegup_search_document_profile_id", "profile_id"),
        Index("ix_pegup_search_document_language", "language", "is_public", "course_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(8))
    """Of the readers who find it."""
    text_language: Mapped[str] = mapped_column(String(8))
    """Of its words: another where there is no translation."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey(Course.id, ondelete="CASCADE"))
    profile_id: Mapped[int | None] = mapped_column(ForeignKey(Profile.id, ondelete="CASCADE"))
    is_public: Mapped[bool]
    """Found by everybody; else by who may open the course's lessons."""
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    parent: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    """The slug of its course or its team."""
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    """Of the lesson, the term, or the profile's template."""
    label: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    """Beside its kind: a lesson's number, a profile's team."""
    title: Mapped[str] = mapped_column(String(2 * TITLE_LENGTH))
    text: Mapped[DocumentText] = relationship(
        back_populates="document", cascade="all, delete-orphan", passive_deletes=True
    )

    @classmethod
    def shared_first(cls) -> Sequence[ColumnElement[Any]]:
        """What everybody may see before what is a course's own: as SQLite has it by reading the index by language backwards."""
        public, course = cls.is_public.desc(), cls.course_id.desc().nulls_last()
        return (public, course, cls.kind.desc(), cls.id.desc())

    @classmethod
    def seen_by(cls, course_ids: list[int], language: str) -> Select[Document]:
        """What a reader of the language may find who may open the lessons of these courses."""
        return select(cls).where(
            cls.language == language,
            or_(cls.is_public.is_(True), cls.course_id.in_(course_ids)),
        )


class DocumentText(Model):
    """The words of a document, from which passages are shown; apart, so that counting stays quick."""

    __tablename__ = "pegup_search_text"

    document_id: Mapped[int] = mapped_column(
        ForeignKey(Document.id, ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text)
    anchors: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """``[place in the text, id of the heading]``, in their order."""
    document: Mapped[Document] = relationship(back_populates="text")


MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE pegup_search_index USING fts5(title, words, prefix='3 4 5', tokenize='ascii')",
        "CREATE TRIGGER pegup_search_document_gone AFTER DELETE ON pegup_search_document"
        " BEGIN DELETE FROM pegup_search_index WHERE rowid = old.id; END",
    ),
    "postgresql": (
        "CREATE TABLE pegup_search_index (id INTEGER PRIMARY KEY"
        " REFERENCES pegup_search_document (id) ON DELETE CASCADE,"
        " title TSVECTOR NOT NULL, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_pegup_search_index_words ON pegup_search_index USING gin (words)",
        "CREATE INDEX ix_pegup_search_index_title ON pegup_search_index USING gin (title)",
    ),
}
"""Statements by engine, in their order; the migration has a copy."""
REMOVE = "DROP TABLE pegup_search_index"


def _beside(event_name: str, statement: str, engine: str) -> None:
    ddl = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(Document.__table__, event_name, ddl.execute_if(dialect=engine))


for _engine, _statements in MAKE.items():
    for _statement in _statements:
        _beside("after_create", _statement, _engine)
    _beside("before_drop", REMOVE, _engine)
