"""Names and numbers are searched in a case only; a topic by any purpose that may search words."""

import pytest

from talteen.life.transcribe import asking
from talteen.life.transcribe.asking import NotForThisPurpose
from talteen.life.transcribe.query import parse
from talteen.notice.purposes import Purpose, SearchBy

TOPICS = ["peruutusehdot", "gluteenittomat TAI halal", '"kaksi huonetta"', "rumsbokning", "refund"]
TOPICS += ["aamu TAI ilta", "ranta", "lemmikki", "price", "bill", "summer"]
PEOPLE = ["Virtanen", "heikille", "svensson", "mary", "sauna EI mäkelä"]
PEOPLE_AND_WORDS = ["koskinen", "koskiselle", "satu", "sauna rauha*", "helmi", "björk", "grace"]
NUMBERS = ["040 123", "A7", '"viisi viisi kaksi"', "fem sju"]


@pytest.mark.parametrize("text", TOPICS)
def test_a_topic_is_words_only(text: str) -> None:
    assert asking.asks_for(parse(text)) == {SearchBy.WORDS}
    asking.permit(parse(text), Purpose.TRAINING)


@pytest.mark.parametrize("text", [*PEOPLE, *PEOPLE_AND_WORDS, *NUMBERS])
def test_a_person_is_asked_for_in_a_case_only(text: str) -> None:
    asking.permit(parse(text), Purpose.RIGHTS_OF_PARTIES)

    with pytest.raises(NotForThisPurpose):
        asking.permit(parse(text), Purpose.TRAINING)
