"""What a person may do with a disclosure on its page: one function an act, each one step of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import reduce
from uuid import UUID

from django.http import Http404

from talteen.desk.outflow import disclosing
from talteen.desk.page import typed
from talteen.desk.page.typed import chosen
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError
from talteen.life.answer.disclose import acts, delivery, papers, scans, steps
from talteen.life.answer.disclose.acts import Cut, Grounding, Wanted
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.answer.disclose.writing import Desk
from talteen.notice.disclosures import Refusal
from talteen.notice.opinions import Opinion
from talteen.register.models import Recording

TWO = frozenset({"approve", "refuse", "preserve"})
"""Acts of the second person: a second factor is shown for them."""


def found(disclosure: UUID) -> Disclosure:
    """The disclosure of this id; 404 where there is none."""
    rows = Disclosure.objects.select_related(
        "case", "recipient", "proposed_by", "approved_by", "stopped_by", "scoped_by"
    )
    row = rows.filter(pk=disclosure).first()
    if row is None:
        raise Http404
    return row


def letters(request: VisitRequest) -> Desk:
    """Where its letters are written."""
    house = request.visit.house
    folder = house.config.paths.register
    return Desk(house.register, folder, reader(request).name, request.visit.now)


def _verify(request: VisitRequest, disclosure: UUID) -> None:
    visit = request.visit
    how = typed.text(request, "how")
    acts.verify(visit.house.vault, disclosure, how, by=reader(request), now=visit.now)


def _ground(request: VisitRequest, disclosure: UUID) -> None:
    visit = request.visit
    last = typed.day(typed.text(request, "secret_until"))
    told = Grounding(
        statute=typed.text(request, "statute"),
        treaty=typed.text(request, "treaty"),
        # The form asks for the last day of the secrecy; it may be told on the next one.
        secret_until=last + timedelta(days=1) if last else None,
        secrecy=typed.text(request, "secrecy"),
    )
    acts.ground(visit.house.vault, disclosure, told, by=reader(request), now=visit.now)


def _scope(request: VisitRequest, disclosure: UUID) -> None:
    wanted = [_wanted(request, one) for one in request.POST.getlist("call")]
    layer = request.POST.get("layer", "")
    cut = Cut(wanted, layer, sound=request.POST.get("sound") == "yes")
    acts.scope(disclosure, cut, by=reader(request), now=request.visit.now)


def _wanted(request: VisitRequest, call: str) -> Wanted:
    try:
        recording = UUID(call)
    except ValueError:
        raise InputError("this is no call", remedy="choose from the list") from None
    row = Recording.objects.filter(pk=recording).first()
    if row is None:
        raise InputError("this call is not here", remedy="leave it out")
    start = _place(request.POST.get(f"from-{call}", ""), 0)
    end = _place(request.POST.get(f"to-{call}", ""), row.length_ms)
    return Wanted(recording, start, min(end, row.length_ms))


def _place(written: str, otherwise: int) -> int:
    """``1:05`` or ``1:02:05`` in milliseconds."""
    if not written.strip():
        return otherwise
    try:
        parts = [int(part) for part in written.replace(".", ":").split(":")]
    except ValueError:
        raise InputError("this is no place in a call", remedy="write it as 1:05") from None
    return reduce(lambda so_far, part: so_far * 60 + part, parts, 0) * 1000


def _scan(request: VisitRequest, disclosure: UUID) -> None:
    visit, file = request.visit, request.FILES.get("paper")
    what, content = typed.text(request, "paper_name"), file.read() if file else b""
    scans.add(visit.house.vault, disclosure, what, content, by=reader(request), now=visit.now)


def _opinion(request: VisitRequest, disclosure: UUID) -> None:
    visit = request.visit
    opinion, text = chosen(Opinion, request.POST.get("stand", "")), typed.text(request, "text")
    acts.opine(visit.house.vault, disclosure, opinion, text, by=reader(request), now=visit.now)


def _propose(request: VisitRequest, disclosure: UUID) -> None:
    acts.propose(disclosure, by=reader(request), now=request.visit.now)


def _preserve(request: VisitRequest, disclosure: UUID) -> None:
    visit = request.visit
    acts.preserve(visit.house.vault, disclosure, by=reader(request), now=visit.now)


def _propose_refusal(request: VisitRequest, disclosure: UUID) -> None:
    visit, why = request.visit, chosen(Refusal, request.POST.get("why", ""))
    reasons = typed.text(request, "reasons")
    acts.propose_refusal(
        visit.house.vault, disclosure, why, reasons, by=reader(request), now=visit.now
    )


def _approve(request: VisitRequest, disclosure: UUID) -> None:
    visit, reasons = request.visit, typed.text(request, "reasons")
    acts.approve(visit.house.vault, disclosure, reasons, by=reader(request), now=visit.now)


def _refuse(request: VisitRequest, disclosure: UUID) -> None:
    visit, row = request.visit, found(disclosure)
    reasons = papers.newest(visit.house.vault, row, "refusal").get("text", "")
    letter = letters(request).refusal(row, reasons)
    acts.refuse(visit.house.vault, disclosure, letter.text, by=reader(request), now=visit.now)


def _send_back(request: VisitRequest, disclosure: UUID) -> None:
    visit, reasons = request.visit, typed.text(request, "reasons")
    acts.send_back(visit.house.vault, disclosure, reasons, by=reader(request), now=visit.now)


def _withdraw(request: VisitRequest, disclosure: UUID) -> None:
    visit, reasons = request.visit, typed.text(request, "reasons")
    acts.withdraw(visit.house.vault, disclosure, reasons, by=reader(request), now=visit.now)


def _seal(request: VisitRequest, disclosure: UUID) -> str:
    """The code that opens the package: shown once, on the page that follows."""
    return disclosing.make(request, found(disclosure)).code


def _receipt(request: VisitRequest, disclosure: UUID) -> None:
    visit, told = request.visit, {"text": typed.text(request, "text")}
    delivery.receipt(visit.house.vault, disclosure, told, by=reader(request), now=visit.now)


def _close(request: VisitRequest, disclosure: UUID) -> None:
    visit = request.visit
    delivery.close(visit.house.vault, disclosure, by=reader(request), now=visit.now)


def _stop(request: VisitRequest, disclosure: UUID) -> None:
    steps.stop(disclosure, by=reader(request))


def _resume(request: VisitRequest, disclosure: UUID) -> None:
    steps.resume(disclosure, by=reader(request))


ACTS: Mapping[str, Callable[[VisitRequest, UUID], str | None]] = {
    "scan": _scan,
    "verify": _verify,
    "ground": _ground,
    "scope": _scope,
    "opinion": _opinion,
    "propose": _propose,
    "preserve": _preserve,
    "propose-refusal": _propose_refusal,
    "approve": _approve,
    "refuse": _refuse,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "seal": _seal,
    "receipt": _receipt,
    "close": _close,
    "stop": _stop,
    "resume": _resume,
}
"""By the last part of the address."""
