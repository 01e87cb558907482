"""What was made of pieces of content, kept in this process: a reading makes anew only what changed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from pegup.authoring.findings import Finding


@dataclass(frozen=True)
class Unit:
    """What came of one piece; nobody changes it afterwards."""

    made: Any
    findings: list[Finding]
    used_terms: set[str]
    used_media: set[str]


class Memory:
    """The ``most`` units that were used last, by keys that name all they depend on."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._units: OrderedDict[tuple[str, ...], Unit] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> Unit | None:
        """The unit, if it is still here."""
        with self._lock:
            unit = self._units.get(key)
            if unit is not None:
                self._units.move_to_end(key)
            return unit

    def put(self, key: tuple[str, ...], unit: Unit) -> None:
        """Keeps a unit and lets go of the one that was not used for longest."""
        with self._lock:
            self._units[key] = unit
            self._units.move_to_end(key)
            while len(self._units) > self._most:
                self._units.popitem(last=False)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._units.clear()
