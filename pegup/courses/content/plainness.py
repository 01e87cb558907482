"""Whether a lesson is in plain words: its length, its sentences, the INFLESZ scale."""

from __future__ import annotations

import re

from pegup.authoring.findings import Findings, Place
from pegup.authoring.source import Line, Text
from pegup.courses.content.blocks import Body
from pegup.courses.readability import WORD, Readability, readability, split_sentences

FEWEST_WORDS, MOST_WORDS = 450, 900
SENTENCE_MEAN = 15
LONGEST_SENTENCE = 30
INFLESZ_ERROR, INFLESZ_WARNING = 55, 65
MEASURABLE = 100
"""Words; the scale says nothing about less."""

TABLE = re.compile(r"^\|")
HEADING = re.compile(r"^#+ ")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.) ")
TERM = re.compile(r"\{([^{}|]{1,200})(?:\|[^{}]{0,200})?\}")
CITATION = re.compile(r"\[\^[^\]]{1,80}\]")
PICTURE = re.compile(r"!\[[^\]]{0,500}\]\([^)]{0,500}\)")
LINK = re.compile(r"\[([^\]]{0,500})\]\([^)]{0,500}\)")
MARKS = re.compile(r"[*_`>]")


def check_plainness(
    body: Body, place: Place, is_spanish: bool, findings: Findings, *, may_be_hard: bool = False
) -> Readability:
    """Notes what is too long or too hard; the scale is for Spanish alone.

    ``may_be_hard``: the lesson says why it cannot be plainer, so that is not an error.
    """
    plain = [(text, _plain_text(text)) for text in _texts(body)]
    measured = readability("\n\n".join(words for _text, words in plain))
    if not FEWEST_WORDS <= measured.words <= MOST_WORDS:
        findings.add(
            place, "lesson-length", words=measured.words, least=FEWEST_WORDS, most=MOST_WORDS
        )
    if measured.words >= MEASURABLE:
        mean = f"{measured.words_per_sentence:.1f}"
        if measured.words_per_sentence > SENTENCE_MEAN:
            findings.add(place, "sentences-long", mean=mean, most=SENTENCE_MEAN)
        if is_spanish and measured.inflesz < INFLESZ_WARNING:
            is_error = measured.inflesz < INFLESZ_ERROR and not may_be_hard
            code = "lesson-hard" if is_error else "lesson-rather-hard"
            findings.add(place, code, inflesz=f"{measured.inflesz:.1f}", least=INFLESZ_WARNING)
    for text, read in plain:
        for sentence in split_sentences(read):
            words = WORD.findall(sentence)
            if len(words) > LONGEST_SENTENCE:
                findings.add(
                    _place_of(words, text),
                    "sentence-long",
                    words=len(words),
                    most=LONGEST_SENTENCE,
                    begins=" ".join(words[:6]),
                )
    return measured


def _texts(body: Body) -> list[Text]:
    texts = [
        part if isinstance(part, Text) else part.body
        for part in body.parts
        if isinstance(part, Text) or part.name != "question"
    ]
    return [text for text in texts if not text.is_blank]


def _plain_text(text: Text) -> str:
    return "\n".join(_plain_line(line) for line in text.lines)


def _plain_line(line: Line) -> str:
    """What a reader reads of a line; a heading or an item begins a sentence of its own."""
    if TABLE.match(line.text) or HEADING.match(line.text):
        return "\n"
    shown = ITEM.sub("\n", line.text)
    shown = CITATION.sub("", TERM.sub(r"\1", shown))
    shown = LINK.sub(r"\1", PICTURE.sub("", shown))
    return MARKS.sub("", shown)


def _place_of(words: list[str], text: Text) -> Place:
    """Where a sentence begins: the first place where its first words follow each other."""
    shape = r"[\W_]+(?:\[\^[^\]]+\])?[\W_]*".join(map(re.escape, words[:3]))
    found = re.search(shape, text.plain)
    return text.place_of(found.start()) if found else text.place
