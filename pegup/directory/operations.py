"""Brings the directory's files into the database: cities, organisations, events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from pegup.db import Model, session
from pegup.directory.models import City, ForumEvent, Organisation, Sector

LARGEST_FILE = 1_000_000
"""Bytes; a directory of all Peru's districts is smaller."""


class BadDirectory(Exception):
    """What is wrong with the files, all of it, a line each: ``file: entry: what``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Directory:
    """What the files say, row by row."""

    cities: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    """``city`` is the slug of one, or None."""
    events: list[dict[str, Any]]


def read_directory(folder: Path) -> Directory:
    """Reads ``cities.yaml``, ``organisations.yaml`` and ``events.yaml``; touches nothing.

    Raises ``BadDirectory`` with every problem.
    """
    problems: list[str] = []
    cities = _entries(folder / "cities.yaml", _city, problems)
    organisations = _entries(folder / "organisations.yaml", _organisation, problems)
    events = _entries(folder / "events.yaml", _event, problems)
    known = {city["slug"] for city in cities}
    problems += [
        f"organisations.yaml: {each['slug']}: no city {each['city']!r}"
        for each in organisations
        if each["city"] and each["city"] not in known
    ]
    if problems:
        raise BadDirectory(problems)
    return Directory(cities, organisations, events)


def import_directory(folder: Path) -> list[str]:
    """Stores what the files say; says what changed.

    Nothing is removed: teams and people hang on cities. Raises ``BadDirectory`` before any change.
    """
    read = read_directory(folder)
    changed = _store(City, read.cities)
    session.flush()
    ids = {city.slug: city.id for city in session.scalars(select(City))}
    for each in read.organisations:
        each["city_id"] = ids.get(each.pop("city"))
    return changed + _store(Organisation, read.organisations) + _store(ForumEvent, read.events)


def _entries(
    path: Path, read: Callable[[dict[str, Any]], dict[str, Any]], problems: list[str]
) -> list[dict[str, Any]]:
    try:
        raw = _load(path)
    except (OSError, ValueError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: {' '.join(str(error).split())}")
        return []
    found: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(raw, 1):
        try:
            fields = read(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems.append(f"{path.name}: entry {number}: {error!r}")
            continue
        if fields["slug"] in found:
            problems.append(f"{path.name}: {fields['slug']}: stands twice")
        found[fields["slug"]] = fields
    return list(found.values())


def _load(path: Path) -> list[Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"larger than {LARGEST_FILE} bytes")
    text = path.read_text(encoding="utf-8")
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
        raise ValueError("aliases (*name) are not allowed")
    loaded = yaml.safe_load(text)
    if isinstance(loaded, dict) and len(loaded) == 1:
        loaded = next(iter(loaded.values()))
    if not isinstance(loaded, list):
        raise ValueError("a list of entries is expected")
    return loaded


def _city(entry: dict[str, Any]) -> dict[str, Any]:
    ubigeo = entry.get("ubigeo")
    if ubigeo is not None and not (
        isinstance(ubigeo, str) and ubigeo.isdigit() and len(ubigeo) == 6
    ):
        raise ValueError(f"ubigeo {ubigeo!r} is not six digits in quotes")
    return {
        "slug": entry["id"],
        "ubigeo": ubigeo,
        "name": entry["name"],
        "department": entry.get("department") or "",
        "province": entry.get("province") or "",
        "district": entry.get("district") or "",
        "latitude": _degrees(entry.get("lat"), 90),
        "longitude": _degrees(entry.get("lon"), 180),
        "altitude_m": entry.get("altitude_m"),
        "region": entry.get("region") or "",
        "nucleus": entry.get("nucleus") or "",
        "is_nucleus_sure": bool(entry.get("nucleus_sure")),
        "is_forum_member": bool(entry.get("forum_member")),
        "had_profile_1997": bool(entry.get("profile_1997")),
        "note_es": entry.get("note_es") or "",
        "note_en": entry.get("note_en") or "",
        "population": list(entry.get("population") or []),
    }


def _organisation(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": entry["id"],
        "name": entry["name"],
        "sector": Sector(entry["sector"]),
        "city": entry.get("city") or "",
        "is_forum_member": bool(entry.get("forum_member")),
        "note_es": entry.get("note") or "",
        "note_en": entry.get("note_en") or "",
    }


def _event(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": entry["id"],
        "title_es": entry["title_es"],
        "title_en": entry["title_en"],
        "held_on": str(entry.get("date") or ""),
        "place": entry.get("place") or "",
        "note_es": entry.get("note") or "",
        "note_en": entry.get("note_en") or "",
    }


def _degrees(value: Any, largest: int) -> float | None:
    if value is None:
        return None
    degrees = float(value)
    if not -largest <= degrees <= largest:
        raise ValueError(f"{degrees} is not an angle on the map")
    return degrees


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
