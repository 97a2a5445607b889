"""5. Mihin käytämme tallenteita.

5.s1: Osapuolten oikeudet: tallenteesta selvitetään reklamaatio, riita tai uhkaus.
5.s2: Palvelun oikeellisuus: asiakaspalvelija voi samana päivänä tarkistaa omasta puhelustaan,
  mitä varattiin, ja muulloin tarkistukseen tarvitaan varausnumero.
5.s3: Koulutus: asiakaspalvelija ja kouluttaja voivat käydä läpi puhelun osia.
5.s4: Palvelun laatu: ihminen arvioi puheluita lomakkeella, ja tuloksista tehdään lukuja, joista
  ketään ei tunnista.
5.s5: Ohjeistus: puheluista nähdään, mitkä ohjeemme kaipaavat korjausta.
5.s6: Koulutukseen, laatuun ja ohjeistukseen käytetään vain puheluita, jotka arpa on valinnut:
  enintään 5 % kaikista.
5.s7: Muita puheluita ei avata lainkaan, ellei sinun tai meidän oikeus, varauksen tarkistus,
  pyyntösi, viranomainen tai tietoturvaloukkaus sitä vaadi.
5.s8: Laki velvoittaa meidät lisäksi vastaamaan pyyntöihisi ja viranomaisille sekä tutkimaan
  tietoturvaloukkaukset.
5.s9: Emme käytä tallenteita markkinointiin, asiakkaiden arvottamiseen emmekä tekoälymallien
  opettamiseen.
"""

from dataclasses import replace
from functools import partial

import pytest

from talteen.errors import NotAllowed
from talteen.notice import purposes
from talteen.notice.purposes import OPEN, Purpose, Role, Tie
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Notice
from talteen.register.policy import Allow, CallFacts, Deny, Person, Rule, View, decide
from talteen.register.states import Progress

SENTENCES = {
    "5.s1": Purpose.RIGHTS_OF_PARTIES,
    "5.s2": Purpose.CORRECTNESS,
    "5.s3": Purpose.TRAINING,
    "5.s4": Purpose.SERVICE_QUALITY,
    "5.s5": Purpose.GUIDANCE,
}


def test_each_purpose_stands_in_its_sentence_and_in_no_other() -> None:
    for sentence, purpose in SENTENCES.items():
        assert purposes.TERMS[purpose].sentence == sentence

    assert {p for p in Purpose if purposes.TERMS[p].sentence == "5.s8"} == purposes.STATUTORY


def test_rights_of_the_parties_are_settled_in_a_case() -> None:
    assert purposes.needs_case(Purpose.RIGHTS_OF_PARTIES)


def test_an_agent_checks_their_own_call_of_the_day_and_others_by_booking_reference() -> None:
    assert purposes.may(Role.AGENT, Purpose.CORRECTNESS)
    assert not purposes.needs_booking_reference(Purpose.CORRECTNESS, Tie.OWN_CALL_OF_TODAY)
    assert purposes.needs_booking_reference(Purpose.CORRECTNESS, Tie.ANOTHER_CALL)


def test_training_and_guidance_open_nothing_yet_and_quality_only_what_a_lot_drew() -> None:
    assert not {Purpose.TRAINING, Purpose.GUIDANCE} & OPEN

    leader = Person(Role.TEAM_LEADER, True, True, True, True)
    call = CallFacts(Progress.SEALED, False, False, False, False, True, False, same_team=True)
    quality = partial(decide, leader, Purpose.SERVICE_QUALITY, case=None)
    assert quality(call, balanced=True) == Deny(Rule.NOT_DRAWN)
    drawn = replace(call, drawn=True)
    assert quality(drawn, balanced=True) == Allow(View.FULL)
    assert quality(drawn, balanced=False) == Deny(Rule.NO_TEST)


def test_the_share_that_is_drawn_is_the_one_that_is_told(
    register: RegisterFolder, finnish: Notice
) -> None:
    assert register.file.pool.percent <= 5
    assert f"enintään {register.file.pool.percent} %" in finnish.sentences["5.s6"]


@pytest.mark.parametrize("asked", ["marketing", "rating", "model_training", "sales_coaching"])
def test_nothing_is_used_for_marketing_rating_or_teaching_machines(asked: str) -> None:
    with pytest.raises(NotAllowed):
        purposes.named(asked)
