"""Which sectors a team still needs at its table."""

from __future__ import annotations

from collections.abc import Iterable

from pegup.directory.models import Sector

REQUIRED = (Sector.LOCAL_GOVERNMENT, Sector.NGO, Sector.COMMUNITY_ORGANIZATION)
"""The rule of the 1997 call (Miranda and Hordijk 1998, section IX)."""


def missing_sectors(
    present: Iterable[Sector], required: Iterable[Sector] = REQUIRED
) -> list[Sector]:
    """The required sectors that nobody sits for, in the order of the rule."""
    seated = set(present)
    return [sector for sector in required if sector not in seated]
