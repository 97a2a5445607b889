"""The register of breaches in a house: reported by anybody, opened by alarms, told from log and
keys, closed by two persons, and nothing personal outside its sealed file."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from talteen.errors import Conflict, InputError, NotAllowed, Unavailable
from talteen.ids import CaseId, RecordingId
from talteen.life.answer.models import Package, SubjectRequest
from talteen.life.destroy import applied
from talteen.life.seal import case_files
from talteen.life.seal.vault import Vault
from talteen.notice.breaches import BreachKind, BreachStep, Lack, NotTold, Risk
from talteen.notice.language import Language
from talteen.notice.opinions import Unanswered
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose, Role
from talteen.oversight.breaches import acts, papers, report, scope, tending, watching
from talteen.oversight.breaches.acts import Reach
from talteen.oversight.breaches.models import Breach, BreachEdge, BreachWatch
from talteen.oversight.breaches.report import Seen
from talteen.oversight.breaches.scope import Part, Readable
from talteen.oversight.breaches.writing import AUTHORITY, PEOPLE, Desk
from talteen.oversight.drill_models import Damage
from talteen.register import access, shelf
from talteen.register.log import ledger
from talteen.register.log.ledger_breaches import BreachOpened, BreachStepped
from talteen.register.models import AccessEntry, Case, Recording, Staff
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.staff.people import SignIn
from tests.kit import builders, vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)
REGISTER = Path(__file__).parents[2] / "registers" / "mara"
WORDS = "Kaisa Lehtovaaran puhelu soi kahvihuoneessa"
"""What a report says: it must be found nowhere outside its sealed paper."""


@dataclass(slots=True)
class House:
    """A vault, and those who work on breaches."""

    vault: Vault
    register: RegisterFile
    eila: Staff
    ilkka: Staff
    maarit: Staff
    dina: Staff
    agent: Staff

    def call(self, hours_ago: int = 30) -> Recording:
        return vaults.seal(self.vault, started_at=NOON - timedelta(hours=hours_ago))

    def reported(self, **told: object) -> Breach:
        seen = Seen(**{"kind": BreachKind.UNAUTHORISED_ACCESS, "at": NOON, "words": WORDS, **told})
        return report.report(self.vault, self.register, seen, self.agent).breach

    def desk(self, breach: Breach, now: datetime = NOON) -> Desk:
        row = Breach.objects.select_related("case").get(pk=breach.pk)
        return Desk(self.vault, self.register, REGISTER, row, now)

    def judged(self, breach: Breach, risk: Risk, now: datetime = NOON) -> None:
        acts.triage(self.vault, breach.pk, now, "loki kertoo", by=self.dina, now=now)
        acts.opinion(self.vault, breach.pk, risk, "olen samaa mieltä", by=self.dina, now=now)
        acts.judge(self.vault, breach.pk, risk, "arvio", by=self.maarit, now=now)


@pytest.fixture
def house(tmp_path: Path) -> House:
    vault = vaults.safe(tmp_path, now=NOON - timedelta(days=100)).vault
    on_apply = lambda roll: applied.apply(roll, margin_days=7)  # noqa: E731
    later = (NOON + timedelta(days=90)).date()
    roles = {
        "Eila": Role.REGISTER_CONTACT,
        "Ilkka": Role.REGISTER_CONTACT,
        "Maarit": Role.OWNER,
        "Dina": Role.DPO,
        "Aino": Role.AGENT,
    }
    people = [builders.staff(name, role=role, on=later) for name, role in roles.items()]
    register = shelf.read(REGISTER).register.file
    return House(replace(vault, on_apply=on_apply), register, *people)


def consulted(house: House, staff: Staff, call: Recording, *, at: datetime = NOON) -> None:
    """Somebody hears a minute of a call, for the rights of the parties."""
    case = Case.objects.filter(recordings=call).first()
    if case is None:
        case = builders.case(staff, calls=(call,), opened_at=at)
    grant = access.grant(
        staff,
        Purpose.RIGHTS_OF_PARTIES,
        RecordingId(call.pk),
        case=case.reference,
        sign_in=SignIn.DEMO,
        at=at,
    )
    access.log_range(grant, "play", start_ms=0, end_ms=60_000, at=at + timedelta(minutes=1))


def columns() -> str:
    """Everything that stands in tables, as one text."""
    tables = [t for t in connection.introspection.table_names() if "breach" in t or "ledger" in t]
    tables += ["case_file", "outgoing_message"]
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_anybody_reports_and_the_words_stand_only_in_a_sealed_paper(house: House) -> None:
    breach = house.reported(occurred_at=NOON - timedelta(hours=2))

    assert papers.newest(house.vault, breach, "report") == {"text": WORDS}
    assert "Lehtovaara" not in columns()
    (opened,) = ledger.find(BreachOpened)
    assert opened.entered.entry.breach == breach.pk
    to = {house.register.dpo.email, house.register.contact.email}
    assert {one.to for one in OutgoingMessage.objects.all()} == to
    assert all("Kaisa" not in one.body for one in OutgoingMessage.objects.all())
    with pytest.raises(InputError):
        house.reported(occurred_at=NOON + timedelta(hours=1))


def test_a_report_is_taken_while_the_key_holder_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("the holder is away", remedy="wait")

    monkeypatch.setattr(case_files, "open_file", away)
    seen = Seen(BreachKind.OTHER, NOON, words=WORDS)
    made = report.report(house.vault, house.register, seen, house.agent)
    assert not made.kept_words
    assert Breach.objects.get().stage == "reported"
    monkeypatch.undo()
    acts.triage(house.vault, made.breach.pk, NOON, "nyt avautuu", by=house.dina, now=NOON)
    assert Breach.objects.get().stage == "assessing"


def test_the_scope_is_told_from_log_and_keys_and_nobody_listens(house: House) -> None:
    heard, untouched, other = house.call(27), house.call(28), house.call(26)
    assert heard.day == untouched.day == other.day
    consulted(house, house.eila, heard)
    before = AccessEntry.objects.count()
    breach = house.reported(calls=[heard.pk, untouched.pk])
    reach = Reach(NOON - timedelta(hours=1), NOON + timedelta(hours=1), house.eila.pk, heard.day,
                  heard.day, True)  # fmt: skip
    acts.look_at(breach.pk, reach, by=house.dina)

    found = scope.of(Breach.objects.get(), NOON + timedelta(hours=2))
    rows = {row.part: row for row in found.rows}
    assert rows[Part.HEARD].calls == 1
    assert rows[Part.HEARD].seconds == 60
    assert rows[Part.HEARD].readable is Readable.YES
    assert rows[Part.NAMED].readable is Readable.NO  # its keys were safe
    assert rows[Part.ON_MEDIUM].calls == 1  # each call is counted once
    assert found.readable == 1
    assert AccessEntry.objects.count() == before
    vaults.erase(house.vault, untouched, now=NOON)
    later = scope.of(Breach.objects.get(), NOON + timedelta(hours=2))
    assert next(one for one in later.calls if one.recording == untouched.pk).dead


def test_from_report_to_closing_by_two_with_form_and_letters_in_three_languages(
    house: House,
) -> None:
    call = house.call()
    consulted(house, house.eila, call)
    breach = house.reported(calls=[call.pk], occurred_at=NOON - timedelta(hours=1))
    pk, vault = breach.pk, house.vault
    with pytest.raises(InputError):
        acts.triage(vault, pk, NOON, " ", by=house.dina, now=NOON)
    acts.triage(vault, pk, NOON, "loki kertoo", by=house.dina, now=NOON)
    with pytest.raises(Conflict):  # the officer was not heard
        acts.judge(vault, pk, Risk.HIGH, "syy", by=house.maarit, now=NOON)
    acts.opinion(vault, pk, Risk.HIGH, "riski on korkea", by=house.dina, now=NOON)
    with pytest.raises(NotAllowed):  # 38(6)
        acts.judge(vault, pk, Risk.HIGH, "syy", by=house.dina, now=NOON)
    with pytest.raises(Unanswered):  # the officer sees a high risk
        acts.judge(vault, pk, Risk.SOME, "vain yksi puhelu", by=house.maarit, now=NOON)
    acts.judge(
        vault, pk, Risk.SOME, "vain yksi puhelu", by=house.maarit, now=NOON, against="ei nimeä"
    )
    assert papers.newest(vault, Breach.objects.get(pk=pk), "against")["text"] == "ei nimeä"
    acts.judge(vault, pk, Risk.HIGH, "terveystietoja", by=house.maarit, now=NOON)

    form = house.desk(breach).authority()
    assert form.missing == ("breach.measures",)
    assert "72 tuntia täyttyy: 27.11.2026 klo 12.00" in form.text
    with pytest.raises(InputError):
        acts.notified(vault, pk, form, number="", sent_at=NOON, last=True, by=house.dina, now=NOON)
    written = {"breach.measures": "istunto suljettiin"}
    acts.draft(vault, pk, AUTHORITY, Language.FI, written, by=house.dina, now=NOON)
    form = house.desk(breach).authority()
    late = NOON + timedelta(hours=80)
    assert "breach.delay_reasons" in house.desk(breach, late).authority().missing
    acts.notified(
        vault, pk, form, number="1/2026", sent_at=NOON, last=False, by=house.dina, now=NOON
    )
    acts.numbered(vault, pk, " 4812/171/26 ", by=house.dina, now=NOON)
    assert papers.newest(vault, breach, "receipt")["text"] == "4812/171/26"
    assert form.points[0].label == "Ilmoituksen vaihe"
    assert not any(one.waits for one in form.points)
    for language in Language:
        acts.draft(vault, pk, PEOPLE, language, written, by=house.dina, now=NOON)
        letter = house.desk(breach).people(language)
        assert letter.missing == ()
        assert breach.case.reference in letter.text
    with pytest.raises(Conflict):
        acts.people_not_told(
            vault, pk, NotTold.ENCRYPTED, "salattu", readable=1, by=house.eila, now=NOON
        )
    letter = house.desk(breach).people(Language.SV)
    acts.people_told(vault, pk, letter, "kirjeellä 24.11.", by=house.eila, now=NOON)

    done = BreachStep.CLOSING_PROPOSED
    lacks = acts.record_of(Breach.objects.get()).lacks()
    assert lacks == (Lack.CONTAINED, Lack.LAST_PHASE, Lack.LESSONS)
    with pytest.raises(Conflict):
        acts.propose(vault, pk, done, "valmis", by=house.dina, now=NOON)
    acts.note(vault, pk, BreachStep.CONTAINED, "suljettiin", by=house.dina, now=NOON)
    acts.notified(vault, pk, form, number="", sent_at=NOON, last=True, by=house.dina, now=NOON)
    acts.note(vault, pk, BreachStep.LEARNED, "lukitus", by=house.eila, now=NOON)
    acts.propose(vault, pk, done, "valmis", by=house.eila, now=NOON)
    with pytest.raises(NotAllowed):
        acts.end(vault, pk, BreachStep.CLOSED, {}, by=house.eila, now=NOON)
    acts.end(vault, pk, BreachStep.CLOSED, {"1": "heard yes 1"}, by=house.ilkka, now=NOON)
    with pytest.raises(Conflict):
        acts.note(vault, pk, BreachStep.LEARNED, "vielä", by=house.eila, now=NOON)
    acts.note(vault, pk, BreachStep.CORRECTED, "tarkennus", by=house.dina, now=NOON)
    assert BreachEdge.objects.count() - 1 == len(list(ledger.find(BreachStepped)))
    assert "Lehtovaara" not in columns()


def test_what_is_no_breach_stays_in_the_register_with_its_reason(house: House) -> None:
    breach = house.reported()
    acts.propose(
        house.vault, breach.pk, BreachStep.DISMISSAL_PROPOSED, "oma puhelu", by=house.dina, now=NOON
    )
    acts.end(house.vault, breach.pk, BreachStep.DISMISSED, {}, by=house.eila, now=NOON)
    row = Breach.objects.get()
    assert (row.stage, row.notified_at) == ("dismissed", None)
    assert papers.newest(house.vault, row, "end", "dismissal_proposed")["text"] == "oma puhelu"


def test_the_clock_reminds_at_its_hours_and_falls_silent_when_the_authority_was_told(
    house: House,
) -> None:
    breach = house.reported()
    counted = []
    for hours in (1, 25, 26, 49, 61, 73, 74):
        counted.append(tending.remind(house.register, NOON + timedelta(hours=hours)))
    assert counted == [0, 1, 0, 1, 1, 1, 0]
    Breach.objects.update(reminded_hours=0, stage="not_notified")
    assert tending.remind(house.register, NOON + timedelta(hours=80)) == 0
    bodies = [one.body for one in OutgoingMessage.objects.filter(key__startswith="breach-clock")]
    assert all(breach.case.reference in body for body in bodies)


def test_alarms_open_one_draft_each_by_themselves(house: House) -> None:
    call, held = house.call(30), house.call(31)
    assert watching.look(house.register, NOON) == 0
    Damage.objects.create(kind="blob", name="x", recording=call.pk, start=0, end=9, found_at=NOON)
    case = builders.case(house.eila, calls=(held,))
    held.holds.create(
        case=case, ground="complaint", purposes=[], state="active", opened_at=NOON,
        opened_by=house.eila, review_on=NOON.date(),
    )  # fmt: skip
    Damage.objects.create(kind="blob", name="y", recording=held.pk, start=0, end=9, found_at=NOON)
    assert watching.look(house.register, NOON + timedelta(seconds=9)) == 0  # looked just now
    assert watching.look(house.register, NOON + timedelta(minutes=2)) == 2
    assert watching.look(house.register, NOON + timedelta(minutes=4)) == 0
    kinds = set(Breach.objects.values_list("kind", flat=True))
    assert kinds == {"damaged", "lost_held_call"}
    assert not Breach.objects.exclude(reported_by=None).exists()


def test_one_who_opens_more_calls_than_agreed_is_noticed_and_so_are_guesses_at_a_package(
    house: House,
) -> None:
    def opened(number: int) -> None:
        AccessEntry.objects.create(
            at=NOON, staff=house.eila.pk, role="x", purpose="x", recording=UUID(int=number),
            action="grant",
        )  # fmt: skip

    for number in range(20):
        opened(number)
    assert watching.look(house.register, NOON + timedelta(minutes=1)) == 0
    opened(20)
    assert watching.look(house.register, NOON + timedelta(minutes=3)) == 1
    breach = Breach.objects.get()
    assert (breach.kind, breach.suspect) == ("mass_access", house.eila)
    assert breach.calls.count() == 21
    request = SubjectRequest.objects.create(
        case=builders.case(house.eila), stage="closed", rights=[], via="letter", language="fi",
        received_at=NOON, received_on=NOON.date(), limit_on=NOON.date(), owner=house.eila,
        code_sha256=b"x",
    )  # fmt: skip
    Package.objects.create(
        request=request, recordings=[], wrapped=b"", made_at=NOON, ends_at=NOON,
        code_sha256=b"x", tries_left=0,
    )  # fmt: skip
    assert watching.look(house.register, NOON + timedelta(minutes=5)) == 1
    assert BreachWatch.objects.count() == 1


def test_the_file_closes_with_its_time_and_its_codes_stay(house: House) -> None:
    breach = house.reported()
    acts.propose(
        house.vault, breach.pk, BreachStep.DISMISSAL_PROPOSED, "ei", by=house.dina, now=NOON
    )
    acts.end(house.vault, breach.pk, BreachStep.DISMISSED, {}, by=house.eila, now=NOON)
    assert tending.forget(house.vault, 36, NOON + timedelta(days=900)) == 0
    assert tending.forget(house.vault, 36, NOON + timedelta(days=1200)) == 1
    row = Breach.objects.get()
    assert row.kind == "unauthorised_access"
    assert CaseId(row.pk) not in house.vault.root().cases
    assert papers.newest(house.vault, row, "report") == {}
