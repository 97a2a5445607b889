"""A letter to the mailbox of requests becomes a request once, from when it arrived: over a real
IMAP server, with the receipt going out through a real mail server."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from talteen.errors import Conflict, InputError, Unavailable
from talteen.life.answer import calls, intake, mailbox, papers, posting, reading, steps
from talteen.life.answer.intake import Asked
from talteen.life.answer.mailbox_models import MailboxLetter
from talteen.life.answer.models import SubjectRequest
from talteen.notice.rights import Right
from talteen.register.models import Hold
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import database, mailboxes, vaults
from tests.kit.builders import NOON
from tests.kit.mailboxes import Office
from tests.kit.processes import killed_at
from tests.life.answer.conftest import REGISTER, House
from tests.register.test_messages import post_office

pytestmark = pytest.mark.django_db(transaction=True)
ARRIVED = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
"""Half past midnight in Helsinki, of the 23rd: the clock of the law counts that day."""


@dataclass(frozen=True, slots=True)
class Paths:
    register: Path = REGISTER


@dataclass(frozen=True, slots=True)
class Config:
    paths: Paths = Paths()


@dataclass(frozen=True, slots=True)
class Keeps:
    """What the mailbox needs of a house."""

    house: House
    config: Config = Config()

    @property
    def vault(self) -> vaults.Vault:
        return self.house.vault

    @property
    def register(self) -> object:
        return self.house.register


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with mailboxes.office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture
def office(server: Office) -> Office:
    server.empty()
    return server


def letter(subject: str = "Tietopyyntö", words: str = "Poistakaa puheluni.") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Kaisa Lehtovaara <kaisa@post.example>", "tietosuoja@a.example"
    made["Subject"], made["Message-ID"] = subject, "<1@post.example>"
    made.set_content(words)
    return made


def read(house: House, office: Office, now: datetime = NOON) -> mailbox.Read:
    with office.opened() as box, database.as_the_worker():
        return mailbox.read(Keeps(house), box, now)


def sent(house: House) -> list[EmailMessage]:
    """What the outbox gives to a real mail server now."""
    with post_office() as (post, smtp):
        messages.deliver(smtp, NOON, unseal=posting.opener(house.vault))
    return [message_from_string(text, policy=policy.default) for _, text in post.taken]  # type: ignore[misc]


def test_a_letter_becomes_a_request_from_when_it_arrived_and_leaves_the_mailbox(
    house: House, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.deliver(letter(), ARRIVED)

    assert read(house, office).requests == 1

    row = SubjectRequest.objects.get()
    assert (row.received_at, row.received_on) == (ARRIVED, date(2026, 11, 23))
    assert row.limit_on == date(2026, 12, 23)
    assert (row.via, row.rights, row.stage) == ("email", [], "received")
    asked = calls.asked_of(house.vault, row)
    assert asked["reach"] == "kaisa@post.example"
    assert asked["words"] == "Tietopyyntö\n\nPoistakaa puheluni."
    assert office.lying() == 0
    said = capsys.readouterr()
    assert not {"Kaisa", "kaisa@", "Poistakaa"} & set((said.out + said.err).split())


def test_its_receipt_is_mailed_once_with_its_limit_and_code_and_nothing_of_what_it_asks(
    house: House, office: Office
) -> None:
    office.deliver(letter(), ARRIVED)
    read(house, office)
    waiting = OutgoingMessage.objects.get()
    assert (waiting.to, waiting.subject, waiting.body) == ("", "", "")
    assert b"kaisa" not in bytes(waiting.sealed)

    (mail,) = sent(house)

    row = SubjectRequest.objects.get()
    body = mail.get_content()
    assert mail["To"] == "kaisa@post.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    for told in (row.case.reference, "23.12.2026", "23 December 2026", "tietosuojavastaava@sok.fi"):
        assert told in body
    assert "Poistakaa" not in body
    code = calls.asked_of(house.vault, row)["code"]
    assert " ".join(code[at : at + 4] for at in range(0, 16, 4)) in body
    assert intake.by_code(code) == row
    waiting.refresh_from_db()
    assert (waiting.state, bytes(waiting.sealed)) == ("sent", b"")
    assert sent(house) == []


@pytest.mark.parametrize("step", ["taken", "removed"])
def test_a_house_killed_while_it_reads_takes_each_letter_once(
    house: House, office: Office, step: str
) -> None:
    office.deliver(letter(), ARRIVED)

    with office.opened() as box:
        assert killed_at(step, lambda said: mailbox.read(Keeps(house), box, NOON, progress=said))
    house.vault.forget()
    done = read(house, office)

    assert (done.requests, done.again) == (0, 1 if step == "taken" else 0)
    assert SubjectRequest.objects.count() == 1
    assert OutgoingMessage.objects.count() == 1
    assert office.lying() == 0


def test_a_letter_that_is_delivered_twice_is_one_and_another_by_the_same_person_is_another(
    house: House, office: Office
) -> None:
    again = b"Received: from b.example; Sun, 22 Nov 2026 22:31:00 +0000\r\n" + letter().as_bytes()
    office.deliver(letter(), ARRIVED)
    office.deliver(again, ARRIVED)
    office.deliver(letter(words="Haluan kopion."), ARRIVED)

    done = read(house, office)

    assert (done.requests, done.again) == (2, 1)


def test_a_letter_that_somebody_reads_or_deletes_elsewhere_is_a_request_all_the_same(
    house: House, office: Office
) -> None:
    office.deliver(letter(), ARRIVED, r"(\Seen \Deleted)")

    assert read(house, office).requests == 1


def test_letters_of_machines_are_laid_aside_and_answered_by_nobody(
    house: House, office: Office
) -> None:
    away, bounce = letter(subject="Poissa"), letter(subject="Undelivered")
    away["Auto-Submitted"] = "auto-replied (vacation)"
    bounce.replace_header("From", "MAILER-DAEMON@post.example")
    of_list, person = letter(subject="Listalta"), letter(subject="Itse")
    of_list["List-Id"], person["Auto-Submitted"] = "<tietosuoja.a.example>", "no"
    for one in (away, bounce, of_list, person):
        office.deliver(one, ARRIVED)

    done = read(house, office)

    # A group address marks every letter as a list's: it is a request, and gets no receipt.
    assert (done.automatic, done.requests) == (2, 2)
    assert (office.lying(), office.lying("Automatic")) == (0, 2)
    assert OutgoingMessage.objects.count() == 1
    assert mailbox.set_aside(NOON) == 2

    # They lie there for as long as the operator wrote, and no longer.
    office.deliver(letter(subject="Uusi"), ARRIVED)
    with office.opened() as box:
        assert mailbox.let_go_aside(box, 90, ARRIVED + timedelta(days=89)) == 0
        assert mailbox.let_go_aside(box, 90, ARRIVED + timedelta(days=91)) == 2
        assert mailbox.let_go_aside(box, 90, ARRIVED + timedelta(days=91)) == 0  # once a day
        assert len(list(box.letters())) == 1  # the folder that is read is open again
    assert (office.lying(), office.lying("Automatic")) == (1, 0)


def test_an_address_gets_three_receipts_a_day_and_its_letters_are_requests_all_the_same(
    house: House, office: Office
) -> None:
    for number in range(5):
        office.deliver(letter(words=f"Kirje {number}"), ARRIVED)

    assert read(house, office).requests == 5
    assert OutgoingMessage.objects.count() == 3


def test_an_answer_joins_the_file_of_its_request_and_the_clock_goes_on_from_when_it_came(
    house: House, office: Office
) -> None:
    taken = house.taken(now=NOON - timedelta(days=6))
    desk = house.desk(taken.request.pk, NOON, house.eila)
    asks = {"identity.question": "mikä varaus", "identity.reason": "kaksi samannimistä"}
    steps.ask_identity(
        house.vault,
        taken.request.pk,
        desk.write("identity_question", asks),
        by=house.eila,
        now=NOON - timedelta(days=5),
    )
    office.deliver(letter(f"Re: asia {taken.request.case.reference}", "Huone 12."), ARRIVED)

    assert read(house, office).replies == 1

    assert SubjectRequest.objects.count() == 1
    assert OutgoingMessage.objects.count() == 0
    taken.request.refresh_from_db()
    assert taken.request.stops.get().replied_on == date(2026, 11, 23)
    paper = taken.request.papers.get(kind="reply")
    assert papers.read(house.vault, paper)["text"].endswith("Huone 12.")


def test_attachments_are_kept_sealed_until_somebody_lets_them_go(
    house: House, office: Office
) -> None:
    scan = letter()
    scan.add_attachment(
        b"%PDF-1.7 passport", maintype="application", subtype="pdf", filename="p.pdf"
    )
    office.deliver(scan, ARRIVED)
    read(house, office)

    row = SubjectRequest.objects.get()
    paper = row.papers.get(kind="attached")
    assert b"passport" not in bytes(paper.sealed)
    kept = message_from_string(mailbox.attached(house.vault, paper).decode(), policy=policy.default)
    (file,) = kept.iter_attachments()  # type: ignore[attr-defined]
    assert file.get_content() == b"%PDF-1.7 passport"
    assert mailbox.drop_attached(row) == 1
    assert not row.papers.filter(kind="attached").exists()


def test_the_rest_of_a_flood_waits_in_the_mailbox_and_its_clock_runs(
    house: House, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "AT_MOST_AN_HOUR", 1)
    for number in range(2):
        office.deliver(letter(words=f"Kirje {number}"), ARRIVED)

    assert read(house, office).left
    assert office.lying() == 1
    assert read(house, office, NOON + timedelta(hours=2)).requests == 1
    assert set(SubjectRequest.objects.values_list("received_at", flat=True)) == {ARRIVED}


def test_a_mailbox_whose_certificate_nobody_vouches_for_is_not_opened(office: Office) -> None:
    stranger = replace(office, settings=office.settings.model_copy(update={"ca_file": None}))

    with pytest.raises(Unavailable, match="mailbox"), stranger.opened():
        pass


def test_the_call_that_a_letter_tells_plainly_is_held_before_anybody_reads_it(
    house: House, office: Office
) -> None:
    call = house.call(number=vaults.NUMBER)
    office.deliver(letter(words=f"Soitin 23.11.2026 numerosta {vaults.NUMBER}."), ARRIVED)
    read(house, office)

    calls.settle(house.vault, NOON)

    assert Hold.objects.get().recording_id == call.pk
    assert SubjectRequest.objects.get().rights == []


def test_nothing_is_answered_before_somebody_has_read_which_right_it_names(
    house: House, office: Office
) -> None:
    house.call(number=vaults.NUMBER)
    office.deliver(letter(), ARRIVED)
    read(house, office)
    row = SubjectRequest.objects.get()
    calls.settle(house.vault, NOON)
    assert row.case.recordings.count() == 0

    told = Asked(name="Kaisa", number=vaults.NUMBER, day="2026-11-23", words="Poistakaa")
    with pytest.raises(Conflict, match="nobody has read"):
        steps.identify(house.vault, row.pk, "varaus", by=house.eila, now=NOON)
    with pytest.raises(InputError, match="no right"):
        reading.read(house.vault, row.pk, [], told, "sv", by=house.eila, now=NOON)
    named = [Right.ERASURE, Right.ACCESS]
    row = reading.read(house.vault, row.pk, named, told, "sv", by=house.eila, now=NOON)
    calls.settle(house.vault, NOON)

    assert (row.rights, row.language) == (["access", "erasure"], "sv")
    assert row.case.recordings.count() == 1
    assert "code" in calls.asked_of(house.vault, row)


def test_a_letter_that_asks_for_nothing_is_closed_with_reasons_and_can_be_opened_again(
    house: House, office: Office
) -> None:
    office.deliver(letter("Tarjous", "Osta kaksi."), ARRIVED)
    read(house, office)
    row = SubjectRequest.objects.get()

    with pytest.raises(InputError):
        reading.no_request(house.vault, row.pk, " ", by=house.eila, now=NOON)
    row = reading.no_request(house.vault, row.pk, "mainos", by=house.eila, now=NOON)
    assert (row.stage, row.closed_on) == ("closed", NOON.date())
    assert steps.reopen(row.pk, by=house.eila, now=NOON).stage == "received"


def test_what_is_remembered_of_letters_is_gone_a_month_after_they_were_seen_last(
    house: House, office: Office
) -> None:
    office.deliver(letter(), ARRIVED)
    read(house, office)

    read(house, office, NOON + mailbox.REMEMBERED + timedelta(seconds=1))

    assert not MailboxLetter.objects.exists()
