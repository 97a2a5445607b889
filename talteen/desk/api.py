"""The API for exchanges and call-centre programs: which calls run, and what is said of them.

``/api/v1/calls`` and ``/api/v1/calls/{id}/announcement|pause|resume|refusal|event``; the document
is ``/api/v1/openapi.json`` (``openapi``). It is answered before sessions and the house, from the
console of the node of this machine: who pauses a call must not wait for a database. Errors are
problem details (RFC 9457). An address holds a recording's id and no more.

A POST may be repeated: under the same ``Idempotency-Key`` it is done once, for as long as the call
runs.
"""

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from talteen.desk import openapi
from talteen.desk.rates import Buckets
from talteen.desk.tokens import Scope, Token, Tokens
from talteen.errors import InputError, Missing, NotAllowed, TalteenError, Unavailable
from talteen.life.capture import api
from talteen.life.capture.console import Client

ROOT = "/api/v1/"
PROBLEM = "application/problem+json"
PER_SECOND, AT_ONCE = 20.0, 60.0
"""Requests of one token, and of all who have none."""
_KEY_LENGTH = 64
_MOST_IDS = 50
Answer = Callable[[HttpRequest], HttpResponseBase]

log = structlog.get_logger()
buckets = Buckets(PER_SECOND, AT_ONCE)


class NotKnown(NotAllowed):
    """Nobody knows who asks (RFC 6750 3)."""

    slug = "not-known"
    http_status = 401


class TooMany(Unavailable):
    """This token asks too often."""

    slug = "too-many"
    http_status = 429


class NoSuchMethod(InputError):
    """The address is right and the method is not."""

    slug = "method"
    http_status = 405


def answers_first(get_response: Answer) -> Answer:
    """Middleware: everything below ``/api/v1/``."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ROOT):
            return _answer(request)
        return get_response(request)

    return answer


def tokens() -> Tokens:
    """The tokens of this machine."""
    return Tokens(settings.CONFIG.paths.state / "api-tokens.json")


def _answer(request: HttpRequest) -> HttpResponse:
    request.get_host()  # a name that is not ours is refused as everywhere (ALLOWED_HOSTS)
    path = request.path_info.removeprefix(ROOT)
    token: Token | None = None
    try:
        if path == "openapi.json":
            _only("GET", request)
            return _json(openapi.document())
        token = _known(request)
        answer = _json(_asked(request, path.split("/"), token))
    except TalteenError as error:
        answer = _problem(error)
    _log(path.split("/"), request.method or "", token, answer.status_code)
    return answer


def _asked(request: HttpRequest, path: list[str], token: Token) -> dict[str, Any]:
    match path:
        case ["calls"]:
            _only("GET", request)
            _may(token, Scope.READ)
            return _node().calls()
        case ["calls", "find"]:
            _only("POST", request)
            _may(token, Scope.READ)
            return _meant(_body(request))
        case ["calls", call]:
            _only("GET", request)
            _may(token, Scope.READ)
            return _one(call)
        case ["calls", call, ("announcement" | "pause" | "resume" | "refusal" | "event") as what]:
            _only("POST", request)
            _may(token, Scope.SAY)
            return _node().say(what, call, _body(request), key=_key(request, token))
        case _:
            raise Missing("there is nothing here", remedy=f"see {ROOT}openapi.json")


def _one(call: str) -> dict[str, Any]:
    found = [one for one in _node().calls()["calls"] if one["recording"] == call]
    if not found:
        raise Missing("no such call runs here", remedy="ask which calls run")
    told: dict[str, Any] = found[0]
    return told


def _meant(body: dict[str, Any]) -> dict[str, Any]:
    """The call that an exchange means by ids of its own; they stand in the body, never in an
    address."""
    ids, extensions = _texts(body.pop("ids", [])), _texts(body.pop("extensions", []))
    if body:
        raise _not_that()
    call = _node().whose(ids=ids, extensions=extensions)
    if call is None:
        raise Missing(
            "no such call runs here, or more than one", remedy="give an id of its session"
        )
    return _one(call)


def _texts(told: object) -> list[str]:
    """At most so many texts."""
    if not isinstance(told, list) or len(told) > _MOST_IDS:
        raise _not_that()
    if not all(isinstance(one, str) for one in told):
        raise _not_that()
    return told


def _not_that() -> InputError:
    return InputError("the body is not what belongs there", remedy=f"see {ROOT}openapi.json")


def _node() -> Client:
    from talteen import wiring

    return Client(wiring.node_folder(settings.CONFIG).path)


# --- who asks, and how often -----------------------------------------------------------


def _known(request: HttpRequest) -> Token:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    token = tokens().of(shown.strip()) if scheme.lower() == "bearer" and shown else None
    wait_s = buckets.take(token.name if token else "", monotonic())
    if wait_s:
        raise TooMany("this is asked too often", remedy=f"ask again in {wait_s:.0f} s")
    if token is None:
        raise NotKnown("nobody knows this token", remedy="make one: 'talteen api-token NAME --say'")
    return token


def _may(token: Token, scope: Scope) -> None:
    if scope not in token.scopes:
        raise NotAllowed(
            "this token does not allow it", remedy=f"make one that allows {scope.value}"
        )


def _only(method: str, request: HttpRequest) -> None:
    if request.method != method:
        raise NoSuchMethod("this is not asked like that", remedy=f"use {method}")


# --- what is said -----------------------------------------------------------------------


def _body(request: HttpRequest) -> dict[str, Any]:
    data = request.read(api.MAX_BYTES + 1)
    if len(data) > api.MAX_BYTES:
        raise InputError("this is too long", remedy=f"say it in {api.MAX_BYTES} bytes")
    if not data:
        return {}
    if request.content_type != "application/json":
        raise InputError("this is no JSON", remedy="send application/json, or nothing")
    try:
        body = json.loads(data)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise InputError("the body is no object", remedy=f"see {ROOT}openapi.json")
    return body


def _key(request: HttpRequest, token: Token) -> str:
    """The draft of the header has it in quotes, as a string of RFC 8941; without is understood."""
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if len(key) > _KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise InputError(
            "the Idempotency-Key cannot be used", remedy=f"give {_KEY_LENGTH} characters at most"
        )
    return f"{token.name} {key}" if key else ""


# --- what is answered -------------------------------------------------------------------


def _json(told: dict[str, Any]) -> HttpResponse:
    return _no_store(HttpResponse(json.dumps(told), content_type="application/json"))


def _problem(error: TalteenError) -> HttpResponse:
    told = {
        "type": f"urn:talteen:problem:{error.slug}",
        "title": error.happened,
        "status": error.http_status,
        "detail": error.remedy,
    }
    answer = HttpResponse(json.dumps(told), content_type=PROBLEM, status=error.http_status)
    if isinstance(error, NotKnown):
        answer["WWW-Authenticate"] = 'Bearer realm="talteen"'
    elif isinstance(error, Unavailable):
        answer["Retry-After"] = "5"
    return _no_store(answer)


def _no_store(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer


def _log(path: list[str], method: str, token: Token | None, status: int) -> None:
    """Who asked what of which recording, in words that we chose: never a body, never an address."""
    action = path[2] if len(path) == 3 and path[2] in openapi.SAYINGS else "calls"
    recording = path[1] if len(path) > 1 else ""
    log.info(
        "api.asked",
        name=token.name if token else "nobody",
        action=action,
        recording=recording if _is_id(recording) else None,
        http_status=status,
    )


def _is_id(text: str) -> bool:
    from talteen import ids

    try:
        ids.parse(text)
    except InputError:
        return False
    return True
