"""Where messages to programs may go: to machines that a record of the register names, and not into
networks that the operator did not name (REGISTER 11.1, 12.2; decision 195)."""

from collections.abc import Callable
from datetime import date

from talteen.config import Config
from talteen.errors import InputError, NotAllowed
from talteen.notice import coverage
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Processor
from talteen.register.post import outward
from talteen.register.post.outward import Target
from talteen.register.programs.webhook import Message


def target(config: Config, file: RegisterFile, url: str, today: date) -> Target:
    """The address behind ``url``, judged. InputError for no address, NotAllowed where nothing may
    go there."""
    host = outward.parsed(url).hostname or ""
    party = coverage.party(file, host)
    if party is None and not coverage.is_own(host):
        raise NotAllowed(
            "no record of the register names this host",
            remedy="write it under hosts of its [[processors]], or of [[own_machines]]",
        )
    if isinstance(party, Processor) and coverage.lapse_of(file, party.name, today):
        raise NotAllowed("the record of this host has lapsed", remedy="review it in register.toml")
    try:
        return outward.judged(url, outward.networks(config.webhooks.networks))
    except OSError:
        raise InputError("nobody has this name", remedy="check the host") from None


def sender(
    config: Config, file: RegisterFile, today: Callable[[], date]
) -> Callable[[str, Message], int]:
    """Posts a message to an address that is judged anew each time."""

    def send(url: str, message: Message) -> int:
        return outward.post(target(config, file, url, today()), message.headers, message.body)

    return send
