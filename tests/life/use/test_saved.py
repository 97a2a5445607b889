"""A saved search keeps a topic, and nobody's name or number (REGISTER 5.3)."""

from datetime import UTC, datetime

import pytest

from talteen.errors import InputError
from talteen.life.use import saved
from talteen.life.use.saved import NotOrdinaryWords
from tests.kit import builders

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_person_keeps_words_once_and_only_sees_their_own() -> None:
    mine, other = builders.staff("Aino"), builders.staff("Eero")

    saved.save(mine, "  peruutus   TAI avbokning ", "caller", NOON)
    saved.save(mine, "peruutus TAI avbokning", "caller", NOON)

    (one,) = saved.of(mine)
    assert (one.words, one.side) == ("peruutus TAI avbokning", "caller")
    assert saved.of(other) == ()
    saved.delete(other, one.id)
    assert len(saved.of(mine)) == 1
    saved.delete(mine, one.id)
    assert saved.of(mine) == ()


@pytest.mark.parametrize(
    "words", ["Heikki Virtanen", "virtaselle", "0401234567", "viisi viisi yksi", "xq7", "virtas*"]
)
def test_what_may_be_a_person_is_not_kept(words: str) -> None:
    with pytest.raises(NotOrdinaryWords):
        saved.save(builders.staff("Aino"), words, "", NOON)


def test_twelve_are_enough() -> None:
    person = builders.staff("Aino")
    topics = "sauna huone lasku aamiainen peruutus hyvitys varaus kokous sali avain parkki ruoka"
    for topic in topics.split():
        saved.save(person, topic, "", NOON)

    with pytest.raises(InputError):
        saved.save(person, "uima-allas", "", NOON)
    with pytest.raises(InputError):
        saved.save(person, "sauna", "everybody", NOON)
