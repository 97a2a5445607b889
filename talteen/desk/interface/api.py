"""The API: everything below ``/api/v1/``, for programs.

``api_table`` says what can be asked; here every question is met alike: whose token, how often, with
which parameters and body, done once, answered as JSON or as a problem (RFC 9457). It is answered
before sessions. The node's half needs no table: who pauses a call must not wait for a database.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from time import monotonic
from typing import Any, NoReturn

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from talteen import ids
from talteen.clock import SystemClock, helsinki_date
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api_table, openapi
from talteen.desk.interface.api_frame import (
    KEY,
    SEE,
    Asked,
    Half,
    Operation,
    Reply,
    read_query,
    written,
)
from talteen.desk.interface.tokens import Scope as NodeScope
from talteen.desk.interface.tokens import Tokens
from talteen.desk.page.problems import (
    ROOT,
    NoKey,
    NoSuchMethod,
    NoSuchType,
    NotKnown,
    TooMany,
    no_store,
    problem,
)
from talteen.desk.page.visit import Visit
from talteen.errors import InputError, Missing, NotAllowed, TalteenError, Unavailable
from talteen.register.programs import api_answers, api_tokens

PER_SECOND, AT_ONCE = 20.0, 60.0
"""Requests of one token, and of all who have none."""
Answer = Callable[[HttpRequest], HttpResponseBase]

log = structlog.get_logger()
buckets = Buckets(PER_SECOND, AT_ONCE, of="api")


def answers_first(get_response: Answer) -> Answer:
    """Middleware: everything below ``/api/v1/``."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ROOT):
            return _answer(request)
        return get_response(request)

    return answer


def tokens() -> Tokens:
    """The tokens of this machine: of the node's half."""
    return Tokens(settings.CONFIG.paths.state / "api-tokens.json")


def _answer(request: HttpRequest) -> HttpResponse:
    request.get_host()  # a name that is not ours is refused as everywhere (ALLOWED_HOSTS)
    path = request.path_info.removeprefix(ROOT)
    if path == "openapi.json" and request.method in ("GET", "HEAD"):
        return _told(request, Reply(openapi.document()), tagged=True)
    met = _Met()
    try:
        reply = _asked(request, path, met)
        answer = _told(request, reply, tagged=met.tagged)
    except TalteenError as error:
        answer = problem(error)
    except (OperationalError, InterfaceError):  # it does not answer; anything else is our fault
        answer = problem(Unavailable("the database does not answer", remedy="ask again later"))
    for name, value in buckets.headers(met.name, monotonic()).items():
        answer[name] = value
    _log(met, answer.status_code)
    return answer


class _Met:
    """What is known of a question so far, for the log and the headers: codes and ids only."""

    name, action, recording, tagged = "", "nothing", "", False


def _asked(request: HttpRequest, path: str, met: _Met) -> Reply:
    found = api_table.at(path)
    method = "GET" if request.method == "HEAD" else request.method
    here = next(((one, named) for one, named in found if one.method == method), None)
    if here is None:
        _nothing_there(request, found, met)
    operation, named = here
    met.action, met.tagged = operation.logged or operation.name.lower(), operation.tagged
    met.recording = named.get("recording", "") or named.get("id", "")
    asked = Asked(request, named, None, None)
    shown = _known(request, operation, asked, met)
    query = {name: request.GET.getlist(name) for name in request.GET}
    asked.query = read_query(query, operation.query)
    asked.key = _key(request, operation)
    if operation.half is Half.NODE:
        asked.body = _body(request, operation)[0]
        return operation.do(asked)
    return _at_home(asked, operation, shown)


def _nothing_there(
    request: HttpRequest, found: list[tuple[Operation, dict[str, str]]], met: _Met
) -> NoReturn:
    """There is no such address, or it is asked otherwise: strangers are told neither."""
    half = found[0][0] if found else api_table.OPERATIONS[0]
    _known(request, half, Asked(request, {}, None, None), met, either=True)
    if not found:
        raise Missing("there is nothing here", remedy=SEE)
    raise NoSuchMethod([one.method for one, _ in found])


def _at_home(asked: Asked, operation: Operation, shown: str) -> Reply:
    """In the house's half a POST is done once, by its Idempotency-Key."""
    with _read(asked, operation) as digest:
        if operation.method != "POST":
            return operation.do(asked)
        # With the key, which the house does not keep: the hash of a body that is little more than
        # a number would be that number to whoever tries them all.
        named = f"{operation.name} {asked.request.path_info} {asked.key} "
        told = sha256(named.encode() + digest).digest()
        now = SystemClock().now()
        with api_answers.once(asked.by(), shown, asked.key, told, now) as asked.kept:
            if asked.kept.answer is not None:
                return Reply.of(asked.kept.answer)
            reply = operation.do(asked)
            return reply if asked.kept.answer is not None else asked.keep(reply)


@contextlib.contextmanager
def _read(asked: Asked, operation: Operation) -> Iterator[bytes]:
    """The body as the operation takes it, and what it hashes to."""
    takes = operation.body.takes if operation.body else None
    if takes is None:
        asked.body, raw = _body(asked.request, operation)
        yield sha256(raw).digest()
        return
    _of_type(asked.request, operation)
    asked.body, digest, let_go = takes(asked.request, asked.at_home())
    try:
        yield digest
    finally:
        let_go()


# --- who asks, and how often -----------------------------------------------------------


def _known(
    request: HttpRequest, operation: Operation, asked: Asked, met: _Met, *, either: bool = False
) -> str:
    """Put into ``asked`` who asks, where that is somebody who may; gives the token itself.

    ``either``: any token of the house or the node will do.
    """
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    shown = shown.strip() if scheme.lower() == "bearer" else ""
    of_house = shown.startswith(api_tokens.PREFIX)
    half = Half.HOUSE if of_house else Half.NODE
    if of_house:
        _enter(request, asked, shown)
    elif shown:
        asked.node_token = tokens().of(shown)
    token = asked.token or asked.node_token
    met.name = f"{half.value}:{token.name}" if token else ""
    wait_s = buckets.take(met.name, monotonic())
    if wait_s:
        raise TooMany("this is asked too often", remedy=f"ask again in {wait_s:.0f} s")
    if token is None:
        raise NotKnown(operation.half.makes)
    if not either:
        _may(operation, asked, half)
    return shown


def _enter(request: HttpRequest, asked: Asked, shown: str) -> None:
    from talteen import wiring

    visit = Visit(wiring.house())
    asked.house, asked.now = visit.house, visit.now
    machine_at = SystemClock().now()
    asked.token = api_tokens.of(shown, machine_at, helsinki_date(machine_at))


def _may(operation: Operation, asked: Asked, half: Half) -> None:
    if operation.half is not half:
        remedy = f"this needs a token of the {operation.half.value}: {operation.half.makes}"
        raise NotAllowed("this token does not allow it", remedy=remedy)
    scope = operation.scope
    if isinstance(scope, NodeScope):
        if asked.node_token is None or scope not in asked.node_token.scopes:
            raise NotAllowed(
                "this token does not allow it", remedy=f"make one that allows {scope.value}"
            )
    else:
        api_tokens.may(asked.by(), scope, asked.today)


# --- what is said -----------------------------------------------------------------------


def _body(request: HttpRequest, operation: Operation) -> tuple[Any, bytes]:
    body = operation.body
    if body is None or body.reads is None:
        if request.read(1):
            raise InputError("nothing belongs into the body of this", remedy=SEE)
        return None, b""
    data = request.read(body.most + 1)
    if len(data) > body.most:
        raise InputError("this is too long", remedy=f"say it in {body.most} bytes")
    if data:
        _of_type(request, operation)
    elif body.required:
        raise InputError("the body is missing", remedy=SEE)
    return body.reads(data), data


def _of_type(request: HttpRequest, operation: Operation) -> None:
    types = operation.body.content_types if operation.body else ()
    if request.content_type not in types:
        raise NoSuchType("this is not sent like that", remedy=f"send {' or '.join(types)}")


def _key(request: HttpRequest, operation: Operation) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key and operation.method == "POST" and operation.half is Half.HOUSE:
        raise NoKey("the Idempotency-Key is missing", remedy="give each question one of its own")
    if key and not re.match(KEY, key):
        raise InputError(
            "the Idempotency-Key cannot be used", remedy="give 64 characters at most, without space"
        )
    return key.strip('"')


def _log(met: _Met, status: int) -> None:
    """Who asked what of which recording, in words that we chose: never a body, never an address."""
    log.info(
        "api.asked",
        name=met.name.partition(":")[2] or "nobody",
        action=met.action,
        recording=met.recording if _is_id(met.recording) else None,
        http_status=status,
    )


def _is_id(text: str) -> bool:
    try:
        ids.parse(text)
    except InputError:
        return False
    return True


def _told(request: HttpRequest, reply: Reply, *, tagged: bool = False) -> HttpResponse:
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
    return no_store(answer)
