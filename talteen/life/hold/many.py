"""A case that holds more than fifty calls waits for the data protection officer (REGISTER 13.12,
2.2).

The hold of one person goes on for its days and falls away by itself. Beyond that a case of many
calls is kept only after the officer has spoken of as many; what they do not simply support needs a
reason, which is kept beside their word. What is said is sealed: a dispute has people in it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from talteen import ids
from talteen.clock import helsinki_date
from talteen.errors import Missing, NotAllowed
from talteen.life.hold import rules
from talteen.life.hold.opinion_models import HoldOpinion
from talteen.life.hold.rules import Ground
from talteen.life.seal import personal
from talteen.life.seal.vault import Vault
from talteen.notice import months
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.notice.requests import check_reasons
from talteen.register.models import Case, Hold, Staff

_OWN_WISH = frozenset({Ground.REQUEST_PENDING.value, Ground.SUBJECT_RESTRICTION.value})
"""What a person asked for themselves: the officer speaks of the answer to it."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word that was said of a case."""

    by: str
    at: datetime
    calls: int
    stand: Opinion | None
    """None where somebody decided otherwise than the officer advised."""
    text: str = field(repr=False)


def held(case: Case, now: datetime) -> QuerySet[Hold]:
    """The holds of ``case`` that keep a call now, for its dispute."""
    return _keeping(now).filter(case=case)


def _keeping(now: datetime) -> QuerySet[Hold]:
    rows = Hold.objects.filter(state__in=("placing", "active"))
    return rows.exclude(provisional_until__lte=now).exclude(ground__in=_OWN_WISH)


def calls_of(case: Case, now: datetime) -> int:
    """How many calls the case holds."""
    return held(case, now).values("recording").distinct().count()


def newest(case: Case) -> HoldOpinion | None:
    """The officer's newest word on the case; None where they have said none."""
    return case.hold_opinions.exclude(stand="").order_by("-at", "-pk").first()


def check(case: Case, now: datetime, *, more: int = 0) -> None:
    """Raise unless the case may hold as many calls as it does and ``more`` beyond provisional days:
    WaitsForOpinion until the officer has spoken of as many, Unanswered while nobody has written why
    it goes on against what they advised."""
    said = newest(case)
    answered = said is not None and case.hold_opinions.filter(stand="", at__gte=said.at).exists()
    rules.check_many(
        calls_of(case, now) + more,
        opined_on=said.calls if said else None,
        opinion=Opinion(said.stand) if said else None,
        answered=answered,
    )


def opine(
    vault: Vault, case: UUID, stand: Opinion, text: str, *, by: Staff, now: datetime
) -> HoldOpinion:
    """The data protection officer's opinion on the case as it stands. NotAllowed for others,
    InputError without a word, Missing for a case that holds few."""
    if Role(by.role) is not Role.DPO or not by.is_active:
        raise NotAllowed("the data protection officer gives opinions", remedy="ask them")
    return _say(vault, case, stand.value, text, by, now)


def answer(vault: Vault, case: UUID, text: str, *, by: Staff, now: datetime) -> HoldOpinion:
    """The register contact writes why the calls are held against the officer's word, or how its
    conditions are met."""
    if Role(by.role) is not Role.REGISTER_CONTACT:
        raise NotAllowed("the register contact decides on holds", remedy="ask them")
    return _say(vault, case, "", text, by, now)


def words(vault: Vault, case: Case) -> list[Word]:
    """What was said of the case, the oldest first; nothing any more where it was forgotten."""
    rows = case.hold_opinions.exclude(words=b"").select_related("by").order_by("at", "pk")
    return [
        Word(
            by=row.by.name,
            at=row.at,
            calls=row.calls,
            stand=Opinion(row.stand) if row.stand else None,
            text=personal.unseal(
                vault, personal.Kind.HOLD, row.pk, row.by_id, bytes(row.words)
            ).decode(),
        )
        for row in rows
    ]


def waiting(now: datetime) -> list[tuple[Case, int]]:
    """The cases that wait for the officer, and how many calls each holds."""
    rows = _keeping(now).filter(case__closed_at=None).values("case")
    many = rows.annotate(n=Count("recording", distinct=True)).filter(n__gt=rules.MANY_CALLS)
    calls = dict(many.values_list("case", "n"))
    found = Case.objects.filter(pk__in=calls).order_by("reference")
    said = {one: newest(one) for one in found}
    return [
        (one, calls[one.pk])
        for one, word in said.items()
        if rules.waits_for_opinion(calls[one.pk], word.calls if word else None)
    ]


def forget(request_months: int, now: datetime) -> int:
    """Let go of what was said of cases that closed longer ago than the file of a request is kept
    (14.18); how many words. That it was said, and of how many calls, stays."""
    over = months.later(helsinki_date(now), -request_months)
    said = HoldOpinion.objects.filter(case__closed_at__date__lt=over).exclude(words=b"")
    return said.update(words=b"")


@transaction.atomic
def _say(vault: Vault, case: UUID, stand: str, text: str, by: Staff, now: datetime) -> HoldOpinion:
    told = check_reasons(text)
    row = Case.objects.select_for_update().filter(pk=case).first()
    calls = calls_of(row, now) if row else 0
    if row is None or calls <= rules.MANY_CALLS:
        raise Missing("there is no case of many calls", remedy="look at the list of holds again")
    key = ids.new()
    sealed = personal.seal(vault, personal.Kind.HOLD, key, by.pk, told.encode())
    return HoldOpinion.objects.create(
        id=key, case=row, stand=stand, calls=calls, words=sealed, by=by, at=now
    )
