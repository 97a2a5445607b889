"""The other ways of being served, sent to a caller who does not want to be recorded (15.2).

The exchange hears the key and says to which number. It is used for this one text message and
stands nowhere: no row, no log, no outbox. Where the gateway does not answer, the caller has heard
the addresses, and nothing is sent later.
"""

from hashlib import sha256
from time import monotonic
from typing import Annotated, Literal

from django.utils.translation import gettext, override
from pydantic import Field

from talteen.desk.ground.rates import Buckets
from talteen.desk.interface.api_frame import Asked, Operation, Reply, Value, json_body
from talteen.desk.page.problems import TooMany
from talteen.errors import Missing
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.oversight.flow import gate
from talteen.register.post.messages import Message
from talteen.register.programs.api_scopes import Scope

buckets = Buckets(per_second=1 / 6, at_once=60, of="other-ways")
"""Of the whole house: a text message costs money, and a stolen token wakes nobody a thousand times.
"""


class Wanted(Value):
    """A caller wants the addresses."""

    number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
    """With its country code (E.164). It is not kept."""
    language: Literal["fi", "sv", "en"]
    """Of the call."""


class Sent(Value):
    """The gateway has taken it."""

    sent: Literal[True] = True


def text(file: RegisterFile, language: Language) -> str:
    """The message: who writes, and the ways of the notice."""
    ways = file.alternatives
    with override(language.value):
        return gettext(
            "%(who)s: asiasi hoituu ilman tallennusta sähköpostilla %(mail)s, verkossa %(web)s, "
            "sovelluksessa %(app)s tai paikan päällä (%(visit)s). Numeroasi ei säilytetty."
        ) % {
            "who": file.controller.name,
            "mail": ways.email,
            "web": ways.web,
            "app": ways.app[language],
            "visit": ways.visit[language],
        }


def _send(asked: Asked) -> Reply:
    house, told = asked.at_home(), asked.body
    sender = gate.text_sender(house, asked.now)
    if sender is None:
        raise Missing("no text message leaves this house", remedy="set up [sms] and its record")
    if buckets.take("house", monotonic()):
        raise TooMany("too many messages are asked for", remedy="tell the addresses by voice")
    key = sha256(asked.by().pk.bytes + asked.key.encode()).hexdigest()
    said = text(house.register, Language(told.language))
    sender.send(Message(f"ways:{key}", told.number, "", said))
    return Reply(Sent(), status=202)


OPERATIONS = (
    Operation(
        "sendOtherWays",
        "POST",
        "other-ways",
        Scope.WAYS_SEND,
        "Send a caller who refused recording the addresses where they are served without it.",
        _send,
        Sent,
        body=json_body(Wanted),
        status=202,
        problems=(404, 503),
    ),
)
