"""Where data go: whose machines the house speaks to, by country, and which records carry nothing
new any more (GDPR 28, 30(1), 44-46; REGISTER 11.1, 12).

The records stand in register.toml, which is the notice too: what is printed to people and what the
gate lets through are one text. The picture is read from the same rows as the table below it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.outflow import flow_words
from talteen.desk.page import failures, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import WITH_THE_OWNER
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.answer.disclose.models import Recipient
from talteen.notice import coverage, law
from talteen.notice.coverage import Lapse
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.notice.recipients import OwnMachines, Processor, Transfer
from talteen.oversight.flow import gate
from talteen.oversight.flow.connectors import CONTENT
from talteen.oversight.flow.gate import Covered

LOOKERS = WITH_THE_OWNER


@dataclass(frozen=True, slots=True)
class SelectionShown:
    """Why a processor was chosen."""

    on: date
    by: words.Text
    guarantees: str
    considered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartyShown:
    """One row: a processor, machines of one's own, or a recipient of disclosures."""

    name: str
    country: str
    land: str
    """The country's name."""
    inside: bool
    """In the EEA."""
    service: str
    kind: str
    """linked, still (no machine of it is spoken to), stopped, own or given."""
    own: bool = False
    connected: tuple[words.Text, ...] = ()
    hosts: tuple[str, ...] = ()
    """Of the connectors, as settings name them."""
    handles: tuple[words.Text, ...] = ()
    contract: str = ""
    contract_on: date | None = None
    sub_processors: tuple[str, ...] = ()
    selection: SelectionShown | None = None
    transfer: Transfer | None = None
    mechanism: words.Text = ""
    review_on: date | None = None
    soon: bool = False
    lapse: Lapse | None = None
    why: words.Text = ""


@dataclass(frozen=True, slots=True)
class LandShown:
    """One country of the picture."""

    name: str
    parties: tuple[PartyShown, ...]


@dataclass(frozen=True, slots=True)
class FlowShown:
    """The page."""

    house: str
    here: tuple[words.Text, ...]
    """What lies on this very machine."""
    inside: tuple[LandShown, ...]
    outside: tuple[LandShown, ...]
    parties: tuple[PartyShown, ...]
    lapsed: tuple[PartyShown, ...]
    given: tuple[PartyShown, ...]
    today: date


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The picture and its table."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    house, today = request.visit.house, request.visit.today
    language = Language(request.LANGUAGE_CODE[:2])
    connected = gate.covered(house.config, house.register)
    parties = tuple(_parties(house.register, connected, today, language))
    given = tuple(_given())
    everybody = [*parties, *given]
    shown = FlowShown(
        house=house.register.controller.name,
        here=tuple(
            text
            for what, text in flow_words.CONNECTED.items()
            if what in CONTENT and what not in {one.connector.what for one in connected}
        ),
        inside=tuple(_lands(everybody, inside=True)),
        outside=tuple(_lands(everybody, inside=False)),
        parties=parties,
        lapsed=tuple(one for one in parties if one.lapse),
        given=given,
        today=today,
    )
    return render(request, "flow/processors.html", {"shown": shown})


def _lands(parties: Sequence[PartyShown], *, inside: bool) -> Iterator[LandShown]:
    there = sorted((one for one in parties if one.inside is inside), key=lambda one: one.land)
    for land, some in groupby(there, key=lambda one: one.land):
        yield LandShown(land, tuple(some))


def _parties(
    file: RegisterFile, connected: Sequence[Covered], today: date, language: Language
) -> Iterator[PartyShown]:
    for own in file.own_machines:
        theirs = [one for one in connected if one.party is own]
        yield _own(own, theirs, language)
    for processor in file.processors:
        theirs = [one for one in connected if one.party is processor]
        yield _processor(file, processor, theirs, today, language)


def _own(own: OwnMachines, theirs: Sequence[Covered], language: Language) -> PartyShown:
    return PartyShown(
        name=own.name,
        country=own.country,
        land=flow_words.country(own.country),
        inside=own.country in law.EEA,
        service=own.place[language],
        kind="own" if theirs else "still",
        own=True,
        connected=_connected(theirs),
        hosts=_hosts(theirs),
    )


def _processor(
    file: RegisterFile,
    processor: Processor,
    theirs: Sequence[Covered],
    today: date,
    language: Language,
) -> PartyShown:
    lapse = coverage.lapse_of(file, processor.name, today)
    review = coverage.next_review(file, processor)
    transfer = next((one for one in file.transfers if one.recipient == processor.name), None)
    return PartyShown(
        name=processor.name,
        country=processor.country,
        land=flow_words.country(processor.country),
        inside=processor.country in law.EEA,
        service=processor.service[language],
        kind="stopped" if lapse else "linked" if theirs else "still",
        connected=_connected(theirs),
        hosts=_hosts(theirs),
        handles=tuple(flow_words.HANDLED[one] for one in processor.handles),
        contract=processor.contract,
        contract_on=processor.contract_on,
        sub_processors=processor.sub_processors,
        selection=_selection(processor, language),
        transfer=transfer,
        mechanism=flow_words.MECHANISMS[transfer.mechanism] if transfer else "",
        review_on=review,
        soon=coverage.is_soon(review, today),
        lapse=lapse,
        why=flow_words.WHY[lapse.why] if lapse else "",
    )


def _selection(processor: Processor, language: Language) -> SelectionShown | None:
    one = processor.selection
    if one is None:
        return None
    return SelectionShown(one.on, words.ROLES[one.by], one.guarantees[language], one.considered)


def _given() -> Iterator[PartyShown]:
    """Those to whom calls were disclosed: recipients, not processors (4(9))."""
    left = Count("disclosures", filter=Q(disclosures__left_at__isnull=False))
    for row in Recipient.objects.annotate(n=left).filter(n__gt=0).order_by("name"):
        yield PartyShown(
            name=row.name,
            country=row.country,
            land=flow_words.country(row.country),
            inside=row.country in law.EEA,
            service="",
            kind="given",
        )


def _connected(theirs: Sequence[Covered]) -> tuple[words.Text, ...]:
    return tuple(flow_words.CONNECTED[one.connector.what] for one in theirs)


def _hosts(theirs: Sequence[Covered]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.connector.host for one in theirs))
