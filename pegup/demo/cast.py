"""Who plays in the demonstration. Names are invented and carry the city, so nobody is meant.

Cities are the twelve whose teams wrote a profile in 1997 (Miranda and Hordijk 1998, section IX).
"""

from __future__ import annotations

from dataclasses import dataclass

from pegup.accounts.models import Kind
from pegup.directory.models import Sector

COURSE = "promotores-ambientales"
CALL = "promotores-1997"
UNIVERSITY = "unsa"
MAIL = "demo.example.org"

GOVERNMENT, NGO, COMMUNITY = Sector.LOCAL_GOVERNMENT, Sector.NGO, Sector.COMMUNITY_ORGANIZATION
UNIVERSITY_SEAT, BUSINESS = Sector.UNIVERSITY, Sector.BUSINESS


@dataclass(frozen=True)
class DemoTeam:
    """One team: who sits, how far its profile is, how much of the course its people have done."""

    city: str
    members: tuple[tuple[str, Sector], ...]
    core: int
    """core indicators answered"""
    others: int
    """other indicators answered"""
    sections: int
    """sections written"""
    lessons: int
    """lessons read and answered by the first member; each further one does two fewer"""
    is_published: bool = False
    has_plan: bool = False
    committee: str = ""
    """day on which it was formed"""
    agenda: str = ""
    """since when a Local Agenda 21 is under way"""
    applies: bool = True
    """asks for the grants, where the rules let it"""


TEAMS = (
    DemoTeam(
        "ilo",
        (("Rosa", GOVERNMENT), ("Julián", NGO), ("Elena", COMMUNITY), ("Mario", UNIVERSITY_SEAT)),
        20,
        12,
        30,
        20,
        True,
        True,
        "1997-05-20",
        "1996",
    ),
    DemoTeam(
        "san-marcos",
        (("Tomasa", COMMUNITY), ("Abel", GOVERNMENT), ("Nora", NGO)),
        16,
        6,
        22,
        18,
        True,
        True,
        "1997-05-22",
        "1995",
    ),
    DemoTeam(
        "cerro-de-pasco",
        (("Delia", NGO), ("Víctor", COMMUNITY), ("Hilda", GOVERNMENT)),
        12,
        4,
        16,
        14,
        True,
    ),
    DemoTeam(
        "arequipa",
        (("Paula", UNIVERSITY_SEAT), ("Ramiro", GOVERNMENT), ("Flor", COMMUNITY), ("Óscar", NGO)),
        14,
        8,
        20,
        16,
        True,
        False,
        "",
        "1997-03",
    ),
    DemoTeam(
        "trujillo",
        (("Iris", GOVERNMENT), ("Saúl", NGO), ("Carmen", UNIVERSITY_SEAT)),
        10,
        3,
        12,
        11,
    ),
    DemoTeam(
        "chimbote",
        (("Lidia", COMMUNITY), ("Ernesto", NGO), ("Zoila", UNIVERSITY_SEAT)),
        11,
        5,
        14,
        13,
        False,
        False,
        "1997-06-02",
    ),
    DemoTeam(
        "piura", (("Martha", GOVERNMENT), ("Adrián", COMMUNITY), ("Gladys", NGO)), 9, 1, 10, 9
    ),
    DemoTeam("tarapoto", (("Wilder", GOVERNMENT), ("Milagros", COMMUNITY)), 6, 2, 8, 8),
    DemoTeam(
        "villa-el-salvador",
        (("Justa", COMMUNITY), ("Raúl", NGO), ("Beatriz", GOVERNMENT)),
        8,
        0,
        9,
        7,
    ),
    DemoTeam("sullana", (("Fidel", NGO), ("Aurora", BUSINESS)), 3, 0, 4, 5, applies=False),
    DemoTeam("paita", (("Cirilo", GOVERNMENT), ("Yesenia", COMMUNITY), ("Ada", NGO)), 7, 2, 6, 6),
    DemoTeam("tirimata", (("Silvio", COMMUNITY),), 0, 0, 1, 2, applies=False),
)

STUDENTS = {
    ("ilo", "Mario"): (UNIVERSITY, "DEMO-1997-01"),
    ("arequipa", "Paula"): (UNIVERSITY, "DEMO-1997-02"),
    ("chimbote", "Zoila"): (UNIVERSITY, "DEMO-1997-03"),
    ("trujillo", "Carmen"): ("upao", "DEMO-1997-04"),
}
"""City and name to university and student code; the codes are invented."""

STAFF: tuple[tuple[str, str, Kind, str], ...] = (
    ("administrator", "Teresa de la Administración", Kind.ADMINISTRATOR, ""),
    ("coordinator", "Camila de la Coordinación", Kind.COORDINATOR, ""),
    ("trainer", "Andrés de los Talleres", Kind.TRAINER, COURSE),
    ("registrar", "Inés del Registro", Kind.REGISTRAR, UNIVERSITY),
)
"""Role, name, what is granted and for what."""

PLAYERS = {
    "team coordinator": ("ilo", 0),
    "member": ("ilo", 1),
    "learner": ("paita", 1),
}
"""Roles that a member of a team shows: the team's city and the member's place in it."""
