"""A page that differs in one place only, packed once: what stands in the place is put in unpacked.

A brotli stream (RFC 7932) is a row of blocks, and a block may carry its bytes as they are (section
9.2). So what stands before and after the place is packed once, as closely as is worth it, and each
reader's page is these two with a block between them.

That holds if nothing in what follows depends on the bytes in the place. brotli is shown strange
bytes there, of which no two that stand together do so anywhere else:

- Nothing later is copied from them: no text in UTF-8 has two such bytes, and a copy has two at least.
- They are copied from nothing: a later "as far back as the last copy" means the same without them.
- How a byte is coded depends on the two before it: behind the place stand two that are always the same.
- How far back a copy lies is right for everything that has the place's length.
"""

from __future__ import annotations

from collections.abc import Iterator

import brotli

QUICK, CLOSE = 5, 10
"""How well brotli packs: a page of 16 kB takes 0.7 or 10 ms, and is a twelfth smaller. Beyond, twice the time is 1 %."""
WINDOW = 16
"""64 kB hold a page; a larger window has tables of a megabyte, which take longer than the packing."""
SEAM = b"\t\f"
"""Ends every place. HTML takes it for a blank, and no page of ours has these two together."""


def _strange() -> Iterator[int]:
    """Bytes that begin a letter, or nothing at all, in UTF-8, where none follows another; each pair once."""
    letters = bytes(range(0xFF, 0xBF, -1))
    for place, first in enumerate(letters):
        yield first
        for other in letters[place + 1 :]:
            yield from (first, other)


STRANGE = bytes(_strange())
LONGEST = 1024
"""Bytes of a place."""


class Unfit(ValueError):
    """The page cannot be packed around such a place."""


class Packed:
    """What stands before and after a place of ``length`` bytes; both are text in UTF-8.

    Raises ``Unfit`` for a place of none or of more than ``LONGEST`` bytes, for a text that has the
    seam, and where brotli did otherwise than expected: what it made is unpacked once to see.
    """

    def __init__(self, before: bytes, length: int, after: bytes, *, quality: int) -> None:
        if not 0 < length <= LONGEST or SEAM in before:
            raise Unfit
        packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=quality, lgwin=WINDOW)
        self._before = packer.process(before) + packer.flush()
        packer.process(STRANGE[:length] + SEAM)
        packer.flush()
        self._after = packer.process(after) + packer.finish()
        self._check(before, b"?" * length, after)

    def holding(self, place: bytes) -> bytes:
        """The whole stream, with this and the seam in the place."""
        return b"".join((self._before, _as_it_is(place + SEAM), self._after))

    def _check(self, before: bytes, place: bytes, after: bytes) -> None:
        try:
            is_right = brotli.decompress(self.holding(place)) == before + place + SEAM + after
        except brotli.error:
            is_right = False
        if not is_right:
            raise Unfit


def _as_it_is(content: bytes) -> bytes:
    """A block of bytes that are not packed: not the last, its length less one in 16 bits."""
    is_unpacked = 1 << 19
    return (is_unpacked | (len(content) - 1) << 3).to_bytes(3, "little") + content
