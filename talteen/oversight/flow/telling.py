"""Those who answer for the register are told of a record that will lapse, and of one that has
(REGISTER 2.3, 12.2). Once each: the pages show what stands."""

from datetime import date, datetime

import structlog
from django.utils.translation import gettext, override

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.notice import coverage
from talteen.notice.coverage import Lapse
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Processor
from talteen.oversight.flow import gate
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()


def remind(config: Config, file: RegisterFile, now: datetime) -> int:
    """Write what has not been written yet; how many messages."""
    today = helsinki_date(now)
    written = [
        messages.write(one, now)
        for to in sorted({file.contact.email, file.dpo.email})
        for one in _letters(config, file, today, to)
    ]
    if any(written):
        log.warning("records.told", n=sum(written))
    return sum(written)


def _letters(config: Config, file: RegisterFile, today: date, to: str) -> list[Message]:
    lapsed = coverage.lapses(file, today)
    stopped = {one.lapse.party for one in gate.stopped(config, file, today)}
    soon = [one for one in file.processors
            if coverage.is_soon(coverage.next_review(file, one), today)]  # fmt: skip
    return [*(_ended(one, one.party in stopped, to) for one in lapsed),
            *(_coming(file, one, to) for one in soon)]  # fmt: skip


def _ended(lapse: Lapse, stops: bool, to: str) -> Message:
    with override("fi"):
        what = gettext("Käsittelijän %(party)s kirjaus ei enää kanna.") % {"party": lapse.party}
        so = (
            gettext("Sinne ei viedä mitään uutta. Lukeminen ja hävittäminen jatkuvat.")
            if stops
            else gettext("Talo ei ole siihen yhteydessä, mutta kirjaus on tarkistettava.")
        )
        then = gettext("Tarkista se ja kirjoita uusi päivä rekisteritietoihin: sivu Käsittelijät.")
        subject = gettext("Talteen: käsittelijän kirjaus on päättynyt")
    key = f"record-lapsed:{lapse.party}:{lapse.why.value}:{lapse.since}:{to}"
    return Message(key, to, subject, "\n".join([what, so, "", then]) + "\n")


def _coming(file: RegisterFile, processor: Processor, to: str) -> Message:
    day = coverage.next_review(file, processor)
    with override("fi"):
        what = gettext("Käsittelijän %(party)s tarkistuspäivä on %(day)s.") % {
            "party": processor.name,
            "day": f"{day.day}.{day.month}.{day.year}" if day else "",
        }
        then = gettext("Sen jälkeen sinne ei viedä mitään uutta, ennen kuin se on tarkistettu.")
        subject = gettext("Talteen: käsittelijä on tarkistettava")
    return Message(f"record-review:{processor.name}:{day}:{to}", to, subject, f"{what}\n{then}\n")
