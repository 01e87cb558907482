"""Words as they are compared: case, accents and plural do not matter. Pure.

Text is folded letter for letter, so that a place in the folded text is the same place in the text.
Who has no ñ on the keyboard finds «año» by «ano»; who types it gets what has it first.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST_QUERY = 100
"""Letters; what is typed beyond is not searched for."""
MOST_TERMS = 8
LONGEST_WORD = 60
SHORTEST_PREFIX = 3
"""A shorter beginning of a word would find half of everything."""
SHORTEST_MEANT = 4
"""A shorter word is near to too many."""
SOUNDS = (
    *(("ch", "x"), ("h", ""), ("ll", "y"), ("qu", "k"), ("ce", "se"), ("ci", "si"), ("z", "s")),
    *(("c", "k"), ("v", "b"), ("ge", "je"), ("gi", "ji")),
)
WORD = re.compile(r"[^\W_]+")
MARKED = tuple(zip("áéíóúüñ", "aeiouun", strict=True))
OTHERS = re.compile(r"[^\x00-\x7f]")
"""What is left then is looked up one by one: to do so with every letter takes four times as long."""
FREQUENT = frozenset(
    re.findall(
        r"\w+",
        "a al con de del e el en es la las lo los o para por que se su sus u un una y "
        "an and for in is of on or the to",
    )
)
"""Left out of a search that has other words: nearly every text has them."""


class _Folding(dict[int, str]):
    """Letter to folded letter, made as letters come; always one for one."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        apart = unicodedata.normalize("NFKD", letter)
        bare = [each for each in apart if not unicodedata.combining(each)]
        plain = bare[0] if len(bare) == 1 else letter
        small = plain.lower()
        folded = small if len(small) == 1 else plain
        if len(self) < 5_000:
            self[code] = folded
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True)
class Word:
    """A word of a text, with its place."""

    start: int
    end: int
    stem: str
    exact: str
    """With its ñ, where it has one; else empty."""


@dataclass(frozen=True)
class Term:
    """A word that is searched for: each of its forms finds it."""

    stem: str
    exact: str = ""
    prefix: str = ""
    """How the word may begin: of the last one, which may not be finished."""

    def finds(self, word: Word) -> bool:
        """Whether this word of a text is what was searched for."""
        return word.stem == self.stem or bool(self.prefix and word.stem.startswith(self.prefix))


def composed(text: str) -> str:
    """The text with each accent in its letter: the form that everything here expects."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Small letters without accents, as many as the text has."""
    folded = text.lower()
    if len(folded) != len(text):  # of a letter that is two when it is small
        return text.translate(_FOLDING)
    for marked, bare in MARKED:
        folded = folded.replace(marked, bare)
    return OTHERS.sub(lambda found: _FOLDING[ord(found[0])], folded)


def words_of(text: str) -> Iterator[Word]:
    """The words of a composed text, in their order."""
    for found in WORD.finditer(fold(text)):
        yield word_at(text, found)


def word_at(text: str, found: re.Match[str]) -> Word:
    """The word that was found in the folded text."""
    start, end = found.span()
    return Word(start, end, stem(found[0]), _exact(text[start:end], found[0]))


def stem(word: str) -> str:
    """A folded word without its plural: basuras, acciones and luces as basura, acción and luz."""
    if not word.isascii() or not word.isalpha():
        return word[:LONGEST_WORD]
    if len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if word.endswith("z"):
        word = f"{word[:-1]}c"
    elif len(word) > 1 and word.endswith("y"):
        word = f"{word[:-1]}i"
    return word[:LONGEST_WORD]


def indexed(texts: Iterable[str]) -> list[str]:
    """What the index keeps of the texts: the stem of each word, and the word itself for its ñ."""
    kept = []
    for text in texts:
        for word in words_of(composed(text)):
            kept.append(word.stem)
            if word.exact:
                kept.append(word.exact)
    return kept


def meant(query: str, texts: Iterable[str]) -> str:
    """The query with each word that no text has in the place of one that is near it, or nothing."""
    text = "\n".join(texts)
    folded, known = _words_to_mean(text)
    guess = []
    for found in list(WORD.finditer(fold(query)))[:MOST_TERMS]:
        word = found[0]
        is_known = len(word) < SHORTEST_MEANT or _has(known, word)
        near = "" if is_known else _near(word, known)
        guess.append(_as_written(near, text, folded) if near else query[slice(*found.span())])
    said = " ".join(guess)
    return "" if fold(said) == " ".join(WORD.findall(fold(query))) else said


@lru_cache(maxsize=2)
def _words_to_mean(text: str) -> tuple[str, tuple[str, ...]]:
    """The folded text, and its words once. Kept: who attends a course searches in the same texts."""
    folded = fold(text)
    once = " ".join(dict.fromkeys(folded.split()))  # most words come again and again
    words = dict.fromkeys(WORD.findall(once))
    return folded, tuple(word for word in words if len(word) >= SHORTEST_MEANT)


def _has(known: Iterable[str], word: str) -> bool:
    """Whether one of them is the word but for its plural, which changes neither of the first two letters."""
    return any(each[:2] == word[:2] and stem(each) == stem(word) for each in known)


def _near(word: str, known: Iterable[str]) -> str:
    """As it sounds, else as it looks."""
    sound = _sound(word)
    some = [
        each
        for each in known
        if abs(len(each) - len(word)) <= 2 and (each[0] == word[0] or each[-3:] == word[-3:])
    ]
    same = next((each for each in some if _sound(each) == sound), "")
    return same or next(iter(difflib.get_close_matches(word, some, n=1, cutoff=0.75)), "")


def _as_written(word: str, text: str, folded: str) -> str:
    """A folded word of the text, with its accents."""
    place = next(found for found in WORD.finditer(folded) if found[0] == word)
    return text[slice(*place.span())].lower()


def _sound(word: str) -> str:
    """As it is said in Peru: b as v, c and z as s, ll as y, a silent h."""
    for letters, said in SOUNDS:
        word = word.replace(letters, said)
    return word


def typed(query: str) -> str:
    """What was typed, as short as it is searched for."""
    return " ".join(composed(query[:LONGEST_QUERY]).replace("\0", " ").split())


def read_query(query: str) -> tuple[Term, ...]:
    """What is searched for, each word once; empty where nothing was typed that has letters."""
    text = typed(query)
    found = [(match[0], word_at(text, match)) for match in WORD.finditer(fold(text))]
    found = found[:MOST_TERMS]
    telling = [pair for pair in found if pair[0] not in FREQUENT] or found
    terms: dict[str, Term] = {}
    for folded, word in telling:
        is_last = (folded, word) == found[-1]
        prefix = folded if is_last and len(folded) >= SHORTEST_PREFIX else ""
        terms[word.stem] = Term(word.stem, word.exact, prefix[:LONGEST_WORD])
    return tuple(terms.values())


def _exact(text: str, folded: str) -> str:
    if "ñ" not in text and "Ñ" not in text:
        return ""
    pairs = zip(stem(folded), text, strict=False)
    return "".join("ñ" if was in "ñÑ" else letter for letter, was in pairs)
