"""Errors as programs read them: RFC 9457."""

import json
from collections.abc import Iterable

from django.http import HttpResponse

from talteen.errors import InputError, NotAllowed, TalteenError, Unavailable

ROOT = "/api/v1/"
"""Below it programs ask, and every error is told so."""
PROBLEM = "application/problem+json"


class NotKnown(NotAllowed):
    """Nobody knows who asks (RFC 6750 3)."""

    slug = "not-known"
    http_status = 401

    def __init__(self, makes: str) -> None:
        """``makes`` is the command by which such a token is made."""
        super().__init__("nobody knows this token", remedy=f"make one: {makes}")


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
    return no_store(answer)


def no_store(answer: HttpResponse) -> HttpResponse:
    """The answer, which nobody between here and there may keep."""
    answer["Cache-Control"] = "no-store"
    return answer
