"""Saying to the database, for one transaction, through which door its rows are read.

The other half of ``row_security``: the settings live no longer than the block, so that a connection
of the pool goes on to the next person without them. Only the doors themselves say them.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_NOTHING = {"talteen.recording": "", "talteen.grant": "", "talteen.step": ""}

BEGIN_ROLL: LiteralString = """
    WITH before AS MATERIALIZED (SELECT current_setting('talteen.recording', true),
        current_setting('talteen.grant', true), current_setting('talteen.step', true))
    SELECT before.*, set_config('talteen.step', 'roll', false) FROM before
"""
"""Lets a roll read everything, and tells what was said before it (``before_roll``). It commits
several times, so this is the session's. First the one and then the other: what is asked of
``before`` is known before anything is made of its row."""
END_ROLL: LiteralString = """
    SELECT set_config('talteen.recording', %s, false), set_config('talteen.grant', %s, false),
        set_config('talteen.step', %s, false)
"""
"""Says again what was said before it."""


@contextlib.contextmanager
def by_grant(recording: UUID, entry: int, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """The rows of ``recording``, for the grant that row ``entry`` of the access log wrote down."""
    with _through({"talteen.recording": str(recording), "talteen.grant": str(entry)}, using):
        yield


@contextlib.contextmanager
def by_step(recording: UUID, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """The rows of ``recording``, for work of the house that no person sees or hears by itself."""
    with _through({"talteen.recording": str(recording), "talteen.step": "step"}, using):
        yield


@contextlib.contextmanager
def by_number(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """The keys that wait for a roll: a search by number opens each once (``seal.numbers``)."""
    with _through({"talteen.step": "number"}, using):
        yield


def before_roll(told: Sequence[Any]) -> list[str]:
    """What ``BEGIN_ROLL`` tells was said before it: the parameters of ``END_ROLL``."""
    return [value or "" for value in told[: len(_NOTHING)]]


def begin_roll(fresh: psycopg.Connection[tuple[Any, ...]]) -> None:
    """For a connection that a roll opened for itself, and closes."""
    fresh.execute("SELECT set_config('talteen.step', 'roll', false)")


@contextlib.contextmanager
def _through(settings: Mapping[str, str], using: str) -> Iterator[None]:
    connection = connections[using]
    before = _said(connection) if connection.in_atomic_block else {}
    with transaction.atomic(using=using):
        _say(connection, {**_NOTHING, **settings})
        yield
        if before:
            # Inside another transaction the settings would outlive this block until its end. After
            # an error the database itself takes them back with the savepoint.
            _say(connection, before)


def _said(connection: BaseDatabaseWrapper) -> Mapping[str, str]:
    with connection.cursor() as cursor:
        asked = ", ".join(["current_setting(%s, true)"] * len(_NOTHING))
        cursor.execute(f"SELECT {asked}", list(_NOTHING))
        told = cursor.fetchone()
    return {name: value or "" for name, value in zip(_NOTHING, told, strict=True)}


def _say(connection: BaseDatabaseWrapper, settings: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        said = ", ".join(["set_config(%s, %s, true)"] * len(settings))
        words = [word for pair in settings.items() for word in pair]
        cursor.execute(f"SELECT {said}", words)
