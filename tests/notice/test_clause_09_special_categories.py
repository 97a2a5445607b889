"""9. Tietoryhmät ja arkaluonteiset tiedot.

9.s1: Puhelussa voi tulla esiin nimesi ja yhteystietosi, varauksesi, asiakashistoriasi,
  kanta-asiakkuutesi sekä toiveesi ja tarpeesi.
9.s2: Ruokavalio, esteettömyys tai muu tarve voi kertoa terveydestäsi tai vakaumuksestasi, ja
  laki suojaa tällaisia tietoja erityisen tarkasti.
9.s3: Voit pyytää tallennuksen tauolle ennen kuin kerrot niistä, tai kertoa ne kirjallisesti:
  myyntipalvelu@mara.example.
9.s4: Kohdat, joissa näistä puhutaan, merkitään ja suljetaan pois koulutuksesta,
  laadunarvioinnista, ohjeistuksesta ja palvelun oikeellisuuden tarkistamisesta.
9.s5: Niitä käytetään vain, jos se on tarpeen oikeusvaateen laatimiseksi, esittämiseksi tai
  puolustamiseksi (9 artikla 2 kohta f), jos viranomainen määrää ne lain nojalla luovutettaviksi
  tai jos pyydät itse tietojasi.
9.s6: Emme kysy arkaluonteisia tietoja enempää kuin varaus vaatii.
"""

import json

import pytest

from talteen.errors import InputError
from talteen.life.capture import sidecar
from talteen.notice import categories, purposes
from talteen.notice.categories import Category
from talteen.notice.language import Language
from talteen.notice.purposes import Purpose
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition, Notice
from talteen.register.models import Recording
from tests.life.capture.test_sidecar import GOOD

CLOSED_IN_9_S4 = {
    Purpose.TRAINING,
    Purpose.SERVICE_QUALITY,
    Purpose.GUIDANCE,
    Purpose.CORRECTNESS,
}
OPEN_IN_9_S5 = {Purpose.RIGHTS_OF_PARTIES, Purpose.AUTHORITY, Purpose.DATA_SUBJECT_REQUEST}


def test_marked_passages_are_closed_to_everything_that_the_notice_closes() -> None:
    assert not {p for p in CLOSED_IN_9_S4 if purposes.opens_special_category(p)}


def test_marked_passages_open_for_a_claim_an_order_and_ones_own_request_only() -> None:
    assert {p for p in Purpose if purposes.opens_special_category(p)} == OPEN_IN_9_S5


def test_the_condition_that_is_told_is_the_one_of_the_register(
    finnish: Notice, register: RegisterFolder
) -> None:
    assert register.file.special_category.condition.value == "9(2)(f)"
    assert "9 artikla 2 kohta f" in finnish.sentences["9.s5"]


def test_a_need_can_be_told_in_writing_instead(finnish: Notice, register: RegisterFolder) -> None:
    assert register.file.alternatives.email in finnish.sentences["9.s3"]


SAID = {
    Language.FI: (
        "nim",
        "yhteystie",
        "varau",
        "asiakashistoria",
        "kanta-asiakkuu",
        "toive",
        "tarpe",
    ),
    Language.SV: ("namn", "kontaktuppgifter", "bokning", "kundhistorik", "stamkund", "önskemål"),
    Language.EN: (
        "name",
        "contact details",
        "booking",
        "history as a customer",
        "loyalty",
        "needs",
    ),
}
"""Stems of what may come up in a call."""


@pytest.mark.parametrize("language", Language)
def test_what_may_come_up_is_told_in_the_notice_and_in_every_answer(
    edition: Edition, language: Language
) -> None:
    printed = edition.notices[language].sentences["9.s1"].lower()
    answered = " ".join(categories.told(language)).lower()

    assert [one for one in SAID[language] if one not in printed] == []
    assert [one for one in SAID[language] if one not in answered] == []


def test_what_comes_up_stands_in_sound_and_words_and_nowhere_else() -> None:
    columns = {one.name for one in Recording._meta.concrete_fields}
    assert columns == categories.HELD.keys()
    assert set(categories.HELD.values()) == {None, Category.TIMES, Category.MARKS}
    assert sidecar.read(json.dumps(GOOD).encode(), name="call.json")
    for more in ("customer_id", "customer_name", "booking", "loyalty_level"):
        handed_in = json.dumps({**GOOD, more: "X-1"}).encode()
        with pytest.raises(InputError):  # no exchange hands such a thing in beside the sound
            sidecar.read(handed_in, name="call.json")
