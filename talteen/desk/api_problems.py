"""How the API answers: values as JSON with an ETag where it helps, errors as RFC 9457 says."""

import json
from collections.abc import Iterable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse

from talteen.desk.api_frame import Half, Reply, written
from talteen.errors import InputError, NotAllowed, TalteenError, Unavailable

PROBLEM = "application/problem+json"
_MADE = {
    Half.NODE: "'talteen api-token NAME --say'",
    Half.HOUSE: "'talteen token make NAME --owner CODE ...'",
}


class NotKnown(NotAllowed):
    """Nobody knows who asks (RFC 6750 3)."""

    slug = "not-known"
    http_status = 401

    def __init__(self, half: Half) -> None:
        super().__init__("nobody knows this token", remedy=f"make one: {self.made(half)}")

    @staticmethod
    def made(half: Half) -> str:
        """By which command a token of this half is made."""
        return _MADE[half]


class TooMany(Unavailable):
    """This token asks too often."""

    slug = "too-many"
    http_status = 429


class NoSuchMethod(InputError):
    """The address is right and the method is not."""

    slug = "method"
    http_status = 405

    def __init__(self, methods: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(set(methods)))
        super().__init__("this is not asked like that", remedy=f"use {self.allowed}")


class NoSuchType(InputError):
    """The body is of another kind than what is read here."""

    slug = "content-type"
    http_status = 415


class NoKey(InputError):
    """A POST without an Idempotency-Key: it could be done twice."""

    slug = "idempotency-key-missing"
    http_status = 400


class OurFault(TalteenError):
    """Something went wrong that we cannot name. ``reference`` stands in the log."""

    slug = "fault"

    def __init__(self, reference: str) -> None:
        super().__init__(
            "something went wrong here", remedy=f"tell the operator this sign: {reference}"
        )


def answered(request: HttpRequest, reply: Reply, *, tagged: bool = False) -> HttpResponse:
    """The answer; without its body where the asker has it already (RFC 9110 13.1.2)."""
    body = b"" if reply.status == 204 else written(reply.told)
    answer = HttpResponse(body, content_type=reply.content_type, status=reply.status)
    if reply.status == 204:
        del answer["Content-Type"]
    for name, value in reply.headers.items():
        answer[name] = value
    if tagged:
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        if tag in {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}:
            answer = HttpResponse(status=304)
        answer["ETag"] = tag
    if request.method == "HEAD":
        answer.content = b""
    return _no_store(answer)


def problem(error: TalteenError) -> HttpResponse:
    """What happened, and what to do about it."""
    told = {
        "type": f"urn:talteen:problem:{error.slug}",
        "title": error.happened,
        "status": error.http_status,
        "detail": error.remedy,
    }
    answer = HttpResponse(json.dumps(told), content_type=PROBLEM, status=error.http_status)
    if isinstance(error, NotKnown):
        answer["WWW-Authenticate"] = 'Bearer realm="talteen"'
    elif isinstance(error, NoSuchMethod):
        answer["Allow"] = error.allowed
    elif error.http_status in (429, 503):
        answer["Retry-After"] = "5"
    return _no_store(answer)


def _no_store(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
