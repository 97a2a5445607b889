"""The mailbox of requests is silent: an alarm on the pages, and by mail once a day (3.1).

The mail goes to contact and officer, whose boxes may be others than the one that is silent; the
pages show it in any case (``canary.silent_since``).
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen.clock import HELSINKI, helsinki_date
from talteen.life.answer import canary
from talteen.notice.particulars import RegisterFile
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()


@transaction.atomic
def sound(file: RegisterFile, now: datetime) -> bool:
    """Tell of a silent mailbox, once a day; whether it was told now."""
    since = canary.silent_since(now)
    if since is None:
        return False
    told = [
        messages.write(_letter(since, f"mailbox:{helsinki_date(now)}:{to}", to), now)
        for to in sorted({file.contact.email, file.dpo.email})
    ]
    if any(told):
        log.error("mailbox.silent", since=since.isoformat())
    return any(told)


def _letter(since: datetime, key: str, to: str) -> Message:
    at = since.astimezone(HELSINKI)
    with override("fi"):
        lines = [
            gettext("Pyyntöjen postilaatikko on hiljaa: talon oma koekirje ei ole tullut perille."),
            gettext("Alkoi %(when)s.")
            % {"when": f"{at.day}.{at.month}.{at.year} {at.hour}.{at.minute:02}"},
            "",
            gettext("Pyyntöjä voi jäädä saapumatta, ja niiden määräaika kuluu. Tarkista laatikko."),
        ]
        subject = gettext("Talteen: pyyntöjen postilaatikko on hiljaa")
    return Message(key, to, subject, "\n".join(lines) + "\n")
