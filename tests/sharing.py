"""How the tests are shared out to the workers: what is dear to make is made once, and dear tests come first."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

ENGINES = ("postgres", "sqlite")
SINGLY = ("tests/browser/test_pages.py", "tests/browser/test_states.py")
"""Files of many tests that share nothing but the site."""


def dearest_first(items: list[pytest.Item]) -> None:
    """In place; at the end stand tests of a moment, so that all workers end together."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.get_closest_marker("slow"):
        return 0
    return 1 if item.get_closest_marker("browser") else 2


class SharedOut(LoadScopeScheduling):
    """Files stay whole, but for those of ``SINGLY``; each database's tests of ``storage`` are one piece."""

    def _split_scope(self, nodeid: str) -> str:
        file, _colons, name = nodeid.partition("::")
        if file in SINGLY:
            return nodeid
        if nodeid.startswith("tests/storage/"):
            return next((f"storage {each}" for each in ENGINES if f"[{each}" in name), file)
        return file
