"""A disclosure from the letter to the receipt: nothing leaves by one person's word, nothing more
than was asked, and whoever got it is a recipient from then on."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, KeyGone, Missing, NoLongerOpens, NotAllowed
from talteen.ids import RecordingId
from talteen.life.answer import calls, packages, tend, values
from talteen.life.answer import papers as request_papers
from talteen.life.answer.disclose import acts, article19, delivery, papers, received, tending
from talteen.life.answer.disclose import steps as disclosing
from talteen.life.answer.disclose.acts import Cut, Grounding, Receiving, Wanted
from talteen.life.answer.disclose.models import (
    Disclosure,
    DisclosureCall,
    DisclosurePaper,
    Recipient,
    RecipientTask,
)
from talteen.life.answer.disclose.writing import Desk as Letters
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.life.answer.packages import Made
from talteen.life.destroy.models import Destruction
from talteen.notice.disclosures import Refusal
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Purpose
from talteen.notice.rights import Right
from talteen.register import access
from talteen.register.log import ledger
from talteen.register.log.ledger_disclosures import (
    DisclosureReceived,
    DisclosureStepped,
    RecipientAsked,
)
from talteen.register.models import AccessEntry, Hold, Recording
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from tests.kit import builders
from tests.kit.builders import NOON
from tests.life.answer.conftest import REGISTER, House
from tests.life.answer.test_erasure import Kept

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = helsinki_date(NOON)
STATUTE = Grounding("Pakkokeinolaki 7 luku 1 §")
FILES = b"PK\x03\x04 words of a call about a booking"


def asked(house: House, **changed: object) -> Disclosure:
    """A signed letter of the police."""
    police, _ = Recipient.objects.get_or_create(
        name="Sisä-Suomen poliisilaitos",
        door=changed.pop("door", "authority"),
        country=changed.pop("country", "FI"),
        language="fi",
        reach="kirjaamo.sisa-suomi@poliisi.example",
        added_at=NOON,
    )
    told = Receiving(police, "fi", NOON, signed=True, reference="5680/R/1234/26", asked="puhelu")
    told = replace(told, **changed)  # type: ignore[arg-type]
    return acts.receive(house.vault, told, by=house.eila, now=NOON).disclosure


def scoped(house: House, row: Disclosure, call: Recording, grounding: Grounding = STATUTE) -> None:
    """Verified, grounded and cut to a stretch of one call."""
    acts.verify(house.vault, row.pk, "takaisinsoitto vaihteeseen", by=house.eila, now=NOON)
    acts.ground(house.vault, row.pk, grounding, by=house.eila, now=NOON)
    cut = Cut([Wanted(call.pk, 0, call.length_ms)], acts.MASKED, sound=False)
    acts.scope(row.pk, cut, by=house.eila, now=NOON)


def approved(house: House, row: Disclosure) -> None:
    """The officer was heard, and Ilkka lets it go."""
    acts.opine(house.vault, row.pk, Opinion.FOR, "laillinen", by=house.dina, now=NOON)
    acts.propose(row.pk, by=house.eila, now=NOON)
    acts.approve(house.vault, row.pk, "", by=house.ilkka, now=NOON)


def handed_over(
    house: House, call: Recording, grounding: Grounding = STATUTE
) -> tuple[Disclosure, Made]:
    """The police have opened their package."""
    row = asked(house)
    scoped(house, row, call, grounding)
    approved(house, row)
    made = delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)
    row.refresh_from_db()
    assert delivery.opened(house.vault, row, made.code, NOON) == FILES
    row.refresh_from_db()
    return row, made


def test_it_leaves_only_grounded_cut_and_let_go_by_two_after_the_officers_opinion(
    house: House,
) -> None:
    call, other = house.call(), house.call(days_ago=3)
    row = asked(house)
    with pytest.raises(Conflict):  # nobody has called them back
        acts.ground(house.vault, row.pk, STATUTE, by=house.eila, now=NOON)
    acts.verify(house.vault, row.pk, "takaisinsoitto", by=house.eila, now=NOON)
    with pytest.raises(Conflict, match="no_statute"):
        acts.ground(house.vault, row.pk, Grounding(" "), by=house.eila, now=NOON)
    acts.ground(house.vault, row.pk, STATUTE, by=house.eila, now=NOON)
    for wrong in (
        Cut([], acts.MASKED, sound=False),
        Cut([Wanted(call.pk, 0, call.length_ms + 1)], acts.MASKED, sound=False),
        Cut([Wanted(row.pk, 0, 1000)], acts.MASKED, sound=False),
    ):
        with pytest.raises(InputError):
            acts.scope(row.pk, wrong, by=house.eila, now=NOON)
    wide = Cut([Wanted(call.pk, 0, 500), Wanted(other.pk, 0, 500)], acts.FULL, sound=True)
    acts.scope(row.pk, wide, by=house.eila, now=NOON)
    acts.scope(
        row.pk, Cut([Wanted(call.pk, 100, 900)], acts.MASKED, sound=False), by=house.eila, now=NOON
    )
    assert list(row.case.recordings.values_list("pk", flat=True)) == [call.pk]
    with pytest.raises(Conflict):  # nobody has let it go
        delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)
    acts.propose(row.pk, by=house.eila, now=NOON)
    with pytest.raises(Conflict, match="opinion"):
        acts.approve(house.vault, row.pk, "", by=house.ilkka, now=NOON)
    acts.opine(house.vault, row.pk, Opinion.AGAINST, "liian laaja", by=house.dina, now=NOON)
    with pytest.raises(NotAllowed):  # not one's own
        acts.approve(house.vault, row.pk, "x", by=house.eila, now=NOON)
    with pytest.raises(NotAllowed):  # the officer decides nothing
        acts.approve(house.vault, row.pk, "x", by=house.dina, now=NOON)
    with pytest.raises(InputError, match="no reason is written"):
        acts.approve(house.vault, row.pk, " ", by=house.ilkka, now=NOON)
    acts.approve(house.vault, row.pk, "laki velvoittaa", by=house.ilkka, now=NOON)

    made = delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)

    row.refresh_from_db()
    assert (row.stage, row.left_at) == ("sealed", None)
    assert not received.names([call.pk], TODAY)  # until somebody has opened it
    assert delivery.opened(house.vault, row, made.code, NOON) == FILES
    assert packages.open_now(row, NOON).opened == 1  # type: ignore[union-attr]
    assert received.names([call.pk], TODAY) == ["Sisä-Suomen poliisilaitos"]
    told = {"text": "Kuittaus 1/26"}
    acts_ = delivery.receipt(house.vault, row.pk, told, by=None, now=NOON)
    assert acts_.stage == "receipted"
    delivery.close(house.vault, row.pk, by=house.eila, now=NOON)
    with pytest.raises(NoLongerOpens):
        delivery.opened(house.vault, Disclosure.objects.get(), made.code, NOON)
    assert [one.entered.entry.step.value for one in ledger.find(DisclosureStepped)] == [
        "verified", "grounded", "scoped", "scoped", "proposed", "opinion", "approved", "sealed",
        "handed_over", "receipted", "closed",
    ]  # fmt: skip
    (found,) = ledger.find(DisclosureReceived)
    assert found.entered.entry.day == TODAY


def test_what_the_law_does_not_carry_is_refused_by_two_persons_with_a_letter(house: House) -> None:
    unsigned = asked(house, signed=False)
    acts.verify(house.vault, unsigned.pk, "takaisinsoitto", by=house.eila, now=NOON)
    with pytest.raises(Conflict, match="unsigned"):
        acts.ground(house.vault, unsigned.pk, STATUTE, by=house.eila, now=NOON)
    Recipient.objects.all().update(country="US")
    foreign = asked(house, country="US")
    acts.verify(house.vault, foreign.pk, "takaisinsoitto", by=house.eila, now=NOON)
    with pytest.raises(Conflict, match="third_country"):
        acts.ground(house.vault, foreign.pk, STATUTE, by=house.eila, now=NOON)
    acts.propose_refusal(
        house.vault,
        foreign.pk,
        Refusal.THIRD_COUNTRY,
        "sopimusta ei ole",
        by=house.eila,
        now=NOON,
    )
    letter = Letters(house.register, REGISTER, "Ilkka", NOON).refusal(foreign, "sopimusta ei ole")
    with pytest.raises(Conflict, match="opinion"):
        acts.refuse(house.vault, foreign.pk, letter.text, by=house.ilkka, now=NOON)
    acts.opine(house.vault, foreign.pk, Opinion.FOR, "epää", by=house.dina, now=NOON)
    with pytest.raises(NotAllowed):
        acts.refuse(house.vault, foreign.pk, letter.text, by=house.eila, now=NOON)

    row = acts.refuse(house.vault, foreign.pk, letter.text, by=house.ilkka, now=NOON)

    assert row.stage == "refused"
    assert "Syy: sopimusta ei ole." in papers.newest(house.vault, row, "letter")["text"]


def test_two_persons_hold_the_calls_of_an_order_past_their_time(house: House) -> None:
    call = house.call(days_ago=80)
    row = asked(house)
    scoped(house, row, call)
    assert acts.preserve(house.vault, row.pk, by=house.ilkka, now=NOON) == 1
    hold = Hold.objects.get()
    assert (hold.ground, hold.state) == ("authority_preservation", "active")
    assert {hold.opened_by, hold.approved_by} == {house.eila, house.ilkka}
    with pytest.raises(Conflict):  # one person is not two
        other = asked(house)
        scoped(house, other, house.call())
        acts.preserve(house.vault, other.pk, by=house.eila, now=NOON)


def test_the_officer_stops_it_where_it_stands(house: House) -> None:
    row, call = asked(house), house.call()
    scoped(house, row, call)
    approved(house, row)
    made = delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)
    with pytest.raises(NotAllowed):
        disclosing.stop(row.pk, by=house.eila)
    disclosing.stop(row.pk, by=house.dina)
    row.refresh_from_db()
    with pytest.raises(Conflict, match="stopped"):
        delivery.opened(house.vault, row, made.code, NOON)
    disclosing.resume(row.pk, by=house.dina)
    row.refresh_from_db()
    assert delivery.opened(house.vault, row, made.code, NOON) == FILES


def test_what_nobody_fetches_expires_and_opens_for_nobody(house: House) -> None:
    row, call = asked(house), house.call()
    scoped(house, row, call)
    approved(house, row)
    made = delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)
    later = NOON + packages.LINK_LIVES
    assert delivery.expire(later - timedelta(seconds=1)) == 0
    assert delivery.expire(later) == 1
    row.refresh_from_db()
    assert row.stage == "expired"
    with pytest.raises(NoLongerOpens):
        delivery.opened(house.vault, row, made.code, later)
    assert not received.names([call.pk], TODAY)


def request_of(house: House, call: Recording, right: Right) -> SubjectRequest:
    """A request about this call that is ready for its answer."""
    request = house.taken(right).request
    calls.take(house.vault, request, [call.pk], by=house.eila, now=NOON)
    house.to_preparing(request.pk)
    return request


def test_an_erasure_gives_each_recipient_a_task_that_ends_in_an_answer(house: House) -> None:
    call, untouched = house.call(), house.call(days_ago=3)
    first, _ = handed_over(house, call)
    second, _ = handed_over(house, call)
    handed_over(house, untouched)
    request = request_of(house, call, Right.ERASURE)
    house.prepared(request.pk, "erasure_decided.granted")
    assert not RecipientTask.objects.exists()

    answer = house.decided(request.pk, "erasure_decided.granted", house.ilkka)

    tasks = article19.standing()
    assert {one.disclosure_id for one in tasks} == {first.pk, second.pk}
    assert {(one.recording, one.act, one.stage) for one in tasks} == {(call.pk, "erased", "open")}
    assert {one.due_on for one in tasks} == {TODAY + timedelta(days=30)}
    # The copies that had left are counted in the certificate of the dead call.
    assert Destruction.objects.get(pk=call.pk).delivered == 2
    assert article19.informed([answer.pk], TODAY) == {"Sisä-Suomen poliisilaitos": False}

    letter = Letters(house.register, REGISTER, "Eila", NOON).recipient(tasks[0])
    assert "ne on poistettu" in letter.text
    assert first.case.reference in letter.text or second.case.reference in letter.text
    one, two = tasks
    article19.tell(house.vault, one.pk, letter, by=house.eila, now=NOON)
    article19.confirm(house.vault, one.pk, "vastaus 3.12.", by=house.eila, now=NOON)
    with pytest.raises(Conflict):  # settled
        article19.confirm(house.vault, one.pk, "uudelleen", by=house.eila, now=NOON)
    with pytest.raises(InputError):
        article19.impossible(house.vault, two.pk, " ", by=house.eila, now=NOON)
    with pytest.raises(NotAllowed):
        article19.impossible(house.vault, two.pk, "syy", by=house.dina, now=NOON)
    article19.impossible(house.vault, two.pk, "esitutkinta-aineistoa", by=house.eila, now=NOON)
    assert not article19.standing()
    assert article19.informed([answer.pk], TODAY) == {"Sisä-Suomen poliisilaitos": True}
    stages = sorted(one.entered.entry.stage.value for one in ledger.find(RecipientAsked))
    assert stages == ["confirmed", "impossible", "open", "open", "told"]


def test_a_restriction_is_passed_on_and_an_access_is_not(house: House) -> None:
    call = house.call()
    handed_over(house, call)
    request = request_of(house, call, Right.RESTRICTION)
    house.prepared(request.pk, "restriction_set.granted", {"restriction.ground": "oikeellisuus"})
    house.decided(request.pk, "restriction_set.granted", house.ilkka)
    assert [one.act for one in article19.standing()] == ["restricted"]


def test_a_package_that_nobody_opened_has_no_recipient_to_tell(house: House) -> None:
    call, row = house.call(), asked(house)
    scoped(house, row, call)
    approved(house, row)
    made = delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)
    request = request_of(house, call, Right.ERASURE)
    house.prepared(request.pk, "erasure_decided.granted")
    house.decided(request.pk, "erasure_decided.granted", house.ilkka)
    row.refresh_from_db()
    assert not RecipientTask.objects.exists()
    with pytest.raises(NoLongerOpens):  # it died with the call
        delivery.opened(house.vault, row, made.code, NOON)
    assert delivery.expire(NOON) == 1


def test_a_letter_does_not_say_that_a_recipient_knows_before_somebody_has_told_it(
    house: House,
) -> None:
    call = house.call()
    handed_over(house, call)
    request = request_of(house, call, Right.RECTIFICATION)
    setting = house.desk(request.pk, NOON).setting
    told = values.known(setting, "rectification_done")["recipients.informed"]
    assert told == "Sisä-Suomen poliisilaitos (kerromme)"


def told_of(house: House, request: SubjectRequest, now: datetime) -> str:
    """The receivers that the person's package names."""
    setting = house.desk(request.pk, now).setting
    return values.known(setting, "access_details")["recipients.named"]


def test_who_got_it_is_told_by_name_and_not_before_a_secrecy_has_ended(house: House) -> None:
    call = house.call()
    until = TODAY + timedelta(days=30)
    with pytest.raises(InputError):
        handed_over(house, call, replace(STATUTE, secret_until=date(2028, 1, 1), secrecy="x"))
    with pytest.raises(InputError):
        other = asked(house)
        acts.verify(house.vault, other.pk, "soitto", by=house.eila, now=NOON)
        acts.ground(
            house.vault, other.pk, replace(STATUTE, secret_until=until), by=house.eila, now=NOON
        )
    secret = replace(STATUTE, secret_until=until, secrecy="esitutkintalaki 11 luku 5 §")
    row, _ = handed_over(house, call, secret)
    request = request_of(house, call, Right.ACCESS)
    packages.make(house.vault, request, {"html": b"x"}, NOON)
    packages.hand_out(request, NOON)
    assert "poliisilaitos" not in told_of(house, request, NOON)
    assert not received.names([call.pk], TODAY)
    assert row.case.reference in received.secret_cases(TODAY)
    entry = AccessEntry(case=row.case.reference, action="export", purpose="authority")
    assert received.tellable([entry], TODAY) == []
    assert received.tellable([entry], until) == [entry]
    kept = Kept(house.vault, house.register)
    tend.tend(kept, NOON)
    assert not RequestPaper.objects.filter(name=tending.LETTER).exists()
    later = NOON + timedelta(days=30)
    tend.tend(kept, later)
    tend.tend(kept, later)

    assert received.names([call.pk], until) == ["Sisä-Suomen poliisilaitos"]
    paper = RequestPaper.objects.get(name=tending.LETTER)
    told = request_papers.read(house.vault, paper)["text"]
    assert "Vastaanottaja: Sisä-Suomen poliisilaitos." in told
    assert "Peruste: Pakkokeinolaki 7 luku 1 §." in told
    assert "Puhelusi 1 luovutettiin" in told
    assert "poliisilaitos" in told_of(house, request, later)


def test_its_file_is_closed_when_its_years_are_over(house: House) -> None:
    row, _ = handed_over(house, house.call())
    delivery.receipt(house.vault, row.pk, {"text": "kuittaus"}, by=house.eila, now=NOON)
    delivery.close(house.vault, row.pk, by=house.eila, now=NOON)
    asked_ = DisclosurePaper.objects.get(kind="asked")
    assert tending.forget(house.vault, 36, NOON + timedelta(days=900)) == 0
    assert tending.forget(house.vault, 36, NOON + timedelta(days=1100)) == 1
    with pytest.raises(KeyGone):
        papers.read(house.vault, asked_)
    assert not DisclosureCall.objects.exists()
    with pytest.raises(Missing):
        disclosing.stop(row.pk, by=house.dina)


def test_counsel_gets_a_named_dispute_and_needs_no_signature(house: House) -> None:
    call = house.call()
    row = asked(house, door="counsel", signed=False)
    acts.verify(house.vault, row.pk, "toimeksiantosopimus", by=house.eila, now=NOON)
    with pytest.raises(Conflict, match="no_statute"):
        acts.ground(house.vault, row.pk, Grounding(""), by=house.eila, now=NOON)
    acts.ground(house.vault, row.pk, Grounding("KRIL 12/2026"), by=house.eila, now=NOON)
    cut = Cut([Wanted(call.pk, 0, 500)], acts.FULL, sound=True)
    acts.scope(row.pk, cut, by=house.eila, now=NOON)
    acts.propose(row.pk, by=house.eila, now=NOON)
    acts.approve(house.vault, row.pk, "", by=house.ilkka, now=NOON)
    made = delivery.seal(house.vault, row.pk, FILES, by=house.eila, now=NOON)
    row.refresh_from_db()
    assert delivery.opened(house.vault, row, made.code, NOON) == FILES


def test_an_order_opens_calls_in_the_case_of_its_disclosure_alone(house: House) -> None:
    call = house.call()
    row = asked(house)
    scoped(house, row, call)
    other = builders.case(house.eila, calls=(call,), opened_at=NOON)
    opens = partial(
        access.grant,
        house.eila,
        Purpose.AUTHORITY,
        RecordingId(call.pk),
        sign_in=SignIn.TWO_FACTORS,
        at=NOON,
    )
    assert opens(case=row.case.reference).purpose is Purpose.AUTHORITY
    with pytest.raises(Denied):
        opens(case=other.reference)
