"""Pictures that a trainer brings: the same checks as at an import, before they become a draft."""

from __future__ import annotations

from pathlib import PurePosixPath

from pegup.authoring.findings import Finding, Level, Place
from pegup.courses import images
from pegup.courses.content.reading import LARGEST_DRAWING, LARGEST_PICTURE, MEDIA
from pegup.courses.vector import clean_svg

ENDINGS = {kind: ending for ending, kind in MEDIA.items() if ending != ".jpeg"}


class UnfitPicture(Exception):
    """The picture cannot be used; ``finding`` says why in the words of the check."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        said = tuple((name, str(value)) for name, value in values.items())
        self.finding = Finding(Place("media"), code, said)
        assert self.finding.level == Level.ERROR


def examined(name: str, content: bytes) -> tuple[str, str]:
    """What the picture may be called, and its ending; raises ``UnfitPicture``. Takes up to a second.

    What the picture is counts, not what its name says it is.
    """
    said = PurePosixPath(name.replace("\\", "/"))
    is_drawing = said.suffix.lower() == ".svg"
    largest = LARGEST_DRAWING if is_drawing else LARGEST_PICTURE
    if len(content) > largest:
        raise UnfitPicture("file-too-large", largest=f"{largest // 1000} kB")
    kind = _checked_drawing(content) if is_drawing else _kind_of_photo(said, content)
    return said.stem, ENDINGS[kind]


def _checked_drawing(content: bytes) -> str:
    try:
        clean_svg(content)
    except images.Unfit as unfit:
        raise UnfitPicture(unfit.code, **unfit.values) from unfit
    return MEDIA[".svg"]


def _kind_of_photo(said: PurePosixPath, content: bytes) -> str:
    try:
        return images.look(content).media_type
    except images.Unfit as unfit:
        if said.suffix and said.suffix.lower() not in MEDIA:
            allowed = ", ".join(sorted(MEDIA))
            raise UnfitPicture("picture-kind", allowed=allowed) from unfit
        raise UnfitPicture(unfit.code, **unfit.values) from unfit
