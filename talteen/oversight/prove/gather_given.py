"""What those who asked were given, and how they could ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Min, Q

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.errors import NotAllowed, TalteenError
from talteen.life.answer import officer, papers
from talteen.life.answer.intake import Via
from talteen.life.answer.models import Package, RequestAnswer, RequestPaper, SubjectRequest
from talteen.life.answer.officer_models import OfficerMessage
from talteen.life.answer.packages import SOUND
from talteen.life.hold import keeping
from talteen.life.seal.vault import Vault
from talteen.notice import identity
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose, Role
from talteen.notice.rights import Right
from talteen.oversight.flow import gate
from talteen.oversight.flow.connectors import What
from talteen.oversight.prove import trying
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import WINDOW
from talteen.oversight.prove.facts_rights import GivenFacts
from talteen.oversight.prove.gather_calls import HELD
from talteen.oversight.prove.gather_work import readable
from talteen.register.models import AccessEntry, Hold, Recording, Staff
from talteen.register.post import letter_shelf
from talteen.register.states import Progress

QUESTION = "identity_question"
SAID = (Via.AGENT.value, Via.PHONE.value, Via.DESK.value)
"""How somebody asks who writes nothing."""
WRITTEN_WITHIN = timedelta(days=3)
"""A request that was said on a Friday evening is written down on Monday."""
_SOMEBODY_ELSE = Q(direction="outbound") | Q(third_parties=True)
"""Of whom a call may be without having called."""


def given(vault: Vault, config: Config, register: RegisterFile, now: datetime) -> GivenFacts:
    """All of it, at one moment."""
    decided = RequestAnswer.objects.filter(
        decided_at__isnull=False, request__forgotten_at=None
    ).select_related("request__case")
    handed = Package.objects.filter(
        handed_out_at__isnull=False, ended_at=None, request__isnull=False
    ).select_related("request__case")
    written = OfficerMessage.objects.filter(ended_at=None)
    return GivenFacts(
        confided=_confided(vault, written),
        messages=written.count(),
        spoken=_spoken(),
        others=_others(decided),
        sounds=_sounds(handed),
        cuts=_cuts(handed, decided),
        corrected=_corrected(decided, now),
        questions=_questions(vault, config, now),
        identifies=_identifies(config, register, now),
        claimed=_claimed(decided),
    )


def _questions(vault: Vault, config: Config, now: datetime) -> Count:
    """Opened as a step of the house: what its own words say of cards is not counted."""
    rows = RequestPaper.objects.filter(
        kind="letter", name=QUESTION, at__gt=now - WINDOW, request__forgotten_at=None
    ).select_related("request")
    own = {
        language: "\n\n".join(known.letters[QUESTION].paragraphs)
        for language, known in letter_shelf.read(config.paths.register).items()
    }
    asked = [
        identity.asks_more(papers.read(vault, row)["text"], own[Language(row.request.language)])
        for row in rows
    ]
    return Count(len(asked), sum(asked))


def _identifies(config: Config, register: RegisterFile, now: datetime) -> bool:
    stopped = gate.stops(config, register, helsinki_date(now), {What.IDENTIFICATION})
    return bool(config.identification.issuer) and stopped is None


def _confided(vault: Vault, written: Iterable[OfficerMessage]) -> Count:
    """The lock of the officer's room itself is tried, for one person in every other role."""
    rows = list(written)
    one = rows[0].pk if rows else UUID(int=0)
    roles = [role.value for role in Role if role is not Role.DPO]
    people = [Staff.objects.filter(role=role, is_active=True).first() for role in roles]
    tried = [_reads(vault, one, who) for who in people if who is not None]
    plain = sum(readable(bytes(row.sealed)) for row in rows)
    return Count(len(tried), sum(tried) + plain)


def _reads(vault: Vault, message: UUID, who: Staff) -> bool:
    try:
        officer.read(vault, message, by=who)
    except NotAllowed:
        return False
    except TalteenError:
        return True  # let in, and found nothing
    return True


def _spoken() -> Count:
    rows = SubjectRequest.objects.filter(via__in=SAID).annotate(first=Min("edges__at"))
    late = rows.filter(first__gt=F("received_at") + WRITTEN_WITHIN)
    return Count(rows.count(), late.count())


def _others(decided: Iterable[RequestAnswer]) -> Count:
    sealed = Recording.objects.filter(progress=Progress.SEALED.value, restricted=False)
    tried = trying.shut(
        sealed.exclude(HELD).filter(_SOMEBODY_ELSE),
        Purpose.DATA_SUBJECT_REQUEST,
        Role.REGISTER_CONTACT,
    )
    turned_away = sum(
        one.letter == "not_a_subject"
        and one.request.case.recordings.filter(_SOMEBODY_ELSE).exists()
        for one in decided
    )
    return Count(tried.calls, tried.opened + turned_away)


def _sounds(handed: Iterable[Package]) -> Count:
    heard = [(row, row.parts.filter(suffix__endswith=f".{SOUND}").count()) for row in handed]
    with_sound = [(row, n) for row, n in heard if n]
    return Count(len(with_sound), sum(n != len(row.recordings) for row, n in with_sound))


def _cuts(handed: Iterable[Package], decided: Iterable[RequestAnswer]) -> Count:
    by_two = {
        one.request_id
        for one in decided
        if one.letter == "access_cover" and one.decided_by_id != one.prepared_by_id
    }
    bad = 0
    for row in handed:
        assert row.request is not None  # such packages are asked for
        theirs = {str(one) for one in row.request.case.recordings.values_list("pk", flat=True)}
        alone = bool(row.cuts) and row.request_id not in by_two
        bad += alone or not theirs.issuperset(row.recordings)
    return Count(sum(row.cuts > 0 for row in handed), bad)


def _corrected(decided: Iterable[RequestAnswer], now: datetime) -> Count:
    """By the access log, which says of each correction of which call it was, and no word of it."""
    done = [
        one
        for one in decided
        if one.right == Right.RECTIFICATION.value
        and one.letter == "rectification_done"
        and one.decided_at
        and one.decided_at > now - WINDOW
    ]
    return Count(len(done), sum(not _was_corrected(one) for one in done))


def _was_corrected(answer: RequestAnswer) -> bool:
    calls = list(answer.request.case.recordings.values_list("pk", flat=True))
    lines = AccessEntry.objects.filter(action="correct", recording__in=calls)
    return not calls or lines.filter(at__lte=answer.decided_at).exists()


def _claimed(decided: Iterable[RequestAnswer]) -> Count:
    """Calls of restrictions for a claim of their own that nobody has lifted (18(1)(c))."""
    kept = [one for one in decided if one.letter == "restriction_kept"]
    cases = [
        one.request.case_id
        for one in kept
        if not one.request.restriction_ends.filter(lifted_at__isnull=False).exists()
    ]
    calls = Recording.objects.filter(cases__in=cases).distinct()
    held = Hold.objects.filter(case__in=cases, ground=keeping.GROUND, state="active")
    kept_calls = calls.filter(restricted=True, pk__in=held.values("recording"))
    return Count(calls.count(), calls.count() - kept_calls.count())
