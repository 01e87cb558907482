"""SVG drawings, cleaned: shapes and words stay; what runs, fetches or embeds goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pegup.courses.images import WIDE, Unfit

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
NAME = re.compile(r"\S+")
ELEMENTS = set(
    NAME.findall("""
svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan 
linearGradient radialGradient stop clipPath mask pattern marker
""")
)
ATTRIBUTES = set(
    NAME.findall("""
id class viewBox width height x y x1 x2 y1 y2 cx cy r rx ry fx fy d points transform dx dy rotate
textLength lengthAdjust offset gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits
maskContentUnits patternUnits patternContentUnits patternTransform markerWidth markerHeight
markerUnits refX refY orient preserveAspectRatio role fill fill-opacity fill-rule stroke
stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset
stroke-miterlimit opacity color display visibility font-family font-size font-weight font-style
text-anchor dominant-baseline letter-spacing clip-path clip-rule mask marker-start marker-mid
marker-end stop-color stop-opacity paint-order vector-effect aria-label aria-hidden
""")
)
REFERENCE = re.compile(r"url\(\s*['\"]?(#[\w.-]+)['\"]?\s*\)")
FUNCTION = re.compile(r"url\s*\(|javascript:|expression\s*\(|\\|@import|data:", re.IGNORECASE)
NUMBER = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(?:px)?$")
LARGEST = 100_000
MOST_ELEMENTS = 5_000
DEEPEST = 40


@dataclass(frozen=True)
class Cleaned:
    """The drawing as it is served; ``removed`` names what went, each once."""

    content: bytes
    removed: tuple[str, ...]
    size: tuple[int, int] | None
    """Pixels that a page leaves for it, where the drawing says its shape."""


def clean_svg(content: bytes) -> Cleaned:
    """The drawing without anything that is not drawn."""
    try:
        root = fromstring(content, forbid_dtd=False)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unfit("picture-broken") from error
    if root.tag != f"{SVG}svg":
        raise Unfit("picture-broken")
    if sum(1 for _element in root.iter()) > MOST_ELEMENTS:
        raise Unfit("picture-too-detailed", most=MOST_ELEMENTS)
    removed: dict[str, None] = {}
    made = _cleaned(root, removed, 1)
    ElementTree.register_namespace("", SVG.strip("{}"))
    return Cleaned(ElementTree.tostring(made, encoding="utf-8"), tuple(removed), _size(root))


def _size(root: ElementTree.Element) -> tuple[int, int] | None:
    box = root.get("viewBox", "").replace(",", " ").split()[2:]
    found = [NUMBER.match(text) for text in (root.get("width", ""), root.get("height", ""))]
    texts = [each[1] for each in found if each] if all(found) else box
    if len(texts) != 2 or not all(NUMBER.match(text) for text in texts):
        return None
    width, height = (float(text) for text in texts)
    if not (0 < width < LARGEST and 0 < height < LARGEST):
        return None
    scale = min(1, WIDE / width)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _cleaned(
    element: ElementTree.Element, removed: dict[str, None], depth: int
) -> ElementTree.Element:
    if depth > DEEPEST:
        raise Unfit("picture-broken")
    made = ElementTree.Element(element.tag, _attributes(element, removed))
    made.text, made.tail = element.text, element.tail
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.removeprefix(SVG)
        if name in ELEMENTS and child.tag.startswith(SVG):
            made.append(_cleaned(child, removed, depth + 1))
        elif child.tag.startswith(SVG) and name != "metadata":
            removed[f"<{name}>"] = None
    return made


def _attributes(element: ElementTree.Element, removed: dict[str, None]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in [*element.items(), *_declarations(element.get("style", ""))]:
        if name in {"href", XLINK_HREF}:
            if value.startswith("#"):
                kept["href"] = value
            else:
                removed["href"] = None
        elif name in ATTRIBUTES and _is_harmless(value):
            kept[name] = value
        elif name in ATTRIBUTES or name.lower().startswith("on"):
            removed[name] = None
    return kept


def _declarations(style: str) -> list[tuple[str, str]]:
    """``fill:#fff;stroke:none`` as attributes: drawing programs write the one, pages may only have the other."""
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return [(name.strip().lower(), value.strip()) for name, _colon, value in pairs]


def _is_harmless(value: str) -> bool:
    """Whether it leads nowhere but to a part of the same drawing."""
    return not FUNCTION.search(REFERENCE.sub("", value))
