"""An input that a signaller remembered, given to the switchboard once more."""

from talteen.engine.wire import sip
from talteen.engine.wire.sip import Request
from talteen.life.capture.ears import messages
from talteen.life.capture.effects import Effect
from talteen.life.capture.remembered import Input, What
from talteen.life.capture.switchboard import Switchboard


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
