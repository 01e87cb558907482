"""A document as data and as Markdown: what is published, printed and handed on. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pegup.profiles.summary import MENTION

NO_BREAK = "\N{NO-BREAK SPACE}"
Content = dict[str, Any]
"""``{title, city, ubigeo, team, language, members: [{name, sector, organisation}], demonstration,
chapters: [{key, title, sections: [{key, title, text, not_applicable}]}],
indicators: [{code, name, unit, value, year, source, link, file, file_name, method, place, no_data_reason, standards}]}``;
values are decimal numbers as text."""


def markdown(content: Mapping[str, Any], published: str = "") -> str:
    """The whole document as one Markdown file."""
    english = content["language"] == "en"
    words = WORDS["en" if english else "es"]
    lines = [f"# {content['title']}: {content['city']}", ""]
    if content["demonstration"]:
        lines += [f"> {words['demonstration']}", ""]
    lines += [f"{words['team']}: {_plain(content['team'])}"]
    lines += [f"- {_member(each)}" for each in content["members"]]
    if published:
        lines += ["", f"{words['published']}: {published}"]
    values = {each["code"]: each for each in content["indicators"]}
    for chapter in content["chapters"]:
        lines += ["", f"## {chapter['title']}"]
        for section in chapter["sections"]:
            lines += ["", f"### {_plain(section['title'])}", ""]
            if section["not_applicable"]:
                lines.append(f"*{words['not_applicable']}: {section['not_applicable']}*")
            else:
                lines.append(_deepen(with_values(section["text"], values)))
    if values:
        lines += ["", f"## {words['indicators']}", ""]
        lines += [f"| {' | '.join(words['columns'])} |", "|---|---|---|---|---|"]
        lines += [_row(each, words) for each in values.values()]
    return "\n".join(lines) + "\n"


def as_json(content: Mapping[str, Any], published_at: datetime) -> str:
    """The whole document as JSON, for other programs."""
    data = {**content, "published_at": published_at.isoformat()}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def with_values(text: str, values: Mapping[str, Mapping[str, Any]]) -> str:
    """The text with ``{A03}`` replaced by name, value, unit and year; unknown codes stay."""

    def show(match: re.Match[str]) -> str:
        each = values.get(match[1])
        return inline(each) if each else match[0]

    return MENTION.sub(show, text)


def inline(indicator: Mapping[str, Any]) -> str:
    """``PM2,5 anual: 32 µg/m³ (2019)``; the number stays on one line with its unit."""
    if indicator["value"] is None:
        return f"{indicator['name']}: –"
    year = f" ({indicator['year']})" if indicator["year"] else ""
    return f"{indicator['name']}: {shown(indicator['value'])}{NO_BREAK}{indicator['unit']}{year}"


def shown(value: str) -> str:
    """A stored number without the zeros behind it: thousands set apart, a decimal comma."""
    grouped = f"{Decimal(value).normalize():,f}"
    return grouped.translate({ord(","): "\N{NARROW NO-BREAK SPACE}", ord("."): ","})


def typed_again(value: Decimal, point: str) -> str:
    """A number as one types it, with one reading only: ``1,187`` could be thousands, ``1,1870`` not."""
    whole, _point, decimals = f"{value.normalize():f}".partition(".")
    return f"{whole}{point}{decimals}{'0' if len(decimals) == 3 else ''}" if decimals else whole


def _member(each: Mapping[str, Any]) -> str:
    organisation = f" ({_plain(each['organisation'])})" if each["organisation"] else ""
    return f"{_plain(each['name'])}{organisation}"


def _row(each: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    if each["value"] is None:
        cells = [each["code"], each["name"], words["no_data"], "", each["no_data_reason"]]
    else:
        value = f"{shown(each['value'])} {each['unit']}"
        source = " ".join(filter(None, map(each.get, ("source", "link", "file_name"))))
        cells = [each["code"], each["name"], value, str(each["year"] or ""), source]
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """One line: a name must not begin a heading of the document."""
    return " ".join(text.split())


def _deepen(text: str) -> str:
    """A section's own headings go below the document's three levels."""
    return re.sub(r"(?m)^(#{1,3})(?= )", lambda m: "###" + m[1], text)


def members_of(seats: Iterable[Any], sector_name: Any) -> list[dict[str, str]]:
    """Who sat in the team when the copy was made."""
    return [
        {
            "name": seat.person.name,
            "sector": sector_name(seat.sector),
            "organisation": seat.organisation.name if seat.organisation else "",
        }
        for seat in seats
    ]


WORDS: dict[str, dict[str, Any]] = {
    "es": {
        "demonstration": "Datos de demostración: inventados para mostrar cómo funciona.",
        "team": "Equipo",
        "published": "Publicado",
        "not_applicable": "No corresponde",
        "indicators": "Indicadores",
        "columns": ("Código", "Indicador", "Valor", "Año", "Fuente"),
        "no_data": "sin dato",
    },
    "en": {
        "demonstration": "Demonstration data: invented to show how it works.",
        "team": "Team",
        "published": "Published",
        "not_applicable": "Does not apply",
        "indicators": "Indicators",
        "columns": ("Code", "Indicator", "Value", "Year", "Source"),
        "no_data": "no data",
    },
}
