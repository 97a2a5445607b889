"""The do-not-record list on its page: asked, added to, confirmed each year, removed for a reason.
No number leaves the form (REGISTER 6.9, I21)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from talteen import capturing, founding, wiring
from talteen.life.capture.unrecorded import Unrecorded
from talteen.notice.purposes import Role
from talteen.register.models import AccessEntry
from talteen.register.spared import do_not_record
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "050 555 0112"
PATH = "/do-not-record"


def test_who_objects_is_listed_at_once_and_no_number_is_left_anywhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    capture = desk.built.house.config.capture.model_copy(update={"address": "192.0.2.1"})
    config = replace(desk.built.house.config, capture=capture)
    house = replace(desk.built.house, config=config)
    monkeypatch.setattr(wiring, "house", lambda: house)
    founding.enrol_node(house, desk.now)
    contact = desk.client(Role.REGISTER_CONTACT)
    assert "Kukaan ei ole vastustanut" in contact.get(PATH).content.decode()

    def press(what: str, number: str = NUMBER) -> str:
        form = {"number": number, "what": what}
        return contact.post(f"{PATH}/number", form, follow=True).content.decode()

    assert "Numero ei ole listalla" in press("ask")
    added = press("add")
    assert "Numero on listalla. Viite on E-" in added
    assert "1 numeron puheluita ei tallenneta" in added
    (reference,) = set(re.findall(r"E-[0-9A-Z]{8}", added))
    assert f"Numero on jo listalla, viite {reference}." in press("ask", "+358505550112")
    wrong = contact.post(f"{PATH}/number", {"number": "0112", "what": "add"})
    assert wrong.status_code == 422
    assert "ei ole kokonainen puhelinnumero" in wrong.content.decode()

    # The node of this machine knows without waiting for a sweep.
    folder = capturing.folder(config)
    key = capturing.node_of(config, house.id).do_not_record_key
    node = Unrecorded(folder.unrecorded, config.capture.node, key)
    assert node.stands(NUMBER)

    asked = contact.get(f"{PATH}?ask={reference}").content.decode()
    assert f"Miksi {reference} poistetaan?" in asked
    unreasoned = contact.post(f"{PATH}/{reference}/remove")
    assert unreasoned.status_code == 422
    gone = contact.post(f"{PATH}/{reference}/remove", {"reason": "asked"}, follow=True)
    assert f"{reference} on poistettu." in gone.content.decode()
    assert node.look()
    assert not node.stands(NUMBER)
    assert not DoNotRecordEntry.objects.exists()

    entries = AccessEntry.objects.filter(action="do_not_record").order_by("pk")
    told = list(entries.values_list("rule", flat=True))
    assert told == ["asked", "added", "asked", "removed:asked"]
    with connection.cursor() as cursor:
        for table in ("access_entry", "django_session", "ledger_entry"):
            cursor.execute(f"SELECT {table}::text FROM {table}")
            assert "5550112" not in str(cursor.fetchall())
    assert "5550112" not in caplog.text
    assert "5550112" not in added + asked + wrong.content.decode()


def test_an_entry_waits_to_be_confirmed_after_a_year_and_stays_meanwhile(desk: Desk) -> None:
    key = desk.built.house.vault.do_not_record_key()
    long_ago = desk.now.date() - timedelta(days=366)
    do_not_record.add(key, NUMBER, long_ago)
    (entry,) = do_not_record.entries()
    contact = desk.client(Role.REGISTER_CONTACT)

    waiting = contact.get(PATH).content.decode()
    assert "1 merkintä odottaa vuosivahvistusta" in waiting
    assert do_not_record.listed(key)(NUMBER)
    done = contact.post(f"{PATH}/{entry.reference}/confirm", follow=True).content.decode()

    assert f"{entry.reference} on vahvistettu vuodeksi." in done
    (entry,) = do_not_record.entries()
    assert (entry.confirmed_on, entry.confirmed_by) == (
        desk.now.date(),
        desk.reader(Role.REGISTER_CONTACT).code,
    )


@pytest.mark.parametrize("role", [Role.AGENT, Role.DPO, Role.ADMIN])
def test_nobody_else_learns_who_is_listed(desk: Desk, role: Role) -> None:
    other = desk.client(role)
    assert other.get(PATH).status_code == 403
    assert other.post(f"{PATH}/number", {"number": NUMBER, "what": "add"}).status_code == 403
    assert other.post(f"{PATH}/E-ABCDEFGH/confirm").status_code == 403
    assert not DoNotRecordEntry.objects.exists()
