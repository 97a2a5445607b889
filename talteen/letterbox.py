"""What comes by mail and what leaves: the mailbox of requests is read, messages are carried out."""

from datetime import datetime

import structlog
from django.db import transaction

from talteen import carriers, wiring
from talteen.config import Born
from talteen.errors import Unavailable
from talteen.life.answer import canary, mailbox, posting, undelivered
from talteen.oversight import mailbox_alarm
from talteen.oversight.flow import gate
from talteen.register.database.jobs import job
from talteen.register.post import messages
from talteen.wiring import House

log = structlog.get_logger()


@job("mailbox", priority=20)
def read() -> None:
    """Take in the letters of the mailbox of requests. Where it is away the next minute asks again:
    that it stays away is seen by its own test (``canary``)."""
    house = wiring.house()
    try:
        with carriers.mailbox(house.config) as box:
            done = mailbox.read(house, box, house.now())
            mailbox.let_go_aside(box, house.config.mailbox.aside_days, house.now())
    except Unavailable as error:
        log.warning("mailbox.away", reason=error.slug)
        return
    finally:
        mailbox.done()
    if done.requests or done.replies or done.automatic:
        log.info("mailbox.read", n=done.requests, replies=done.replies, automatic=done.automatic)


def watch(house: House, now: datetime) -> None:
    """Have the mailbox read when it is time, and test each day that letters arrive there. Called by
    every sweep; a demo house has no mailbox."""
    if not house.config.mailbox.host or house.born is Born.DEMO:
        canary.forget()
        return
    with transaction.atomic():
        if mailbox.due(now):
            read.enqueue()
    canary.write(house.register.contact.email, now)
    mailbox_alarm.sound(house.register, now)


def deliver(house: House, now: datetime) -> int:
    """Carry out what waits in the outbox, as far as the records of its carriers allow; what did not
    arrive stops no clock."""
    done = messages.deliver(
        gate.sender(house, now),
        now,
        text=gate.text_sender(house, now),
        call=gate.call_sender(house, now),
        unseal=posting.opener(house.vault),
    )
    undelivered.tend(now)
    return done
