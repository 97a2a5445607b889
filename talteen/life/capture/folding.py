"""Inputs of the switchboard: which of them need be known again, and those that were, given to it
once more."""

import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from io import BytesIO
from operator import attrgetter
from typing import Any

from talteen.engine.wire import sip
from talteen.engine.wire.sip import Request
from talteen.life.capture import statement
from talteen.life.capture.dialogs import SessionDialog
from talteen.life.capture.directory import Directory
from talteen.life.capture.ears import messages
from talteen.life.capture.effects import Answer, Effect
from talteen.life.capture.remembered import Input, What
from talteen.life.capture.reply import Rules
from talteen.life.capture.switchboard import Switchboard

_REFRESHING = frozenset({"INVITE", "UPDATE"})
_OF_THE_HOUSE = (Directory, Rules)
"""The same for every call: no message changes them."""


def asked(
    board: Switchboard, dialog: str, request: Request, at: datetime
) -> tuple[list[Effect], bool]:
    """What follows from a request within a dialog, and whether it must be known again. A client
    refreshes its session every 45 s, if it likes (RFC 4028): what finds all as it was, and is only
    answered, is forgotten. Its CSeq and the new deadline stand in the dialog's own value."""
    before = _known(board.dialogs[dialog], request)
    effects = board.asked(dialog, request, at)
    if before is None or not all(isinstance(one, Answer) for one in effects):
        return effects, True
    of = board.dialogs.get(dialog)
    return effects, of is None or _known(of, request) != before


def _known(of: SessionDialog, request: Request) -> object:
    """What ``request`` may change of all that is known of a dialog and its calls, to be compared;
    None where nobody compares."""
    if statement.is_bare_ack(request):
        return of.session.confirmed, of.snapshot_asked
    if request.method not in _REFRESHING:
        return None
    written = BytesIO()
    pickler = pickle.Pickler(written)
    pickler.dispatch_table = _plainly
    try:
        pickler.dump(of)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None  # what cannot be compared is remembered
    return written.getvalue()


class _Plainly(dict[type, Callable[[Any], Any]]):
    """How values are written to be compared, and never read: four times as fast as in a way in
    which they could be."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        if kind in _OF_THE_HOUSE:
            self[kind] = lambda _: (tuple, ())
        elif is_dataclass(kind):
            read = attrgetter(*(one.name for one in fields(kind)))
            self[kind] = lambda one: (kind, (read(one),))
        else:
            raise KeyError(kind)
        return self[kind]


_plainly = _Plainly()


def folded(board: Switchboard, one: Input) -> list[Effect]:
    """What follows from ``one``, as it followed the first time."""
    match one.what:
        case What.BEGINS:
            return board.begins(
                one.dialog,
                _request(one.data),
                secure=one.secure,
                called=one.called,
                now=one.at,
                peer=one.peer,
                ear=one.ear,
            )
        case What.ASKED if one.dialog in board.dialogs:
            return board.asked(one.dialog, _request(one.data), one.at)
        case What.LOST:
            return board.lost(one.dialog, one.at)
        case What.REPORTED:
            report = messages.read(one.data)
            return board.reported(one.ear, report, one.at)  # type: ignore[arg-type]
        case What.TICK:
            return board.tick(one.at)
        case _:
            return []


def _request(data: bytes) -> Request:
    message = sip.parse(data)
    if not isinstance(message, Request):
        raise TypeError("only requests are remembered")
    return message
