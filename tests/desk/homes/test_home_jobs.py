"""Homes of those who watch, teach and study: breaches with their clock, studies whose calls die
soon, sentences that do not hold, invitations; and the tour, which is put away once a person."""

from datetime import timedelta

import pytest
from django.test import Client

from talteen.clock import start_of_day
from talteen.life.use.study import following, planning
from talteen.life.use.study.models import Study
from talteen.notice.purposes import Role
from talteen.oversight.breaches.models import Breach
from talteen.register.models import Staff, Training
from talteen.register.spared import do_not_record
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read
from tests.desk.evaluation.test_studies import begun

pytestmark = pytest.mark.django_db(transaction=True)


def home(desk: Desk, role: Role) -> str:
    return read(desk.client(role), "/").split("<main", 1)[1]


def test_who_works_on_breaches_begins_with_the_one_whose_clock_ends_first(desk: Desk) -> None:
    assert "Avoimia loukkauksia ei ole." in home(desk, Role.DPO)
    desk.client(Role.AGENT).post("/breaches/report", {"kind": "lost_device", "words": "laukku"})
    desk.built.clock.at = desk.now + timedelta(hours=20)
    desk.client(Role.AGENT).post("/breaches/report", {"kind": "wrong_delivery"})
    first, second = Breach.objects.order_by("reported_at")

    for role in (Role.DPO, Role.OWNER):
        said = home(desk, role)
        assert f"{first.case.reference}: 52 tuntia jäljellä" in said
        assert said.index(str(first.pk)) < said.index(str(second.pk))
        assert "laukku" not in said
    assert str(first.pk) not in home(desk, Role.ADMIN)
    desk.built.clock.at = desk.now + timedelta(hours=53)
    assert f"{first.case.reference}: 72 tuntia täyttyi" in home(desk, Role.DPO)


def test_an_analyst_is_told_of_a_study_two_weeks_before_its_calls_die(desk: Desk) -> None:
    study = begun(desk)
    assert "arvotaan" in home(desk, Role.QUALITY_ANALYST)
    desk.built.clock.at = start_of_day(planning.draws_on(study.last))
    following.tend(desk.built.house.vault.lot_seed, desk.now)
    study = Study.objects.get()
    assert study.closes_at is not None
    desk.built.clock.at = study.closes_at - timedelta(days=14, hours=1)
    assert "sulkeutuu pian" not in home(desk, Role.QUALITY_ANALYST)
    desk.built.clock.at = study.closes_at - timedelta(days=14)
    said = home(desk, Role.QUALITY_ANALYST)

    assert "1 sulkeutuu pian" in said
    assert "49 vastausta puuttuu. Kerrotaanko peruutusehto ennen maksua?" in said
    assert f'href="/studies/{study.pk}"' in said


def test_an_auditor_begins_with_the_sentences_that_do_not_hold_now(desk: Desk) -> None:
    assert "13.s13" not in home(desk, Role.AUDITOR)
    old = desk.now.date() - timedelta(days=400)
    do_not_record.add(desk.built.house.vault.do_not_record_key(), "0505550901", old, "r01")
    said = home(desk, Role.AUDITOR)

    assert "13.s13" in said, "an entry that nobody confirmed for a year"
    assert 'href="/prove/13"' in said
    assert "ei pidä" in said


def test_who_invites_sees_whose_turn_it_is(desk: Desk) -> None:
    assert "Yksikään kutsu ei ole kesken." in home(desk, Role.ADMIN)
    emma = Staff.objects.get(name__startswith="Emma")
    desk.client(Role.ADMIN).post(f"/people/{emma.pk}/invite")
    assert "odottaa toista henkilöä" in home(desk, Role.ADMIN)
    assert "hyväksy kutsu" in home(desk, Role.DPO)
    wish = emma.invitations.get()
    desk.client(Role.DPO).post(f"/people/invitations/{wish.pk}/approve")
    assert "näytä linkki" in home(desk, Role.ADMIN)
    assert "Emma" not in home(desk, Role.DPO)


def test_a_trainer_begins_with_whose_training_ends(desk: Desk) -> None:
    assert "Kaikkien koulutus on voimassa" in home(desk, Role.TRAINER)
    anna = desk.reader(Role.AGENT)
    Training.objects.filter(staff=anna).update(valid_until=desk.now.date() + timedelta(days=9))

    said = home(desk, Role.TRAINER)
    assert "1 ihmisen koulutus päättyy" in said
    assert anna.name in said


def test_the_tour_is_put_away_once_a_person_and_comes_back_when_asked(desk: Desk) -> None:
    eila = desk.client(Role.REGISTER_CONTACT)
    assert "Tämä sivu kertoo, mikä odottaa sinua" in read(eila, "/")
    assert "Puhelu avautuu vain tarkoitukseen" in read(eila, "/?tour=3")
    assert "Tehtäväsi ei avaa puheluita" in read(desk.client(Role.AUDITOR), "/?tour=3")
    for astray in ("0", "5", "²", "x"):
        assert "Opastus, 1 / 4" in read(eila, f"/?tour={astray}")
    assert eila.post("/account/tour")["Location"] == "/"

    other: Client = desk.client(Role.REGISTER_CONTACT)
    assert "Opastus," not in read(other, "/"), "another browser, the same person"
    assert "Opastus, 1 / 4" in read(desk.client(Role.DPO), "/")
    eila.post("/account/tour", {"again": "1"})
    assert "Opastus, 1 / 4" in read(other, "/")
