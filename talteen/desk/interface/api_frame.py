"""How an operation of the API is declared: address, scope, parameters, body and answer as values.

One table of these (``api_table``) is all there is: the router, the checks and the document
(``openapi``) read it, so nothing is written twice.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from talteen import docstrings
from talteen.clock import HELSINKI, helsinki_date
from talteen.desk.interface.tokens import Scope as NodeScope
from talteen.desk.interface.tokens import Token as NodeToken
from talteen.desk.page.problems import ROOT
from talteen.errors import InputError, Missing
from talteen.register.programs.api_answers import Kept
from talteen.register.programs.api_models import ApiToken
from talteen.register.programs.api_scopes import Scope
from talteen.wiring import House

KEY = r'^("[!#-~]{1,64}"|[!#-~]{1,64})$'
"""An Idempotency-Key. The draft of the header has it in quotes (a string of RFC 8941); without is
understood."""
_FIRST_YEAR, _END_YEAR = 1970, 3000
_NEVER = datetime.min.replace(tzinfo=UTC)
SEE = f"see {ROOT}openapi.json"
M = TypeVar("M", bound=BaseModel)


class Half(Enum):
    """Who answers: the capture node of this machine, or the house with its tables."""

    NODE = "node"
    HOUSE = "house"

    @property
    def makes(self) -> str:
        """The command that makes a token of this half."""
        return _MAKES[self]


_MAKES = {
    Half.NODE: "'talteen api-token NAME --say'",
    Half.HOUSE: "'talteen token make NAME --owner CODE ...'",
}


class Value(BaseModel):
    """A body, a set of parameters or an answer: unknown keys are refused, docstrings describe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, made: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(made)
        keys = handler.resolve_ref_schema(schema).get("properties", {})
        for name, one in cls.model_fields.items():
            key = keys.get(one.alias or name)
            if key is not None and (said := docstrings.below(cls, name)):
                key.setdefault("description", said)
        return schema


class Nothing(Value):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a POST carries."""

    schema: Callable[[str], Mapping[str, Any]]
    """JSON Schema 2020-12."""
    reads: Callable[[bytes], Any] | None
    """From bytes to what the operation takes. Raises InputError, which names a key and no value."""
    content_types: tuple[str, ...] = ("application/json",)
    most: int = 1 << 16
    """Bytes."""
    required: bool = True
    takes: Callable[[HttpRequest, House], tuple[Any, bytes, Callable[[], None]]] | None = None
    """In the place of ``reads``, for what is read piece by piece: gives what the operation takes,
    a SHA-256 over it, and how to let go of it."""


def json_body(kind: Any) -> Body:
    """A JSON body that the type ``kind`` reads."""

    def reads(raw: bytes) -> Any:
        try:
            return _adapter(kind).validate_json(raw, strict=True)
        except ValidationError as wrong:
            raise refused(wrong, kind) from None

    return Body(lambda template: _adapter(kind).json_schema(ref_template=template), reads)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers."""

    told: Any = None
    """A ``Value``, a JSON object, or bytes of ``content_type``."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def plain(self) -> dict[str, Any]:
        """As it is kept for whoever asks again."""
        return {"status": self.status, "headers": dict(self.headers), "told": plainly(self.told)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Reply":
        """The reply that was kept."""
        return cls(kept["told"], kept["status"], kept["headers"])


@dataclass(slots=True)
class Asked:
    """One question of a program, once its token, its parameters and its body are good."""

    request: HttpRequest
    path: Mapping[str, str]
    query: Any
    body: Any
    node_token: NodeToken | None = None
    token: ApiToken | None = None
    key: str = ""
    """The Idempotency-Key."""
    kept: Kept | None = None
    house: House | None = None
    now: datetime = _NEVER
    """The instant of this question in the house."""

    def at_home(self) -> House:
        """The house: every operation of that half has one."""
        assert self.house is not None
        return self.house

    def by(self) -> ApiToken:
        """The token, in the house's half."""
        assert self.token is not None
        return self.token

    @property
    def today(self) -> date:
        """The Helsinki day of ``now``."""
        return helsinki_date(self.now)

    def params(self, kind: type[M]) -> M:
        """The parameters of the query."""
        return cast(M, self.query)

    def id(self, name: str) -> UUID:
        """The id that the address names; Missing where it is none."""
        try:
            found = UUID(self.path[name])
        except ValueError:
            found = None
        if found is None or str(found) != self.path[name]:
            raise Missing("there is nothing here", remedy="copy the id whole from an answer")
        return found

    def day(self, name: str) -> date:
        """The day that the address names."""
        return a_day(self.path[name])

    def keep(self, reply: Reply) -> Reply:
        """Remember ``reply`` in the act's own transaction, for whoever repeats the question."""
        if self.kept is not None:
            self.kept.keep(reply.plain())
        return reply


Do = Callable[[Asked], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program may ask."""

    name: str
    method: str
    path: str
    """Such as ``recordings/{recording}``."""
    scope: Scope | NodeScope
    says: str
    """One sentence: what it does."""
    do: Do
    answer: Any
    """The ``Value`` that a 2xx holds, or a JSON Schema."""
    query: type[BaseModel] = Nothing
    body: Body | None = None
    status: int = 200
    answer_type: str = "application/json"
    problems: tuple[int, ...] = ()
    """Beyond those that any question may meet."""
    tagged: bool = False
    """The answer has an ETag."""
    logged: str = ""
    """What the log calls it; its name unless said."""

    @property
    def half(self) -> Half:
        return Half.NODE if isinstance(self.scope, NodeScope) else Half.HOUSE

    @property
    def keyed(self) -> bool:
        """Whether an Idempotency-Key belongs to it."""
        return self.method == "POST" and (self.half is Half.HOUSE or "{" in self.path)

    def matches(self, parts: list[str]) -> dict[str, str] | None:
        """What the address names, where it is one of this operation."""
        own = self.path.split("/")
        if len(own) != len(parts):
            return None
        found = {}
        for mine, told in zip(own, parts, strict=True):
            if mine.startswith("{"):
                found[mine[1:-1]] = told
            elif mine != told:
                return None
        return found

    def parameters(self) -> list[str]:
        """The names in its address."""
        return re.findall(r"{(\w+)}", self.path)


def read_query(told: Mapping[str, list[str]], kind: type[BaseModel]) -> BaseModel:
    """The parameters of an address. InputError for one that is unknown, twice there, or no such
    value."""
    single = {name: values[0] for name, values in told.items()}
    if any(len(values) != 1 for values in told.values()):
        raise InputError("a parameter is there twice", remedy=SEE)
    try:
        return kind.model_validate(single)
    except ValidationError as wrong:
        raise refused(wrong, kind) from None


def refused(wrong: ValidationError, kind: Any) -> InputError:
    """Names the key, where it is one of ours: an unknown one could be anything."""
    ours = _names(kind)
    where = ".".join(
        str(step) for step in wrong.errors()[0]["loc"] if isinstance(step, int) or step in ours
    )
    return InputError(f"{where or 'the body'} is not what belongs there", remedy=SEE)


@cache
def _names(kind: Any) -> frozenset[str]:
    """Every key that a type and those in it know."""
    found: set[str] = set()

    def walk(schema: Any) -> None:
        if isinstance(schema, dict):
            found.update(schema.get("properties", {}))
            for one in schema.values():
                walk(one)
        elif isinstance(schema, list):
            for one in schema:
                walk(one)

    walk(_adapter(kind).json_schema())
    return frozenset(found)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def a_day(told: str) -> date:
    """The day that ``told`` writes; Missing for anything else in an address."""
    try:
        return date.fromisoformat(told if len(told) == 10 else "")
    except ValueError:
        raise Missing("there is nothing here", remedy="write a day as 2026-11-10") from None


def instant(told: datetime) -> datetime:
    """``told`` in UTC; without a zone it is Helsinki's. InputError for a time of no living call:
    a database takes neither every zone nor every year."""
    try:
        at = (told if told.tzinfo else told.replace(tzinfo=HELSINKI)).astimezone(UTC)
    except OverflowError:
        at = None
    if at is None or not _FIRST_YEAR <= at.year < _END_YEAR:
        raise InputError("this time is too far away", remedy="write when it was")
    return at


def plainly(told: Any) -> Any:
    """An answer as JSON values."""
    return told.model_dump(mode="json") if isinstance(told, BaseModel) else told


def written(told: Any) -> bytes:
    """An answer as bytes."""
    if isinstance(told, bytes):
        return told
    return json.dumps(plainly(told), ensure_ascii=False).encode()
