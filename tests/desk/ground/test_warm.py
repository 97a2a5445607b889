"""What a web process makes ready before anybody asks."""

from pathlib import Path

from django.conf import settings

from talteen.desk.ground import warm
from talteen.life.transcribe.word_list import LISTS


def test_every_page_and_the_words_can_be_made_ready() -> None:
    for step in warm.steps():
        step()

    assert LISTS.is_open("fi")
    assert LISTS.is_open("sv")


def test_pages_of_calls_come_first_and_no_page_is_left_out() -> None:
    named = warm.templates()

    assert named[0].startswith("call/")
    (folder,) = settings.TEMPLATES[0]["DIRS"]
    assert len(named) == sum(1 for _ in Path(folder).rglob("*.html"))
