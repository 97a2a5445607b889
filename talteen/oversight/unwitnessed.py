"""A log that nobody outside has seen for too long, or that a witness contradicts, is told of.

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
from talteen.register.log import ledger_witnesses
from talteen.register.log.ledger_witnesses import Witnesses
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()

KIND = "unwitnessed"


@transaction.atomic
def sound(file: RegisterFile, witnesses: Witnesses, after: timedelta, now: datetime) -> bool:
    """Whether something was told now. ``after``: how long heads may lack their witnesses."""
    against = [one for one in ledger_witnesses.standings(witnesses) if one.trouble == Tampered.slug]
    since = ledger_witnesses.missing_since(witnesses)
    if not against and (since is None or now - since < after):
        return False
    day = helsinki_date(now).isoformat()
    for to in sorted({file.dpo.email, file.contact.email}):
        letter_ = _letter(len(against), f"{KIND}:{day}:{bool(against)}:{to}", to)
        if new := messages.write(letter_, now):
            log.error("ledger.unwitnessed", contradicted_by=len(against))
    return new


def _letter(against: int, key: str, to: str) -> Message:
    with override("fi"):
        if against:
            told = gettext(
                "Pöytäkirjan todistaja tuntee pöytäkirjasta toisen historian kuin tämä talo. "
                "Älä muuta mitään, ennen kuin syy on löytynyt."
            )
        else:
            told = gettext(
                "Pöytäkirjan uusimmalta päältä puuttuu todistajien allekirjoituksia. "
                "Hävittäminen jatkuu aikanaan; ulkopuolinen ei vain ole nähnyt, "
                "mitä pöytäkirja nyt sanoo."
            )
        lines = [told, "", gettext("Todistajien tilanne on pöytäkirjan sivulla.")]
        subject = gettext("Talteen: pöytäkirjan todistajat")
    return Message(key, to, subject, "\n".join(lines) + "\n")
