"""What the demonstration invents about real cities stays near what is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pegup.demo.cast import TEAMS
from pegup.demo.measures import PEOPLE

CITIES = Path(__file__).parents[1] / "content" / "directory" / "cities.yaml"


@pytest.mark.parametrize("city", [team.city for team in TEAMS if team.core])
def test_invented_population_is_near_one_that_the_directory_knows(city):
    listed = yaml.safe_load(CITIES.read_text(encoding="utf-8"))["cities"]
    known = next(each["population"] for each in listed if each["id"] == city)
    least, most, _decimals = PEOPLE[city]
    near = [each["people"] for each in known if 0.8 * least < each["people"] < 1.2 * most]
    assert near, f"{city}: from {least} to {most}, known {known}"
