"""Jobs for the tests of the queue. What they did stands in the table of units, one row a deed."""

import threading
from uuid import UUID, uuid4

from django.db import transaction

from talteen.errors import KeyGone, Unavailable
from talteen.models import Unit
from talteen.register.database.jobs import check_stop, job


def deeds(what: str) -> list[str]:
    """The things for which ``what`` was done, in order."""
    rows = Unit.objects.filter(name_fi=what).order_by("name_en")
    return [row.name_sv for row in rows]


def did(what: str, thing: UUID) -> None:
    """Commit that ``what`` was done for ``thing``."""
    order = f"{Unit.objects.count():06}"
    Unit.objects.create(slug=uuid4().hex, name_fi=what, name_sv=str(thing), name_en=order)


@job("test.note")
def note(thing: UUID) -> None:
    """Done once, at once."""
    did("note", thing)


@job("test.note_first", priority=10)
def note_first(thing: UUID) -> None:
    """Done before all that wait with it."""
    did("note", thing)


@job("test.pass_on")
def pass_on(thing: UUID) -> None:
    """Enqueues another, in its own transaction."""
    with transaction.atomic():
        did("pass_on", thing)
        note.enqueue(thing)


@job("test.pass_on_and_fail")
def pass_on_and_fail(thing: UUID) -> None:
    """Enqueues another and rolls back."""
    with transaction.atomic():
        note.enqueue(thing)
        raise KeyGone("the key was destroyed", remedy="nothing")


@job("test.gone")
def gone(thing: UUID) -> None:
    """Meets an error that no repetition mends."""
    did("gone", thing)
    raise KeyGone("the key was destroyed", remedy="nothing")


@job("test.crash")
def crash(thing: UUID) -> None:
    """Meets a bug."""
    did("crash", thing)
    raise ZeroDivisionError


@job("test.away")
def away(thing: UUID) -> None:
    """Meets something unavailable."""
    did("away", thing)
    raise Unavailable("the key holder does not answer", remedy="see its service")


@job("test.hang_once")
def hang_once(thing: UUID) -> None:
    """The first time it never ends."""
    did("begun", thing)
    if deeds("begun").count(str(thing)) == 1:
        threading.Event().wait()
    did("ended", thing)


@job("test.hang_always")
def hang_always(thing: UUID) -> None:
    """It never ends."""
    did("begun", thing)
    threading.Event().wait()


@job("test.until_stop")
def until_stop(thing: UUID) -> None:
    """A long job that minds being stopped."""
    did("begun", thing)
    while len(deeds("begun")) < 2:
        check_stop()
        threading.Event().wait(0.01)
    did("ended", thing)
