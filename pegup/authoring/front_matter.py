"""The YAML at the head of a file: read without tricks, each value checked at its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from pegup.authoring.findings import Findings, Place, nearest
from pegup.authoring.source import Line, Source

FENCE = re.compile(r"^--- *$")
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_LENGTH = 80
DEEPEST = 8
LONGEST = 20_000
"""Letters of front matter."""
PROBLEMS = {
    "mapping values are not allowed": "colon",
    "could not find expected ':'": "no-colon",
    "unexpected end of stream": "quote",
    "unknown escape character": "escape",
    "',' or ": "bracket",
    "node content": "bracket",
    "cannot start any token": "sign",
    "directive": "sign",
    "expected key": "key",
    "did not find expected": "indent",
    "violates indentation": "indent",
    "block sequence entries are not allowed": "indent",
    "unacceptable character": "character",
    "can't encode character": "character",
    "must be in": "date",
    "out of range": "date",
}
"""A part of what the library says, in its words, to a name for which we have ours; the first counts."""


class Wrong(Exception):
    """A value that does not fit; says what would, and below which key it stands."""

    def __init__(
        self, expected: str, code: str = "value-wrong", path: str = "", value: object = None
    ) -> None:
        super().__init__(expected)
        self.expected = expected
        self.code = code
        self.path = path
        self.value = value
        """The part of the value that is wrong, where it is not the whole."""


class AliasFound(Exception):
    """YAML's shortcuts can blow up in memory, and nobody needs them here."""

    def __init__(self, mark: yaml.Mark) -> None:
        super().__init__()
        self.mark = mark


@dataclass(frozen=True)
class Check:
    """One sort of value: ``read`` returns it as it is used or raises ``Wrong``."""

    read: Callable[[Any], Any]
    schema: dict[str, Any]
    """The same as JSON Schema, for editors."""

    def __call__(self, value: Any) -> Any:
        return self.read(value)


@dataclass(frozen=True)
class Key:
    """What a key may hold; ``check`` is a ``Check``, or a function like its ``read``."""

    check: Callable[[Any], Any]
    required: bool = False


@dataclass(frozen=True)
class FrontMatter:
    """Checked values, where each stands, and the text below."""

    values: dict[str, Any]
    places: dict[str, Place]
    """Dotted key (``grading.weights``, ``rules.0.id``) to place."""
    body: tuple[Line, ...]
    start: Place

    def place(self, key: str) -> Place:
        return self.places.get(key, self.start)


@dataclass
class Loaded:
    """One block of YAML, with the places of its keys."""

    file: str
    first_line: int = 1
    places: dict[str, Place] = field(default_factory=dict)


def read_front_matter(
    source: Source, keys: Mapping[str, Key], findings: Findings
) -> FrontMatter | None:
    """The values by key, those that are wrong left out; None where there is no front matter."""
    start = Place(source.file)
    if not FENCE.match(source.lines[0].text):
        findings.add(start, "front-matter-missing")
        return None
    end = next((i for i, line in enumerate(source.lines[1:], 1) if FENCE.match(line.text)), None)
    if end is None:
        findings.add(start, "front-matter-unclosed")
        return None
    loaded = Loaded(source.file, first_line=2)
    raw = load_mapping("\n".join(line.text for line in source.lines[1:end]), loaded, findings)
    if raw is None:
        return None
    values = check_mapping(raw, keys, findings, loaded.places, start)
    return FrontMatter(values, loaded.places, source.lines[end + 1 :], start)


def check_mapping(
    raw: dict[Any, Any],
    keys: Mapping[str, Key],
    findings: Findings,
    places: Mapping[str, Place],
    start: Place,
    prefix: str = "",
) -> dict[str, Any]:
    """The values that fit; what does not is among the findings."""
    values: dict[str, Any] = {}
    for name, value in raw.items():
        place = places.get(f"{prefix}{name}", start)
        if name not in keys:
            near = nearest(str(name), keys)
            findings.add(place, "key-unknown", key=name, near=near, known=", ".join(keys))
            continue
        try:
            values[name] = keys[name].check(value)
        except Wrong as wrong:
            path = f"{name}.{wrong.path}" if wrong.path else name
            _note_wrong(findings, places.get(f"{prefix}{path}", place), path, value, wrong)
    for name, key in keys.items():
        if key.required and name not in raw:
            findings.add(start, "key-missing", key=name)
    return values


def _note_wrong(findings: Findings, place: Place, path: str, value: Any, wrong: Wrong) -> None:
    for part in wrong.path.split(".") if wrong.path else ():
        value = value.get(part) if isinstance(value, dict) else value
    value = value if wrong.value is None else wrong.value
    shown = value if isinstance(value, str) else repr(value)
    if wrong.code == "key-unknown":
        name = path.rpartition(".")[2]
        near = nearest(name, wrong.expected.split(", "))
        findings.add(place, wrong.code, key=path, near=near, known=wrong.expected)
    elif wrong.code == "id-malformed":
        findings.add(place, wrong.code, value=shown, near=id_from(shown))
    elif wrong.code == "when-unclear":
        findings.add(place, wrong.code, value=shown, near=wrong.expected)
    else:
        findings.add(place, wrong.code, key=path, value=shown, expected=wrong.expected)


def load_mapping(
    text: str, loaded: Loaded, findings: Findings, longest: int = LONGEST
) -> dict[Any, Any] | None:
    """A text of YAML as it stands, unchecked; None with the reason among the findings."""
    start = Place(loaded.file, loaded.first_line)
    if len(text) > longest:
        findings.add(start, "front-matter-malformed", problem="long")
        return None
    loader = _PlainLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            findings.add(start, "front-matter-malformed", problem="no-key")
            return None
        _note_places(node, loaded, findings)
        values: dict[Any, Any] = loader.construct_document(node)
        return values
    except AliasFound as found:
        findings.add(_place(found.mark, loaded), "front-matter-alias")
    except yaml.MarkedYAMLError as error:
        problem = _problem(error.problem or "")
        is_open = problem in {
            "bracket",
            "quote",
        }  # noticed at the end; what matters is the beginning
        mark = (is_open and error.context_mark) or error.problem_mark or error.context_mark
        place = _place(mark, loaded) if mark else start
        last = loaded.first_line + text.rstrip().count("\n")
        place = place if place.line <= last else Place(loaded.file, last)
        findings.add(place, "front-matter-malformed", problem=problem)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, TypeError) as error:
        findings.add(start, "front-matter-malformed", problem=_problem(str(error)))
    finally:
        loader.dispose()
    return None


def _problem(said: str) -> str:
    return next((name for part, name in PROBLEMS.items() if part in said), "other")


class _PlainLoader(Composer, CParser, SafeConstructor, Resolver):
    """YAML without anchors, aliases, tags or depths that only an attack needs.

    As ``yaml.CSafeLoader``, but for the composer, which looks at each node: ours comes first.
    """

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()
        if (
            isinstance(event, yaml.AliasEvent)
            or getattr(event, "anchor", None)
            or getattr(event, "tag", None)
        ):
            raise AliasFound(event.start_mark)
        self._depth += 1
        if self._depth > DEEPEST:
            raise AliasFound(event.start_mark)
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _note_places(node: Node, loaded: Loaded, findings: Findings, prefix: str = "") -> None:
    """Remembers where each key stands; a key twice would silently win over the first."""
    if isinstance(node, SequenceNode):
        for index, child in enumerate(node.value):
            loaded.places.setdefault(f"{prefix}{index}", _place(child.start_mark, loaded))
            _note_places(child, loaded, findings, f"{prefix}{index}.")
    if not isinstance(node, MappingNode):
        return
    for key, value in node.value:
        name = f"{prefix}{key.value}" if isinstance(key, ScalarNode) else f"{prefix}?"
        place = _place(key.start_mark, loaded)
        if name in loaded.places:
            findings.add(place, "key-twice", key=name)
        loaded.places.setdefault(name, place)
        _note_places(value, loaded, findings, f"{name}.")


def _place(mark: yaml.Mark, loaded: Loaded) -> Place:
    return Place(loaded.file, loaded.first_line + mark.line, mark.column + 1)


# What a value may be.


def _slug(value: Any) -> str:
    """An id: lower case, digits, hyphens."""
    if not isinstance(value, str) or len(value) > ID_LENGTH or not ID.fullmatch(value):
        raise Wrong("", "id-malformed")
    return value


def id_from(text: str) -> str:
    """An id made of words: what was probably meant by one that does not fit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:ID_LENGTH].strip("-")


slug = Check(
    _slug,
    {"type": "string", "pattern": f"^{ID.pattern}$", "maxLength": ID_LENGTH},
)


def words(longest: int) -> Check:
    """A text on one line."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Wrong("", "text-wanted")
        if len(value) > longest:
            raise Wrong(str(longest), "text-long")
        return " ".join(value.split())

    return Check(check, {"type": "string", "minLength": 1, "maxLength": longest})


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Wrong(f"{least} … {most}")
        return value

    return Check(check, {"type": "integer", "minimum": least, "maximum": most})


def number(least: float, most: float) -> Check:
    """A number within bounds."""

    def check(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:
            raise Wrong(f"{least} … {most}")
        return float(value)

    return Check(check, {"type": "number", "minimum": least, "maximum": most})


def _flag(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise Wrong("true | false")
    return value


flag = Check(
    _flag,
    {"type": "boolean"},
)


def said(longest: int) -> Check:
    """A text that is the same in every language, or one for each."""
    text = Key(words(longest), required=True)
    in_both = mapping({"es": text, "en": text})

    def check(value: Any) -> Any:
        return words(longest)(value) if isinstance(value, str) else in_both(value)

    return Check(check, {"anyOf": [_schema_of_one(text.check), in_both.schema]})


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any) -> str:
        if value not in allowed:
            raise Wrong(" | ".join(allowed))
        return str(value)

    return Check(check, {"enum": list(allowed)})


def many(check_one: Callable[[Any], Any], most: int) -> Check:
    """A list of one sort."""

    def check(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise Wrong(f"- … (≤ {most})")
        return [_each(check_one, each) for each in value]

    return Check(check, {"type": "array", "items": _schema_of_one(check_one), "maxItems": most})


def _each(check_one: Callable[[Any], Any], value: Any) -> Any:
    try:
        return check_one(value)
    except Wrong as wrong:
        raise Wrong(wrong.expected, wrong.code, wrong.path, value) from None


def mapping(keys: Mapping[str, Key]) -> Check:
    """Keys and values inside a value."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Wrong("…: …")
        missing = [name for name, key in keys.items() if key.required and name not in value]
        if missing:
            raise Wrong(", ".join(missing))
        return {name: _below(name, each, keys) for name, each in value.items()}

    return Check(check, schema_of(keys))


def _shares(value: Any) -> dict[str, int]:
    """Ids with their per cent."""
    if not isinstance(value, dict):
        raise Wrong("id: 25")
    percent = Key(whole(0, 100))
    return {slug(name): _below(name, each, {name: percent}) for name, each in value.items()}


shares = Check(
    _shares,
    {
        "type": "object",
        "propertyNames": {"pattern": f"^{ID.pattern}$"},
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 100},
    },
)


def _below(name: Any, value: Any, keys: Mapping[str, Key]) -> Any:
    """The value of a key inside a mapping, with the key's path on what is wrong."""
    if name not in keys:
        raise Wrong(", ".join(keys), "key-unknown", str(name))
    try:
        return keys[name].check(value)
    except Wrong as wrong:
        path = f"{name}.{wrong.path}" if wrong.path else str(name)
        raise Wrong(wrong.expected, wrong.code, path, wrong.value) from None


def pattern(shape: re.Pattern[str], example: str) -> Check:
    """A text of a certain shape."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong("", "text-wanted")
        if not shape.fullmatch(value):
            raise Wrong(example)
        return value

    return Check(check, {"type": "string", "pattern": f"^{shape.pattern}$"})


def _day(value: Any) -> str:
    """A date, with quotes or without, kept as ``YYYY-MM-DD``."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    if type(value) is not date:
        raise Wrong("2027-11-01")
    return value.isoformat()


day = Check(
    _day,
    {"type": "string", "format": "date"},
)


def schema_of(keys: Mapping[str, Key]) -> dict[str, Any]:
    """JSON Schema of a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {name: _schema_of_one(key.check) for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _schema_of_one(check: Callable[[Any], Any]) -> dict[str, Any]:
    return check.schema if isinstance(check, Check) else {}
