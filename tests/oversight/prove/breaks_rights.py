"""How the proofs of what people were spared and given are broken in a real house."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from talteen.demo import cast
from talteen.ids import RecordingId
from talteen.life.answer import papers
from talteen.life.answer.models import Package, PackagePart, RequestAnswer, SubjectRequest
from talteen.life.answer.officer_models import OfficerMessage
from talteen.notice.language import Localised
from talteen.notice.letters import Written
from talteen.notice.purposes import Role
from talteen.notice.recipients import Mechanism, Transfer
from talteen.register.models import CaseRecording
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.spared.do_not_record_hashes import full_number, hash_of
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from talteen.register.spared.sales_call_models import SalesCall
from talteen.register.staff.acknowledgement_models import EmployeeNotice
from tests.oversight.prove.broken import Broken

DAY = timedelta(days=1)


def _listed(one: Broken) -> None:
    """The caller had objected two days before, and was recorded all the same."""
    vault = one.house.vault
    full = full_number(vault.entry(RecordingId(one.call.pk), one.now).number)
    assert full is not None
    DoNotRecordEntry.objects.create(
        mac=hash_of(vault.do_not_record_key(), full),
        added_on=one.call.day - 2 * DAY,
        confirmed_on=one.call.day - 2 * DAY,
    )


def _called(one: Broken, *, days_ago: int = 0, verdict: str = "") -> None:
    """A call to somebody who is not called to sell."""
    SalesCall.objects.create(
        day=one.today, line=one.call.line, agent=cast.first_of(Role.AGENT),
        noticed_on=one.today - days_ago * DAY, verdict=verdict,
    )  # fmt: skip


def _confided(one: Broken) -> None:
    OfficerMessage.objects.create(
        at=one.now, language="fi", sealed=b"Hei, kerron luottamuksella", code_sha256=b"o"
    )


def _linked(one: Broken) -> None:
    CaseRecording.objects.create(case=one.request.case, recording=one.call)


def _turned_away(one: Broken) -> None:
    _linked(one)
    one.of_call(third_parties=True)
    one.answered("not_a_subject", "refused")


def _loud(kind: str) -> Callable[[Broken], None]:
    def make(one: Broken) -> None:
        end = max(one.call.length_ms - 100, 1_000)
        one.of_call(marks=[{"kind": kind, "start_ms": 0, "end_ms": end}])

    return make


def _asked_for_a_passport(one: Broken) -> None:
    asked = Written("Yksi tieto", ("Näin se käy: kuva passista",))
    papers.write_letter(
        one.house.vault, one.request, "identity_question", asked, by=None, now=one.now
    )


def _untold(one: Broken) -> None:
    """A newer wording was in force when they were recorded, and nobody had acknowledged it."""
    EmployeeNotice.objects.create(
        version="H-8", sha256=b"8" * 32, since=one.call.day - 30 * DAY, asks_permission=True,
        entered_at=one.now,
    )  # fmt: skip


def _no_group_text(one: Broken) -> None:
    row = one.version()
    for clause in row.text["fi"]["clauses"]:
        clause["sentences"] = [each for each in clause["sentences"] if each["id"] != "10.s3"]
    row.save(update_fields=["text"])


def _bookings_not_adopted(one: Broken) -> None:
    """A type of booking whose assessment nobody has adopted (14(5)(b))."""
    [first, *others] = one.house.register.group_bookings
    one.register(group_bookings=(replace(first, id="RY-9"), *others))


def _without_copy(one: Broken) -> None:
    words = Localised(fi="Vakiolausekkeet", sv="Standardklausuler", en="Standard clauses")
    transfer = Transfer(
        recipient="Tuki Oy", place=words, country="US", mechanism=Mechanism.CLAUSES,
        safeguards=words, measures="keys in the EEA", review_on=date(2027, 1, 1),
        copy_url="https://example.test/notice/safeguards", copy_file="none.pdf",
    )  # fmt: skip
    one.register(transfers=(transfer,))


def _package(one: Broken, **told: object) -> Package:
    return Package.objects.create(
        **{
            "request": one.request, "recordings": [], "wrapped": b"", "made_at": one.now,
            "handed_out_at": one.now, "ends_at": one.now + DAY, "code_sha256": b"c", **told,
        }
    )  # fmt: skip


def _half_heard(one: Broken) -> None:
    for call in (one.call, one.held):
        CaseRecording.objects.create(case=one.request.case, recording=call)
    made = _package(one, recordings=[str(one.call.pk), str(one.held.pk)])
    PackagePart.objects.create(package=made, number=0, suffix="1.mp3", sealed=b"s")


def _answered(one: Broken, letter: str, right: str) -> RequestAnswer:
    _linked(one)
    return one.answered(letter, "granted", right=right)


def _undelivered(one: Broken) -> None:
    """It was answered in time, the answer came back, and the day is past."""
    long_ago = one.now - 80 * DAY
    SubjectRequest.objects.update(
        stage="delivering", received_at=long_ago, received_on=long_ago.date()
    )
    OutgoingMessage.objects.create(
        key="answer:1", channel="mail", state="bounced", written_at=one.now, not_before=one.now,
        done_at=one.now, file=one.request.pk,
    )  # fmt: skip


BREAKS: dict[str, Callable[[Broken], object]] = {
    "not_recorded": _listed,
    "not_sold_to": lambda one: _called(one, verdict="sale"),
    "confided": _confided,
    "by_word": lambda one: SubjectRequest.objects.update(
        via="phone", received_at=one.now - 5 * DAY
    ),
    "everybody": _turned_away,
    "agents_told": _untold,
    "not_kept": _loud("hold"),
    "paused": _loud("pause"),
    "covered": lambda one: one.opened("service_quality", Role.QUALITY_ANALYST, action="unmask"),
    "group_link": _no_group_text,
    "source_known": lambda one: one.of_call(direction="outbound", source="direct"),
    "copies": _without_copy,
    "known_lightly": _asked_for_a_passport,
    "sound_given": _half_heard,
    "cut_by_two": lambda one: _package(one, cuts=1),
    "corrected": lambda one: _answered(one, "rectification_done", "rectification"),
    "kept_for_claim": lambda one: _answered(one, "restriction_kept", "restriction"),
}  # fmt: skip
"""One a kind; ``categorised`` is broken by a column of which no category says anything."""

ALSO: tuple[tuple[str, bool, Callable[[Broken], object]], ...] = (
    ("on_time", False, _undelivered),
    ("group_link", False, _bookings_not_adopted),
    ("not_sold_to", True, _called),
    ("not_sold_to", True, lambda one: _called(one, verdict="service")),
    ("not_sold_to", False, lambda one: _called(one, days_ago=8)),
    ("cut_by_two", False, lambda one: _package(one, recordings=[str(one.call.pk)])),
)
