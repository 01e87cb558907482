"""Numbers of answer sheets: seven letters and one that shows a slip, such as ``H7KQ-3M2X``."""

from __future__ import annotations

import secrets

from pegup.accounts.codes import ALPHABET, plain

LENGTH = 8
CHECK = 37
"""Crockford's check: it sees every letter that is wrong and every two that changed places."""


def new_number() -> str:
    """A random number; those whose check would be a sign that no phone's keyboard shows are passed over."""
    while True:
        value = secrets.randbelow(32 ** (LENGTH - 1))
        if value % CHECK < len(ALPHABET):
            return _letters(value) + ALPHABET[value % CHECK]


def read_number(typed: str) -> str | None:
    """What was typed as it is stored; None where it cannot be the number of a sheet."""
    letters = plain(typed)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    value = 0
    for letter in letters[:-1]:
        value = value * 32 + ALPHABET.index(letter)
    return letters if value % CHECK == ALPHABET.index(letters[-1]) else None


def _letters(value: int) -> str:
    return "".join(ALPHABET[value >> 5 * place & 31] for place in range(LENGTH - 2, -1, -1))
