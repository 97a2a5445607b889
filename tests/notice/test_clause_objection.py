"""Oikeutesi vastustaa.

objection.s1: Sinulla on oikeus vastustaa puhelusi tallentamista ja tallenteen käyttöä milloin
  tahansa.
objection.s2: Puhelun alussa riittää, että painat 9, sanot ”ei” tai lopetat puhelun.
objection.s3: Kesken puhelun riittää, että sanot sen asiakaspalvelijalle: tallennus loppuu heti,
  ja siihen asti tallennettu osa tuhotaan.
objection.s4: Puhelun jälkeen riittää viesti osoitteeseen tietosuoja.mara@sok.fi; kerro siinä,
  mikä tilanteessasi puhuu käsittelyä vastaan.
objection.s5: Emme käytä tallennetta sinä aikana, kun harkitsemme asiaa.
objection.s6: Jos emme pysty osoittamaan huomattavan tärkeää ja perusteltua syytä emmekä
  tarvitse tallennetta oikeusvaateeseen, poistamme sen.
objection.s7: Voit samalla pyytää, ettei numerostasi tulevia puheluita enää tallenneta.
objection.s8: Jos kiellät suoramarkkinoinnin, lopetamme myyntisoitot numeroosi heti eikä sinun
  tarvitse perustella kieltoa.
"""

from datetime import UTC, datetime, timedelta

import pytest

from talteen.life.capture.facts import (
    AnnouncementEvidence,
    Direction,
    Evidence,
    EvidenceSource,
    KnownAnnouncement,
    Refusal,
    Standing,
    Way,
)
from talteen.life.capture.gate import Call, Decision, Drop, Gate
from talteen.life.capture.rules import Nothing, Reason, Refused
from talteen.notice import clauses
from talteen.notice.language import Language
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_the_right_to_object_stands_apart_right_after_the_first_layer(
    edition: Edition, language: Language
) -> None:
    order = [clause.id for clause in edition.notices[language].clauses]

    assert order[:2] == [clauses.FIRST_LAYER, clauses.OBJECTION]


@pytest.mark.parametrize("language", Language)
def test_the_key_that_refuses_is_the_same_in_the_notice_and_in_the_announcement(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    key = register.file.keys.refuse
    spoken = register.speech[language].digits[key]

    assert str(key) in edition.notices[language].sentences["objection.s2"]
    assert spoken in register.inbound(language).text.lower()


def test_an_objection_is_sent_to_the_address_that_is_read(
    edition: Edition, register: RegisterFolder
) -> None:
    assert register.file.contact.email in edition.notices[Language.FI].sentences["objection.s4"]


START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PROMPT = AnnouncementEvidence(
    EvidenceSource.AMI, "announce.fi@1", "fi", START, START + timedelta(seconds=15.7)
)


def told(*steps: tuple[float, Evidence], do_not_record: bool = False) -> list[Decision]:
    """What a gate decides of a live call to which this happens, after so many seconds."""
    known = {"announce.fi@1": KnownAnnouncement("fi", frozenset({Direction.INBOUND}), 15_658)}
    call = Call(START, Direction.INBOUND, Standing.RECORDED, known, do_not_record=do_not_record)
    gate, first = Gate.of(call)
    decisions = list(first)
    for seconds, evidence in steps:
        gate, more = gate.told(evidence, START + timedelta(seconds=seconds))
        decisions += more
    return decisions


def refusal(seconds: float, way: Way) -> tuple[float, Refusal]:
    return seconds, Refusal(EvidenceSource.API, START + timedelta(seconds=seconds), way=way)


@pytest.mark.parametrize("way", [Way.KEY, Way.WORDS])
def test_a_refusal_at_the_start_of_the_call_lets_nothing_be_kept(way: Way) -> None:
    """objection.s2"""
    decisions = told((15.8, PROMPT), refusal(19, way))

    assert decisions[-1] == Drop(Nothing(Reason.REFUSED_AT_PROMPT), tone=True)


def test_a_refusal_in_mid_call_stops_at_once_and_destroys_what_was_captured() -> None:
    """objection.s3"""
    decisions = told((15.8, PROMPT), refusal(80, Way.WORDS), (90, PROMPT))

    assert decisions[-1] == Drop(Refused(), tone=True)


def test_the_calls_of_a_number_that_is_not_to_be_recorded_are_not() -> None:
    """objection.s7"""
    assert told((15.8, PROMPT), do_not_record=True) == [
        Drop(Nothing(Reason.DO_NOT_RECORD), tone=False)
    ]
