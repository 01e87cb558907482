"""Uploaded sources: what may come in, where it lies, how it goes out."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from pegup.db import session
from pegup.profiles.models import Profile, Upload

QUOTA = 50 * 1024 * 1024
"""Bytes that one document's files may take together."""

ZIP = b"PK\x03\x04"
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "webp": (b"RIFF",),
    "docx": (ZIP,),
    "xlsx": (ZIP,),
    "odt": (ZIP,),
    "ods": (ZIP,),
    "csv": (),
    "txt": (),
}
"""What a file of each kind begins with; plain text begins with anything but a zero byte."""


class UnusableFile(Exception):
    """The file is not taken; the reason is one of the class's words."""

    KIND = "kind"
    CONTENT = "content"
    EMPTY = "empty"
    QUOTA = "quota"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(name: str, content: bytes) -> None:
    """Raises ``UnusableFile`` for a kind we do not take, or a content that is not of its kind."""
    extension = _extension(clean_name(name))
    if extension not in SIGNATURES:
        raise UnusableFile(UnusableFile.KIND)
    if not content:
        raise UnusableFile(UnusableFile.EMPTY)
    if not _looks_like(content, extension):
        raise UnusableFile(UnusableFile.CONTENT)


@dataclass(frozen=True)
class Arriving:
    """A checked file that came with a form, and the folder where it will lie."""

    name: str
    content: bytes
    folder: Path


def keep(profile: Profile, file: Arriving, *, by_id: int) -> Upload:
    """Stores a checked file under a random name; its own name is only a label from now on."""
    if _used(profile) + len(file.content) > QUOTA:
        raise UnusableFile(UnusableFile.QUOTA)
    shown = clean_name(file.name)
    upload = Upload(
        uuid=uuid.uuid4(),
        profile_id=profile.id,
        name=shown,
        extension=_extension(shown),
        size=len(file.content),
        uploaded_by_id=by_id,
    )
    path = path_of(upload, file.folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    session.add(upload)
    session.flush()
    return upload


def is_same(kept: Upload | None, file: Arriving | None) -> bool:
    """Whether nothing new comes: no file, or the one that is there."""
    if file is None:
        return True
    if kept is None or (kept.name, kept.size) != (clean_name(file.name), len(file.content)):
        return False
    path = path_of(kept, file.folder)
    return path.exists() and path.read_bytes() == file.content


def path_of(upload: Upload, folder: Path) -> Path:
    """Where the file lies: no part of it comes from outside."""
    return folder / "files" / upload.uuid.hex[:2] / upload.uuid.hex


def clean_name(name: str) -> str:
    """The last part of a name without control or direction characters, at most 200 letters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    stem, dot, extension = visible.strip().rpartition(".")
    return f"{stem[:180]}{dot}{extension[:15]}"


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _looks_like(content: bytes, extension: str) -> bool:
    signatures = SIGNATURES[extension]
    if not signatures:
        return b"\0" not in content
    return content.startswith(signatures)


def _used(profile: Profile) -> int:
    query = select(func.coalesce(func.sum(Upload.size), 0)).where(Upload.profile_id == profile.id)
    return session.scalar(query) or 0
