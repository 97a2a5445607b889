"""A message to a person that does not arrive is brought back to its request, by a report in the
mailbox (RFC 3464) or by the mail server's refusal, and its clock runs."""

from datetime import timedelta
from email import message_from_string
from email.message import EmailMessage
from textwrap import dedent

import pytest

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.life.answer import delivery_report, mailbox, papers, posting, steps, undelivered
from talteen.life.answer.models import SubjectRequest
from talteen.notice.letters import Written
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Channel, Message
from tests.kit.builders import NOON
from tests.kit.mailboxes import Office
from tests.life.answer.conftest import House
from tests.life.answer.test_mailbox import letter, office, read, server
from tests.register.test_messages import post_office

__all__ = ["office", "server"]

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(hours=1)


def report(sent: str, action: str = "failed", *, whole: bool = True, of: str = "") -> bytes:
    """What a server of the outside world says of the message ``sent``, as RFC 3464 writes it."""
    name = of or str(message_from_string(sent)["Message-ID"])
    kind, words = ("message/rfc822", "words") if whole else ("text/rfc822-headers", "")
    lines = f"""\
        Return-Path: <>
        From: MAILER-DAEMON@mx.example (Mail Delivery System)
        To: talteen@a.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        Message-ID: <{action}{whole}{len(of)}@mx.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host mx.example.

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; somebody@else.example
        Action: {action}
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 no such user

        --b
        Content-Type: {kind}

        From: talteen@a.example
        Message-ID: {name}
        Subject: x

        {words}
        --b--
        """
    return dedent(lines).replace("\n", "\r\n").encode()


def carried(house: House, answer: str = "250 taken") -> list[str]:
    """What the outbox gave to a mail server that answers each address with ``answer``."""
    with post_office() as (post, smtp):
        post.answer = answer
        messages.deliver(smtp, NOON, unseal=posting.opener(house.vault))
    return [text for _, text in post.taken]


@pytest.fixture
def asked(house: House, office: Office) -> SubjectRequest:
    """A request that came by mail, and its receipt on its way."""
    office.deliver(letter(), NOON - timedelta(hours=2))
    read(house, office)
    return SubjectRequest.objects.get()


@pytest.mark.parametrize("whole", [True, False], ids=["the whole came back", "its head came back"])
def test_a_report_brings_a_message_back_to_its_request_by_its_own_name(
    house: House, office: Office, asked: SubjectRequest, *, whole: bool
) -> None:
    [sent] = carried(house)
    name = message_from_string(sent)["Message-ID"]
    row = OutgoingMessage.objects.get()
    assert row.pk.hex in name
    assert "kaisa" not in name

    office.deliver(report(sent, whole=whole), LATER)
    done = read(house, office, LATER)

    assert (done.automatic, done.came_back, done.requests) == (1, 1, 0)
    assert office.lying("Automatic") == 1
    lost = undelivered.standing()[asked.pk]
    assert (lost.at, lost.channel, lost.count) == (LATER, Channel.MAIL.value, 1)
    assert [one.pk for one in undelivered.open_ones()] == [asked.pk]
    limit = asked.limit_on
    asked.refresh_from_db()
    assert asked.limit_on == limit, "the law's day does not move"

    # It stands longer than other messages are remembered, until somebody says it otherwise.
    messages.deliver(None, NOON + timedelta(days=60))
    assert asked.pk in undelivered.standing()
    with pytest.raises(InputError):
        undelivered.told_otherwise(house.vault, asked.pk, " ", by=house.eila, now=LATER)
    with pytest.raises(NotAllowed):
        undelivered.told_otherwise(house.vault, asked.pk, "puhelu", by=house.dina, now=LATER)
    undelivered.told_otherwise(house.vault, asked.pk, "Soitin.", by=house.eila, now=LATER)
    assert not undelivered.standing()
    paper = asked.papers.get(kind="reasons")
    assert papers.read(house.vault, paper)["text"] == "Soitin."
    with pytest.raises(Conflict):
        undelivered.told_otherwise(house.vault, asked.pk, "Soitin.", by=house.eila, now=LATER)
    messages.deliver(None, NOON + timedelta(days=60))
    assert not OutgoingMessage.objects.exists()


def test_a_refusal_of_the_mail_server_is_the_same(house: House, asked: SubjectRequest) -> None:
    assert carried(house, "550 5.1.1 no such user") == []
    assert OutgoingMessage.objects.get().state == "refused"
    assert undelivered.standing()[asked.pk].at == NOON


def test_nothing_else_is_taken_for_a_message_that_came_back(
    house: House, office: Office, asked: SubjectRequest
) -> None:
    [sent] = carried(house)
    stranger = "<0123456789abcdef0123456789abcdef@a.example>"
    address = EmailMessage()
    address["From"], address["To"] = "MAILER-DAEMON@mx.example", "talteen@a.example"
    address["Subject"] = "Undelivered: kaisa@post.example"
    address.set_content(f"{message_from_string(sent)['Message-ID']} failed")
    for one in (report(sent, "delayed"), report(sent, "delivered"), report(sent, of=stranger)):
        office.deliver(one, LATER)
    office.deliver(address, LATER)

    done = read(house, office, LATER)

    assert (done.automatic, done.came_back) == (4, 0)
    assert not undelivered.standing()


def test_broken_reports_say_nothing() -> None:
    raw = report("Message-ID: <0123456789abcdef0123456789abcdef@a.example>\n\nx")
    assert len(delivery_report.undelivered(raw)) == 1
    for cut in range(0, len(raw), 7):
        delivery_report.undelivered(raw[:cut])
        delivery_report.undelivered(raw[cut:])
    assert delivery_report.undelivered(raw.replace(b"failed", b"\xff\xfe")) == frozenset()


def test_a_clock_that_stood_for_a_question_which_did_not_arrive_runs_again(
    house: House, asked: SubjectRequest
) -> None:
    carried(house)
    first = asked.limit_on

    def send(paper: object) -> None:
        key = f"letter:{paper.pk}"  # type: ignore[attr-defined]
        message = Message(key, "kaisa@post.example", "Sinulle on kirje", "Lue se.")
        posting.post(house.vault, asked, Channel.MAIL, message, NOON)

    question = Written("Kysymys", "Mikä varaus?")
    steps.ask_identity(house.vault, asked.pk, question, by=house.eila, now=NOON, send=send)
    assert asked.stops.filter(replied_on=None).count() == 1
    assert undelivered.tend(LATER) == 0, "it is on its way"
    assert carried(house, "550 5.1.1 no such user") == []

    assert undelivered.tend(LATER) == 1
    assert undelivered.tend(LATER) == 0
    stop = asked.stops.get()
    assert stop.replied_on == stop.asked_on
    asked.refresh_from_db()
    assert asked.limit_on == first
    week = NOON + timedelta(days=7)
    assert steps.deadline(SubjectRequest.objects.get(), week).limit == first
    assert mailbox.set_aside(LATER) == 0
