"""Saying to the database, for one transaction, through which door its rows are read.

The other half of ``row_security``: the settings live no longer than the block, so that a connection
of the pool goes on to the next person without them. Only the doors themselves say them.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_NOTHING = {"talteen.recording": "", "talteen.grant": "", "talteen.step": ""}


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


@contextlib.contextmanager
def by_roll(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything that a roll reads. It commits several times, so the setting is the session's,
    and taken back at the end of the outermost."""
    before = _begin(connection)
    try:
        yield
    finally:
        try:
            _say(connection, before, local=False)
        except DatabaseError:
            connection.close()  # with it goes what was said on it


def begin_roll(fresh: psycopg.Connection[tuple[Any, ...]]) -> None:
    """The same for a connection that a roll opened for itself, and closes."""
    fresh.execute("SELECT set_config('talteen.step', 'roll', false)")


@contextlib.contextmanager
def _through(settings: Mapping[str, str], using: str) -> Iterator[None]:
    connection = connections[using]
    before = _said(connection) if connection.in_atomic_block else {}
    with transaction.atomic(using=using):
        _say(connection, {**_NOTHING, **settings}, local=True)
        yield
        if before:
            # Inside another transaction the settings would outlive this block until its end. After
            # an error the database itself takes them back with the savepoint.
            _say(connection, before, local=True)


def _begin(connection: BaseDatabaseWrapper) -> Mapping[str, str]:
    """Say that a roll goes on; what was said before it. One way, first the one and then the other:
    what is asked of ``before`` is known before anything is made of its row."""
    asked = ", ".join(f"current_setting('{name}', true)" for name in _NOTHING)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH before AS MATERIALIZED (SELECT {asked})"  # noqa: S608  (names of our own)
            " SELECT before.*, set_config('talteen.step', 'roll', false) FROM before"
        )
        told = cursor.fetchone()
    return {name: value or "" for name, value in zip(_NOTHING, told, strict=False)}


def _said(connection: BaseDatabaseWrapper) -> Mapping[str, str]:
    with connection.cursor() as cursor:
        asked = ", ".join(["current_setting(%s, true)"] * len(_NOTHING))
        cursor.execute(f"SELECT {asked}", list(_NOTHING))
        told = cursor.fetchone()
    return {name: value or "" for name, value in zip(_NOTHING, told, strict=True)}


def _say(connection: BaseDatabaseWrapper, settings: Mapping[str, str], *, local: bool) -> None:
    with connection.cursor() as cursor:
        said = ", ".join(["set_config(%s, %s, %s)"] * len(settings))
        words = [word for name, value in settings.items() for word in (name, value, local)]
        cursor.execute(f"SELECT {said}", words)
