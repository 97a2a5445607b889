"""SCIM 2.0 at ``/scim/v2``: the controller's directory says who joins and who leaves (RFC 7644).

By a token of its own (``talteen api-token NAME --people``). Answers and errors are SCIM's; what the
RFCs say of resources, filters and PATCH is ``scim2_models``', what happens is
``register.directory``'s. Groups are the roles of the register, to be read. Names of people stand in
bodies and filters, and in no line of a log.
"""

import json
from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ForbiddenException,
    InvalidSyntaxException,
    InvalidValueException,
    ListResponse,
    NotFoundException,
    NotImplementedException,
    PatchOp,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    Schema,
    SCIMException,
    SearchRequest,
    UnauthorizedException,
    UniquenessException,
)

from talteen.clock import SystemClock
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api
from talteen.desk.interface import scim_resources as resources
from talteen.desk.interface.api import PER_SECOND
from talteen.desk.interface.scim_resources import CONFIG, PROVIDER, Group, User
from talteen.desk.interface.tokens import Scope
from talteen.errors import InputError, Missing, TalteenError
from talteen.ids import parse
from talteen.notice.purposes import Role
from talteen.register.staff import directory
from talteen.register.staff.directory import Taken

MEDIA = "application/scim+json"
MOST_BYTES = 256 * 1024
log = structlog.get_logger()
buckets = Buckets(PER_SECOND, 200.0, of="scim")
"""A first synchronisation asks once a person."""


class _TooMany(SCIMException):
    status = 429
    _default_detail = "This is asked too often"


def answer(request: HttpRequest, rest: str) -> HttpResponse:
    """Everything below ``/scim/v2/``."""
    parts = [part for part in rest.split("/") if part]
    try:
        _known(request)
        with PROVIDER:
            told = _asked(request, parts)
    except SCIMException as error:
        told = _error(error.to_error())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        told = _error(Error.from_validation_error(first))
    except TalteenError as error:
        told = _error(_of_ours(error).to_error())
    kind = parts[0].lower() if parts and parts[0] in _KINDS else "other"
    action = (request.method or "").lower()
    log.info("scim.asked", action=action, kind=kind, http_status=told.status_code)
    return told


def _asked(request: HttpRequest, parts: Sequence[str]) -> HttpResponse:
    match [request.method or "", *parts]:
        case ["GET", "ServiceProviderConfig"]:
            return _json(CONFIG)
        case ["GET", ("ResourceTypes" | "Schemas") as what, *name]:
            return _described(request, what, name)
        case ["GET", "Users"]:
            return _listed(request, _users(request), User, _query(request))
        case ["POST", "Users", ".search"]:
            return _listed(request, _users(request), User, _search(request))
        case ["GET", "Groups"]:
            return _listed(request, _groups(request), Group, _query(request))
        case ["POST", "Groups", ".search"]:
            return _listed(request, _groups(request), Group, _search(request))
        case ["POST", ".search"]:
            everything = [*_users(request), *_groups(request)]
            return _listed(request, everything, User | Group, _search(request))
        case ["POST", "Users"]:
            return _joined(request)
        case [method, "Users", person]:
            return _person(request, method, person)
        case ["GET", "Groups", name]:
            return _found(request, [one for one in _groups(request) if one.id == name])
        case [_, "Groups", *_]:
            raise ForbiddenException(detail="A role is granted by two persons of the house")
        case [_, ("ServiceProviderConfig" | "ResourceTypes" | "Schemas"), *_]:
            raise _no_such_method()
        case [_, "Bulk" | "Me", *_]:
            raise NotImplementedException()
        case _:
            raise NotFoundException()


_ASKED = ("filter", "startIndex", "count", "attributes", "excludedAttributes")
_KINDS = frozenset({"ServiceProviderConfig", "ResourceTypes", "Schemas", "Users", "Groups"})


# --- people ----------------------------------------------------------------------------------


def _joined(request: HttpRequest) -> HttpResponse:
    told = User.model_validate(_body(request), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    person = directory.join(resources.said(told), SystemClock().now())
    log.info("directory.joined", staff=person.id)
    shown = resources.user(person, _root(request))
    return _json(shown, 201, Context.RESOURCE_CREATION_RESPONSE, _only(request, User))


def _person(request: HttpRequest, method: str, name: str) -> HttpResponse:
    person = _id(name)
    before = resources.user(directory.one(person), _root(request))
    match method:
        case "GET":
            return _found(request, [before])
        case "PUT":
            told = User.model_validate(
                _body(request), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST
            )
            told.replace(before)
            return _changed(request, person, before, told)
        case "PATCH":
            operations = PatchOp[User].model_validate(
                _body(request), scim_ctx=Context.RESOURCE_PATCH_REQUEST
            )
            told = before.model_copy(deep=True)
            operations.patch(told)
            return _changed(request, person, before, told)
        case "DELETE":
            _must_match(request, before)
            directory.remove(person, SystemClock().now())
            log.info("directory.removed", staff=person)
            return HttpResponse(status=204)
        case _:
            raise _no_such_method()


def _changed(request: HttpRequest, person: UUID, before: User, told: User) -> HttpResponse:
    _must_match(request, before)
    of = directory.one(person)
    now = directory.change(person, resources.said(told, of.said), SystemClock().now())
    if before.active and not now.said.active:
        log.info("directory.left", staff=person)
    shown = resources.user(now, _root(request))
    return _json(shown, 200, Context.RESOURCE_REPLACEMENT_RESPONSE, _only(request, User))


def _users(request: HttpRequest) -> list[User]:
    return [resources.user(one, _root(request)) for one in directory.everybody()]


def _groups(request: HttpRequest) -> list[Group]:
    people, root = directory.everybody(), _root(request)
    return [resources.group(role, people, root) for role in Role]


# --- what is asked ---------------------------------------------------------------------------


def _known(request: HttpRequest) -> None:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    token = api.tokens().of(shown.strip()) if scheme.lower() == "bearer" and shown else None
    if buckets.take(token.name if token else "", monotonic()):
        raise _TooMany
    if token is None:
        raise UnauthorizedException()
    if Scope.PEOPLE not in token.scopes:
        raise ForbiddenException(detail="This token does not allow it: make one with --people")


def _body(request: HttpRequest) -> dict[str, Any]:
    data = request.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES or request.content_type not in (MEDIA, "application/json"):
        raise InvalidSyntaxException(detail=f"Send {MEDIA}, {MOST_BYTES} bytes at most")
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise InvalidSyntaxException(detail="The body is no JSON object")
    return told


def _query(request: HttpRequest) -> dict[str, Any]:
    return {key: request.GET[key] for key in _ASKED if key in request.GET}


def _search(request: HttpRequest) -> dict[str, Any]:
    return {key: value for key, value in _body(request).items() if key != "schemas"}


def _id(name: str) -> UUID:
    try:
        return parse(name)
    except InputError:
        raise NotFoundException() from None


def _must_match(request: HttpRequest, now: Resource[Any]) -> None:
    """RFC 7644 3.14: a directory that read an older state changes nothing."""
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted != "*" and _version(now) not in [one.strip() for one in wanted.split(",")]:
        raise PreconditionFailedException()


# --- what is answered ------------------------------------------------------------------------


def _listed(
    request: HttpRequest, all_: Sequence[Any], kind: Any, asked: dict[str, Any]
) -> HttpResponse:
    search = SearchRequest[kind].model_validate(asked, scim_ctx=Context.SEARCH_REQUEST)
    found = [one for one in all_ if search.filter is None or search.filter.match(one)]
    first = search.start_index or 1
    count = min(resources.MOST if search.count is None else search.count, resources.MOST)
    page = found[first - 1 : first - 1 + count]
    told = ListResponse[kind](
        total_results=len(found), start_index=first, items_per_page=len(page), resources=page
    )
    return _json(told, 200, Context.RESOURCE_QUERY_RESPONSE, search)


def _only(request: HttpRequest, kind: Any) -> ResponseParameters[Any]:
    """The attributes that were asked for, or not (RFC 7644 3.9)."""
    asked = {key: value for key, value in _query(request).items() if key.endswith("ttributes")}
    told: ResponseParameters[Any] = ResponseParameters[kind].model_validate(asked)
    return told


def _found(request: HttpRequest, all_: Sequence[Resource[Any]]) -> HttpResponse:
    if not all_:
        raise NotFoundException()
    one = all_[0]
    if request.headers.get("If-None-Match", "") == _version(one):
        return HttpResponse(status=304)
    return _json(one, 200, Context.RESOURCE_QUERY_RESPONSE, _only(request, type(one)))


def _described(request: HttpRequest, what: str, name: Sequence[str]) -> HttpResponse:
    if "filter" in request.GET:  # RFC 7644 4
        raise ForbiddenException(detail="This is asked without a filter")
    root = _root(request)
    of_kinds = what == "ResourceTypes"
    all_: Sequence[Any] = resources.kinds(root) if of_kinds else resources.schemas(root)
    kind: Any = ResourceType if of_kinds else Schema
    if not name:
        listed = ListResponse[kind](
            total_results=len(all_), start_index=1, items_per_page=len(all_), resources=all_
        )
        return _json(listed)
    found = [one for one in all_ if name[0] in (str(getattr(one, "name", "")), str(one.id))]
    if len(name) > 1 or not found:
        raise NotFoundException()
    return _json(found[0])


def _json(
    told: Any,
    status: int = 200,
    context: Context = Context.RESOURCE_QUERY_RESPONSE,
    only: ResponseParameters[Any] | None = None,
) -> HttpResponse:
    body = told.model_dump(scim_ctx=context, response_parameters=only)
    made = HttpResponse(json.dumps(body), content_type=MEDIA, status=status)
    if isinstance(told, User | Group):
        made["ETag"] = _version(told)
        if told.meta is not None and status == 201:
            made["Location"] = str(told.meta.location)
    return made


def _version(one: Resource[Any]) -> str:
    return str(one.meta.version) if one.meta else ""


def _error(error: Error) -> HttpResponse:
    made = HttpResponse(
        json.dumps(error.model_dump(scim_ctx=Context.DEFAULT)),
        content_type=MEDIA,
        status=error.status or 400,
    )
    if error.status == 401:
        made["WWW-Authenticate"] = 'Bearer realm="talteen"'
    return made


def _of_ours(error: TalteenError) -> SCIMException:
    if isinstance(error, Taken):
        return UniquenessException()
    if isinstance(error, Missing):
        return NotFoundException()
    if isinstance(error, InputError):
        return InvalidValueException(detail=f"{error.happened}; {error.remedy}")
    made = SCIMException(detail=f"{error.happened}; {error.remedy}")
    made.status = error.http_status
    return made


def _no_such_method() -> SCIMException:
    made = SCIMException(detail="This is not asked like that")
    made.status = 405
    return made


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("scim", args=[""])).rstrip("/")
