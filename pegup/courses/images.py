"""Photos of a course as phones get them: small, upright, without the camera's notes.

A photo tells where and with which camera it was taken; none of that leaves the server. The file that
the trainer brought is kept, and never shown.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass, field

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

RECIPE = "1"
"""Raised when what is made of a picture changes: then all are made anew."""
PHONE, WIDE = 640, 1280
"""Pixels across: a phone's screen is some 330 wide, at twice the density; no screen shows more than the second."""
MOST_PHONE, MOST_WIDE = 25_000, 120_000
"""Bytes."""
MOST_PIXELS = 40_000_000
LEAST_WIDTH = 320
TALLEST = 8
"""Times its width."""
KINDS = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "GIF": "image/gif",
}
FORMATS = [kind for kind in KINDS if kind != "MPO"]
"""What is opened; a photo of several frames is found by its first, a JPEG."""
QUALITIES = (65, 55, 45, 36, 28)
SHRINK = 0.8
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    IndexError,
    TypeError,
)
"""What Pillow raises at files that are damaged or made to do harm."""


class Unfit(Exception):
    """The picture cannot be used; ``code`` is the finding's."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Seen:
    """A picture as it stands upright, in pixels."""

    media_type: str
    width: int
    height: int
    is_moving: bool


@dataclass(frozen=True)
class Variant:
    """A file that browsers get."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def key(path: str, digest: str) -> str:
    """What the names of a picture's variants begin with: another picture never has the same."""
    made = hashlib.sha256(f"{RECIPE} {digest}".encode()).hexdigest()[:10]
    return f"{path.rpartition('.')[0]}-{made}"


def look(content: bytes) -> Seen:
    """What the picture is; reads all of it, small, so that a damaged one is found."""
    image = _open(content)
    width, height = _upright(image)
    seen = Seen(KINDS[image.format or ""], width, height, getattr(image, "n_frames", 1) > 1)
    try:
        image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()
    except UNREADABLE as error:
        raise Unfit("picture-broken") from error
    return seen


def shown_size(seen: Seen) -> tuple[int, int]:
    """Width and height that the page leaves free for it."""
    width = min(seen.width, WIDE)
    return width, max(1, min(round(seen.height * width / seen.width), TALLEST * width))


def variants(content: bytes, name: str) -> list[Variant]:
    """The files that browsers get, ``name`` before each: a phone's in three formats, a screen's in two."""
    image = _open(content)
    try:
        plain = _plain(image)
        made = [
            Variant(f"{name}-p.avif", "image/avif", _small(plain, PHONE, "AVIF", MOST_PHONE)),
            Variant(f"{name}-p.webp", "image/webp", _small(plain, PHONE, "WEBP", MOST_PHONE)),
            Variant(
                f"{name}-p.jpg", "image/jpeg", _small(_opaque(plain), PHONE, "JPEG", MOST_PHONE)
            ),
        ]
        if plain.width > PHONE:
            made += [
                Variant(f"{name}-w.avif", "image/avif", _small(plain, WIDE, "AVIF", MOST_WIDE)),
                Variant(f"{name}-w.webp", "image/webp", _small(plain, WIDE, "WEBP", MOST_WIDE)),
            ]
    except UNREADABLE as error:
        raise Unfit("picture-broken") from error
    return made


def _open(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a large one is refused below, with its size
            image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Unfit("picture-too-large", most=MOST_PIXELS // 1_000_000) from error
    except UNREADABLE as error:
        raise Unfit("picture-broken") from error
    if image.width * image.height > MOST_PIXELS:
        raise Unfit("picture-too-large", most=MOST_PIXELS // 1_000_000)
    return image


def _upright(image: Image.Image) -> tuple[int, int]:
    """Width and height once the phone that lay on its side is turned."""
    try:
        is_turned = image.getexif().get(0x0112) in {5, 6, 7, 8}
    except UNREADABLE:
        is_turned = False
    return (image.height, image.width) if is_turned else (image.width, image.height)


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in the colours of screens, with nothing but its points."""
    image.seek(0)
    image.draft("RGB", (2 * WIDE, 2 * WIDE * TALLEST))
    upright = ImageOps.exif_transpose(image)
    profile = upright.info.get("icc_profile")
    has_holes = "transparency" in upright.info or upright.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    if upright.mode.startswith(("I", "F")):  # sixteen bits each
        upright = upright.point(lambda value: value * (1 / 256)).convert("L")
    elif profile and not has_holes:
        upright = _in_screen_colours(upright, profile)
    mode = "RGBA" if has_holes else "RGB"
    upright = upright.convert(mode)
    plain = Image.new(mode, upright.size)
    plain.paste(upright)
    return plain


def _in_screen_colours(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(
            image, own, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a damaged profile; its colours are then taken for those of screens
    return made or image


def _opaque(image: Image.Image) -> Image.Image:
    """On white, for the format that knows no holes."""
    if image.mode == "RGB":
        return image
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image.getchannel("A"))
    return page


def _small(image: Image.Image, width: int, kind: str, most: int) -> bytes:
    """The best that weighs at most so many bytes: first of less quality, then of fewer points."""
    while True:
        fitted = image.copy()
        fitted.thumbnail((width, width * TALLEST), Image.Resampling.LANCZOS)
        content = _of_best_quality(fitted, kind, most)
        if content is not None:
            return content
        width = int(fitted.width * SHRINK)


def _of_best_quality(image: Image.Image, kind: str, most: int) -> bytes | None:
    """The worst is tried second: where even that is too heavy, so are those between."""
    best, *between, worst = QUALITIES
    content = _encoded(image, kind, best)
    if len(content) <= most:
        return content
    least = _encoded(image, kind, worst)
    if len(least) > most:
        return None
    made = (_encoded(image, kind, quality) for quality in between)
    return next((content for content in made if len(content) <= most), least)


def _encoded(image: Image.Image, kind: str, quality: int) -> bytes:
    made = io.BytesIO()
    if kind == "AVIF":
        image.save(made, kind, quality=quality, speed=7, max_threads=1)
    elif kind == "WEBP":
        image.save(made, kind, quality=quality, method=4)
    else:
        image.save(made, kind, quality=quality, progressive=True, optimize=True)
    return made.getvalue()
