"""What the house does for requests at every sweep, by itself: old ones end, and people are told
when what was erased is dead everywhere. Their calls are looked for before (``calls.settle``)."""

from datetime import datetime
from functools import partial
from typing import Protocol

from talteen.life.answer import (
    answers,
    expiring,
    identity,
    lifting,
    officer,
    old,
    packages,
    sending,
    values,
)
from talteen.life.answer.disclose import tending as disclosing
from talteen.life.answer.disclose import writing as disclosed
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.answer.house import Keeps
from talteen.life.answer.models import RequestAnswer, RequestPaper, SubjectRequest
from talteen.life.answer.sending import Sends
from talteen.life.answer.writing import Desk
from talteen.life.seal.case_files import Texts
from talteen.notice import language as languages
from talteen.notice.letters import Written


class Tends(Keeps, Sends, Protocol):
    """What looking after requests needs of a house."""


def tend(house: Tends, now: datetime) -> None:
    """One round. May be killed anywhere and called again."""
    packages.tidy(house.vault, now)
    lifting.tend(now)
    expiring.ask(house.vault, partial(_ends, house, now), now, send=partial(_waits, house, now))
    old.forget(house.vault, house.register.retention.request_months, now)
    identity.forget(now)
    officer.forget(house.vault, house.register.retention.request_months, now)
    disclosing.tend(
        house.vault,
        house.register.retention.request_months,
        partial(_after_secrecy, house, now),
        now,
    )
    for answer in answers.unconfirmed():
        if (dead := answers.dead_at(answer)) is not None:
            answers.confirm(
                house.vault,
                answer,
                partial(_done, house, answer, dead, now),
                now,
                send=partial(_waits, house, now),
            )


def _waits(house: Tends, now: datetime, paper: RequestPaper) -> None:
    sending.letter_waits(house, paper, now)


def _done(house: Keeps, answer: RequestAnswer, dead: datetime, now: datetime) -> Written:
    """The confirmation of an erasure: it names the day of the last key copy (J19)."""
    desk = Desk(house.vault, house.register, house.config.paths.register, answer.request, None, now)
    language = desk.setting.language
    told = {
        "call.number": languages.listed(
            [str(n) for n, _ in enumerate(answer.recordings, 1)], language
        ),
        "erasure.complete_date": values.day(dead, language),
        "certificate.number": languages.listed(list(answer.recordings), language),
    }
    return desk.write("erasure_done", told)


def _ends(house: Keeps, now: datetime, ending: expiring.Ending) -> Written:
    """The question whether a restricted call is to end on its day (14.13)."""
    row = ending.request
    desk = Desk(house.vault, house.register, house.config.paths.register, row, None, now)
    language = desk.setting.language
    of_request = [one.pk for one in values.calls_of(row)]
    numbers = [str(of_request.index(one.pk) + 1) for one in ending.recordings]
    told = {
        "call.number": languages.listed(numbers, language),
        "reply.date": values.day(ending.reply_by, language),
    }
    return desk.write(expiring.LETTER, {}, closer=told)


def _after_secrecy(
    house: Keeps, now: datetime, row: Disclosure, request: SubjectRequest, ground: Texts
) -> Written:
    """What a person was not told while a law forbade it."""
    desk = Desk(house.vault, house.register, house.config.paths.register, request, None, now)
    return disclosed.after_secrecy(desk.setting, row, ground)
