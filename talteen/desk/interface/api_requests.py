"""Requests of data subjects from programs, in the shape of OpenDSR: hand one over, ask about it.

The same act as the pages' (``answer.intake``): what is told is sealed before the answer, and the
answer is the same whether or not there is a call (J3). The code is the person's: whoever handed the
request over passes it on. Letters and packages leave by the person's own way, never by a token.
"""

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from talteen.clock import SystemClock, start_of_day
from talteen.desk.interface.api_frame import Asked, Operation, Reply, Value, instant, json_body
from talteen.desk.interface.api_recordings import Language, log
from talteen.desk.page.problems import ROOT
from talteen.desk.rights import requests as pages
from talteen.errors import Conflict, InputError, Missing
from talteen.life.answer import intake, steps
from talteen.life.answer.intake import Taken, Taking, Via
from talteen.life.answer.models import SubjectRequest
from talteen.notice.requests import Stage, Step
from talteen.notice.rights import Right
from talteen.register.programs.api_models import ApiRequest, WebhookSubscription
from talteen.register.programs.api_scopes import Scope

AT_MOST_AN_HOUR = 60
"""Requests that programs hand over together: each costs a roll of the keys."""
API_VERSION = "3.0"
"""Of OpenDSR."""
Short = Annotated[str, Field(max_length=200)]


class TooManyRequests(Conflict):
    """Programs have handed over more than the house takes in an hour."""

    slug = "too-many"
    http_status = 429


class HandedOverBefore(Conflict):
    """A request of this id is here."""

    slug = "handed-over-before"


class IdentityType(Enum):
    """How OpenDSR calls what a person is known by."""

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


class Identity(Value):
    """One thing by which the person is known or reached."""

    identity_type: IdentityType
    identity_value: Short
    identity_format: Literal["raw"] = "raw"


class Told(Value):
    """What OpenDSR has no place for."""

    language: Language = "fi"
    """Of the answer."""
    day: Short = ""
    """About when they called: an ISO day."""
    around: Short = ""
    """HH:MM."""
    fact: Short = ""
    """One fact by which the call is known: line, place, booking."""
    words: Annotated[str, Field(max_length=2000)] = ""
    """What they asked, in their own words."""
    proxy: Short = ""
    """On whose behalf, and by which mandate."""
    sound: bool = False
    """They want the sound too."""


class Extensions(Value):
    """Of this house."""

    talteen: Told = Told()


class Kind(Enum):
    """What is asked for: articles 13-22."""

    INFORMATION = "information"
    ACCESS = "access"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    ERASURE = "erasure"
    PORTABILITY = "portability"


class Request(Value):
    """A request of a data subject (OpenDSR)."""

    regulation: Literal["gdpr"] = "gdpr"
    subject_request_id: UUID
    """Chosen by whoever hands it over; it names the request from then on."""
    subject_request_type: Kind
    submitted_time: AwareDatetime
    """When the person asked: the time limit runs from that day."""
    subject_identities: Annotated[tuple[Identity, ...], Field(max_length=10)] = ()
    status_callback_urls: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    """Addresses of webhooks of this token that are told of requests."""
    extensions: Extensions = Extensions()
    api_version: Short = ""


class Received(Value):
    """The receipt."""

    controller_id: str
    subject_request_id: UUID
    received_time: datetime
    expected_completion_time: datetime
    """The end of the legal time limit."""
    reference: str
    """The number that the person names."""
    code: str
    """With it the person follows the request on the page of rights. It is shown here only."""


class RequestStatus(Enum):
    """OpenDSR's four."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class RequestStanding(Value):
    """How a request stands. Whether there is a call is not said here (J3)."""

    controller_id: str
    subject_request_id: UUID
    request_status: RequestStatus
    received_time: datetime
    expected_completion_time: datetime
    reference: str


class IdentityKnown(Value):
    """One kind of thing by which a person can be named."""

    identity_type: IdentityType
    identity_format: Literal["raw"] = "raw"


class Discovered(Value):
    """What can be handed over here (OpenDSR ``/discovery``)."""

    api_version: str = API_VERSION
    supported_identities: tuple[IdentityKnown, ...]
    supported_subject_request_types: tuple[Kind, ...] = tuple(Kind)


def _receive(asked: Asked) -> Reply:
    told: Request = asked.body
    _may_come(told, asked)
    taking = Taking(
        rights=(Right(told.subject_request_type.value),),
        via=Via.API,
        language=told.extensions.talteen.language,
        received_at=instant(told.submitted_time),
        asked=_asked(told),
        by=asked.by().owner,
    )
    replies: list[Reply] = []

    def within(taken: Taken) -> None:
        ApiRequest.objects.create(
            id=told.subject_request_id, token=asked.by(), request=taken.request.pk
        )
        pages.receipt_of(asked.at_home(), taken, asked.now)
        replies.append(asked.keep(_receipt(told, taken, asked)))

    intake.receive(asked.at_home().vault, taking, asked.now, within=within)
    return replies[0]


def _may_come(told: Request, asked: Asked) -> None:
    if ApiRequest.objects.filter(pk=told.subject_request_id).exists():
        raise HandedOverBefore(
            "a request of this id was handed over before", remedy="ask how it stands"
        )
    own = WebhookSubscription.objects.filter(token=asked.by(), ended_at=None)
    known = {one.url for one in own if "request.stepped" in one.events}
    if not set(told.status_callback_urls) <= known:
        raise InputError(
            "status_callback_urls is not what belongs there",
            remedy="subscribe a webhook of this address to request.stepped first",
        )
    since = SystemClock().now() - timedelta(hours=1)
    recent = SubjectRequest.objects.filter(via=Via.API.value, case__opened_at__gte=since)
    if recent.count() >= AT_MOST_AN_HOUR:
        raise TooManyRequests("requests come too often", remedy="hand the others over in an hour")


def _asked(told: Request) -> intake.Asked:
    by_type = {one.identity_type.value: one.identity_value for one in told.subject_identities}
    more = told.extensions.talteen
    return intake.Asked(
        name=by_type.get("name", ""),
        reach=by_type.get("email", "") or by_type.get("phone", ""),
        number=by_type.get("phone", ""),
        day=more.day,
        around=more.around,
        fact=more.fact,
        words=more.words,
        proxy=more.proxy,
        sound="yes" if more.sound else "",
    )


def _receipt(told: Request, taken: Taken, asked: Asked) -> Reply:
    row = taken.request
    answer = Received(
        controller_id=asked.at_home().register.controller.name,
        subject_request_id=told.subject_request_id,
        received_time=row.received_at,
        expected_completion_time=_limit(row, asked.now),
        reference=row.case.reference,
        code=taken.code,
    )
    where = f"{ROOT}requests/{told.subject_request_id}"
    return Reply(answer, status=201, headers={"Location": where})


def _status(asked: Asked) -> Reply:
    handed = ApiRequest.objects.filter(pk=asked.id("request")).first()
    row = SubjectRequest.objects.filter(pk=handed.request).first() if handed else None
    if handed is None or row is None:
        raise Missing("no program handed over such a request", remedy="give subject_request_id")
    log(asked, hits=1)
    return Reply(
        RequestStanding(
            controller_id=asked.at_home().register.controller.name,
            subject_request_id=handed.pk,
            request_status=_stands(row),
            received_time=row.received_at,
            expected_completion_time=_limit(row, asked.now),
            reference=row.case.reference,
        )
    )


def _stands(row: SubjectRequest) -> RequestStatus:
    match Stage(row.stage):
        case Stage.RECEIVED:
            return RequestStatus.PENDING
        case Stage.CLOSED:
            withdrawn = row.edges.filter(step=Step.WITHDRAWN.value).exists()
            return RequestStatus.CANCELLED if withdrawn else RequestStatus.COMPLETED
        case _:
            return RequestStatus.IN_PROGRESS


def _limit(row: SubjectRequest, now: datetime) -> datetime:
    """The end of the last lawful day in Helsinki."""
    return start_of_day(steps.deadline(row, now).limit + timedelta(days=1))


def _discover(_: Asked) -> Reply:
    known = tuple(IdentityKnown(identity_type=kind) for kind in IdentityType)
    return Reply(Discovered(supported_identities=known))


OPERATIONS = (
    Operation(
        "discoverRequests",
        "GET",
        "requests/discovery",
        Scope.REQUESTS_READ,
        "Which requests of data subjects can be handed over (the shape of OpenDSR).",
        _discover,
        Discovered,
        logged="requests",
    ),
    Operation(
        "receiveRequest",
        "POST",
        "requests",
        Scope.REQUESTS_WRITE,
        "Hand over a request of a data subject (the shape of OpenDSR).",
        _receive,
        Received,
        body=json_body(Request),
        status=201,
        problems=(409,),
        logged="requests",
    ),
    Operation(
        "requestStatus",
        "GET",
        "requests/{request}",
        Scope.REQUESTS_READ,
        "How a request stands that a program handed over.",
        _status,
        RequestStanding,
        problems=(404,),
        tagged=True,
        logged="requests",
    ),
)
