"""What a person may do with a breach on its page: one function an act, each one step of it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import Http404

from talteen.desk.incidents.breaches import moment_in
from talteen.desk.page import typed
from talteen.desk.page.typed import chosen
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError
from talteen.notice.breaches import BreachStep, NotTold, Risk
from talteen.notice.language import Language
from talteen.notice.opinions import Opinion
from talteen.oversight.breaches import acts, letters, opening, writing
from talteen.oversight.breaches.acts import Reach
from talteen.oversight.breaches.letters import Addressee
from talteen.oversight.breaches.models import Breach
from talteen.register.models import Staff

RISKS = frozenset(one.value for one in Risk)


def found(breach: UUID) -> Breach:
    """The breach of this id; 404 where there is none."""
    row = Breach.objects.select_related("case", "suspect", "proposed_by", "reported_by")
    one = row.filter(pk=breach).first()
    if one is None:
        raise Http404
    return one


def desk_of(request: VisitRequest, row: Breach) -> writing.Desk:
    """Where its papers are drafted."""
    house = request.visit.house
    folder = house.config.paths.register
    return writing.Desk(house.vault, house.register, folder, row, request.visit.now)


def _triage(request: VisitRequest, breach: UUID) -> None:
    visit = request.visit
    aware_at = moment_in(typed.text(request, "aware_at"))
    if aware_at is None:
        raise InputError("the time is missing", remedy="write when it was known")
    acts.triage(
        visit.house.vault,
        breach,
        aware_at,
        typed.text(request, "reasons"),
        by=reader(request),
        now=visit.now,
    )


def _reach(request: VisitRequest, breach: UUID) -> None:
    suspect = request.POST.get("suspect", "")
    known = Staff.objects.filter(code=suspect).first() if suspect else None
    safe = {"yes": True, "no": False}.get(request.POST.get("keys_safe", ""))
    reach = Reach(
        occurred_from=moment_in(typed.text(request, "occurred_from")),
        occurred_to=moment_in(typed.text(request, "occurred_to")),
        suspect=known.pk if known else None,
        calls_from=typed.day(typed.text(request, "calls_from")),
        calls_to=typed.day(typed.text(request, "calls_to")),
        keys_safe=safe,
    )
    acts.look_at(breach, reach, by=reader(request))


def _opinion(request: VisitRequest, breach: UUID) -> None:
    visit, text, told = request.visit, typed.text(request, "text"), request.POST.get("stand", "")
    stand = chosen(Risk, told) if told in RISKS else chosen(Opinion, told)
    acts.opinion(visit.house.vault, breach, stand, text, by=reader(request), now=visit.now)


def _judge(request: VisitRequest, breach: UUID) -> None:
    visit, risk = request.visit, chosen(Risk, request.POST.get("risk", ""))
    acts.judge(
        visit.house.vault,
        breach,
        risk,
        typed.text(request, "reasons"),
        by=reader(request),
        now=visit.now,
        against=typed.text(request, "against"),
    )


def _draft(request: VisitRequest, breach: UUID) -> None:
    visit, name = request.visit, request.POST.get("paper", "")
    acts.draft(
        visit.house.vault,
        breach,
        name,
        chosen(Language, request.POST.get("language", "")),
        {place: typed.text(request, field_of(place)) for place in writing.PLACES.get(name, ())},
        by=reader(request),
        now=visit.now,
    )


def field_of(place: str) -> str:
    """What a form calls a place of a letter."""
    return place.replace(".", "-").replace("_", "-")


def _notified(request: VisitRequest, breach: UUID) -> None:
    visit, last = request.visit, request.POST.get("phase") == "last"
    sent_at = moment_in(typed.text(request, "sent_at")) or visit.now
    row = found(breach)
    form = desk_of(request, row).authority("last" if last else "", sent_at)
    acts.notified(
        visit.house.vault,
        breach,
        form,
        number=typed.text(request, "number"),
        sent_at=sent_at,
        last=last,
        by=reader(request),
        now=visit.now,
    )


def _people(request: VisitRequest, breach: UUID) -> None:
    visit, row = request.visit, found(breach)
    language = chosen(Language, request.POST.get("language", ""))
    letter = desk_of(request, row).people(language)
    how = typed.text(request, "how")
    acts.people_told(visit.house.vault, breach, letter, how, by=reader(request), now=visit.now)


def _not_people(request: VisitRequest, breach: UUID) -> None:
    visit, row = request.visit, found(breach)
    acts.people_not_told(
        visit.house.vault,
        breach,
        chosen(NotTold, request.POST.get("why", "")),
        typed.text(request, "reasons"),
        readable=desk_of(request, row).scope.readable,
        by=reader(request),
        now=visit.now,
    )


def _tell(request: VisitRequest, breach: UUID) -> None:
    visit, row = request.visit, found(breach)
    language = chosen(Language, request.POST.get("language", ""))
    who = Addressee(typed.text(request, "name"), typed.text(request, "to"), language)
    letter = desk_of(request, row).people(language)
    letters.tell(visit.house, breach, letter, who, by=reader(request), now=visit.now)


def _tell_callers(request: VisitRequest, breach: UUID) -> None:
    visit, desk = request.visit, desk_of(request, found(breach))
    letter = desk.people(chosen(Language, request.POST.get("language", "")))
    calls = desk.scope.reachable
    letters.tell_callers(visit.house, breach, letter, calls, by=reader(request), now=visit.now)


def _id_in(request: VisitRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise InputError("nothing was chosen", remedy="choose from the list") from None


def _numbered(request: VisitRequest, breach: UUID) -> None:
    visit, number = request.visit, typed.text(request, "number")
    acts.numbered(visit.house.vault, breach, number, by=reader(request), now=visit.now)


def _posted(request: VisitRequest, breach: UUID) -> None:
    letters.posted(breach, _id_in(request, "letter"), by=reader(request), now=request.visit.now)


def _told_otherwise(request: VisitRequest, breach: UUID) -> None:
    visit, letter, how = request.visit, _id_in(request, "letter"), typed.text(request, "how")
    letters.told_otherwise(
        visit.house.vault, breach, letter, how, by=reader(request), now=visit.now
    )


def _ask_opening(request: VisitRequest, breach: UUID) -> None:
    visit, why = request.visit, typed.text(request, "why")
    call = _id_in(request, "call")
    house = visit.house
    opening.ask(house.vault, house.register, breach, call, why, by=reader(request), now=visit.now)


def _agree(request: VisitRequest, breach: UUID) -> None:
    opening.approve(breach, _id_in(request, "opening"), by=reader(request), now=request.visit.now)


def _refuse(request: VisitRequest, breach: UUID) -> None:
    opening.refuse(breach, _id_in(request, "opening"), by=reader(request), now=request.visit.now)


def _give_back(request: VisitRequest, breach: UUID) -> None:
    opening.end(breach, _id_in(request, "opening"), by=reader(request), now=request.visit.now)


def _note(what: BreachStep) -> Callable[[VisitRequest, UUID], None]:
    def act(request: VisitRequest, breach: UUID) -> None:
        visit, text = request.visit, typed.text(request, "text")
        acts.note(visit.house.vault, breach, what, text, by=reader(request), now=visit.now)

    return act


def _propose(what: BreachStep) -> Callable[[VisitRequest, UUID], None]:
    def act(request: VisitRequest, breach: UUID) -> None:
        visit, reasons = request.visit, typed.text(request, "reasons")
        acts.propose(visit.house.vault, breach, what, reasons, by=reader(request), now=visit.now)

    return act


def _end(what: BreachStep) -> Callable[[VisitRequest, UUID], None]:
    def act(request: VisitRequest, breach: UUID) -> None:
        visit, row = request.visit, found(breach)
        reached = writing.reduced(desk_of(request, row).scope)
        acts.end(
            visit.house.vault, breach, what, reached,
            by=reader(request), now=visit.now, against=typed.text(request, "against"),
        )  # fmt: skip

    return act


def _send_back(request: VisitRequest, breach: UUID) -> None:
    acts.send_back(breach, by=reader(request), now=request.visit.now)


OF_TWO = frozenset({"agree"})
"""What asks the person for a second factor first (REGISTER D)."""
ACTS: Mapping[str, Callable[[VisitRequest, UUID], None]] = {
    "triage": _triage,
    "reach": _reach,
    "opinion": _opinion,
    "judge": _judge,
    "draft": _draft,
    "notified": _notified,
    "numbered": _numbered,
    "people": _people,
    "not-people": _not_people,
    "tell": _tell,
    "tell-callers": _tell_callers,
    "posted": _posted,
    "told-otherwise": _told_otherwise,
    "ask-opening": _ask_opening,
    "agree": _agree,
    "refuse": _refuse,
    "give-back": _give_back,
    "contained": _note(BreachStep.CONTAINED),
    "police": _note(BreachStep.POLICE_TOLD),
    "lessons": _note(BreachStep.LEARNED),
    "correct": _note(BreachStep.CORRECTED),
    "propose-dismissal": _propose(BreachStep.DISMISSAL_PROPOSED),
    "propose-closing": _propose(BreachStep.CLOSING_PROPOSED),
    "dismiss": _end(BreachStep.DISMISSED),
    "close": _end(BreachStep.CLOSED),
    "back": _send_back,
}
