"""Content that comes as a .zip: unpacked into a folder that is gone afterwards, or refused with a reason.

Everything a .zip says of itself may be a lie, so sizes are counted while unpacking, and its list of
files is not even read where it is too long.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pegup.authoring.findings import Findings, Place, printable
from pegup.authoring.source import MOST_FILES

LARGEST_ARCHIVE = LARGEST_UNPACKED = 60_000_000
"""Bytes."""
LONGEST_NAME = 200
"""Bytes of a path inside the archive."""
DEEPEST = 8
"""Folders inside each other."""
LARGEST_LIST = MOST_FILES * 600
"""Bytes of the list of files at the archive's end."""
CHUNK = 64 * 1024
END = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\5\6"
HEADER_SIZE = 30
"""Bytes before each file, its name aside."""
UTF8_NAMES = 0x800
ENCRYPTED = 0x1
LEFT_OUT = {"__MACOSX", "Thumbs.db", "desktop.ini"}
"""What computers add on their own; so do hidden files."""
BAD_NAME = re.compile(r"^/|^[A-Za-z]:|[\x00-\x1f\x7f]|(?:^|/)\.\.?(?:/|$)|//")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@contextmanager
def unpacked(path: Path, findings: Findings) -> Iterator[Path]:
    """The folder itself; of a .zip a folder with its files, none where a finding refuses it."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        yield path
        return
    with TemporaryDirectory(prefix="pegup-zip-") as made:
        folder = Path(made)
        if not _unpack(path, folder, findings):
            for child in folder.iterdir():  # nothing of a refused archive is looked at
                _remove(child)
        yield folder


def _remove(path: Path) -> None:
    if path.is_dir():
        for child in path.iterdir():
            _remove(child)
        path.rmdir()
    else:
        path.unlink()


def _unpack(path: Path, folder: Path, findings: Findings) -> bool:
    place = Place(".")
    try:
        if not _has_a_sound_list(path, place, findings):
            return False
        with zipfile.ZipFile(path) as archive:
            listed = _listed(archive, place, findings)
            return listed is not None and _write(archive, listed, folder, place, findings)
    except BROKEN:
        findings.add(place, "zip-broken")
        return False


def _has_a_sound_list(path: Path, place: Place, findings: Findings) -> bool:
    """Whether the list at the end is short enough to be read at all."""
    size = path.stat().st_size
    if size > LARGEST_ARCHIVE:
        findings.add(place, "zip-too-large", most=f"{LARGEST_ARCHIVE // 1_000_000} MB")
        return False
    with path.open("rb") as file:
        file.seek(max(0, size - END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(END_SIGNATURE)
    if at < 0:
        findings.add(place, "zip-broken")
        return False
    _sign, _disk, _first, _here, count, length, _offset, _comment = END.unpack_from(tail, at)
    if count > MOST_FILES or length > LARGEST_LIST:  # 65,535: more files than the field can hold
        findings.add(place, "too-many-files", most=MOST_FILES)
        return False
    return True


def _listed(
    archive: zipfile.ZipFile, place: Place, findings: Findings
) -> dict[str, zipfile.ZipInfo] | None:
    """Path to entry of everything that is wanted, or None with the reason among the findings."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        findings.add(place, "too-many-files", most=MOST_FILES)
        return None
    if _overlap(entries, archive.start_dir):
        findings.add(place, "zip-broken")
        return None
    wanted: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for entry in entries:
        name = _name(entry)
        shown = Place(printable(name, LONGEST_NAME))
        code = _refusal(entry, name)
        if code is None and name.casefold() in seen:
            code = "zip-twice"
        if code is not None:
            findings.add(shown, code)
            return None
        if not entry.is_dir() and not _is_left_out(name):
            seen.add(name.casefold())
            wanted[name] = entry
    if sum(entry.file_size for entry in wanted.values()) > LARGEST_UNPACKED:
        findings.add(place, "zip-too-large", most=f"{LARGEST_UNPACKED // 1_000_000} MB")
        return None
    return wanted


def _name(entry: zipfile.ZipInfo) -> str:
    """The path as it was meant: many programs write UTF-8 and do not say so, or use ``\\``."""
    name = entry.filename
    if not entry.flag_bits & UTF8_NAMES and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _refusal(entry: zipfile.ZipInfo, name: str) -> str | None:
    path = PurePosixPath(name)
    if (
        BAD_NAME.search(name)
        or not path.parts
        or len(path.parts) > DEEPEST
        or len(name.encode("utf-8", "replace")) > LONGEST_NAME
        or "\0" in entry.orig_filename  # zipfile cuts the name there
    ):
        return "zip-name"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        return "zip-link"
    if entry.flag_bits & ENCRYPTED:
        return "zip-encrypted"
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "zip-broken"
    return None


def _overlap(entries: list[zipfile.ZipInfo], end: int) -> bool:
    """Whether files share bytes, as in archives that unpack to a million times their size."""
    by_place = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset + HEADER_SIZE + entry.compress_size for entry in by_place]
    starts = [entry.header_offset for entry in by_place] + [end]
    return any(finish > start for finish, start in zip(ends, starts[1:], strict=True)) or any(
        one == other for one, other in pairwise(starts)
    )


def _is_left_out(name: str) -> bool:
    return any(part in LEFT_OUT or part.startswith(".") for part in name.split("/"))


def _write(
    archive: zipfile.ZipFile,
    listed: dict[str, zipfile.ZipInfo],
    folder: Path,
    place: Place,
    findings: Findings,
) -> bool:
    written = 0
    for name, entry in listed.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, target.open("xb") as file:
            while chunk := packed.read(CHUNK):
                written += len(chunk)
                if written > LARGEST_UNPACKED:
                    findings.add(place, "zip-too-large", most=f"{LARGEST_UNPACKED // 1_000_000} MB")
                    return False
                file.write(chunk)
    return True
