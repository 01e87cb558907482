"""Photos as browsers get them: small, upright, without the camera's notes."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from pegup.courses import images
from pegup.courses.images import Unfit, look, shown_size, variants
from tests.courses.photos import crowded, from_a_phone, noise, opened, photo, written


@pytest.mark.slow
def test_a_phone_gets_25_kb_of_the_most_crowded_photo():
    made = variants(crowded(1600, 1200), "a")
    assert [each.name for each in made] == [
        "a-p.avif",
        "a-p.webp",
        "a-p.jpg",
        "a-w.avif",
        "a-w.webp",
    ]
    for each in made:
        most = images.MOST_PHONE if "-p." in each.name else images.MOST_WIDE
        assert len(each.content) <= most
        shown = opened(each.content)
        assert Image.MIME[shown.format] == each.media_type
        assert abs(shown.width / shown.height - 4 / 3) < 0.02
        assert shown.width <= (images.PHONE if "-p." in each.name else images.WIDE)


@pytest.mark.parametrize(
    ("weights", "tried", "chosen"),
    [
        ({65: 20}, [65], 65),
        ({65: 30, 55: 27, 45: 24, 36: 20, 28: 10}, [65, 28, 55, 45], 45),
        ({65: 30, 55: 29, 45: 28, 36: 27, 28: 25}, [65, 28, 55, 45, 36], 28),
    ],
)
def test_the_best_quality_that_is_light_enough_is_taken(monkeypatch, weights, tried, chosen):
    asked = weigh(monkeypatch, lambda _width, quality: weights[quality])
    made = images._small(Image.new("RGB", (640, 480)), 640, "JPEG", 25)
    assert asked == [(640, quality) for quality in tried]
    assert len(made) == weights[chosen]


def test_a_width_at_which_even_the_worst_is_too_heavy_is_left_after_two_tries(monkeypatch):
    asked = weigh(monkeypatch, lambda width, quality: 99 if width > 320 else 20)
    images._small(Image.new("RGB", (640, 480)), 640, "JPEG", 25)
    assert asked[:2] == [(640, 65), (640, 28)]
    assert asked[2][0] < 640
    assert len([each for each in asked if each[0] > 320]) % 2 == 0


def weigh(monkeypatch, weight) -> list[tuple[int, int]]:
    """Every encoding weighs what the test says; which widths and qualities were tried."""
    asked: list[tuple[int, int]] = []

    def encoded(image, _kind, quality) -> bytes:
        asked.append((image.width, quality))
        return bytes(weight(image.width, quality))

    monkeypatch.setattr(images, "_encoded", encoded)
    return asked


def test_a_photo_stands_upright_and_tells_nothing_of_place_and_camera():
    content = from_a_phone()
    assert (look(content).width, look(content).height) == (400, 800)
    for each in variants(content, "a"):
        shown = opened(each.content)
        assert shown.size == (400, 800)
        red, _green, blue = shown.convert("RGB").getpixel((200, 100))
        assert (red > 150, blue < 100) == (True, True)
        assert not shown.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(shown.info)
        for told in (b"Ilo", b"secret", b"2026:11:24"):
            assert told not in each.content


def test_the_same_photo_gives_the_same_files():
    content = photo(400, 300)
    assert variants(content, "a") == variants(content, "a")
    assert images.key("plaza/a b.jpg", "x") != images.key("plaza/a b.jpg", "y")
    assert images.key("plaza/a b.jpg", "x").startswith("plaza/a b-")


def test_a_small_photo_is_not_blown_up():
    made = variants(photo(200, 100), "a")
    assert [each.name for each in made] == ["a-p.avif", "a-p.webp", "a-p.jpg"]
    assert {opened(each.content).size for each in made} == {(200, 100)}


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA")),
        *(("PNG", "RGBA"), ("PNG", "I;16"), ("WEBP", "RGBA"), ("AVIF", "RGB"), ("GIF", "P")),
    ],
)
def test_every_kind_of_colour_is_read(kind, mode):
    light = 255 if mode == "1" else 200
    image = Image.new("L", (400, 300), light).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.new("I;16", (400, 300), light * 256)
    for each in variants(written(image, kind), "a"):
        assert abs(opened(each.content).convert("L").getpixel((200, 150)) - light) < 12


def test_holes_stay_holes_and_are_white_on_old_phones():
    content = written(Image.new("RGBA", (400, 300), (0, 0, 0, 0)), "PNG")
    by_name = {each.name: opened(each.content) for each in variants(content, "a")}
    assert by_name["a-p.avif"].convert("RGBA").getpixel((9, 9))[3] == 0
    assert by_name["a-p.webp"].convert("RGBA").getpixel((9, 9))[3] == 0
    assert by_name["a-p.jpg"].getpixel((9, 9)) == (255, 255, 255)


def test_a_moving_picture_stands_still():
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("red", "blue")]
    content = written(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert look(content).is_moving
    shown = opened(variants(content, "a")[2].content)
    assert shown.getpixel((9, 9))[0] > 200


@pytest.mark.parametrize(("width", "height"), [(1, 1), (4000, 10), (10, 4000), (1300, 1)])
def test_odd_shapes_are_made_and_have_a_place(width, height):
    content = photo(width, height)
    assert variants(content, "a")
    shown = shown_size(look(content))
    assert min(shown) >= 1
    assert shown[1] <= shown[0] * images.TALLEST


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_one_that_was_cut_is_found_in_the_check(kind):
    content = photo(200, 100, kind)
    assert look(content).width == 200
    with pytest.raises(Unfit) as unfit:
        look(content[: len(content) // 2])
    assert unfit.value.code == "picture-broken"


@pytest.mark.parametrize("content", [b"", b"x", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff"])
def test_what_is_no_picture(content):
    with pytest.raises(Unfit, match="picture-broken"):
        look(content)


def test_any_damage_gives_a_reason_or_pictures():
    content = photo(64, 48)
    for at in range(0, len(content), 37):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        with suppress(Unfit):
            look(bytes(damaged))
            assert len(variants(bytes(damaged), "a")) >= 3


def test_a_bomb_is_refused_by_its_size_before_it_is_unpacked():
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
        )

    head = struct.pack(">2L5B", 50_000, 50_000, 8, 2, 0, 0, 0)
    made = io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )
    with pytest.raises(Unfit, match="picture-too-large"):
        look(made.getvalue())
    with pytest.raises(Unfit, match="picture-too-large"):
        variants(written(Image.new("1", (10_000, 4_001)), "PNG"), "a")


def test_colours_of_a_print_are_turned_into_those_of_a_screen():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    content = written(noise(40, 30), "JPEG", icc_profile=profile)
    assert "icc_profile" not in opened(variants(content, "a")[2].content).info
    assert variants(written(noise(40, 30), "JPEG", icc_profile=b"damaged"), "a")
