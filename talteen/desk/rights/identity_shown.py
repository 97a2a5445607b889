"""What is known of who asks, as the pages of a request show it (REGISTER 14.6)."""

from dataclasses import dataclass
from datetime import datetime

from talteen.desk.entry import outside
from talteen.desk.page.visit import VisitRequest
from talteen.errors import InputError
from talteen.life.answer import calls, identity
from talteen.life.answer.models import SubjectRequest
from talteen.notice.identity import Tier
from talteen.register.post.messages import Channel


@dataclass(frozen=True, slots=True)
class IdentityShown:
    """How far it is known, and where a code can go."""

    number_at: datetime | None
    """When a code to the number came back."""
    address_at: datetime | None
    told_fact: bool
    tier: Tier
    channels: tuple[str, ...]
    """Where a code can be sent: "text", "mail"."""
    strong: str = ""
    """What an identification service calls them; empty where they did not go there."""
    strong_at: datetime | None = None
    offers_strong: bool = False
    said: str = ""
    fault: str = ""


def channel_in(request: VisitRequest) -> Channel:
    """The channel that a form names; InputError for any other."""
    try:
        return Channel(request.POST.get("channel", ""))
    except ValueError:
        raise InputError("no such channel", remedy="choose text or mail") from None


def shown(
    request: VisitRequest, row: SubjectRequest, *, said: str = "", fault: str = ""
) -> IdentityShown | None:
    """None where it does not matter any more."""
    if not identity.may_ask(row):
        return None
    house = request.visit.house
    known, asked = identity.known(house.vault, row), calls.asked_of(house.vault, row)
    ways = {
        Channel.TEXT: house.text_sender,
        Channel.CALL: house.call_sender,
        Channel.MAIL: house.sender,
    }
    open_ = [one for one, way in ways.items() if way and identity.receiver(asked, one)]
    proved = {
        Channel.TEXT: known.number_at,
        Channel.CALL: known.number_at,
        Channel.MAIL: known.address_at,
    }
    return IdentityShown(
        number_at=known.number_at,
        address_at=known.address_at,
        told_fact=known.told_fact,
        tier=known.tier,
        channels=tuple(one.value for one in open_ if proved[one] is None),
        strong=known.strong,
        strong_at=known.strong_at,
        offers_strong=known.strong_at is None and outside.identifies(request),
        said=said,
        fault=fault,
    )
