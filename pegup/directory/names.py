"""How sectors, regions and nuclei are called on a page."""

from __future__ import annotations

from pegup.directory.models import Sector
from pegup.web.language import gettext as _
from pegup.web.language import language, lazy

SECTORS: dict[str, object] = {
    Sector.LOCAL_GOVERNMENT: lazy("Gobierno local"),
    Sector.NGO: lazy("ONG"),
    Sector.COMMUNITY_ORGANIZATION: lazy("Organización vecinal o comunal"),
    Sector.UNIVERSITY: lazy("Universidad"),
    Sector.BUSINESS: lazy("Empresa"),
    Sector.OTHER: lazy("Otro"),
}


def told(spanish: str, english: str | None) -> str:
    """What the directory says, in the page's language where it says it there."""
    return english if english and language() == "en" else spanish


def sector_name(sector: str) -> str:
    """A sector in words."""
    return str(SECTORS[Sector(sector)])


def region_name(region: str) -> str:
    """Coast, highlands or jungle in words; empty where it is not known."""
    names = {"coast": _("Costa"), "highlands": _("Sierra"), "jungle": _("Selva")}
    return names.get(region, "")


def nucleus_name(nucleus: str) -> str:
    """The Forum's nucleus in words; empty where it is not known."""
    names = {
        "north": _("Núcleo Norte"),
        "south": _("Núcleo Sur"),
        "central_amazonian": _("Núcleo Centro y Amazonía"),
        "lima_national": _("Núcleo Nacional (Lima)"),
    }
    return names.get(nucleus, "")
