"""People and roles as SCIM writes them (RFC 7643): the few attributes that this house keeps.

What a directory sends beside them is taken and forgotten at once (GDPR 5(1)(c)). A group is a role
of the register: it is read, and never granted from here.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    Context,
    ETag,
    Filter,
    Meta,
    Mutability,
    Pagination,
    Patch,
    Required,
    Resource,
    ResourceType,
    Schema,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from talteen.notice.purposes import Role
from talteen.register.staff.directory import LANGUAGES, Person, Said

T = TypeVar("T", bound=Resource[Any])
MOST = 200
"""Of people in one answer."""
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply
)


class GroupOfUser(ComplexAttribute):
    """The role of a person."""

    value: Annotated[str | None, Mutability.read_only] = None
    display: Annotated[str | None, Mutability.read_only] = None


class User(Resource[Any]):
    """One of the directory's people."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """By what the directory calls them; no case counts."""
    display_name: str | None = None
    """Their name, as colleagues read it."""
    active: bool | None = None
    """Whether they work here. False ends everything they may do, at once."""
    groups: Annotated[list[GroupOfUser] | None, Mutability.read_only] = None
    """Their role."""


class Member(ComplexAttribute):
    """One person of a role."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None


class Group(Resource[Any]):
    """A role of the register, and who of the directory's people has it."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Mutability.read_only] = None
    members: Annotated[list[Member] | None, Mutability.read_only] = None


CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=True),
    pagination=Pagination(cursor=False, index=True, default_page_size=MOST, max_page_size=MOST),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Bearer",
            description="A token of 'talteen api-token NAME --people'",
            primary=True,
        )
    ],
)
PROVIDER = ScimProvider(models=[User, Group], config=CONFIG, policy=POLICY)


def user(person: Person, root: str) -> User:
    """A person as the directory reads them. ``root``: the address of this SCIM."""
    said = person.said
    told = User(
        id=str(person.id),
        external_id=said.external_id or None,
        user_name=said.user_name,
        # Without a name of their own people are called by their user name here.
        display_name=said.name if said.name != said.user_name else None,
        active=said.active,
        groups=[GroupOfUser(value=person.role.value, display=person.role.value)],
    )
    return _with_meta(told, f"{root}/Users/{person.id}", person.made_at, person.changed_at)


def group(role: Role, people: Sequence[Person], root: str) -> Group:
    """A role as the directory reads it."""
    members = [Member(value=str(one.id)) for one in people if one.role is role and one.said.active]
    told = Group(id=role.value, display_name=role.value, members=members or None)
    return _with_meta(told, f"{root}/Groups/{role.value}")


def said(told: User, before: Said | None = None) -> Said:
    """What a directory said. An absent ``active`` is a person who works here; in which language the
    house speaks to a joiner may be said once, and is theirs from then on."""
    wish = str((told.unknown_attributes or {}).get("preferredLanguage", ""))[:2].lower()
    joiner = wish if wish in LANGUAGES else LANGUAGES[0]
    return Said(
        user_name=told.user_name or "",
        external_id=told.external_id or "",
        name=told.display_name or "",
        language=before.language if before else joiner,
        active=told.active is not False,
    )


def _with_meta(
    told: T, location: str, made: datetime | None = None, changed: datetime | None = None
) -> T:
    body = told.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    told.meta = Meta(
        resource_type=type(told).__name__,
        created=made,
        last_modified=changed,
        location=location,
        version=f'W/"{digest}"',
    )
    return told


def kinds(root: str) -> list[ResourceType]:
    """The kinds of things that there are."""
    return [_placed(one, f"{root}/ResourceTypes/{one.name}") for one in PROVIDER.resource_types]


def schemas(root: str) -> list[Schema]:
    """What each of them has."""
    return [_placed(one, f"{root}/Schemas/{one.id}") for one in PROVIDER.schemas]


def _placed(one: T, location: str) -> T:
    return one.model_copy(
        update={"meta": Meta(resource_type=type(one).__name__, location=location)}
    )
