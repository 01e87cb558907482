"""The map: where cities stand, and that every name can be read and hit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from pegup.web.map import AWAY, HEIGHT, LINE, WIDTH, Point, map_svg, place, spread

CITIES = [
    Point(name, latitude, longitude, region, f"/cities/{number}")
    for number, (name, latitude, longitude, region) in enumerate(
        (
            ("Lima", -12.045, -77.031, "coast"),
            ("Villa El Salvador", -12.213, -76.937, "coast"),
            ("Chancay", -11.563, -77.271, "coast"),
            ("Piura", -5.195, -80.633, "coast"),
            ("Paita", -5.089, -81.114, "coast"),
            ("Sullana", -4.904, -80.685, "coast"),
            ("Trujillo", -8.112, -79.029, "coast"),
            ("Chimbote", -9.0745, -78.5936, "coast"),
            ("Nuevo Chimbote", -9.129, -78.531, "coast"),
            ("Coishco", -9.023, -78.616, "coast"),
            ("Cajamarca", -7.155, -78.511, "highlands"),
            ("San Marcos", -7.336, -78.17, "highlands"),
            ("Cerro de Pasco", -10.683, -76.257, "highlands"),
            ("La Oroya", -11.522, -75.908, "highlands"),
            ("Huancayo", -12.071, -75.209, "highlands"),
            ("Tarapoto", -6.489, -76.36, "jungle"),
            ("La Banda de Shilcayo", -6.49, -76.341, "jungle"),
            ("Arequipa", -16.399, -71.537, "highlands"),
            ("Cayma", -16.363, -71.544, "highlands"),
            ("Moquegua", -17.194, -70.933, "coast"),
            ("Ilo", -17.646, -71.345, "coast"),
            ("Paracas", -13.839, -76.252, "coast"),
        )
    )
]
MARGIN = 16
"""What the page leaves free beside the map on the narrowest phone."""


def test_no_name_touches_another_or_leaves_the_page():
    boxes = {each.point.name: each.box for each in place(CITIES)}
    assert len(boxes) == len(CITIES)
    for name, (left, top, right, bottom) in boxes.items():
        assert -MARGIN <= left < right <= WIDTH + MARGIN, name
        assert 0 <= top < bottom <= HEIGHT, name
        for other, (left2, top2, right2, bottom2) in boxes.items():
            apart = (
                right <= left2 or right2 <= left or bottom <= top2 + 0.01 or bottom2 <= top + 0.01
            )
            assert other == name or apart, f"{name} / {other}"


def test_no_name_stands_on_a_point():
    for each in place(CITIES):
        left, top, right, bottom = each.box
        for other in place(CITIES):
            x, y = other.at
            inside = left - 5 < x < right + 5 and top + 6 < y < bottom - 6
            assert not inside, f"{each.point.name} on {other.point.name}"


def test_north_is_above_and_west_is_left():
    spots = {each.point.name: each.at for each in place(CITIES)}
    assert spots["Tarapoto"][1] < spots["Cerro de Pasco"][1] < spots["Arequipa"][1]
    assert spots["Paita"][0] < spots["Lima"][0] < spots["Arequipa"][0]


def test_every_city_is_a_link_with_its_name():
    links = BeautifulSoup(map_svg(CITIES, "Las ciudades"), "html.parser").select("svg a")
    assert {(link["href"], link.text) for link in links} == {(c.address, c.name) for c in CITIES}


def test_regions_differ_by_shape_not_only_by_color():
    soup = BeautifulSoup(map_svg(CITIES, "Las ciudades"), "html.parser")
    shapes = {
        tuple(sorted(mark["class"])): mark.name + mark.get("d", "")[-12:]
        for mark in soup.select(".map-point")
    }
    assert len(set(shapes.values())) == 3


@pytest.mark.parametrize("hostile", ['<script>alert("x")</script>', '"><img src=x>', "Ñ&ñ"])
def test_a_name_stays_text(hostile):
    point = Point(hostile, -10, -76, "", '/x?a="b"')
    soup = BeautifulSoup(map_svg([point], hostile), "html.parser")
    assert soup.select_one("a text").text == hostile
    assert soup.svg["aria-label"] == hostile
    assert not soup.select("script, img")


def test_the_outline_is_small_enough_for_a_slow_line():
    assert len(map_svg([], "Perú")) <= 3000


def test_names_far_apart_stay_beside_their_points():
    (north, south) = place([CITIES[3], CITIES[20]])
    assert [north.y, south.y] == [north.at[1], south.at[1]]
    assert north.at[0] - north.x == AWAY


@given(st.lists(st.floats(-500, 500), max_size=30).map(sorted), st.floats(1, 50))
def test_spreading_keeps_the_gap_and_the_middle(wanted, gap):
    found = spread(wanted, gap)
    assert len(found) == len(wanted)
    assert all(after - before >= gap - 1e-6 for before, after in pairwise(found))
    assert sum(found) == pytest.approx(sum(wanted), abs=1e-4)


def test_spreading_moves_a_crowd_evenly():
    assert spread([10, 10, 10], 4) == pytest.approx([6, 10, 14])
    assert spread([0, 100], LINE) == [0, 100]
