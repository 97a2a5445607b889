"""What is taken as the scan of a paper: whole, in a format of paper, not too large (11.3)."""

import pytest

from talteen.notice import scans
from talteen.notice.scans import Media, NotAScan

WHOLE = {
    Media.PDF: b"%PDF-1.7 ... %%EOF\n",
    Media.PNG: b"\x89PNG\r\n\x1a\n...\x00\x00\x00\x00IEND\xaeB`\x82",
    Media.JPEG: b"\xff\xd8\xff\xe0...\xff\xd9",
}


def test_a_whole_paper_is_known_by_what_it_is() -> None:
    assert {media: scans.media_of(content) for media, content in WHOLE.items()} == {
        media: media for media in Media
    }
    largest = WHOLE[Media.PDF].replace(b"...", bytes(scans.LARGEST - len(WHOLE[Media.PDF]) + 3))
    assert len(largest) == scans.LARGEST
    assert scans.media_of(largest) is Media.PDF


@pytest.mark.parametrize("media", list(Media))
def test_anything_else_is_not(media: Media) -> None:
    whole = WHOLE[media]
    for wrong in (b"", whole[1:], whole[:-8], whole + bytes(2000), b"MZ" + whole):
        with pytest.raises(NotAScan):
            scans.media_of(wrong)
    with pytest.raises(NotAScan):
        scans.media_of(whole[:8] + bytes(scans.LARGEST) + whole[8:])
