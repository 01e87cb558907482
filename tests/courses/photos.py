"""Makes pictures for tests: plain, noisy, with what a camera writes into them."""

from __future__ import annotations

import io

from PIL import Image

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><path d="M0 0h8v4z"/></svg>'
GPS = 0x8825
ORIENTATION = 0x0112


def photo(width: int = 800, height: int = 600, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """Soft colours, like a sky and hills: quickly made small."""
    soft = noise(width // 40 + 2, height // 40 + 2).resize((width, height))
    return written(soft.convert(mode), kind)


def crowded(width: int, height: int) -> bytes:
    """Noise, which is the hardest to make small."""
    return written(noise(width, height), "JPEG")


def noise(width: int, height: int) -> Image.Image:
    colours = (Image.effect_noise((width, height), 90) for _channel in "RGB")
    return Image.merge("RGB", list(colours))


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def from_a_phone() -> bytes:
    """Lies on its side, its upper half red, and says where it was taken and by which camera."""
    image = Image.new("RGB", (800, 400), "blue")
    image.paste("red", (0, 0, 400, 400))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Camera of Ilo"
    exif.get_ifd(GPS)[1] = "S"
    exif.get_ifd(GPS)[29] = "2026:11:24"
    return written(image, "JPEG", exif=exif, comment=b"secret words")


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
