"""A node's notes, taken into the register: each exactly once, whenever the database answers.

How far a node's notes were taken in stands in the database and moves in the transaction of the note
itself, so a crash between the two cannot be. Nothing here touches sound.
"""

from collections.abc import Callable, Iterable

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.capture import acts, twins
from talteen.life.capture.acts import REMEMBERED
from talteen.life.capture.effects import About, Note
from talteen.life.capture.live import Fate
from talteen.life.capture.models import Notebook, Promise, Source
from talteen.register import ledger, ledger_kinds
from talteen.register.models import Line

NOT_TAKEN = "not_taken"
"""The kind of a call that was refused at the door (503 and the like)."""
UNBELIEVED = "unbelieved"
"""The kind of a count of evidence that does not count: not of calls."""
KEPT_FOR = 2 * REMEMBERED
_KINDS = {"refused": "refused", Fate.NOT_ANNOUNCED.value: "not_announced"}

Silent = Callable[[Note], None]
"""Tells of a stream that brings nothing."""
MacOf = Callable[[RecordingId], bytes]
"""The keyed hash by which the call of this id is known."""


def read_to(node: str) -> int:
    """Up to which byte the register has taken in the notes of ``node``."""
    return Notebook.objects.get_or_create(node=node)[0].read


def take(
    node: str,
    notes: Iterable[tuple[int, Note]],
    *,
    mac_of: MacOf,
    captured: Callable[[RecordingId], None],
    silent: Silent = lambda note: None,
) -> int:
    """Take in ``notes``, each with the offset behind it; gives how many.

    ``captured`` runs inside the transaction in which a call is known to have ended: its bundle is
    to be taken in. ``silent`` runs in that in which a stream is known to bring nothing.
    """
    taken = 0
    for end, note in notes:
        with transaction.atomic():
            notebook = Notebook.objects.select_for_update().get(node=node)
            if end <= notebook.read:
                continue
            _take(note, mac_of, captured, silent)
            notebook.read = end
            notebook.save(update_fields=["read"])
        taken += 1
    return taken


def _take(
    note: Note, mac_of: MacOf, captured: Callable[[RecordingId], None], silent: Silent
) -> None:
    match note.about:
        case About.SILENT:
            silent(note)
        case About.PROMISED if note.call is not None:
            _promise(note, mac_of(note.call))
        case About.KEPT if note.call is not None:
            _turn(mac_of(note.call), acts.CAPTURING)
        case About.ENDED if note.call is not None and note.fate == Fate.ENDED.value:
            _end(note, mac_of(note.call))
            _turn(mac_of(note.call), acts.CAPTURED)
            captured(note.call)
        case About.ENDED:
            _leave(note, mac_of(note.call) if note.call is not None else None)
        case About.REFUSED_CALL:
            acts.count(helsinki_date(note.at), None, NOT_TAKEN)
        case About.UNBELIEVED:
            acts.count(
                helsinki_date(note.at), Line.objects.filter(slug=note.line).first(), UNBELIEVED
            )
        case _:
            return


def _promise(note: Note, mac: bytes) -> None:
    Promise.objects.get_or_create(
        mac=mac,
        defaults={
            "arrived_at": note.at,
            "day": helsinki_date(note.at),
            "line": Line.objects.filter(slug=note.line).first(),
            "outcome": acts.RUNNING,
            "recording": note.call,
            "keep_until": note.at + KEPT_FOR,
            "source": Source.NONE.value,
            "names": _names(note),
        },
    )


def _turn(mac: bytes, outcome: str) -> None:
    Promise.objects.filter(mac=mac, outcome__in=acts.OPEN).update(outcome=outcome)


def _end(note: Note, mac: bytes) -> None:
    twins.name(mac, _names(note))
    Promise.objects.filter(mac=mac).update(ended_at=note.at)


def _names(note: Note) -> list[bytes]:
    return [bytes.fromhex(one) for one in note.names]


def _leave(note: Note, mac: bytes | None) -> None:
    """The call leaves a count: of its day, its line and the reason, and nothing else (15.1)."""
    kind = (_KINDS.get(note.fate) or note.reason or note.fate)[:24]
    day, names = helsinki_date(note.at), _names(note)
    if mac is None and names:
        mac = _of_the_unborn(note, names)
    if mac is not None:
        promise = Promise.objects.filter(mac=mac, outcome__in=acts.OPEN)
        if not promise.update(outcome=kind, recording=None):
            return  # it was told before
        _end(note, mac)
        if not twins.end(mac, kind, names, note.at):
            return  # the call is told of by another node
    acts.count(day, Line.objects.filter(slug=note.line).first(), kind)
    if kind == "refused":
        ledger.enter(ledger_kinds.Refused(recording=None, day=day), note.at)
    elif kind == "not_announced":
        ledger.enter(ledger_kinds.NotAnnounced(day=day, count=1), note.at)


def _of_the_unborn(note: Note, names: list[bytes]) -> bytes:
    """A promise for a session that was refused before its call began here: without one, a node that
    was not told would keep it. The names themselves are its key."""
    Promise.objects.get_or_create(
        mac=names[0],
        defaults={
            "arrived_at": note.at,
            "day": helsinki_date(note.at),
            "line": Line.objects.filter(slug=note.line).first(),
            "outcome": acts.RUNNING,
            "keep_until": note.at + KEPT_FOR,
            "source": Source.NONE.value,
            "names": names,
        },
    )
    return names[0]
