"""Which files are taken as the scan of a paper. Pure.

An authority's order is paper, or a file that stands for one. It is kept as it came, and read by
people; so it is a format of paper and nothing else, whole, and no larger than paper is. What it
says, nobody here checks.
"""

from enum import Enum

from talteen.errors import InputError

LARGEST = 5 * 1024 * 1024
"""Bytes: some thirty pages in black and white."""
_END_WITHIN = 1024


class Media(Enum):
    """What a scan is, by the ending of its file's name."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"


_MARKS = {
    Media.PDF: (b"%PDF-", b"%%EOF"),
    Media.PNG: (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    Media.JPEG: (b"\xff\xd8\xff", b"\xff\xd9"),
}
"""How each begins, and what stands at its end (ISO 32000-2 7.5.5; PNG 5.2, 5.3; T.81 B.2.1)."""


class NotAScan(InputError):
    """It is no file of a paper, is cut off, or is too large."""

    slug = "not-a-scan"


def media_of(content: bytes) -> Media:
    """What ``content`` is. NotAScan for anything else than one whole PDF, PNG or JPEG of at most
    ``LARGEST`` bytes."""
    if not 0 < len(content) <= LARGEST:
        raise NotAScan("the file is missing or too large", remedy="scan it in at most 5 megabytes")
    for media, (begins, ends) in _MARKS.items():
        if content.startswith(begins) and ends in content[-_END_WITHIN:]:
            return media
    raise NotAScan("this is no whole PDF, PNG or JPEG", remedy="scan the paper into a PDF")
