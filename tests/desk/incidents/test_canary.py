"""The house writes to its own mailbox each day; silence for a day is an alarm (REGISTER 3.1)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from talteen import letterbox, wiring
from talteen.config import Born
from talteen.life.answer import canary, mailbox
from talteen.life.answer.mailbox_models import MailboxCanary
from talteen.life.answer.models import SubjectRequest
from talteen.register.database import jobs
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from tests.desk.conftest import Desk
from tests.kit import mailboxes
from tests.kit.mailboxes import PASSWORD, Office
from tests.life.answer.test_mailbox import letter
from tests.register.test_messages import post_office

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with mailboxes.office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture
def post(desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A live house with this mailbox."""
    secret = desk.built.house.config.home / "mailbox.password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    told = office.settings.model_copy(update={"password_file": secret})
    config = replace(desk.built.house.config, mailbox=told)
    house = replace(desk.built.house, config=config, born=Born.LIVE, sender=None)
    live = replace(desk, built=replace(desk.built, house=house))
    monkeypatch.setattr(wiring, "house", lambda: live.built.house)
    return live


def carried(office: Office, desk: Desk) -> None:
    """The mail server takes what waits, and the mailbox has it."""
    with post_office() as (server, smtp):
        messages.deliver(smtp, desk.now)
    for _, text in server.taken:
        office.deliver(text.encode(), desk.now)


def test_the_letter_of_each_day_goes_out_comes_back_and_leaves_nothing_behind(
    post: Desk, office: Office
) -> None:
    letterbox.watch(post.built.house, post.now)
    letterbox.watch(post.built.house, post.now + timedelta(minutes=2))
    (mail,) = OutgoingMessage.objects.all()
    assert mail.to == post.built.house.register.contact.email

    carried(office, post)
    office.deliver(letter(), post.now)
    jobs.drain()

    assert MailboxCanary.objects.get().back_at is not None
    assert SubjectRequest.objects.count() == 1, "the letter beside it"
    assert office.lying() == 0
    assert canary.silent_since(post.now + timedelta(hours=1)) is None


def test_a_mailbox_that_is_silent_for_a_day_is_told_of_once_a_day_until_it_is_heard(
    post: Desk, office: Office
) -> None:
    house, began = post.built.house, post.now
    letterbox.watch(house, began)
    OutgoingMessage.objects.update(state="sent")  # it left, and never came
    assert canary.silent_since(began + DAY - timedelta(seconds=1)) is None
    assert canary.silent_since(began + DAY) == began

    for hours in (24, 25, 49):
        letterbox.watch(house, began + timedelta(hours=hours))
    told = OutgoingMessage.objects.filter(key__startswith="mailbox:")
    assert {row.to for row in told} == {house.register.contact.email, house.register.dpo.email}
    assert told.count() == 4, "two people, two days"
    for row in told:
        assert "postilaatikko on hiljaa" in row.body

    post.built.clock.at = began + 3 * DAY
    letterbox.watch(house, post.now)
    told.update(state="sent")
    carried(office, post)
    with office.opened() as box:
        mailbox.read(house, box, post.now)
    assert canary.silent_since(post.now) is None


def test_a_mailbox_that_is_never_read_to_its_end_is_silent_too(post: Desk, office: Office) -> None:
    assert mailbox.due(post.now)
    assert not mailbox.due(post.now + timedelta(seconds=30))
    with office.opened() as box:
        mailbox.read(post.built.house, box, post.now)

    assert canary.silent_since(post.now + DAY - timedelta(seconds=1)) is None
    assert canary.silent_since(post.now + DAY) == post.now


def test_a_mailbox_that_is_away_is_asked_again_and_leaves_one_job_at_most(
    post: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = post.built.house
    for minutes in range(5):  # no worker takes the first one
        letterbox.watch(house, post.now + timedelta(minutes=minutes))
    assert waiting_jobs() == 1
    nobody = house.config.mailbox.model_copy(update={"port": 1})
    away = replace(house, config=replace(house.config, mailbox=nobody))
    monkeypatch.setattr(wiring, "house", lambda: away)

    assert jobs.drain() == ()
    assert waiting_jobs() == 0
    letterbox.watch(house, post.now + timedelta(minutes=6))
    assert waiting_jobs() == 1


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mailbox'")
        return int(cursor.fetchone()[0])


def test_a_server_may_write_something_before_the_subject_of_the_houses_own(
    post: Desk, office: Office
) -> None:
    letterbox.watch(post.built.house, post.now)
    mail = OutgoingMessage.objects.get()
    office.deliver(letter(subject=f"[External] {mail.subject}"), post.now)
    with office.opened() as box:
        assert mailbox.read(post.built.house, box, post.now).canaries == 1


def test_a_letter_that_only_looks_like_the_houses_own_is_a_letter(
    post: Desk, office: Office
) -> None:
    office.deliver(letter(subject="Talteen ABCDEFGHJKLMNPQR"), post.now)
    with office.opened() as box:
        assert mailbox.read(post.built.house, box, post.now).requests == 1


def test_a_house_that_reads_no_mailbox_waits_for_nothing(post: Desk) -> None:
    letterbox.watch(post.built.house, post.now)

    letterbox.watch(replace(post.built.house, born=Born.DEMO), post.now + 2 * DAY)

    assert canary.silent_since(post.now + 2 * DAY) is None
