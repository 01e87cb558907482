"""Drawings: what is drawn stays, what runs, fetches or embeds goes."""

from __future__ import annotations

import pytest

from pegup.courses.images import Unfit
from pegup.courses.vector import clean_svg
from tests.courses.photos import DRAWING

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def cleaned(inside: str, start: str = OPEN) -> tuple[str, tuple[str, ...]]:
    made = clean_svg(f"{start}{inside}</svg>".encode())
    return made.content.decode(), made.removed


def test_what_is_drawn_stays():
    drawn = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff" /></linearGradient></defs>'
        '<g transform="scale(2)"><path d="M0 0h1" fill="url(#g)" /><text x="1">Ñuñoa &amp; yo</text>'
        '<use href="#g" /></g>'
    )
    content, removed = cleaned(drawn)
    assert drawn in content
    assert removed == ()
    assert clean_svg(content.encode()).content.decode() == content


def test_a_style_becomes_attributes():
    content, removed = cleaned('<path d="M0 0" style="fill: #fff; stroke:none; -inkscape-x:1"/>')
    assert 'fill="#fff" stroke="none"' in content
    assert "style" not in content
    assert removed == ()


@pytest.mark.parametrize(
    ("inside", "removed"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<script href="data:,alert(1)"/>', "<script>"),
        ("<style>@import url(http://x)</style>", "<style>"),
        (
            "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>x</b></foreignObject>",
            "<foreignObject>",
        ),
        ('<a href="javascript:alert(1)"><path/></a>', "<a>"),
        ('<image href="http://x/y.png"/>', "<image>"),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', "<animate>"),
        ('<set attributeName="onload" to="alert(1)"/>', "<set>"),
        ('<path onclick="alert(1)"/>', "onclick"),
        ('<g ONLOAD="alert(1)"/>', "ONLOAD"),
        ('<use href="http://x/y.svg#a"/>', "href"),
        ('<use xlink:href="data:image/svg+xml,x#a"/>', "href"),
        ('<path fill="url(http://x)"/>', "fill"),
        ('<path style="fill:url(//x)"/>', "fill"),
        ('<path fill="u\\72l(http://x)"/>', "fill"),
    ],
)
def test_what_runs_or_fetches_goes_and_is_named(inside, removed):
    content, names = cleaned(inside)
    assert names == (removed,)
    for word in ("alert", "http://x", "script", "foreignObject", "data:"):
        assert word not in content.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"<html/>",
        b'<svg xmlns="http://elsewhere"/>',
        b'<!DOCTYPE s [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0" encoding="nothing"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        (OPEN + "<g>" * 50 + "</g>" * 50 + "</svg>").encode(),
    ],
)
def test_what_is_no_drawing(content):
    with pytest.raises(Unfit, match="picture-broken"):
        clean_svg(content)


def test_a_drawing_of_too_many_parts():
    with pytest.raises(Unfit, match="picture-too-detailed"):
        clean_svg((OPEN + "<g/>" * 5_001 + "</svg>").encode())


def test_a_drawing_of_an_old_program_is_read():
    old = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert clean_svg(old + DRAWING).size == (8, 4)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ('viewBox="0 0 2560 100"', (1280, 50)),
        ('viewBox="0,0,20,10" width="40px" height="20"', (40, 20)),
        ('width="100%" height="100%" viewBox="0 0 3 2"', (3, 2)),
        ('viewBox="0 0 nan 1"', None),
        ('viewBox="0 0 0 0"', None),
        ("", None),
    ],
)
def test_the_place_that_it_needs(shape, size):
    assert clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {shape}/>'.encode()).size == size
