"""Lists of entries in a YAML file: ``cities: [- id: ilo …]``, each value checked at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pegup.authoring.findings import Findings, Place
from pegup.authoring.front_matter import Key, Loaded, check_mapping, load_mapping
from pegup.authoring.source import LARGEST_FILE, read_source


@dataclass(frozen=True)
class Entry:
    """One entry: the values that fit, and where they stand."""

    values: dict[str, Any]
    places: Mapping[str, Place]
    start: Place

    def place(self, key: str) -> Place:
        return self.places.get(key, self.start)


def read_entries(
    path: Path, top: str, keys: Mapping[str, Key], findings: Findings, *, ident: str = "id"
) -> list[Entry]:
    """The entries below the one key ``top``; no two have the same ``ident``."""
    source = read_source(path.parent, path, findings)
    if source is None:
        return []
    loaded = Loaded(source.file)
    text = "\n".join(line.text for line in source.lines)
    raw = load_mapping(text, loaded, findings, LARGEST_FILE)
    if raw is None:
        return []
    start = Place(source.file)
    listed = raw.get(top)
    if not isinstance(listed, list):
        findings.add(loaded.places.get(top, start), "key-missing", key=top)
        return []
    found: list[Entry] = []
    seen: dict[str, Place] = {}
    for index, each in enumerate(listed):
        entry = _entry(each, f"{top}.{index}", keys, findings, loaded, start)
        if entry is None:
            continue
        found.append(entry)
        name = entry.values.get(ident)
        if name is None:
            continue
        if name in seen:
            other = f"{seen[name].file}:{seen[name].line}"
            findings.add(entry.place(ident), "id-twice", id=name, other=other)
        seen.setdefault(name, entry.start)
    return found


def _entry(
    raw: Any,
    path: str,
    keys: Mapping[str, Key],
    findings: Findings,
    loaded: Loaded,
    start: Place,
) -> Entry | None:
    place = loaded.places.get(path, start)
    if not isinstance(raw, dict):
        findings.add(place, "value-wrong", key=path, value=repr(raw), expected="…: …")
        return None
    values = check_mapping(raw, keys, findings, loaded.places, place, f"{path}.")
    places = {
        name.removeprefix(f"{path}."): at
        for name, at in loaded.places.items()
        if name.startswith(f"{path}.")
    }
    return Entry(values, places, place)
