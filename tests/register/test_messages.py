"""A message is written once, carried out by a real mail server or kept, and holds up no act."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_string

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from talteen.config import MailSection, MailTls
from talteen.register.post import messages
from talteen.register.post.mail import SmtpSender
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Message, Sink
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)

REPORT = Message("night:2026-11-28:a@b.example", "a@b.example", "Yö", "Kaikki hävisi.\n")


class Post:
    """What a mail server does with mail: take it, or answer with a reply of its own."""

    def __init__(self) -> None:
        self.answer = "250 taken"
        self.taken: list[tuple[list[str], str]] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        text = content.decode() if isinstance(content, bytes) else str(content)
        self.taken.append((list(envelope.rcpt_tos), text))
        return "250 taken"


@contextmanager
def post_office() -> Iterator[tuple[Post, SmtpSender]]:
    """A mail server on loopback, and a sender that knows it."""
    post = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = Controller(post, hostname="127.0.0.1", port=port)
    office.start()
    try:
        yield post, sender(port)
    finally:
        office.stop()


def sender(port: int) -> SmtpSender:
    return SmtpSender(
        MailSection(host="127.0.0.1", port=port, tls=MailTls.NONE, sender="talteen@a.example")
    )


def state() -> str:
    return OutgoingMessage.objects.get().state


def test_a_message_reaches_a_mail_server_once() -> None:
    with post_office() as (post, smtp):
        messages.write(REPORT, NOON)
        done = [messages.deliver(smtp, NOON) for _ in range(2)]

    assert done == [1, 0]
    ((to, text),) = post.taken
    assert to == ["a@b.example"]
    assert "Auto-Submitted: auto-generated" in text
    assert state() == "sent"


def test_a_message_that_is_sent_again_is_known_for_the_same_and_another_is_not() -> None:
    """A restored database knows nothing of what was sent since: mail systems drop the copy."""
    other = replace(REPORT, body="Kaksi hävisi.\n")
    with post_office() as (post, smtp):
        for message in (REPORT, REPORT, other):
            smtp.send(message)

    names = [message_from_string(text)["Message-ID"] for _, text in post.taken]
    assert names[0] == names[1] != names[2]
    assert "b.example" not in names[0]


def test_the_same_occasion_is_written_once() -> None:
    assert messages.write(REPORT, NOON)
    assert not messages.write(REPORT, NOON + timedelta(hours=1))


def test_a_silent_mail_server_costs_time_and_no_message() -> None:
    with post_office() as (_, smtp):
        pass  # it is closed again: nobody listens there
    messages.write(REPORT, NOON)

    assert messages.deliver(smtp, NOON) == 0
    assert messages.deliver(smtp, NOON + timedelta(seconds=30)) == 0
    row = OutgoingMessage.objects.get()
    assert (row.state, row.attempts) == ("waiting", 1)

    with post_office() as (post, again):
        assert messages.deliver(again, row.not_before) == 1
    assert len(post.taken) == 1


def test_an_address_that_is_refused_for_good_is_not_tried_for_ever() -> None:
    with post_office() as (post, smtp):
        post.answer = "550 nobody here"
        messages.write(REPORT, NOON)
        messages.deliver(smtp, NOON)

    assert state() == "refused"


def test_a_server_that_is_only_busy_is_asked_again() -> None:
    with post_office() as (post, smtp):
        post.answer = "451 later"
        messages.write(REPORT, NOON)
        messages.deliver(smtp, NOON)

    assert state() == "waiting"


def test_without_a_mail_server_messages_wait() -> None:
    messages.write(REPORT, NOON)

    assert messages.deliver(None, NOON) == 0
    assert state() == "waiting"


def test_a_demo_house_keeps_its_mail() -> None:
    messages.write(REPORT, NOON)

    assert messages.deliver(Sink(), NOON) == 1
    assert state() == "kept"
    assert messages.newest(5, lambda *_: {}) == (REPORT,)


def test_a_month_after_it_was_done_a_message_is_gone() -> None:
    messages.write(REPORT, NOON)
    messages.deliver(Sink(), NOON)

    messages.deliver(None, NOON + messages.REMEMBERED + timedelta(seconds=1))

    assert not OutgoingMessage.objects.exists()
