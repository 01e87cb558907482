"""A page that differs in one place only, packed once: what stands in the place is put in unpacked.

A brotli stream (RFC 7932) is a row of blocks, and a block may carry its bytes as they are (section
9.2). So what stands before and after the place is packed once, as closely as brotli can, and each
reader's page is these two with a block between them.
"""

from __future__ import annotations

from collections.abc import Iterator

import brotli

QUICK, CLOSE = 5, 11
"""How well brotli packs; a page of 16 kB takes 0.7 ms and 22 ms, and is a tenth smaller."""
WINDOW = 16
"""64 kB hold a page; a larger window has tables of a megabyte, which take longer than the packing."""
SEAM = 2
"""How the next bytes are coded depends on the last two: those behind the place travel with it."""

_NEVER = bytes((0xC0, 0xC1, *range(0xF5, 0x100)))
"""No text in UTF-8 has one of these."""


def _strange() -> Iterator[int]:
    """Bytes of which no two stand together twice, nor in any text: brotli finds nothing to copy there."""
    for place, first in enumerate(_NEVER):
        yield first
        for other in _NEVER[place + 1 :] + bytes(range(0x20)):
            yield from (first, other)


STRANGE = bytes(_strange())
LONGEST = len(STRANGE)
"""Bytes of a place."""


class Packed:
    """What stands before and after a place of ``length`` bytes; both are text in UTF-8.

    brotli is shown strange bytes there, and what it makes of them is thrown away. Nothing later is
    copied from them, and all distances are right as long as what is put in has this length.

    Raises ``ValueError`` for a place of none or of more than ``LONGEST`` bytes.
    """

    def __init__(self, before: bytes, length: int, after: bytes, *, quality: int) -> None:
        if not 0 < length <= LONGEST:
            raise ValueError(f"a place has 1 to {LONGEST} bytes, not {length}")
        packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=quality, lgwin=WINDOW)
        self._before = packer.process(before) + packer.flush()
        self._seam = after[:SEAM]
        packer.process(STRANGE[:length] + self._seam)
        packer.flush()
        self._after = packer.process(after[SEAM:]) + packer.finish()

    def holding(self, place: bytes) -> bytes:
        """The whole stream, with this in the place."""
        return b"".join((self._before, _as_it_is(place + self._seam), self._after))


def _as_it_is(content: bytes) -> bytes:
    """A block of bytes that are not packed: not the last, its length less one in 16 bits."""
    is_unpacked = 1 << 19
    return (is_unpacked | (len(content) - 1) << 3).to_bytes(3, "little") + content
