"""Reads the directory's files: cities, organisations, the Forum's meetings. Touches nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pegup.authoring.entries import Entry, read_entries
from pegup.authoring.findings import Finding, Findings, nearest
from pegup.authoring.front_matter import (
    Key,
    flag,
    many,
    mapping,
    number,
    one_of,
    pattern,
    slug,
    whole,
    words,
)

UBIGEO = re.compile(r"\d{6}")
WHEN = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
SECTORS = (
    "local_government",
    "ngo",
    "community_organization",
    "university",
    "business",
    "other",
)
REGIONS = ("coast", "highlands", "jungle")
NUCLEI = ("north", "south", "central_amazonian", "lima_national")
NOTE = Key(words(1000))
NAME = Key(words(120))
COUNT = {
    "scope": Key(words(200), required=True),
    "scope_en": Key(words(200)),
    "year": Key(whole(1500, 2100), required=True),
    "people": Key(whole(0, 100_000_000), required=True),
    "confidence": Key(one_of("A", "B"), required=True),
    "source": Key(words(1000), required=True),
    "source_en": Key(words(1000)),
}
FOR_EDITORS = dict.fromkeys(
    (
        *("altitude_note", "context", "entity", "name_in_source", "nucleus_note"),
        *("population_note", "region_note", "remark", "source_sections"),
    ),
    NOTE,
)
"""What explains an entry to whoever edits it; not shown."""
CITY = {
    "id": Key(slug, required=True),
    "name": Key(words(120), required=True),
    "ubigeo": Key(pattern(UBIGEO, '"150101"')),
    "department": NAME,
    "province": NAME,
    "district": NAME,
    "lat": Key(number(-90, 90)),
    "lon": Key(number(-180, 180)),
    "altitude_m": Key(whole(-500, 9000)),
    "region": Key(one_of(*REGIONS)),
    "nucleus": Key(one_of(*NUCLEI)),
    "nucleus_sure": Key(flag),
    "forum_member": Key(flag),
    "profile_1997": Key(flag),
    "unresolved": Key(flag),
    "note_es": NOTE,
    "note_en": NOTE,
    "population": Key(many(mapping(COUNT), 100)),
    "themes": Key(many(words(80), 50)),
    "best_practices": Key(many(words(200), 50)),
    **FOR_EDITORS,
}
ORGANISATION = {
    "id": Key(slug, required=True),
    "name": Key(words(200), required=True),
    "sector": Key(one_of(*SECTORS), required=True),
    "city": Key(slug),
    "forum_member": Key(flag),
    "name_in_source": NOTE,
    "note": NOTE,
    "note_en": NOTE,
}
EVENT = {
    "id": Key(slug, required=True),
    "title_es": Key(words(300), required=True),
    "title_en": Key(words(300), required=True),
    "date": Key(pattern(WHEN, '"1996-03"')),
    "place": Key(words(200)),
    "uncertain": Key(flag),
    "note": NOTE,
    "note_en": NOTE,
}


@dataclass(frozen=True)
class Directory:
    """What the files say, as columns of the tables; ``city`` of an organisation is a slug or empty."""

    cities: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    events: list[dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """What came of reading; ``directory`` is None where something is wrong."""

    directory: Directory | None
    findings: list[Finding]


def read_directory(folder: Path) -> Reading:
    """Reads ``cities.yaml``, ``organisations.yaml`` and ``events.yaml`` of a folder."""
    findings = Findings()
    cities = read_entries(folder / "cities.yaml", "cities", CITY, findings)
    known = set() if findings.errors else {each.values["id"] for each in cities}
    organisations = read_entries(
        folder / "organisations.yaml", "organisations", ORGANISATION, findings
    )
    events = read_entries(folder / "events.yaml", "events", EVENT, findings)
    _note_twins(cities, findings)
    _find_cities(organisations, known, findings)
    if findings.errors:
        return Reading(None, findings.sorted())
    read = Directory(
        [_city(each.values) for each in cities],
        [_organisation(each.values) for each in organisations],
        [_event(each.values) for each in events],
    )
    return Reading(read, findings.sorted())


def _note_twins(cities: list[Entry], findings: Findings) -> None:
    """No two places have one code of INEI."""
    seen: dict[str, Entry] = {}
    for each in cities:
        ubigeo = each.values.get("ubigeo")
        if ubigeo in seen:
            other = f"{seen[ubigeo].start.file}:{seen[ubigeo].start.line}"
            findings.add(each.place("ubigeo"), "id-twice", id=ubigeo, other=other)
        elif ubigeo is not None:
            seen[ubigeo] = each


def _find_cities(organisations: list[Entry], known: set[str], findings: Findings) -> None:
    if not known:  # something is wrong with the cities themselves: that is said already
        return
    for each in organisations:
        city = each.values.get("city")
        if city is not None and city not in known:
            expected = nearest(city, known) or "cities.yaml"
            findings.add(
                each.place("city"), "value-wrong", key="city", value=city, expected=expected
            )


def _city(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": entry["id"],
        "ubigeo": entry.get("ubigeo"),
        "name": entry["name"],
        "department": entry.get("department", ""),
        "province": entry.get("province", ""),
        "district": entry.get("district", ""),
        "latitude": entry.get("lat"),
        "longitude": entry.get("lon"),
        "altitude_m": entry.get("altitude_m"),
        "region": entry.get("region", ""),
        "nucleus": entry.get("nucleus", ""),
        "is_nucleus_sure": entry.get("nucleus_sure", False),
        "is_forum_member": entry.get("forum_member", False),
        "had_profile_1997": entry.get("profile_1997", False),
        "note_es": entry.get("note_es", ""),
        "note_en": entry.get("note_en", ""),
        "population": entry.get("population", []),
    }


def _organisation(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": entry["id"],
        "name": entry["name"],
        "sector": entry["sector"],
        "city": entry.get("city", ""),
        "is_forum_member": entry.get("forum_member", False),
        "note_es": entry.get("note", ""),
        "note_en": entry.get("note_en", ""),
    }


def _event(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "slug": entry["id"],
        "title_es": entry["title_es"],
        "title_en": entry["title_en"],
        "held_on": entry.get("date", ""),
        "place": entry.get("place", ""),
        "note_es": entry.get("note", ""),
        "note_en": entry.get("note_en", ""),
    }
