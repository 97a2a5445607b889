"""How each proof of ``talteen prove`` is broken in a real house: one deed a kind of proof."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from talteen import ids
from talteen.clock import SystemClock, helsinki_date
from talteen.demo import cast
from talteen.ids import RecordingId
from talteen.life.answer.disclose.models import Disclosure, DisclosureCall, Recipient
from talteen.life.answer.models import (
    Package,
    SubjectRequest,
)
from talteen.life.seal.models import Blob, RollRecord
from talteen.life.transcribe.models import Transcription
from talteen.life.use.models import Export
from talteen.life.use.quality.models import Draw, DrawShare, Evaluation, FormVersion
from talteen.notice.purposes import Basis, Role
from talteen.oversight.breaches.models import Breach
from talteen.oversight.drill_models import DrillRun
from talteen.oversight.prove.registry import PROOFS
from talteen.register import adoptions
from talteen.register.adoptions import Step
from talteen.register.assessment_models import AssessmentStep
from talteen.register.emergency_models import Emergency
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import Refused
from talteen.register.models import (
    AccessDay,
    Case,
    CaseRecording,
    Hold,
    House,
    NoticeVersion,
    Recording,
    Training,
)
from talteen.register.passage_models import Passage
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from talteen.register.staff.acknowledgement_models import EmployeeNotice
from talteen.register.staff.partner_models import PartnerContract
from talteen.register.staff.review_models import AccessReview, RightReview
from tests.oversight.prove import breaks_rights
from tests.oversight.prove.broken import BORN, Broken


def _phone(one: Broken) -> None:
    other = replace(one.house.register.controller, phone="050 555 0199")
    one.house = replace(one.house, register=replace(one.house.register, controller=other))


def _purposes(one: Broken) -> None:
    first, *rest = one.house.register.purposes
    one.register(purposes=(replace(first, basis=Basis.LEGAL_OBLIGATION), *rest))


def _stale(one: Broken) -> None:
    """A review is past: the newest adoption is a year and some days old."""
    first = one.house.register.purposes[0].assessment
    assert first is not None
    step = AssessmentStep.objects.get(paper=first.id, step="adopted")
    proposed = step.proposal
    assert proposed is not None
    proposed.pk = None
    proposed.save()
    day = one.today - timedelta(days=370)
    adoptions.follow(proposed, Step.ADOPTED, step.by_code, one.now, reviewed_on=day)


def _processor(one: Broken, **told: object) -> None:
    first, *rest = one.house.register.processors
    one.register(processors=(replace(first, **told), *rest))  # type: ignore[arg-type]


def _disclosed(one: Broken, *, door: str = "authority", **told: object) -> None:
    """A call that left for a recipient, as if by the house's own steps."""
    contact = cast.first_of(Role.REGISTER_CONTACT)
    got, _ = Recipient.objects.get_or_create(
        name="Poliisi",
        door=door,
        country="FI",
        language="fi",
        reach="x@y.example",
        added_at=one.now,
    )
    case = Case.objects.create(
        id=ids.new(), reference="L-1", kind="disclosure", opened_at=one.now, opened_by=contact
    )
    values: dict[str, object] = {
        "stage": "handed_over", "language": "fi", "received_at": one.now, "owner": contact,
        "code_sha256": ids.new().bytes, "left_at": one.now - HOUR, "proposed_by": contact,
        "approved_by": contact,
    } | told  # fmt: skip
    row = Disclosure.objects.create(case=case, recipient=got, door=door, **values)
    DisclosureCall.objects.create(disclosure=row, recording=one.call.pk, start_ms=0, end_ms=1)


def _unnotified(one: Broken) -> None:
    """Four days have passed since a breach was reported, and nobody was told."""
    contact = cast.first_of(Role.REGISTER_CONTACT)
    case = Case.objects.create(
        id=ids.new(), reference="B-1", kind="breach", opened_at=one.now, opened_by=contact
    )
    Breach.objects.create(case=case, kind="other", stage="assessing", reported_at=one.now - 4 * DAY)


def _text(one: Broken, change: Callable[[list[dict[str, object]]], None]) -> None:
    row = one.version()
    change(row.text["fi"]["clauses"])
    row.save(update_fields=["text"])


def _objection_last(clauses: list[dict[str, object]]) -> None:
    clauses.append(clauses.pop([one["id"] for one in clauses].index("objection")))


def _drawn_too_much(one: Broken) -> None:
    draw = Draw.objects.create(
        monday=date(2026, 11, 16), seed=b"s", committed_leaf=b"l", made_at=one.now, calls=20
    )
    DrawShare.objects.create(draw=draw, agent=cast.first_of(Role.AGENT), among=20, quota=2)


def _passage_of_one(one: Broken) -> None:
    Passage.objects.create(
        recording_id=one.call.pk, start_ms=0, end_ms=2_000, teaches="x", state="approved",
        marked_by=cast.first_of(Role.QUALITY_ANALYST), marked_at=one.now,
    )  # fmt: skip


def _own_evaluation(one: Broken) -> None:
    agent = cast.first_of(Role.AGENT)
    form = FormVersion.objects.create(form="x", version=1, text="", digest=b"d")
    Evaluation.objects.create(
        form=form, agent=agent, evaluator=agent, week="2026-W48", answers={}, state="given",
        ends_on=date(2027, 11, 29),
    )  # fmt: skip


def _words(one: Broken, **told: object) -> None:
    Transcription.objects.create(
        **{
            "recording": one.call,
            "state": "machine_draft",
            "language": "fi",
            "engine": "faster-whisper/1 whisper-base/ab",
            "made_at": one.now - timedelta(days=1),
            **told,
        }
    )


def _handed_out(one: Broken) -> None:
    _words(one)
    Package.objects.create(
        request=one.request, recordings=[str(one.call.pk)], wrapped=b"", made_at=one.now,
        handed_out_at=one.now, ends_at=one.now, code_sha256=b"c",
    )  # fmt: skip


def _left_alone(one: Broken) -> None:
    Export.objects.create(
        recording=one.call, form="pdf", layer="masked", receiver="subject", purpose="authority",
        case="R", asked_by="r01", asked_at=one.now, left_at=one.now,
    )  # fmt: skip


def _day(one: Broken, ends_at: datetime) -> None:
    AccessDay.objects.create(
        day=date(2026, 11, 1), count=5, salt=b"s" * 32, commitment=b"c" * 32, ends_at=ends_at
    )


def _untrained(one: Broken) -> None:
    Training.objects.filter(staff=cast.first_of(Role.REGISTER_CONTACT)).delete()
    one.opened("data_subject_request", Role.REGISTER_CONTACT, action="grant", case="R")


def _linked(one: Broken) -> None:
    CaseRecording.objects.create(case=one.request.case, recording=one.call)


def _objected(one: Broken) -> None:
    SubjectRequest.objects.filter(pk=one.request.pk).update(rights=["objection"])
    _linked(one)


def _used_though_restricted(one: Broken) -> None:
    _linked(one)
    one.of_call(restricted=True)
    one.answered("restriction_set", "granted")
    one.opened("data_subject_request", Role.REGISTER_CONTACT, case="R")


def _released(one: Broken) -> None:
    Hold.objects.update(state="released", released_at=one.now - timedelta(hours=2))
    Recording.objects.filter(pk=one.held.pk).update(cutoff_at=one.now - timedelta(days=1))


def _late(one: Broken) -> None:
    long_ago = one.now - timedelta(days=80)
    SubjectRequest.objects.update(received_at=long_ago, received_on=helsinki_date(long_ago))


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BREAKS: dict[str, Callable[[Broken], object]] = {
    **breaks_rights.BREAKS,
    "as_printed": _phone,
    "published_before": lambda one: NoticeVersion.objects.filter(legacy=False).update(
        valid_from=BORN.date() - DAY
    ),
    "same_in_all": lambda one: _text(one, lambda told: told.pop()),
    "apart": lambda one: _text(one, _objection_last),
    "bases": _purposes,
    "balanced": _stale,
    "contracts": lambda one: _processor(one, contract_on=date(2027, 1, 1)),
    "inside_eea": lambda one: _processor(one, country="US"),
    "carried": lambda one: _processor(one, country="US"),
    "ordered": lambda one: _disclosed(one, approved_by=None),
    "claimed": lambda one: _disclosed(one, door="counsel", approved_by=None),
    "named": lambda one: _disclosed(one, secret_until=one.today - 3 * DAY),
    "passed_on": lambda one: [
        _disclosed(one, left_at=one.now - 30 * DAY),
        one.answered("erasure_decided", "granted", recordings=[str(one.call.pk)]),
    ],
    "breaches_told": _unnotified,
    "sources": lambda one: one.of_call(source="bought_list"),
    "announced": lambda one: one.of_call(announced_until=one.call.started_at - HOUR),
    "bound": lambda one: NoticeVersion.objects.filter(legacy=False).update(valid_to=one.call.day),
    "never_longer": lambda one: one.of_call(due_at=one.call.due_at + DAY),
    "refused": lambda one: ledger.enter(
        Refused(recording=RecordingId(one.call.pk), day=one.call.day), one.now
    ),
    "parked": lambda one: one.of_call(progress="parked", arrived_at=one.now - timedelta(hours=26)),
    "sealed": lambda one: Blob.objects.update(sha256=bytes(32)),
    "labelled": lambda one: _words(one, state=""),
    "models": lambda one: _words(one, engine="mood/2 mood-large/ab"),
    "listed": lambda one: one.opened("marketing"),
    "in_a_case": lambda one: one.opened("rights_of_parties", Role.COMPLAINT_HANDLER),
    "own_call": lambda one: one.opened("correctness", at=one.now - timedelta(days=3)),
    "drawn_only": lambda one: one.opened("service_quality", Role.QUALITY_ANALYST),
    "share": _drawn_too_much,
    "taught": _passage_of_one,
    "evaluated": _own_evaluation,
    "credentials": _untrained,
    "exports": _left_alone,
    "ends": lambda one: one.of_call(due_at=one.now, cutoff_at=one.now - timedelta(days=7)),
    "backups": lambda one: RollRecord.objects.filter(backup_dead_at=None).update(
        backup_dies_at=one.now - 2 * HOUR
    ),
    "closed_week": lambda one: [
        one.of_call(cutoff_at=one.now - HOUR),
        one.opened("data_subject_request", Role.REGISTER_CONTACT, case="R"),
    ],
    "by_itself": lambda one: House.objects.update(swept_at=SystemClock().now() - 2 * HOUR),
    "certified": lambda one: one.destroyed(),
    "kept_for_days": lambda one: _day(one, one.now - 2 * DAY),
    "list_confirmed": lambda one: DoNotRecordEntry.objects.create(
        mac=b"m", added_on=date(2024, 1, 1), confirmed_on=date(2025, 1, 1)
    ),
    "grounds": lambda one: Hold.objects.update(approved_by=None),
    "narrowed": lambda one: one.opened("correctness", recording=one.held.pk, at=one.now + HOUR),
    "reviewed": lambda one: Hold.objects.update(review_on=one.today - DAY),
    "released": _released,
    "on_time": _late,
    "received": lambda one: SubjectRequest.objects.update(received_at=one.now + HOUR),
    "kept_for_answer": _linked,
    "reasons": lambda one: one.answered("erasure_refused", "refused", paper=None),
    "free": lambda one: one.answered("excessive_fee", "fee_asked", opinion=None),
    "officer": lambda one: one.answered("access_cover", "granted", by_officer=True),
    "by_people": lambda one: one.answered("access_cover", "granted", decided_by=None),
    "erased": lambda one: one.answered(
        "erasure_decided", "granted", recordings=[str(one.call.pk)]
    ),
    "set_aside": _objected,
    "restricted": _used_though_restricted,
    "checked_words": _handed_out,
    "codes": lambda one: OutgoingMessage.objects.create(
        key="code:1", channel="text", state="late", written_at=one.now, not_before=one.now,
    ),
    "two_contacts": lambda one: Training.objects.filter(staff__code="r02").delete(),
    "unchanged": lambda one: _day(one, one.now + 300 * DAY),
    "drilled": lambda one: DrillRun.objects.create(
        kind="weekly", at=one.now, ok=False, verdict="revived", dead=3, revived=1, controls=1,
        played=1, files=4,
    ),
}  # fmt: skip
"""How each kind of proof is broken. ``special`` is broken in the policy itself, and ``columns`` by
a column that no list declares: no role that runs may alter a table."""


def _recorded_untold(one: Broken) -> None:
    EmployeeNotice.objects.create(
        version="H-9", sha256=b"9" * 32, since=one.call.day - 30 * DAY, asks_permission=True,
        entered_at=one.now,
    )  # fmt: skip


def _emergency(one: Broken, **told: object) -> Emergency:
    asked = cast.first_of(Role.ADMIN)
    began = one.now - 10 * DAY
    return Emergency.objects.create(
        **{
            "reference": "HA-ABCDEF",
            "asked_by": asked,
            "asked_at": began,
            "reason": b"s",
            "approved_by": cast.first_of(Role.DPO),
            "approved_at": began,
            "ends_at": began + HOUR,
            "review_by": helsinki_date(began) + 5 * DAY,
            "reviewed_by": cast.first_of(Role.OWNER),
            "reviewed_at": began + DAY,
            "verdict": "needed",
            **told,
        }
    )


def _opened_in_emergency(one: Broken, **told: object) -> None:
    row = _emergency(one)
    line = {"case": row.reference, "at": row.approved_at, **told}
    one.opened("breach_investigation", Role.ADMIN, action="grant", **line)


def _reviewed(one: Broken, verdict: str, due: int = 0) -> None:
    begun = one.today - 5 * DAY
    review = AccessReview.objects.create(begun_on=begun, due_on=one.today + due * DAY)
    RightReview.objects.create(
        review=review, staff=cast.first_of(Role.REGISTER_CONTACT), verdict=verdict,
        decided_at=one.now - DAY if verdict else None,
    )  # fmt: skip
    one.opened("data_subject_request", Role.REGISTER_CONTACT, action="grant", case="R")


def _of_partner(one: Broken, contract: str) -> None:
    PartnerContract.objects.create(
        staff=cast.person("r01"), company="Mallikonesali Oy", contract=contract,
        valid_until=one.today, entered_at=one.now,
    )  # fmt: skip


ALSO: tuple[tuple[str, bool, Callable[[Broken], object]], ...] = (
    *breaks_rights.ALSO,
    ("announced", False, _recorded_untold),
    ("credentials", True, _emergency),
    ("credentials", False, lambda one: _emergency(one, reviewed_by=None, reviewed_at=None)),
    ("credentials", False, lambda one: _emergency(one, reviewed_by=cast.first_of(Role.DPO))),
    ("credentials", True, _opened_in_emergency),
    ("credentials", False, lambda one: _opened_in_emergency(one, at=one.now)),
    ("credentials", False, lambda one: _opened_in_emergency(one, staff=cast.person("r02").pk)),
    ("credentials", True, lambda one: _reviewed(one, "kept")),
    ("credentials", True, lambda one: _reviewed(one, "")),
    ("credentials", False, lambda one: _reviewed(one, "", due=-1)),
    ("credentials", False, lambda one: _reviewed(one, "withdrawn")),
    ("credentials", True, lambda one: _of_partner(one, "KS-2026-014")),
    ("credentials", False, lambda one: _of_partner(one, "KS-2020-001")),
    ("credentials", False, lambda one: AccessReview.objects.create(
        begun_on=one.today - 100 * DAY, due_on=one.today - 86 * DAY,
    )),
)  # fmt: skip
"""More deeds than one a kind: what it is, whether the promise still holds, and the deed."""
SENTENCE = {"as_printed": "1.s4", "drawn_only": "5.s7", "known_lightly": "14.s20"}
"""Of the kinds that not every sentence of theirs can break."""


def sentence_of(kind: str) -> str:
    return SENTENCE.get(kind) or next(one for one, proof in PROOFS.items() if proof.kind == kind)
