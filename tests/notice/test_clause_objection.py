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

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from talteen.clock import SystemClock
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
from talteen.notice.purposes import Role
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition
from talteen.register.programs import api_tokens
from talteen.register.programs.api_scopes import Scope
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from talteen.register.spared.sales_stop_models import SalesStop
from tests.desk.conftest import Desk
from tests.notice import answering


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


@pytest.mark.django_db(transaction=True)
def test_after_an_objection_to_marketing_nobody_may_sell_to_that_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CONFIG", desk.built.house.config)
    dialler = _dialler(desk)
    assert _may_be_called(dialler, "040 999 8887", "0501234567", "112") == [True, True, False]
    unknown = answering.asks(desk, None, "objection")
    answering.known(unknown)
    unknown.act("prepare", answer="objection_marketing.granted")
    # Without a number nothing can be stopped, and no letter says that it was.
    assert "Vastaus on noudettavissa" not in unknown.act("decide")

    asking = answering.asks(desk, None, "objection", number="+358409998887")
    answering.known(asking)
    asking.act("prepare", answer="objection_marketing.granted")
    assert "Emme enää soita sinulle myyntiasioissa" in asking.act("decide")  # one person decides

    assert _may_be_called(dialler, "040 999 8887", "0501234567") == [False, True]
    (listed,) = SalesStop.objects.all()
    assert b"409998887" not in bytes(listed.mac)
    stop = {"number": "0501234567", "what": "stop-sales"}
    asking.contact.post("/do-not-record/number", stop)
    assert _may_be_called(dialler, "0501234567") == [False]
    asking.contact.post("/do-not-record/number", {**stop, "what": "allow-sales"})
    assert _may_be_called(dialler, "0501234567") == [True]
    assert not DoNotRecordEntry.objects.exists()  # another list: those calls are recorded


def _dialler(desk: Desk) -> Client:
    """The program that makes sales calls."""
    now = SystemClock().now()
    makers = [desk.reader(one).code for one in (Role.ADMIN, Role.DPO)]
    shown = api_tokens.make(
        "dialler",
        [Scope.SALES_CHECK],
        owner=desk.reader(Role.REGISTER_CONTACT).code,
        purpose=None,
        by=(makers[0], makers[1]),
        ends_at=now + timedelta(days=30),
        now=now,
    )
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {shown}")


def _may_be_called(dialler: Client, *numbers: str) -> list[bool]:
    answer = dialler.post(
        "/api/v1/sales-calls",
        json.dumps({"numbers": numbers}),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200, answer.content
    found: list[bool] = answer.json()["may_be_called"]
    return found
