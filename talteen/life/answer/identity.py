"""A code to the number or the address that a person named shows that it is theirs (J12, 14.6).

What is asked for here never looks whether the number has calls, nor says whether a code went out:
whoever asks gets one answer (I18). A code opens nothing; it is one thing that the reader of a
request knows of who asks.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override

from talteen import ids
from talteen.errors import Conflict, NotAllowed
from talteen.life.answer import calls, papers, posting, steps
from talteen.life.answer.house import Keeps
from talteen.life.answer.mailbox_models import IdentityCode
from talteen.life.answer.models import SubjectRequest
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice import identity
from talteen.notice.identity import Tier
from talteen.notice.requests import Stage
from talteen.register.post.messages import Channel, Message
from talteen.register.spared.do_not_record_hashes import full_number

DIGITS, TRIES = 6, 5
STRONG = "strong"
"""The kind of paper that says who somebody is by an identification service."""
ASKED_IN = (Stage.RECEIVED, Stage.IDENTIFYING, Stage.SCOPING)
OF_A_REQUEST, OF_A_RECEIVER, OF_ALL = 3, 5, 60
"""Codes at most: of one request in an hour, to one receiver in a day, of the house in an hour. A
text message costs money, and nobody shall be woken by ours."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_REMEMBERED = timedelta(days=30)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of who asks."""

    number_at: datetime | None
    """When a code to the number came back."""
    address_at: datetime | None
    told_fact: bool
    """A day with its time, or a fact by which the call is known."""
    strong: str = field(default="", repr=False)
    """What they are called by an identification service, where they went there."""
    strong_at: datetime | None = None

    @property
    def tier(self) -> Tier:
        """How far that goes."""
        holds = self.number_at is not None
        strong = self.strong_at is not None
        return identity.reached(holds_number=holds, told_fact=self.told_fact, strong=strong)


def receiver(asked: Texts, channel: Channel) -> str:
    """To where a code can go; empty where the person named no such place."""
    if channel is not Channel.MAIL:
        return full_number(asked.get("number", "")) or ""
    found = asked.get("reach", "").strip()
    return found if _ADDRESS.fullmatch(found) else ""


def send(house: Keeps, request: SubjectRequest, channel: Channel, now: datetime) -> None:
    """Send a code, if there is where to and not too many went before; nobody is told which.

    Conflict where the person is known already.
    """
    vault = house.vault
    with transaction.atomic():
        row = steps.locked(request.pk, None)
        _check_asked(row)
        to = receiver(calls.asked_of(vault, row), channel)
        if not to or _too_many(vault, row, to, now):
            return
        minutes = house.register.request.code_minutes
        IdentityCode.objects.filter(request=row, proved_at=None).update(code=b"")
        made, code = IdentityCode(id=ids.new()), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        made.request, made.channel, made.receiver = row, channel.value, _mark(vault, to)
        made.code, made.tries_left = _hash(vault, made, code), TRIES
        made.sent_at, made.ends_at = now, now + timedelta(minutes=minutes)
        made.save(force_insert=True)
        words = (_aloud if channel is Channel.CALL else _words)(house, row, code, minutes)
        message = Message(f"code:{made.pk}", to, *words, language=row.language)
        posting.post(vault, row, channel, message, now, not_after=made.ends_at)


def prove(vault: Vault, request: SubjectRequest, typed: str, now: datetime) -> Channel:
    """The person says the code that came. NotAllowed for any other, for one that is over, and after
    five tries for every one: always the same."""
    with transaction.atomic():
        row = steps.locked(request.pk, None)
        living = IdentityCode.objects.select_for_update().filter(request=row, proved_at=None)
        living = living.filter(ends_at__gt=now, tries_left__gt=0).exclude(code=b"")
        code = living.order_by("-sent_at").first()
        given = "".join(typed.split())
        good = code is not None and hmac.compare_digest(bytes(code.code), _hash(vault, code, given))
        if code is not None:
            code.tries_left -= 1
            if good:
                code.proved_at, code.code = now, b""
            code.save(update_fields=["tries_left", "proved_at", "code"])
    if code is None or not good:
        raise NotAllowed("this code is none now", remedy="ask for a new one")
    return Channel(code.channel)


def known(vault: Vault, request: SubjectRequest) -> Known:
    """What is known of who asks. A code counts for the place that is named now, and no other."""
    asked = calls.asked_of(vault, request)
    told = bool(asked.get("fact") or (asked.get("day") and asked.get("around")))
    paper = request.papers.filter(kind=STRONG).order_by("-at").first()
    return Known(
        number_at=_proved(vault, request, asked, Channel.TEXT)
        or _proved(vault, request, asked, Channel.CALL),
        address_at=_proved(vault, request, asked, Channel.MAIL),
        told_fact=told,
        strong=papers.read(vault, paper)["name"] if paper else "",
        strong_at=paper.at if paper else None,
    )


def identified_strongly(vault: Vault, request: UUID, name: str, now: datetime) -> None:
    """A service said who the person is, as they wanted: the name goes into the file, sealed, and
    nothing else of what the service knows. Conflict where it is known already who asks."""
    with transaction.atomic():
        row = steps.locked(request, None)
        _check_asked(row)
        papers.write(vault, row, STRONG, {"name": name}, by=None, now=now)


def may_ask(request: SubjectRequest) -> bool:
    """Whether codes are of any use to this request now."""
    return Stage(request.stage) in ASKED_IN


def forget(now: datetime) -> None:
    """Codes that proved nothing go after a month, and all of a request with its file."""
    IdentityCode.objects.filter(proved_at=None, sent_at__lt=now - _REMEMBERED).delete()
    IdentityCode.objects.filter(request__forgotten_at__isnull=False).delete()


def _proved(
    vault: Vault, request: SubjectRequest, asked: Texts, channel: Channel
) -> datetime | None:
    to = receiver(asked, channel)
    rows = IdentityCode.objects.filter(request=request, channel=channel.value)
    found = rows.filter(receiver=_mark(vault, to), proved_at__isnull=False) if to else rows.none()
    newest = found.order_by("-proved_at").first()
    return newest.proved_at if newest else None


def _check_asked(row: SubjectRequest) -> None:
    if not may_ask(row):
        raise Conflict("it is known who asks", remedy="read the request again")


def _too_many(vault: Vault, row: SubjectRequest, to: str, now: datetime) -> bool:
    lately = IdentityCode.objects.filter(sent_at__gt=now - _HOUR)
    of_receiver = IdentityCode.objects.filter(receiver=_mark(vault, to), sent_at__gt=now - _DAY)
    return (
        lately.filter(request=row).count() >= OF_A_REQUEST
        or of_receiver.count() >= OF_A_RECEIVER
        or lately.count() >= OF_ALL
    )


def _mark(vault: Vault, to: str) -> bytes:
    return hmac.digest(vault.mailbox_key(), b"receiver\0" + to.lower().encode(), "sha256")


def _hash(vault: Vault, code: IdentityCode, digits: str) -> bytes:
    return hmac.digest(vault.mailbox_key(), b"code\0" + code.pk.bytes + digits.encode(), "sha256")


def _words(house: Keeps, row: SubjectRequest, code: str, minutes: int) -> tuple[str, str]:
    with override(row.language):
        told = {"who": house.register.controller.name, "code": code, "n": minutes}
        said = gettext(
            "%(who)s: koodisi on %(code)s. Se on voimassa %(n)s minuuttia. Älä kerro sitä muille. "
            "Emme lähetä linkkejä."
        )
        return gettext("Koodisi"), said % told


def _aloud(house: Keeps, row: SubjectRequest, code: str, minutes: int) -> tuple[str, str]:
    """The code as it is heard: figure by figure, twice, for whoever looks for a pen."""
    with override(row.language):
        told = {"who": house.register.controller.name, "code": ", ".join(code), "n": minutes}
        said = gettext(
            "%(who)s soittaa, koska pyysit koodia. Koodisi on %(code)s. Toistan: %(code)s. Se on "
            "voimassa %(n)s minuuttia. Älä kerro sitä muille."
        )
        return gettext("Koodisi"), said % told
