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
from talteen.notice.purposes import Purpose, Role, Tie
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


CALL = CallFacts(Progress.SEALED, False, False, True, False, True, False, same_team=True)
DRAWN = replace(CALL, drawn=True)


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        (Role.AGENT, Purpose.TRAINING),
        (Role.TEAM_LEADER, Purpose.TRAINING),
        (Role.TEAM_LEADER, Purpose.SERVICE_QUALITY),
        (Role.QUALITY_ANALYST, Purpose.GUIDANCE),
    ],
)
def test_training_quality_and_guidance_open_only_what_a_lot_drew(
    role: Role, purpose: Purpose
) -> None:
    asked = partial(decide, Person(role, True, True, True, True), purpose, case=None)

    assert asked(CALL, balanced=True) == Deny(Rule.NOT_DRAWN)
    assert asked(DRAWN, balanced=True) == Allow(View.FULL)
    assert asked(DRAWN, balanced=False) == Deny(Rule.NO_TEST)


def test_a_trainer_goes_through_parts_of_a_call_that_two_have_approved() -> None:
    trainer = Person(Role.TRAINER, True, True, True, True)
    asked = partial(decide, trainer, Purpose.TRAINING, case=None, balanced=True)

    assert asked(DRAWN) == Deny(Rule.NOT_APPROVED)
    assert asked(replace(CALL, approved=True)) == Deny(Rule.NOT_DRAWN)
    assert asked(replace(DRAWN, approved=True)) == Allow(View.PASSAGES)


def test_the_share_that_is_drawn_is_the_one_that_is_told(
    register: RegisterFolder, finnish: Notice
) -> None:
    assert register.file.pool.percent <= 5
    assert f"enintään {register.file.pool.percent} %" in finnish.sentences["5.s6"]


@pytest.mark.parametrize("asked", ["marketing", "rating", "model_training", "sales_coaching"])
def test_nothing_is_used_for_marketing_rating_or_teaching_machines(asked: str) -> None:
    with pytest.raises(NotAllowed):
        purposes.named(asked)
