"""What a person may do with a request on its page: one function an act, each one step of it.

What is typed travels in the body of a form; an empty place of a letter is refused here as it is by
the acts themselves (14.15).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import Http404

from talteen.desk.page import typed
from talteen.desk.page.typed import chosen
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.desk.rights import packing, request_mandate
from talteen.desk.rights.identity_shown import channel_in
from talteen.errors import InputError
from talteen.life.answer import (
    answers,
    calls,
    expiring,
    identity,
    lifting,
    own_calls,
    papers,
    searched,
    sending,
    steps,
    undelivered,
    values,
    writing,
)
from talteen.life.answer.calls import Clue, Search
from talteen.life.answer.expiring import Wish
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.own_calls import OwnClue
from talteen.notice import requests as law
from talteen.notice import ways
from talteen.notice.identity import check_question
from talteen.notice.language import Language
from talteen.notice.letters import Written
from talteen.notice.opinions import Opinion
from talteen.notice.requests import Stage
from talteen.notice.ways import Way


@dataclass(frozen=True, slots=True)
class Shown:
    """What an act shows on the page that follows at once, and nowhere again."""

    search: Search | None = None
    code: str = field(default="", repr=False)
    """Of a package that was made just now."""
    follow_code: str = field(default="", repr=False)
    """By which the person follows the request from now on."""


def found(case: UUID) -> SubjectRequest:
    """The request of this id; 404 where there is none, or its file was closed."""
    row = SubjectRequest.objects.select_related("case", "owner").filter(pk=case).first()
    if row is None or row.forgotten_at is not None:
        raise Http404
    return row


def desk_of(request: VisitRequest, row: SubjectRequest) -> writing.Desk:
    """Where its letters are written, in the reader's name."""
    house = request.visit.house
    return writing.Desk(
        house.vault,
        house.register,
        house.config.paths.register,
        row,
        reader(request),
        request.visit.now,
    )


def _identify(request: VisitRequest, case: UUID) -> None:
    visit, how = request.visit, typed.text(request, "how")
    steps.identify(visit.house.vault, case, how, by=reader(request), now=visit.now)


def _code(request: VisitRequest, case: UUID) -> None:
    row, channel = found(case), channel_in(request)
    identity.send(request.visit.house, row, channel, request.visit.now)


def _prove(request: VisitRequest, case: UUID) -> None:
    vault, code = request.visit.house.vault, typed.text(request, "proof")
    identity.prove(vault, found(case), code, request.visit.now)


def _ask_identity(request: VisitRequest, case: UUID) -> None:
    check_question(typed.text(request, "identity-question"))
    letter = _house_letter(request, case, "identity_question")
    visit = request.visit
    steps.ask_identity(
        visit.house.vault, case, letter, by=reader(request), now=visit.now, send=_waits(request)
    )


def _extend(request: VisitRequest, case: UUID) -> None:
    letter = _house_letter(request, case, "extension")
    visit = request.visit
    steps.extend(
        visit.house.vault, case, letter, by=reader(request), now=visit.now, send=_waits(request)
    )


def _told_otherwise(request: VisitRequest, case: UUID) -> None:
    visit, how = request.visit, typed.text(request, "told-how")
    undelivered.told_otherwise(visit.house.vault, case, how, by=reader(request), now=visit.now)


def _house_letter(request: VisitRequest, case: UUID, name: str) -> Written:
    desk = desk_of(request, found(case))
    written = {
        place: law.check_reasons(typed.text(request, place.replace(".", "-")))
        for place in desk.asks(name)
    }
    return desk.write(name, written)


def _search(request: VisitRequest, case: UUID) -> Shown:
    visit, row = request.visit, found(case)
    made = calls.search(
        visit.house.vault,
        row,
        _clue(request),
        by=reader(request),
        sign_in=sign_in(request),
        now=visit.now,
    )
    return _stated(request, row, made)


def _search_own(request: VisitRequest, case: UUID) -> Shown:
    """Whoever works here asks for their own calls."""
    row, (first, last) = found(case), _days(request)
    clue = OwnClue(request.POST.get("agent", ""), first, last, request.POST.get("line", ""))
    made = own_calls.search(
        row, clue, by=reader(request), sign_in=sign_in(request), now=request.visit.now
    )
    return _stated(request, row, made)


def _stated(request: VisitRequest, row: SubjectRequest, made: Search) -> Shown:
    """What was searched is written down and signed, whatever came of it (J16)."""
    house, now = request.visit.house, request.visit.now
    language = Language(row.language)
    signed = searched.signed(made, row.case.reference, language, house.log.signer)
    papers.write(house.vault, row, "statement", {"text": signed}, by=reader(request), now=now)
    return Shown(search=made)


def _days(request: VisitRequest) -> tuple[date, date]:
    first = typed.needed_day(request.POST.get("first", ""))
    return first, typed.day(request.POST.get("last", "")) or first


def _clue(request: VisitRequest) -> Clue:
    first, last = _days(request)
    return Clue(
        typed.text(request, "number"),
        first,
        last,
        calls.clock(request.POST.get("around", "")),
        request.POST.get("line", ""),
    )


def _take(request: VisitRequest, case: UUID) -> None:
    try:
        chosen = [UUID(one) for one in request.POST.getlist("call")]
    except ValueError:
        raise InputError("this is no call", remedy="choose from the list") from None
    visit = request.visit
    calls.take(visit.house.vault, found(case), chosen, by=reader(request), now=visit.now)


def _leave_out(request: VisitRequest, case: UUID) -> None:
    try:
        call = UUID(request.POST.get("call", ""))
    except ValueError:
        raise InputError("this is no call", remedy="choose from the list") from None
    calls.leave_out(case, call, by=reader(request), now=request.visit.now)


def _scoped(request: VisitRequest, case: UUID) -> None:
    steps.scoped(case, by=reader(request), now=request.visit.now)


def _prepare(request: VisitRequest, case: UUID) -> None:
    row, key = found(case), request.POST.get("answer", "")
    answer = law.answer_named(answers.current_right(row), Stage(row.stage), key)
    desk = desk_of(request, row)
    places = desk.asks(answer.letter)
    answers.prepare(
        request.visit.house.vault,
        case,
        key,
        {place: typed.text(request, place.replace(".", "-")) for place in places},
        compose=lambda typed: desk.write(answer.letter, typed),
        by=reader(request),
        now=request.visit.now,
        way=way_in(request, row),
    )


def _opinion(request: VisitRequest, case: UUID) -> None:
    visit, text = request.visit, typed.text(request, "opinion")
    stand = chosen(Opinion, request.POST.get("stand", ""))
    answers.opine(visit.house.vault, case, stand, text, by=reader(request), now=visit.now)


def _send_back(request: VisitRequest, case: UUID) -> None:
    visit, reasons = request.visit, typed.text(request, "reasons")
    answers.send_back(visit.house.vault, case, reasons, by=reader(request), now=visit.now)


def _decide(request: VisitRequest, case: UUID) -> None:
    row = found(case)
    waiting = steps.waiting_answer(row)
    desk = desk_of(request, row)
    answers.decide(
        request.visit.house.vault,
        case,
        desk.rules(waiting.letter),
        compose=lambda typed: desk.write(waiting.letter, typed),
        by=reader(request),
        now=request.visit.now,
        send=lambda answer: sending.answer_waits(request.visit.house, answer, request.visit.now),
        reasons=typed.text(request, "against"),
    )


def way_in(request: VisitRequest, row: SubjectRequest) -> Way:
    """How the answer goes: as the form says, or as the person can be reached."""
    house, chosen = request.visit.house, request.POST.get("way", "")
    if not chosen:
        return ways.first(sending.open_ways(house, row))
    try:
        return sending.check(house, row, Way(chosen))
    except ValueError:
        raise InputError("there is no such way", remedy="choose from the list") from None


def _waits(request: VisitRequest) -> steps.Send:
    """Tells the person that a letter waits, in the transaction that writes it."""
    visit = request.visit
    return lambda paper: sending.letter_waits(visit.house, paper, visit.now)


def _appoint(request: VisitRequest, case: UUID) -> None:
    letter, visit = _house_letter(request, case, "appointment"), request.visit
    steps.write_to(
        visit.house.vault, case, "appointment", letter,
        by=reader(request), now=visit.now, send=_waits(request),
    )  # fmt: skip


def _delivered(request: VisitRequest, case: UUID) -> None:
    tail = request.visit.house.register.request.hold_tail_days
    steps.delivered(case, by=reader(request), now=request.visit.now, tail_days=tail)


def _withdraw(request: VisitRequest, case: UUID) -> None:
    visit, reasons = request.visit, typed.text(request, "reasons")
    steps.withdraw(visit.house.vault, case, reasons, by=reader(request), now=visit.now)


def _lift(request: VisitRequest, case: UUID) -> None:
    visit, row = request.visit, found(case)
    ends_on = typed.needed_day(request.POST.get("end", ""))
    written = {
        "restriction.end": values.day(ends_on, Language(row.language)),
        **{
            place: law.check_reasons(typed.text(request, place.replace(".", "-")))
            for place in ("restriction.lift_reasons", "restriction.next")
        },
    }
    letter = desk_of(request, row).write(lifting.LETTER, written)
    lifting.tell(
        visit.house.vault, case, letter, ends_on,
        by=reader(request), now=visit.now, send=_waits(request),
    )  # fmt: skip


def _call_off(request: VisitRequest, case: UUID) -> None:
    lifting.call_off(case, by=reader(request), now=request.visit.now)


def _wish(request: VisitRequest, case: UUID) -> None:
    wish = typed.chosen(Wish, request.POST.get("wish", ""))
    expiring.answer(case, wish, by=reader(request), now=request.visit.now)


def _reopen(request: VisitRequest, case: UUID) -> None:
    steps.reopen(case, by=reader(request), now=request.visit.now)


def _complained(request: VisitRequest, case: UUID) -> None:
    steps.complained(case, by=reader(request), now=request.visit.now)


def _pack(request: VisitRequest, case: UUID) -> Shown:
    made = packing.make(request, found(case), sound="sound" in request.POST)
    return Shown(code=made.code)


ACTS: Mapping[str, Callable[[VisitRequest, UUID], Shown | None]] = {
    "identify": _identify,
    "code": _code,
    "prove": _prove,
    "ask": _ask_identity,
    "extend": _extend,
    "search": _search,
    "search-own": _search_own,
    "take": _take,
    "leave-out": _leave_out,
    "scoped": _scoped,
    "prepare": _prepare,
    "opinion": _opinion,
    "back": _send_back,
    "decide": _decide,
    "delivered": _delivered,
    "withdraw": _withdraw,
    "lift": _lift,
    "call-off": _call_off,
    "wish": _wish,
    "reopen": _reopen,
    "complained": _complained,
    "package": _pack,
    "appoint": _appoint,
    "told": _told_otherwise,
    "mandate": request_mandate.write,
    "mandate-end": request_mandate.end,
}
