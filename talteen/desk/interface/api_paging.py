"""Long lists in parts: a signed place to go on from (keyset), and the way there (RFC 8288).

A place holds a time and an id of what was shown last. It is signed for one token, one list and its
filters, so nobody can make one, move it to another list, or read another's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from pydantic import Field

from talteen.desk.interface.api_frame import Asked, Reply, Value
from talteen.desk.page.problems import ROOT
from talteen.errors import InputError

Place = tuple[datetime, UUID]
T = TypeVar("T")
MOST = 100


class Paged(Value):
    """What every list takes."""

    limit: int = Field(default=50, ge=1, le=MOST)
    """How many at once."""
    after: str = Field(default="", max_length=400)
    """Go on from here: ``next`` of the answer before."""


class Page(Value, Generic[T]):
    """A part of a list."""

    items: tuple[T, ...]
    next: str | None
    """Give it as ``after`` for what follows; null at the end."""


def place(asked: Asked) -> Place | None:
    """From where the list goes on; None from its beginning. InputError where it was not given by
    this list, to this token, under these filters."""
    told = asked.params(Paged).after
    if not told:
        return None
    try:
        at, name = signing.loads(told, salt=_salt(asked))
        return datetime.fromisoformat(at), UUID(name)
    except (signing.BadSignature, ValueError, TypeError):
        raise InputError(
            "after is not a place in this list", remedy="give next of the answer before"
        ) from None


def page(asked: Asked, kind: Any, found: Sequence[tuple[T, Place]]) -> Reply:
    """The answer with the first ``limit`` of ``found``, which was asked for one more than that."""
    limit = asked.params(Paged).limit
    shown, more = found[:limit], len(found) > limit
    after = _written(asked, shown[-1][1]) if more else None
    headers = {}
    if after:
        query = {**_filters(asked), "limit": limit, "after": after}
        where = asked.request.path_info.removeprefix(ROOT)
        headers["Link"] = f'<{ROOT}{where}?{urlencode(query)}>; rel="next"'
    return Reply(Page[kind](items=tuple(one for one, _ in shown), next=after), headers=headers)


def _written(asked: Asked, last: Place) -> str:
    return signing.dumps([last[0].isoformat(), str(last[1])], salt=_salt(asked))


def _salt(asked: Asked) -> str:
    return f"api {asked.by().pk} {asked.request.path_info} {urlencode(_filters(asked))}"


def _filters(asked: Asked) -> dict[str, Any]:
    told = asked.query.model_dump(mode="json", exclude_defaults=True)
    return {name: told[name] for name in sorted(told) if name not in ("limit", "after")}
