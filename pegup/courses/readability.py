"""How hard a Spanish text is to read: sentence length and the INFLESZ scale.

Source: Barrio-Cantalejo and others, "Validación de la Escala INFLESZ para evaluar la
legibilidad de los textos dirigidos a pacientes", An. Sist. Sanit. Navar. 31(2), 2008:
``206.835 - 62.3 * syllables / words - words / sentences``. 55 to 65 is "normal",
65 to 80 "quite easy".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
# A full stop inside a number (1.187) or an initialism (D.S.) does not end a sentence.
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”)]*\s+(?=[¿¡«“\"(]?[A-ZÁÉÍÓÚÑÜ0-9])|\n\s*\n")
ABBREVIATION = re.compile(r"\b(?:D|S|R|M|J|Sr|Sra|Dr|Dra|Ing|art|arts|núm|p|pp|etc|aprox)\.$")
VOWELS = re.compile(r"[aeiouáéíóúüy]+")
STRONG = set("aeoáéó")
WEAK_ACCENTED = set("íú")


@dataclass(frozen=True)
class Readability:
    """Counts of one text; ``inflesz`` runs from 0 (very hard) to 100 (very easy)."""

    words: int
    sentences: int
    syllables: int
    longest: str
    """The sentence with most words."""

    @property
    def words_per_sentence(self) -> float:
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def inflesz(self) -> float:
        if not self.words:
            return 100.0
        return 206.835 - 62.3 * self.syllables / self.words - self.words_per_sentence


def readability(text: str) -> Readability:
    """Measures plain Spanish text (no Markdown); paragraphs are split by empty lines."""
    sentences = [words for words in map(WORD.findall, split_sentences(text)) if words]
    words = [word for sentence in sentences for word in sentence]
    longest = max(split_sentences(text), key=lambda s: len(WORD.findall(s)), default="")
    return Readability(len(words), len(sentences), sum(map(syllables, words)), longest)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order, without surrounding space."""
    found: list[str] = []
    for piece in SENTENCE_END.split(text):
        piece = " ".join(piece.split())
        if found and ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """Syllables of a Spanish word; numbers count as one per two digits, as they are read fast."""
    if any(letter.isdigit() for letter in word):
        return max(1, (sum(letter.isdigit() for letter in word) + 1) // 2)
    word = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.lower())
    return max(1, sum(_syllables_of_vowels(run) for run in VOWELS.findall(word)))


def _syllables_of_vowels(run: str) -> int:
    """A run of vowels splits between two strong ones and around an accented weak one."""
    count = 1
    for before, after in pairwise(run):
        strong_pair = before in STRONG and after in STRONG
        if strong_pair or before in WEAK_ACCENTED or after in WEAK_ACCENTED:
            count += 1
    return count
