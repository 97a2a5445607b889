"""Thousands of ids in one query, as one value.

Django writes ``id IN (…)`` with a parameter for each id; psycopg then looks through a statement of
a hundred kilobytes for them. Of the time that a day's death took in rows, that was a third.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Func, UUIDField, Value


def among(ids: Collection[UUID]) -> Func:
    """For ``filter(recording__in=among(ids))``: the same rows as with the ids themselves."""
    return Func(
        Value(literal(b"".join(one.bytes for one in ids))),
        template="(SELECT unnest(%(expressions)s::uuid[]))",
        output_field=UUIDField(),
    )


def literal(ids: bytes) -> str:
    """Ids (16 bytes each) as one parameter of type uuid[]: adapting each of them takes longer than
    the query.
    """
    digits = ids.hex()
    return f"{{{','.join([digits[at : at + 32] for at in range(0, len(digits), 32)])}}}"
