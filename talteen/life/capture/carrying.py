"""A node's notes, taken into the register: each exactly once, whenever the database answers.

How far a node's notes were taken in stands in the database and moves in the transaction of the note
itself, so a crash between the two cannot be. Nothing here touches sound.
"""

from collections.abc import Callable, Iterable

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.capture import acts, begun, twins, unsealed
from talteen.life.capture.acts import REMEMBERED
from talteen.life.capture.models import Notebook, Promise, Source
from talteen.life.capture.note import About, Fate, Note
from talteen.register.log import ledger, ledger_kinds
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
            _keep(note, _promise(note, mac_of(note.call)))
        case About.ENDED if note.call is not None and note.fate == Fate.ENDED.value:
            _end(note, _promise(note, mac_of(note.call)))
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


def _promise(note: Note, mac: bytes) -> Promise:
    """The promise of a note's call, made where another note of it is the first to be read."""
    promise, made = Promise.objects.select_for_update().get_or_create(
        mac=mac, defaults=_promised(note)
    )
    if not made and note.at < promise.arrived_at:
        promise.arrived_at, promise.day = note.at, helsinki_date(note.at)
        promise.save(update_fields=["arrived_at", "day"])
    return promise


def _promised(note: Note) -> dict[str, object]:
    return {
        "arrived_at": note.at,
        "day": helsinki_date(note.at),
        "line": Line.objects.filter(slug=note.line).first(),
        "outcome": acts.RUNNING,
        "recording": note.call,
        "keep_until": note.at + KEPT_FOR,
        "source": Source.NONE.value,
        "names": _names(note),
    }


def _keep(note: Note, promise: Promise) -> None:
    if promise.outcome == acts.RUNNING:
        promise.outcome = acts.CAPTURING
        promise.save(update_fields=["outcome"])
    names = [bytes(one) for one in promise.names]
    begun.begin(note, promise, twins.others(names, bytes(promise.mac), promise.arrived_at))


def _end(note: Note, promise: Promise) -> None:
    twins.name(bytes(promise.mac), _names(note))
    ended = Promise.objects.filter(mac=promise.mac)
    ended.update(ended_at=note.at)
    if ended.filter(outcome__in=acts.OPEN).update(outcome=acts.CAPTURED) and note.call is not None:
        begun.end(note.call, note.at)


def _names(note: Note) -> list[bytes]:
    return [bytes.fromhex(one) for one in note.names]


def _leave(note: Note, mac: bytes | None) -> None:
    """The call leaves a count: of its day, its line and the reason, and nothing else (15.1)."""
    kind = (_KINDS.get(note.fate) or note.reason or note.fate)[:24]
    day, names = helsinki_date(note.at), _names(note)
    if mac is None and names:
        mac = _of_the_unborn(note, names)
    recording = None
    if mac is not None:
        promise = _promise(note, mac)
        if promise.outcome not in acts.OPEN:
            return  # it was told before
        if unsealed.refuse(note.call):
            recording = note.call
        Promise.objects.filter(mac=mac).update(outcome=kind, recording=None)
        _end(note, promise)
        if not twins.end(mac, kind, names, note.at):
            return  # the call is told of by another node
    acts.count(day, Line.objects.filter(slug=note.line).first(), kind)
    if kind == "refused":
        ledger.enter(ledger_kinds.Refused(recording=recording, day=day), note.at)
    elif kind == "not_announced":
        ledger.enter(ledger_kinds.NotAnnounced(day=day, count=1), note.at)


def _of_the_unborn(note: Note, names: list[bytes]) -> bytes:
    """A promise for a session that was refused before its call began here: without one, a node that
    was not told would keep it. The names themselves are its key."""
    Promise.objects.get_or_create(mac=names[0], defaults=_promised(note))
    return names[0]
