"""What a phone sends: read from JSON that anybody may have made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

MOST_ITEMS = 200
LONGEST_AGE = timedelta(days=400)
LONGEST_TEXT = 400
MOST_FIELDS = 60
LATEST = 2**53
"""Where the whole numbers of a script end."""
KINDS = {"read", "answers", "finish"}


class Unreadable(ValueError):
    """Not what our own script sends."""


@dataclass(frozen=True)
class Item:
    """One thing that the person did."""

    key: UUID
    kind: str
    """One of ``KINDS``."""
    made_at: datetime
    payload: dict[str, Any]
    phone: UUID | None = None
    """Made up by the phone, for itself."""
    made: int | None = None
    """Milliseconds by the phone's own clock, which only goes forward; tells the order of what it did."""

    def text(self, name: str) -> str:
        """A short text of the payload; empty where there is none."""
        value = self.payload.get(name)
        return value if isinstance(value, str) else ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Of a form: names and values."""
        found = self.payload.get("fields")
        return [(name, value) for name, value in found] if isinstance(found, list) else []


@dataclass(frozen=True)
class Parcel:
    """Everything that one request brings."""

    person: UUID
    """Who did all this; a phone may have changed hands since."""
    items: list[Item]


def read_parcel(sent: Any, now: datetime) -> Parcel:
    """Raises ``Unreadable`` where anything in it has another shape."""
    whole = _mapping(sent)
    items = whole.get("items")
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise Unreadable("items")
    return Parcel(_uuid(whole.get("person")), [_item(each, now) for each in items])


def _item(sent: Any, now: datetime) -> Item:
    each = _mapping(sent)
    kind, payload = each.get("kind"), _mapping(each.get("data"))
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unreadable("kind")
    if len(payload) > 10:
        raise Unreadable("data")
    for name, value in payload.items():
        _check_value(name, value)
    made_at = now - _age(each.get("age"))
    return Item(_uuid(each.get("id")), kind, made_at, dict(payload), *_order(each))


def _order(each: Mapping[str, Any]) -> tuple[UUID, int] | tuple[None, None]:
    """The phone and its clock; neither, where an older script sent it."""
    phone, made = each.get("phone"), each.get("made")
    if phone is None:
        return None, None
    if isinstance(made, bool) or not isinstance(made, int) or not 0 <= made < LATEST:
        raise Unreadable("made")
    return _uuid(phone), made


def _check_value(name: Any, value: Any) -> None:
    if name == "fields":
        is_form = isinstance(value, list) and len(value) <= MOST_FIELDS
        if not is_form or not all(_is_field(field) for field in value):
            raise Unreadable("fields")
    elif not _is_text(name) or not _is_text(value):
        raise Unreadable(str(name)[:40])


def _is_field(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value))


def _is_text(value: Any) -> bool:
    """Also without half letters, which no database takes."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    return value.encode("utf-8", "ignore").decode() == value


def _age(sent: Any) -> timedelta:
    """Milliseconds since it was done; a clock that was put back makes it nothing."""
    if isinstance(sent, bool) or not isinstance(sent, int | float) or sent != sent:
        raise Unreadable("age")
    most = LONGEST_AGE / timedelta(milliseconds=1)
    return timedelta(milliseconds=min(max(float(sent), 0.0), most))


def _uuid(sent: Any) -> UUID:
    try:
        return UUID(sent)
    except (ValueError, TypeError, AttributeError):
        raise Unreadable("id") from None


def _mapping(sent: Any) -> Mapping[str, Any]:
    if not isinstance(sent, dict):
        raise Unreadable("shape")
    return sent
