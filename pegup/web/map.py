"""The map of the cities as SVG: Peru's outline, a few degrees, and a labelled link for each city.

Labels of coastal cities stand in the sea, the others to the right of their point. They keep their
order from north to south and never touch; a line ties each to its point, since some cities lie
closer together than a finger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path

from markupsafe import Markup, escape

OUTLINE = Path(__file__).parent.parent / "static" / "peru.json"
"""Built from Natural Earth (public domain): corners as [longitude, latitude]."""

WIDTH, HEIGHT = 328, 404
"""Units of the picture: pixels on a phone 360 wide."""
WEST, NORTH = -81.5, 0.4
LEFT = 54.0
"""Room in the sea for the labels of the westernmost cities."""
ACROSS = 20.3
"""Units for one degree of longitude; a degree of latitude is as long as on the ground."""
DOWN = ACROSS / cos(radians(9.2))
MERIDIANS, PARALLELS = (-80, -75, -70), (0, -5, -10, -15)
SHAPES = {
    "coast": '<circle class="map-point map-coast" cx="{0}" cy="{1}" r="5"/>',
    "highlands": '<path class="map-point map-highlands" d="M{0} {1}m0-6 6 10.5h-12z"/>',
    "jungle": '<path class="map-point map-jungle" d="M{0} {1}m-5-5h10v10h-10z"/>',
    "": '<path class="map-point map-unknown" d="M{0} {1}m0-6 6 6-6 6-6-6z"/>',
}

LINE = 24.0
"""Between two labels: enough for a finger to hit the right one."""
LETTER = 6.7
"""Mean width of a letter of the labels."""
AWAY = 11.0
"""From a point to its label."""

Spot = tuple[float, float]


@dataclass(frozen=True)
class Point:
    """A city on the map; ``region`` is ``coast``, ``highlands``, ``jungle`` or empty."""

    name: str
    latitude: float
    longitude: float
    region: str
    address: str


@dataclass(frozen=True)
class Placed:
    """Where a point and its label stand, in units of the picture; ``x`` is the label's inner end."""

    point: Point
    at: Spot
    x: float
    y: float
    is_left: bool

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the label."""
        width = len(self.point.name) * LETTER
        left = self.x - width if self.is_left else self.x
        return left, self.y - LINE / 2, left + width, self.y + LINE / 2


def map_svg(points: Sequence[Point], title: str) -> Markup:
    """The picture; a list of the same cities must stand beside it."""
    drawn = Markup("").join(_drawn(each) for each in place(points))
    return Markup(  # noqa: S704  # the parts are numbers of ours and escaped names
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="group" aria-label="{escape(title)}">'
        f'{_degrees()}<path class="map-land" d="{_land()}"/>{drawn}</svg>'
    )


def sign(region: str) -> Markup:
    """The sign of a region's cities, for the key."""
    shape = SHAPES.get(region, SHAPES[""]).format(8, 8)
    return Markup(  # noqa: S704
        f'<svg class="map-key" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{shape}</svg>'
    )


def place(points: Sequence[Point]) -> list[Placed]:
    """Each label beside its point, moved up or down as little as keeps them apart."""
    by_latitude = sorted(points, key=lambda each: (-each.latitude, each.longitude, each.name))
    spots = [_project(each.longitude, each.latitude) for each in points]
    left = [each for each in by_latitude if each.region == "coast"]
    right = [each for each in by_latitude if each.region != "coast"]
    return [*_column(left, spots, is_left=True), *_column(right, spots, is_left=False)]


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions at least ``gap`` apart, in the given order, together nearest to the wanted ones."""
    # What remains after taking each label's own place in the line must only never fall:
    # neighbours that would cross are pooled at their mean.
    pools: list[tuple[float, int]] = []
    for index, position in enumerate(wanted):
        mean, size = position - index * gap, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _each in range(size)]
    return [mean + index * gap for index, mean in enumerate(flat)]


def _column(points: Sequence[Point], spots: Sequence[Spot], *, is_left: bool) -> list[Placed]:
    own = [_project(each.longitude, each.latitude) for each in points]
    heights = spread([y for _x, y in own], LINE)
    placed = []
    for point, spot, height in zip(points, own, heights, strict=True):
        end = _beside(spot, height, spots, len(point.name) * LETTER, -1 if is_left else 1)
        placed.append(Placed(point, spot, end, height, is_left))
    return placed


def _beside(spot: Spot, height: float, spots: Sequence[Spot], width: float, way: int) -> float:
    """The label's inner end: as near to its point as the points between allow. ``way``: 1 is right."""
    low, high = min(spot[1], height) - LINE / 2, max(spot[1], height) + LINE / 2
    between = sorted(way * (x - spot[0]) for x, y in spots if low <= y <= high)
    reach = 0.0
    for far in between:
        if 0 <= far <= reach + AWAY + width + AWAY:
            reach = far
    return spot[0] + way * (reach + AWAY)


def _project(longitude: float, latitude: float) -> Spot:
    return LEFT + (longitude - WEST) * ACROSS, (NORTH - latitude) * DOWN


def _drawn(placed: Placed) -> Markup:
    (x, y), point = placed.at, placed.point
    left, top, right, bottom = placed.box
    tip = placed.x + (2 if placed.is_left else -2)
    anchor = ' text-anchor="end"' if placed.is_left else ""
    shape = SHAPES.get(point.region, SHAPES[""]).format(_short(x), _short(y))
    return Markup(  # noqa: S704
        f'<a href="{escape(point.address)}">'
        f'<path class="map-lead" d="M{_short(x)} {_short(y)} {_short(tip)} {_short(placed.y)}"/>'
        f'<rect fill="none" pointer-events="all" x="{_short(left)}" y="{_short(top)}"'
        f' width="{_short(right - left)}" height="{_short(bottom - top)}"/>{shape}'
        f'<text x="{_short(placed.x)}" y="{_short(placed.y + 4)}"{anchor}>{escape(point.name)}</text></a>'
    )


@cache
def _land() -> str:
    corners = [_project(*corner) for corner in json.loads(OUTLINE.read_text())]
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in corners) + "z"


@cache
def _degrees() -> str:
    lines, names = [], []
    for longitude in MERIDIANS:
        x = _short(_project(longitude, 0)[0])
        lines.append(f"M{x} 0V{HEIGHT}")
        names.append(
            f'<text class="map-degree" x="{x}" y="{HEIGHT - 2}" dx="2">{_named(longitude)}</text>'
        )
    for latitude in PARALLELS:
        y = _short(_project(WEST, latitude)[1])
        lines.append(f"M0 {y}H{WIDTH}")
        names.append(
            f'<text class="map-degree" x="{WIDTH}" y="{y}" dy="-2" text-anchor="end">{_named(latitude)}</text>'
        )
    return (
        f'<path class="map-grid" d="{"".join(lines)}"/><g aria-hidden="true">{"".join(names)}</g>'
    )


def _named(degrees: int) -> str:
    return f"{degrees}°".replace("-", "−")


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
