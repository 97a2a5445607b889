"""The access log is looked at by fixed rules, and the data protection officer is told (REGISTER D).

Numbers of callers are compared here and kept nowhere: for the few calls that one person opened in a
week, under a key that lives for one look. Who reads what was found is entered by name, and says
whether it belonged to the person's work.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen import ids
from talteen.clock import helsinki_date, start_of_day
from talteen.errors import Conflict, KeyGone, NoLongerOpens, NotAllowed, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose, Role
from talteen.oversight.use import odd
from talteen.oversight.use.models import OddUse, UseState
from talteen.oversight.use.odd import LIMITS, Line, Odd
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.staff import sign_in_tries, two_persons

log = structlog.get_logger()
EVERY = timedelta(minutes=10)
READERS = frozenset({Role.DPO, Role.OWNER})
"""Who sees what was found; the person concerned sees their own part elsewhere."""
KIND = "odd"


def due(now: datetime) -> bool:
    """Whether ten minutes have passed since the last look; a clock that went back is no reason to
    wait."""
    last = UseState.objects.filter(pk=1).values_list("looked_at", flat=True).first()
    return last is None or not timedelta(0) <= now - last < EVERY


def look(vault: Vault, file: RegisterFile, now: datetime) -> int:
    """Look at today, and at the days since the last look, a week of them at most. Returns how many
    findings are new."""
    state, _ = UseState.objects.get_or_create(pk=1)
    today = helsinki_date(now)
    since = helsinki_date(state.looked_at) if state.looked_at is not None else today
    back = min(max((today - since).days, 0), odd.WEEK.days)
    days = [today - timedelta(days=ago) for ago in range(back, -1, -1)]
    new = sum(_look(vault, file, day, now) for day in days)
    _tell_of_tries(file, now)
    UseState.objects.filter(pk=1).update(looked_at=now)
    return new


def lines_of(vault: Vault, day: date, now: datetime) -> list[Line]:
    """The openings and denials of the week that ends with ``day``, as the rules need them."""
    begin = start_of_day(day - odd.WEEK + timedelta(days=1))
    rows = AccessEntry.objects.filter(
        at__gte=begin, at__lt=start_of_day(day + timedelta(days=1)), action__in=("grant", "denied")
    )
    entries = list(rows.values_list("at", "staff", "action", "purpose", "recording"))
    agents: dict[UUID | None, UUID] = dict(
        Recording.objects.filter(pk__in={row[4] for row in entries if row[4]}).values_list(
            "pk", "agent"
        )
    )
    callers = _callers(vault, entries, now)
    return [
        Line(at, staff, action == "denied", purpose, call, agents.get(call), callers.get(call))
        for at, staff, action, purpose, call in entries
    ]


@transaction.atomic
def judge(finding: UUID, by: Staff, *, follows: bool, now: datetime) -> None:
    """Enter that ``by`` has looked: it belonged to the person's work, or it did not.

    NotAllowed for another role; SamePerson for the one whom it is about; Conflict where somebody
    was first.
    """
    if Role(by.role) not in READERS:
        raise NotAllowed("this role does not judge uses", remedy="ask the data protection officer")
    row = OddUse.objects.select_for_update().filter(pk=finding, seen_at=None).first()
    if row is None:
        raise Conflict("somebody has looked at this", remedy="open the page again")
    two_persons.check(row.staff, by.pk)
    row.seen_by, row.seen_at, row.follows = by, now, follows
    row.save(update_fields=["seen_by", "seen_at", "follows"])


@transaction.atomic
def _look(vault: Vault, file: RegisterFile, day: date, now: datetime) -> int:
    new = 0
    for one in odd.found(lines_of(vault, day, now), day):
        row, made = OddUse.objects.get_or_create(
            rule=one.rule.value,
            staff=one.staff,
            day=one.day,
            defaults={"id": ids.new(), "count": one.count, "found_at": now},
        )
        if not made and row.seen_at is None and row.count != one.count:
            OddUse.objects.filter(pk=row.pk).update(count=one.count)
        if made:
            log.warning("use.odd", rule=one.rule.value, staff=one.staff, count=one.count)
            messages.write(letter(one, file.dpo.email), now)
            new += 1
    return new


def letter(one: Odd, to: str) -> Message:
    """The alarm in Finnish, which the officer of the register reads. It names nobody."""
    with override("fi"):
        text = {
            odd.Rule.MANY: gettext("Yksi henkilö avasi %(n)s puhelua päivässä."),
            odd.Rule.NIGHT: gettext("Yksi henkilö avasi yöllä puheluita: %(n)s."),
            odd.Rule.ONE_COLLEAGUE: gettext(
                "Yksi henkilö avasi viikossa %(n)s saman työkaverin puhelua."
            ),
            odd.Rule.ONE_CALLER: gettext(
                "Yksi henkilö avasi viikossa %(n)s saman soittajan puhelua ilman tämän pyyntöä."
            ),
            odd.Rule.DENIED: gettext("Yhdeltä henkilöltä evättiin tunnissa %(n)s avausta."),
        }[one.rule]
        lines = [
            text % {"n": one.count},
            "",
            gettext("Kuka ja mitä: Käyttö-sivulla. Havainto on syy kysyä, ei päätelmä."),
        ]
        subject = gettext("Talteen: katso, mihin rekisteriä käytettiin")
    key = f"{KIND}:{one.rule.value}:{one.staff.hex}:{one.day.isoformat()}:{to}"
    return Message(key[:96], to, subject, "\n".join(lines) + "\n")


def _tell_of_tries(file: RegisterFile, now: datetime) -> None:
    """Somebody keeps on guessing at the door: once a day is enough to know it."""
    count = sign_in_tries.persistent(now)
    if not count:
        return
    with override("fi"):
        body = gettext("Sisäänkirjautumista on arvattu pitkään. Tunnuksia: %(n)s.") % {"n": count}
        subject = gettext("Talteen: kirjautumista arvaillaan")
    key = f"tries:{helsinki_date(now).isoformat()}:{file.dpo.email}"
    if messages.write(Message(key[:96], file.dpo.email, subject, f"{body}\n"), now):
        log.warning("sign_in.guessed", count=count)


_Entry = tuple[datetime, UUID, str, str, UUID | None]


def _callers(vault: Vault, entries: Iterable[_Entry], now: datetime) -> Mapping[UUID | None, bytes]:
    """A token of the caller for calls of people who opened enough of them for a rule to matter."""
    request = Purpose.DATA_SUBJECT_REQUEST.value
    asked = {
        (staff, call)
        for _, staff, action, purpose, call in entries
        if call is not None and action == "grant" and purpose != request
    }
    busy = Counter(staff for staff, _ in asked)
    calls = {call for staff, call in asked if busy[staff] >= LIMITS.one_caller}
    key = secrets.token_bytes(32)
    tokens: dict[UUID | None, bytes] = {}
    for call in sorted(calls):
        try:
            number = vault.entry(RecordingId(call), now).number
        except (NoLongerOpens, KeyGone, Unavailable):
            continue
        if number:
            tokens[call] = hashlib.blake2b(number.encode(), key=key, digest_size=16).digest()
    return tokens
