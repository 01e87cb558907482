"""A small template folder, written for each test that needs files."""

from __future__ import annotations

from pathlib import Path

import yaml

from pegup.profiles.template import Template, read_template

INDICATORS = [
    {
        "code": f"A{number:02}",
        "name": {"es": f"Indicador {number}", "en": f"Indicator {number}"},
        "unit": "%" if number == 1 else "µg/m³",
        "definition": {"es": "Lo que se mide.", "en": "What is measured."},
        "direction": "lower",
        "minimum": 0 if number == 1 else 2,
        "maximum": 100 if number == 1 else 400,
        "core": number <= 10,
        "section": "1.1",
        "standards": [
            {
                "operator": "<=",
                "value": 50,
                "source": "ECA Aire",
                "kind": "legal",
                "period": "anual",
            }
        ],
        "usual_source": "SENAMHI",
    }
    for number in range(1, 21)
]

PROFILE = """---
id: perfil-ambiental
title: {title}
levels: {{preliminary: {{core_indicators: 8}}, full: {{indicators: 15}}}}
preliminary: ["1.1"]
---
{welcome}
"""
CHAPTER = """---
id: ciudad
title: {title}
intro: {intro}
questions: ["{shared}"]
---

## {first} {{#1.1}}

{purpose}

- {question}

/// deeper | {note}
{note_text}
///

## {second} {{#1.2}}

{purpose}
"""


def write(folder: Path) -> Path:
    """Writes the sample; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profile.md").write_text(PROFILE.format(title="Perfil ambiental", welcome="Hola."))
    (folder / "profile.en.md").write_text(PROFILE.format(title="City profile", welcome="Hello."))
    spanish = {
        "title": "La ciudad",
        "intro": "Dónde estamos.",
        "shared": "¿Quién lo sabe?",
        "first": "Ubicación",
        "second": "La gente",
        "purpose": "Para empezar.",
        "question": "¿Dónde queda?",
        "note": "Más",
        "note_text": "Un poco más.",
    }
    english = spanish | {"title": "The city", "first": "Location", "second": "People"}
    (folder / "1-ciudad.md").write_text(CHAPTER.format(**spanish))
    (folder / "1-ciudad.en.md").write_text(CHAPTER.format(**english))
    (folder / "indicators.yaml").write_text(yaml.safe_dump({"indicators": INDICATORS}))
    return folder


def template(folder: Path) -> Template:
    """The sample, read."""
    reading = read_template(write(folder))
    assert reading.template is not None, reading.findings
    return reading.template
