"""The offer of media in a message, judged before anything is changed by it.

Only three things refuse a message: SDP that cannot be read, an offer with nothing that could be
recorded, and a body of a kind that is none of ours.
"""

from talteen.engine.wire import answer, body, sdp
from talteen.engine.wire.answer import Line, Taking
from talteen.engine.wire.body import Body
from talteen.engine.wire.sdp import Description
from talteen.errors import InputError
from talteen.life.capture import oddities
from talteen.life.capture.reply import BAD_SDP, NO_CODEC, WRONG_TYPE, Received, Reply

Judged = tuple[Description | None, tuple[Line, ...], Reply | None]


def read(message: Received, content: Body, taking: Taking) -> Judged:
    """The SDP of an INVITE, UPDATE or ACK with its lines judged; or the reply that refuses it.

    An ACK has no answer, so nothing in it is refused: a line that cannot be recorded is then off.
    """
    part = oddities.first(content, body.SDP)
    if message.method not in {"INVITE", "UPDATE", "ACK"}:
        return None, (), None
    if part is None:
        foreign = message.method == "INVITE" and content.parts and _is_foreign(message, content)
        return None, (), WRONG_TYPE if foreign else None
    try:
        offer = sdp.parse(part.content)
    except InputError:
        return None, (), BAD_SDP if message.method != "ACK" else None
    lines = answer.judge(offer, taking)
    usable = answer.usable(lines) or message.method == "ACK"
    return offer, lines, None if usable else NO_CODEC


def _is_foreign(message: Received, content: Body) -> bool:
    """A body that is one part of a kind that is none of ours. A multipart may carry anything."""
    kind = (message.headers.get("Content-Type") or "").strip().lower()
    return not kind.startswith("multipart/") and oddities.metadata_part(content) is None
