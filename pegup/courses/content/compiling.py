"""Bodies and questions as what is stored: one clean HTML per lesson, one JSON per question."""

from __future__ import annotations

import hashlib
from html import escape
from typing import Any

from pegup.authoring.findings import Findings
from pegup.authoring.source import Text
from pegup.courses.content.blocks import Block, Body
from pegup.courses.content.questions import Answer, Asked, Kind
from pegup.courses.content.render import Renderer, Sheet, clean

LABELS: dict[str, dict[str, str]] = {
    "es": {
        "deeper": "Para quien quiere más",
        "activity": "Actividad",
        "worked": "Lo que funcionó",
        "failed": "Lo que no funcionó",
        "history": "Como era en su tiempo",
        "law": "Lo que dice la norma",
        "note": "Nota",
        "sources": "Fuentes",
        "back": "Volver al texto",
        "minutes": "%s minutos",
        "gives": "Sirve para: %s",
        "checked": "Revisado en %s.",
        "unconfirmed": "Por confirmar: revisa la norma antes de usarla.",
        "team-notes": "las notas del equipo",
        "issues": "la lista de problemas",
        "vision": "la visión de la ciudad",
        "stakeholders": "el mapa de actores",
        "cases": "la lista de experiencias",
        "agreements": "los acuerdos",
        "profile": "el perfil ambiental",
        "plan": "el plan de promoción",
        "meeting-kit": "la preparación de la reunión",
        "priorities": "las prioridades",
        "team": "el equipo de la ciudad",
        "committee": "el comité de la ciudad",
        "manifesto": "el manifiesto",
        "follow-up": "el seguimiento",
        "indicators": "los indicadores",
    },
    "en": {
        "deeper": "For those who want more",
        "activity": "Activity",
        "worked": "What worked",
        "failed": "What did not work",
        "history": "As it was at the time",
        "law": "What the law says",
        "note": "Note",
        "sources": "Sources",
        "back": "Back to the text",
        "minutes": "%s minutes",
        "gives": "For: %s",
        "checked": "Checked in %s.",
        "unconfirmed": "To be confirmed: check the law before you use it.",
        "team-notes": "the team's notes",
        "issues": "the list of problems",
        "vision": "the city's vision",
        "stakeholders": "the map of who is involved",
        "cases": "the list of experiences",
        "agreements": "the agreements",
        "profile": "the environmental profile",
        "plan": "the promotion plan",
        "meeting-kit": "preparing the meeting",
        "priorities": "the priorities",
        "team": "the city team",
        "committee": "the city committee",
        "manifesto": "the manifesto",
        "follow-up": "the follow-up",
        "indicators": "the indicators",
    },
}
"""The words that blocks bring along, in the language of the text and not of the page."""
MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
}


def compile_body(body: Body, sheet: Sheet, renderer: Renderer, language: str) -> str:
    """The whole text as clean HTML; questions stand elsewhere."""
    pieces: list[str] = []
    parts = [part for part in body.parts if not _is_question(part)]
    index = 0
    while index < len(parts):
        part = parts[index]
        if isinstance(part, Text):
            pieces.append(renderer.raw(part, sheet))
        elif _is_pair(part, parts[index + 1 : index + 2]):
            pair = (part, parts[index + 1])
            inside = "".join(_block(b, sheet, renderer, language) for b in pair)  # type: ignore[arg-type]
            pieces.append(f'<div class="grid">{inside}</div>')
            index += 1
        else:
            pieces.append(_block(part, sheet, renderer, language))
        index += 1
    pieces.append(_sources(body, sheet, renderer, language))
    return clean("\n".join(pieces))


def note_unused_footnotes(body: Body, sheet: Sheet, findings: Findings) -> None:
    """A source that no sentence names."""
    for label, text in body.footnotes.items():
        if label not in sheet.cited:
            findings.add(text.place, "footnote-unused", label=label)


def compile_question(asked: Asked, sheet: Sheet, renderer: Renderer) -> dict[str, Any]:
    """The JSON of docs/content.md; keys come from the words, so a changed word is a new option."""

    def line(text: Text | None) -> str:
        return renderer.line(text, sheet) if text else ""

    spec: dict[str, Any] = {
        "kind": str(asked.kind),
        "prompt": line(asked.prompt),
        "body": renderer.html(asked.body, sheet) if asked.body else "",
        "feedback": line(asked.feedback),
        "shuffle": asked.is_shuffled,
    }
    if asked.kind == Kind.NUMERIC:
        return spec | {"answer": asked.answer, "tolerance": asked.tolerance, "unit": asked.unit}
    keys = _keys(asked.answers)
    keyed = list(zip(keys, asked.answers, strict=True))
    if asked.kind == Kind.MATCH:
        spec["pairs"] = [
            {"key": key, "left": line(a.text), "right": line(a.right_side)} for key, a in keyed
        ]
    elif asked.kind == Kind.ORDER:
        spec["items"] = [{"key": key, "text": line(a.text)} for key, a in keyed]
    else:
        spec["options"] = [
            {"key": key, "text": line(a.text), "right": a.is_right, "feedback": line(a.feedback)}
            for key, a in keyed
        ]
    return spec


def _keys(answers: list[Answer]) -> list[str]:
    """Short and the same as long as the words are; unique within the question."""
    keys: list[str] = []
    for answer in answers:
        words = " ".join(answer.text.plain.split())
        digest = hashlib.sha256(words.encode()).hexdigest()
        length = 6
        while f"a{digest[:length]}" in keys:
            length += 1
        keys.append(f"a{digest[:length]}")
    return keys


def _is_question(part: Text | Block) -> bool:
    return isinstance(part, Block) and part.name == "question"


def _is_pair(part: Block, after: list[Text | Block]) -> bool:
    """What worked and what did not stand side by side where there is room."""
    names = {part.name, *(each.name for each in after if isinstance(each, Block))}
    return names == {"worked", "failed"}


def _block(block: Block, sheet: Sheet, renderer: Renderer, language: str) -> str:
    labels = LABELS.get(language, LABELS["en"])
    label = labels[block.name]
    title = renderer.raw_line(block.title, sheet) if not block.title.is_blank else ""
    if block.name == "history" and title:
        label, title = _dated(title, language) or (label, title)
    if block.name == "deeper":
        inside = _inside(block, sheet, renderer, floor=sheet.floor)
        return (
            f'<details class="block block-deeper"><summary>{title or escape(label)}</summary>'
            f"{inside}</details>"
        )
    level = 3 if sheet.level >= 2 else 2
    heading = title or escape(label)
    before = f'<p class="meta">{escape(label)}</p>' if title and title != label else ""
    inside = _inside(block, sheet, renderer, floor=level)
    return (
        f'<section class="block block-{block.name}">{before}<h{level}>{heading}</h{level}>'
        f"{_facts(block, labels, language)}{inside}</section>"
    )


def _inside(block: Block, sheet: Sheet, renderer: Renderer, floor: int) -> str:
    """The block's text; its headings stand below the block's own."""
    level, sheet.floor = sheet.level, floor
    html = renderer.raw(block.body, sheet)
    sheet.level, sheet.floor = level, 1
    return html


def _dated(title: str, language: str) -> tuple[str, str] | None:
    """``1998`` as a heading that says what the year is."""
    if not all(c.isdigit() or c in " -–—y,/" for c in title):
        return None
    label = LABELS.get(language, LABELS["en"])["history"]
    return label, f"En {title}" if language == "es" else f"In {title}"


def _facts(block: Block, labels: dict[str, str], language: str) -> str:
    """What the block's options say, in words."""
    said: list[str] = []
    if "minutes" in block.options:
        said.append(labels["minutes"] % block.options["minutes"])
    if "output" in block.options:
        said.append(labels["gives"] % labels[block.options["output"]])
    if "checked" in block.options:
        year, month = block.options["checked"].split("-")
        name = MONTHS.get(language, MONTHS["en"]).split()[int(month) - 1]
        said.append(
            labels["checked"] % (f"{name} de {year}" if language == "es" else f"{name} {year}")
        )
    html = f'<p class="meta">{escape(" · ".join(said))}</p>' if said else ""
    if block.options.get("certainty") == "unconfirmed":
        html += f'<p><span class="badge warn">{escape(labels["unconfirmed"])}</span></p>'
    return html


def _sources(body: Body, sheet: Sheet, renderer: Renderer, language: str) -> str:
    """The footnotes that the text names, in its order."""
    labels = LABELS.get(language, LABELS["en"])
    items: list[str] = []
    done = 0
    while done < len(sheet.cited):  # a source may itself name another
        label, number = list(sheet.cited.items())[done]
        text = renderer.raw_line(body.footnotes[label], sheet)
        back = f'<a href="#cita-{number}" aria-label="{escape(labels["back"])}">↩</a>'
        items.append(f'<li id="fuente-{number}">{text} {back}</li>')
        done += 1
    if not items:
        return ""
    return (
        f'<section class="footnotes"><h2>{escape(labels["sources"])}</h2>'
        f"<ol>{''.join(items)}</ol></section>"
    )
