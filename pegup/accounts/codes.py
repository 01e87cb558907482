"""Codes that people copy from paper: Crockford's base 32, forgiving about how they are typed."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER = 5
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code(bits: int) -> str:
    """A random code of at least ``bits`` bits, in groups of four: ``7QK2-M0ZD-…``."""
    length = -(-bits // BITS_PER_CHARACTER)
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(length)))


def plain(typed: str) -> str:
    """What was typed as we store it: no spaces or hyphens, capitals, O read as 0, I and L as 1."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return letters.translate(LOOKALIKES)


def grouped(code: str) -> str:
    """The code in groups of four, easy to read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest(typed: str) -> str:
    """What stands in the database: nobody can sign in with a stolen table."""
    return hashlib.sha256(plain(typed).encode()).hexdigest()
