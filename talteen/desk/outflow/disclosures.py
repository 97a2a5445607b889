"""Disclosures: the list of what was asked for by whom, and the form that writes a request down.

The authority's own paper stays where it came; here stands what it asks for. GDPR 30(1)(d), REGISTER
11.3. Codes and days for everybody who oversees; the words of a request for those who work on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from talteen.desk.incidents.breaches import LONGEST, moment_in
from talteen.desk.outflow import disclosure_words
from talteen.desk.page import failures, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.rights.requests import grouped, language_in
from talteen.errors import InputError
from talteen.life.answer.disclose import acts, article19, waiting
from talteen.life.answer.disclose.acts import Receiving
from talteen.life.answer.disclose.models import Disclosure, Recipient
from talteen.life.answer.disclose.steps import DECIDERS, OFFICER, PREPARERS
from talteen.notice import disclosures as law
from talteen.notice.disclosures import ENDED, DisclosureStage, Door
from talteen.notice.purposes import Role

WORKERS = PREPARERS | DECIDERS | OFFICER
LOOKERS = WORKERS | {Role.AUDITOR}
"""Who sees the list. The file of each opens for those who work on it."""


@dataclass(frozen=True, slots=True)
class RowShown:
    """One disclosure in the list."""

    id: UUID
    reference: str
    door: Door
    recipient: str
    stage: DisclosureStage
    received_at: datetime
    calls: int
    left_at: datetime | None
    secret_until: date | None
    """Where it may not be told yet."""
    stopped: bool
    waits_for_opinion: bool


@dataclass(frozen=True, slots=True)
class ListShown:
    """The list."""

    open: tuple[RowShown, ...]
    ended: tuple[RowShown, ...]
    opens: bool
    takes: bool
    tasks: int
    """Art. 19: how many recipients wait to be told or have not confirmed."""


@dataclass(frozen=True, slots=True)
class NewShown:
    """The form of a request."""

    doors: Mapping[Door, words.Text]
    known: tuple[Recipient, ...]
    typed: Mapping[str, str]
    fault: str


@dataclass(frozen=True, slots=True)
class TakenShown:
    """What became of it."""

    id: UUID
    reference: str
    code: str


def row_of(row: Disclosure, today: date) -> RowShown:
    """One disclosure as the list shows it."""
    return RowShown(
        id=row.pk,
        reference=row.case.reference,
        door=Door(row.door),
        recipient=row.recipient.name,
        stage=DisclosureStage(row.stage),
        received_at=row.received_at,
        calls=row.calls.count(),
        left_at=row.left_at,
        secret_until=row.secret_until if law.is_secret(row.secret_until, today) else None,
        stopped=row.stopped_by_id is not None,
        waits_for_opinion=waiting.for_opinion(row),
    )


def standing(today: date) -> list[RowShown]:
    """The disclosures that have not ended, the oldest first."""
    return [row_of(one, today) for one in waiting.standing()]


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The list: what waits stands first."""
    role, today = Role(reader(request).role), request.visit.today
    if role not in LOOKERS:
        return failures.forbidden(request)
    rows = Disclosure.objects.select_related("case", "recipient")
    ended = rows.filter(stage__in=[one.value for one in ENDED]).order_by("-closed_on", "pk")
    shown = ListShown(
        open=tuple(standing(today)),
        ended=tuple(row_of(one, today) for one in ended),
        opens=role in WORKERS,
        takes=role in PREPARERS,
        tasks=len(article19.standing()),
    )
    return render(request, "disclosures/list.html", {"shown": shown})


@sensitive_post_parameters()
@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: VisitRequest) -> HttpResponse:
    """The form, and what comes of it."""
    if Role(reader(request).role) not in PREPARERS:
        return failures.forbidden(request)
    if request.method != "POST":
        return _form(request)
    try:
        house, now = request.visit.house, request.visit.now
        made = acts.receive(house.vault, _receiving(request), by=reader(request), now=now)
    except InputError:
        fault = _("Vastaanottaja, sen maa ja kirjaamon osoite tarvitaan, ja aika menneisyydestä.")
        return _form(request, fault=fault, status=422)
    row = made.disclosure
    shown = TakenShown(row.pk, row.case.reference, grouped(made.code))
    return render(request, "disclosures/taken.html", {"shown": shown})


def _receiving(request: VisitRequest) -> Receiving:
    typed, now = request.POST, request.visit.now
    received_at = moment_in(typed.get("received_at", "")) or now
    asked = typed.get("asked", "")
    if received_at > now or len(asked) > LONGEST:
        raise InputError("this cannot be", remedy="write when it came, in 4,000 signs")
    return Receiving(
        recipient=_recipient(request),
        language=language_in(typed.get("language", "")),
        received_at=received_at,
        signed=typed.get("signed") == "yes",
        reference=typed.get("reference", "")[:128],
        asked=asked,
    )


def _recipient(request: VisitRequest) -> Recipient:
    """The one that was chosen, or a new one by its name."""
    typed = request.POST
    name, door = " ".join(typed.get("name", "").split()), typed.get("door", "")
    country, reach = typed.get("country", "").strip().upper(), typed.get("reach", "").strip()
    if door not in {one.value for one in Door} or not name:
        raise InputError("nobody is named", remedy="write who asks")
    known = Recipient.objects.filter(name=name, door=door).first()
    if known is not None:
        return known
    if len(country) != 2 or not country.isalpha() or not reach:
        raise InputError("the country or the address is missing", remedy="write both")
    return Recipient.objects.create(
        name=name[:128],
        door=door,
        country=country,
        language=language_in(typed.get("language", "")),
        reach=reach[:254],
        known_phone=typed.get("known_phone", "").strip()[:32],
        added_at=request.visit.now,
    )


def _form(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    names = ("name", "door", "country", "reach", "known_phone", "reference", "asked", "received_at")
    shown = NewShown(
        doors=disclosure_words.DOORS,
        known=tuple(Recipient.objects.order_by("name")),
        typed={"country": "FI"}
        | {name: request.POST[name] for name in names if name in request.POST},
        fault=fault,
    )
    return render(request, "disclosures/new.html", {"shown": shown}, status=status)
