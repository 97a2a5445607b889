"""A word by mail that something waits: once a day at most, to those who chose it, and nothing more.

The mail names nobody, counts nothing and says not of what it is: a mail box is no part of the
register, and whoever reads over a shoulder learns that its owner has work (12.5). What waits is
asked of the same rows as the pages of the desk, at seven in the morning; a person for whom nothing
waits then is told nothing that day.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, override

from talteen.clock import HELSINKI, helsinki_date
from talteen.life.answer import canary, officer, steps
from talteen.life.answer.disclose import article19
from talteen.life.answer.disclose import waiting as disclosures
from talteen.life.answer.models import RequestAnswer, SubjectRequest
from talteen.life.hold import provisional
from talteen.life.use.coach import goals, playlists, scripts, trained
from talteen.life.use.coach import shown as passages
from talteen.life.use.guide import articles
from talteen.life.use.guide.articles import READERS as GUIDED
from talteen.life.use.quality import calibrated, waiting
from talteen.life.use.study import shown as studies
from talteen.life.use.study.shown import Stage as StudyStage
from talteen.notice.breaches import OPEN
from talteen.notice.purposes import Role
from talteen.notice.requests import Stage
from talteen.oversight import (
    access_reviews,
    adopting,
    key_alarms,
    near,
    personnel_openings,
    publishing,
)
from talteen.oversight.breaches.models import Breach
from talteen.oversight.use.models import OddUse, PurposeCheck
from talteen.register import personnel_openings as running_openings
from talteen.register.models import Staff
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.staff.account_models import Invitation
from talteen.register.staff.preference_models import StaffPreference

log = structlog.get_logger()
FROM_HOUR = 7
"""In Helsinki."""
Waits = Callable[[Staff, datetime], bool]


def send(web: str, now: datetime) -> int:
    """Look once a day for everybody who wants it; how many were told. ``web``: where the desk is,
    or empty."""
    if now.astimezone(HELSINKI).hour < FROM_HOUR:
        return 0
    return sum(_look(one.staff_id, web, now) for one in _to_look_at(now))


def waits(person: Staff, now: datetime) -> bool:
    """Whether anything at the desk waits for this person, or a day of theirs comes near."""
    return any(
        one(person, now)
        for one in (_asked_why, near.comes, near.overdue, *_OF.get(Role(person.role), ()))
    )


def letter(person: Staff, to: str, web: str, day: str) -> Message:
    """The whole of it, in the person's language. It is the same for everybody."""
    with override(person.language):
        lines = [gettext("Sinulle on jotain Talteenissa.")]
        if web:
            lines += ["", web]
        lines += [
            "",
            gettext("Saat tämän enintään kerran päivässä, koska valitsit niin."),
            gettext("Voit lopettaa sen sivulla Omat tunnisteet."),
        ]
        subject = gettext("Sinulle on jotain Talteenissa")
    return Message(f"digest:{day}:{person.pk.hex}", to, subject, "\n".join(lines) + "\n")


def _to_look_at(now: datetime) -> QuerySet[StaffPreference]:
    unseen = Q(looked_on=None) | Q(looked_on__lt=helsinki_date(now))
    return StaffPreference.objects.filter(unseen, staff__is_active=True).exclude(mail="")


@transaction.atomic
def _look(which: UUID, web: str, now: datetime) -> bool:
    rows = _to_look_at(now).select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("staff").filter(pk=which).first()
    if row is None:
        return False  # another worker is looking, or has looked
    row.looked_on = helsinki_date(now)
    row.save(update_fields=["looked_on"])
    if not waits(row.staff, now):
        return False
    log.info("digest.written", staff=row.staff_id)
    return messages.write(letter(row.staff, row.mail, web, row.looked_on.isoformat()), now)


def _asked_why(person: Staff, now: datetime) -> bool:
    rows = PurposeCheck.objects.filter(staff=person.pk, answered_at=None, seen_at=None)
    return rows.exists()


def _evaluations(person: Staff, now: datetime) -> bool:
    return bool(waiting.unread(person, now))


def _guidance(person: Staff, now: datetime) -> bool:
    if Role(person.role) not in GUIDED:
        return False
    today = helsinki_date(now)
    return any(not one.read and not one.retired_at for one in articles.of(person, today))


def _passages(person: Staff, now: datetime) -> bool:
    """A passage waits for a second or third person, or one of an agent's own call is new."""
    since = now - timedelta(days=1)
    return any(
        one.asks or (one.may_object and one.marked_at > since) for one in passages.of(person, now)
    )


def _lists(person: Staff, now: datetime) -> bool:
    return any(one.done < one.plays for one in playlists.of(person, now))


def _sample(person: Staff, now: datetime) -> bool:
    return bool(waiting.to_evaluate(person, now))


def _openings(person: Staff, now: datetime) -> bool:
    """A call to be opened to personnel waits for a yes or no, is open, or is one's own."""
    waits = personnel_openings.waiting(person, now)
    return bool(waits) or running_openings.running(person, now).exists()


def _rounds(person: Staff, now: datetime) -> bool:
    return any(one.asks_reader for one in calibrated.rounds(person, now))


def _studies(person: Staff, now: datetime) -> bool:
    running = (one for one in studies.of(person) if one.stage is StudyStage.RUNNING)
    return any(one.answered < one.drawn for one in running)


def _goals(person: Staff, now: datetime) -> bool:
    return any(one.due for one in goals.of(person, helsinki_date(now)))


def _scenes(person: Staff, now: datetime) -> bool:
    return any(not one.approved_by and not one.own for one in scripts.of(person))


def _training(person: Staff, now: datetime) -> bool:
    people = trained.of(person, now)
    return any(one.soon or not one.opens for one in people)


def _requests(person: Staff, now: datetime) -> bool:
    rows = SubjectRequest.objects.filter(forgotten_at=None)
    return rows.exclude(stage=Stage.CLOSED.value).exists()


def _near_requests(person: Staff, now: datetime) -> bool:
    return bool(steps.near_their_day(now))


def _disclosures(person: Staff, now: datetime) -> bool:
    return any(map(disclosures.for_opinion, disclosures.standing()))


def _recipients(person: Staff, now: datetime) -> bool:
    """Somebody who got a call should have been told, or have confirmed, by now (Art. 19)."""
    return any(one.due_on < helsinki_date(now) for one in article19.standing())


def _mailbox(person: Staff, now: datetime) -> bool:
    return canary.silent_since(now) is not None


def _holds(person: Staff, now: datetime) -> bool:
    today = helsinki_date(now)
    found = provisional.standing(person, now)
    return any(one.provisional_until or one.review_on <= today for one in found)


def _breaches(person: Staff, now: datetime) -> bool:
    return Breach.objects.filter(stage__in=[one.value for one in OPEN]).exists()


def _uses(person: Staff, now: datetime) -> bool:
    return OddUse.objects.filter(seen_at=None).exclude(staff=person.pk).exists()


def _letters(person: Staff, now: datetime) -> bool:
    return any(one.answered_at is None for one in officer.waiting())


def _opinions(person: Staff, now: datetime) -> bool:
    waiting = RequestAnswer.objects.filter(decided_at=None, sent_back_at=None, opinion=None)
    proposed = publishing.current()
    second = waiting.filter(request__stage=Stage.SECOND_CHECK.value)
    return (
        second.exists()
        or (proposed is not None and not proposed.opinion)
        or any(one.opinion is None for one in adopting.waiting().values())
    )


def _notice(person: Staff, now: datetime) -> bool:
    return publishing.current() is not None or bool(adopting.waiting())


def _alarms(person: Staff, now: datetime) -> bool:
    return bool(key_alarms.standing())


def _rights(person: Staff, now: datetime) -> bool:
    return access_reviews.waiting(person, now) > 0


def _invitations(person: Staff, now: datetime) -> bool:
    alive = Invitation.objects.filter(ends_at__gt=now, used_at=None, code_sha256=None)
    mine = Q(asked_by=person.pk, approved_by__isnull=False)
    others = Q(approved_by=None) & ~Q(asked_by=person.pk) & ~Q(staff=person.pk)
    return alive.filter(mine | others).exists()


_OF: Mapping[Role, tuple[Waits, ...]] = {
    Role.AGENT: (_evaluations, _guidance, _passages, _lists, _openings),
    Role.TEAM_LEADER: (_sample, _rounds, _goals, _passages, _rights),
    Role.QUALITY_ANALYST: (_sample, _rounds, _studies, _passages),
    Role.TRAINER: (_scenes, _training),
    Role.REGISTER_CONTACT: (_requests, _holds, _recipients, _mailbox, _openings),
    Role.COMPLAINT_HANDLER: (_holds,),
    Role.DPO: (
        _breaches,
        _opinions,
        _disclosures,
        _recipients,
        _near_requests,
        _mailbox,
        _letters,
        _uses,
        _invitations,
        _rights,
    ),
    Role.OWNER: (_breaches, _notice, _uses, _rights),
    Role.ADMIN: (_alarms, _mailbox, _invitations),
    Role.HR: (_training, _openings),
}
"""What the home of a role asks first (docs/decisions/168, 186)."""
