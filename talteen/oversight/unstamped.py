"""A time stamp that is due and does not come, or does not hold, is told of; nothing waits for it.

The contact of the register and the data protection officer get one message a day for as long as it
lasts; the operator's log an error an hour at most.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen.clock import helsinki_date
from talteen.errors import Tampered
from talteen.notice.particulars import RegisterFile
from talteen.register.log import ledger_stamps
from talteen.register.log.ledger_stamps import Stamping
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()

KIND = "unstamped"


@transaction.atomic
def sound(file: RegisterFile, stamping: Stamping, after: timedelta, now: datetime) -> bool:
    """Whether something was told now. ``after``: how long a stamp may be overdue."""
    since = ledger_stamps.missing_since(stamping)
    if since is None or now - since < after:
        return False
    stood = ledger_stamps.standing(stamping)
    broken = stood is not None and stood.trouble == Tampered.slug
    day = helsinki_date(now).isoformat()
    told = [
        messages.write(_letter(f"{KIND}:{day}:{broken}:{to}", to, broken=broken), now)
        for to in sorted({file.dpo.email, file.contact.email})
    ]
    if any(told):
        log.error("ledger.unstamped", reason=stood.trouble if stood else "")
    return any(told)


def _letter(key: str, to: str, *, broken: bool) -> Message:
    with override("fi"):
        if broken:
            told = gettext(
                "Aikaleimapalvelun vastaus ei kelpaa: se ei ole nimetyn palvelun allekirjoittama "
                "tai koskee muuta kuin pöytäkirjan päätä."
            )
        else:
            told = gettext(
                "Pöytäkirjan päälle ei ole saatu aikaleimaa ajallaan: palvelu ei vastaa."
            )
        lines = [
            told,
            gettext("Hävittäminen jatkuu silti aikanaan."),
            "",
            gettext("Tilanne on pöytäkirjan sivulla."),
        ]
        subject = gettext("Talteen: pöytäkirjan aikaleima puuttuu")
    return Message(key, to, subject, "\n".join(lines) + "\n")
