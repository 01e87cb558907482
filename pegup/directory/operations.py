"""Brings what the directory's files say into the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from pegup.db import Model, session
from pegup.directory.models import City, ForumEvent, Organisation
from pegup.directory.reading import Directory


def import_directory(read: Directory) -> list[str]:
    """Stores what was read; says what changed.

    Nothing is removed: teams and people hang on cities.
    """
    changed = _store(City, read.cities)
    session.flush()
    ids = {city.slug: city.id for city in session.scalars(select(City))}
    organisations = [
        {name: value for name, value in each.items() if name != "city"}
        | {"city_id": ids.get(each["city"])}
        for each in read.organisations
    ]
    return changed + _store(Organisation, organisations) + _store(ForumEvent, read.events)


def _store(model: type[Model], entries: Iterable[dict[str, Any]]) -> list[str]:
    """Adds what is new, changes what differs, leaves the rest."""
    rows: dict[str, Any] = {row.slug: row for row in session.scalars(select(model))}  # type: ignore[attr-defined]
    changed = []
    for fields in entries:
        row = rows.get(fields["slug"])
        if row is None:
            session.add(model(**fields))
            changed.append(f"new {model.__name__.lower()} {fields['slug']}")
        elif different := [name for name, value in fields.items() if getattr(row, name) != value]:
            for name in different:
                setattr(row, name, fields[name])
            changed.append(
                f"changed {model.__name__.lower()} {fields['slug']}: {', '.join(different)}"
            )
    return changed
