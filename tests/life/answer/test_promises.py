"""What the notice promises to who asks (objection.s5-s6, 3.s3, 13.s9, 14.s9-s10, 4.s5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NoLongerOpens, NotAllowed, TalteenError
from talteen.ids import RecordingId
from talteen.life.answer import answers, calls, expiring, intake, lifting, papers, steps, tend
from talteen.life.answer.expiring import Wish
from talteen.life.answer.intake import Asked, Taking, Via
from talteen.life.answer.models import SubjectRequest
from talteen.life.destroy import acts as destroy
from talteen.life.destroy.models import Destruction
from talteen.life.hold import acts as hold
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import door
from talteen.life.transcribe import statements
from talteen.notice import requests
from talteen.notice.letters import Written
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Purpose, Role
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.oversight import request_alarm
from talteen.register import access
from talteen.register.models import Hold, Recording, Staff
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.spared import do_not_record
from talteen.register.staff.people import SignIn
from tests.kit import builders, vaults
from tests.kit.builders import NOON
from tests.life.answer.conftest import House
from tests.life.answer.test_erasure import Kept

pytestmark = pytest.mark.django_db(transaction=True)


def asked_and_held(house: House, right: Right) -> tuple[SubjectRequest, Recording]:
    call = house.call()
    request = house.taken(right).request
    calls.settle(house.vault, NOON)
    return request, call


def opens(house: House, call: Recording, request: SubjectRequest) -> bool:
    """Whether the register contact opens it for the request."""
    try:
        access.grant(
            house.eila,
            Purpose.DATA_SUBJECT_REQUEST,
            RecordingId(call.pk),
            case=request.case.reference,
            sign_in=SignIn.TWO_FACTORS,
            at=NOON,
        )
    except NotAllowed:
        return False
    return True


def test_while_an_objection_is_considered_nobody_uses_the_call(house: House) -> None:
    request, call = asked_and_held(house, Right.OBJECTION)
    riitta = builders.staff("Riitta", role=Role.COMPLAINT_HANDLER)
    complaint = builders.case(riitta, calls=(call,))
    with pytest.raises(NotAllowed):
        access.grant(
            riitta,
            Purpose.RIGHTS_OF_PARTIES,
            RecordingId(call.pk),
            case=complaint.reference,
            sign_in=SignIn.TWO_FACTORS,
            at=NOON,
        )
    assert opens(house, call, request)  # to answer, and for nothing else


def test_an_accepted_objection_destroys_the_call(house: House) -> None:
    request, _ = asked_and_held(house, Right.OBJECTION)
    house.to_preparing(request.pk)
    house.prepared(request.pk, "objection_accepted.granted")
    with pytest.raises(NotAllowed):
        house.decided(request.pk, "objection_accepted.granted", house.eila)
    answer = house.decided(request.pk, "objection_accepted.granted", house.ilkka)
    assert answer.paper is not None
    assert "ei tallenneta" in papers.read(house.vault, answer.paper)["text"]
    assert not Recording.objects.exists()
    assert Destruction.objects.get().reason == "objection"
    # ... and the next call of that number is not recorded (6.9)
    listed = do_not_record.find(house.vault.do_not_record_key(), vaults.NUMBER)
    assert listed is not None
    assert (listed.added_on, listed.confirmed_by) == (helsinki_date(NOON), house.ilkka.code)


def test_a_request_counts_from_the_moment_it_reached_us(house: House) -> None:
    came = NOON - timedelta(days=9)
    taking = Taking((Right.ACCESS,), Via.DESK, "fi", came, Asked(), by=house.eila)
    request = intake.receive(house.vault, taking, NOON).request
    assert request.received_on == helsinki_date(came)
    assert request.limit_on.isoformat() == "2026-12-15"


def test_a_request_keeps_its_call_until_the_answer_and_its_days(house: House) -> None:
    request, call = asked_and_held(house, Right.RESTRICTION)
    house.to_preparing(request.pk)
    house.prepared(request.pk, "restriction_set.granted", {"restriction.ground": "riita"})
    house.decided(request.pk, "restriction_set.granted", house.ilkka)
    answered = call.cutoff_at + timedelta(days=1)
    destroy.expire(house.vault, answered)
    assert Recording.objects.filter(pk=call.pk).exists()
    steps.delivered(request.pk, by=house.eila, now=answered, tail_days=14)
    for days, there in ((13, True), (14, False)):
        at = answered + timedelta(days=days)
        destroy.lapse(house.vault, at)
        destroy.expire(house.vault, at)
        assert Recording.objects.filter(pk=call.pk).exists() is there
    with pytest.raises(TalteenError):
        vaults.sound_of(house.vault, call, answered + timedelta(days=14))


def test_a_restricted_call_is_kept_and_not_used(house: House) -> None:
    request, call = asked_and_held(house, Right.RESTRICTION)
    house.to_preparing(request.pk)
    house.prepared(request.pk, "restriction_set.granted", {"restriction.ground": "riita"})
    assert opens(house, call, request)
    answer = house.decided(request.pk, "restriction_set.granted", house.ilkka)
    assert answer.paper is not None
    assert not opens(house, call, request)
    assert Recording.objects.get(pk=call.pk).progress == "sealed"


def test_a_restriction_ends_only_after_the_person_was_told_and_had_a_week(house: House) -> None:
    request, call = asked_and_held(house, Right.RESTRICTION)
    house.to_preparing(request.pk)
    house.prepared(request.pk, "restriction_set.granted", {"restriction.ground": "riita"})
    house.decided(request.pk, "restriction_set.granted", house.ilkka)
    today = helsinki_date(NOON)
    written = {"restriction.lift_reasons": "riita on sovittu", "restriction.next": "häviää"}
    letter = house.desk(request.pk, NOON).write(
        lifting.LETTER, {**written, "restriction.end": "1.12.2026"}
    )

    def told(ends_on: date) -> None:
        lifting.tell(house.vault, request.pk, letter, ends_on, by=house.eila, now=NOON)

    with pytest.raises(InputError):
        told(today + timedelta(days=6))
    told(today + timedelta(days=7))
    with pytest.raises(Conflict):
        told(today + timedelta(days=8))
    assert lifting.tend(NOON + timedelta(days=6)) == 0
    lifting.call_off(request.pk, by=house.eila, now=NOON)  # the person did not accept it
    assert lifting.tend(NOON + timedelta(days=8)) == 0
    assert Recording.objects.get(pk=call.pk).restricted

    told(today + timedelta(days=7))
    assert lifting.tend(NOON + timedelta(days=7)) == 1
    assert not Recording.objects.get(pk=call.pk).restricted
    assert request.papers.filter(kind="letter", name=lifting.LETTER).count() == 2
    with pytest.raises(Conflict):
        told(today + timedelta(days=9))  # nothing is restricted any more


def test_a_restriction_for_a_claim_of_ones_own_outlives_the_cutoff_if_it_came_before(
    house: House,
) -> None:
    request, call = asked_and_held(house, Right.RESTRICTION)
    later = house.call(days_ago=2)
    review_on = call.cutoff_at.date() - timedelta(days=1)
    placing = Placing(
        request.case,
        Ground.SUBJECT_RESTRICTION,
        (house.eila, house.ilkka),
        review_on,
        house.eila,
        house.ilkka,
    )
    with pytest.raises(Conflict):
        alone = replace(placing, approved_by=house.eila)
        hold.place(house.vault, RecordingId(later.pk), alone, NOON)
    hold.place(house.vault, RecordingId(call.pk), placing, NOON)
    steps.withdraw(house.vault, request.pk, "sain tiedot", by=house.eila, now=NOON)

    with pytest.raises(NoLongerOpens):
        hold.place(house.vault, RecordingId(later.pk), placing, later.cutoff_at)
    destroy.expire(house.vault, call.cutoff_at)

    assert Recording.objects.filter(pk=call.pk, progress="sealed").exists()
    assert house.vault.entry(RecordingId(call.pk), call.cutoff_at).dek
    assert set(Destruction.objects.values_list("pk", flat=True)) == {later.pk}


def test_a_restriction_that_survives_takes_its_hold_by_two_and_gives_it_back_by_two(
    house: House,
) -> None:
    request, call = asked_and_held(house, Right.RESTRICTION)
    house.to_preparing(request.pk)
    house.prepared(request.pk, "restriction_kept.granted", {"restriction.ground": "oma vaade"})
    with pytest.raises(NotAllowed):
        house.decided(request.pk, "restriction_kept.granted", house.eila)
    assert not Hold.objects.filter(ground="subject_restriction").exists()
    house.decided(request.pk, "restriction_kept.granted", house.ilkka)

    (held,) = Hold.objects.filter(ground="subject_restriction")
    assert (held.state, held.opened_by, held.approved_by) == ("active", house.eila, house.ilkka)
    assert Recording.objects.get(pk=call.pk).restricted
    destroy.expire(house.vault, call.cutoff_at)
    assert Recording.objects.filter(pk=call.pk, progress="sealed").exists()

    ends_on = helsinki_date(NOON) + timedelta(days=7)
    letter = Written("Rajoitus päättyy", ("Riita on ratkaistu",))
    lifting.tell(house.vault, request.pk, letter, ends_on, by=house.eila, now=NOON)
    lifting.tend(NOON + timedelta(days=7))
    held.refresh_from_db()
    assert (held.state, held.release_proposed_by) == ("active", house.eila)


def test_nobody_is_known_by_a_letter_that_nobody_has_read(house: House) -> None:
    taking = Taking((), Via.EMAIL, "fi", NOON, Asked(words="Hei"), unread=True)
    request = intake.receive(house.vault, taking, NOON).request

    with pytest.raises(Conflict, match="nobody has read"):
        steps.identify(house.vault, request.pk, "tunnen hänet", by=house.eila, now=NOON)


def test_a_request_that_nobody_takes_up_escalates_after_a_working_day(house: House) -> None:
    friday = datetime(2026, 11, 20, 10, tzinfo=UTC)
    request = house.taken(Right.ACCESS, now=friday).request
    SubjectRequest.objects.filter(pk=request.pk).update(owner=house.ilkka)
    monday, tuesday = friday + timedelta(days=3), friday + timedelta(days=4)
    assert request_alarm.sound(house.register, monday) == 0  # the weekend is nobody's delay
    assert request_alarm.sound(house.register, tuesday) == 1
    assert request_alarm.sound(house.register, tuesday) == 1
    told = OutgoingMessage.objects.filter(key__startswith="untouched:")
    assert {one.to for one in told} == {house.register.contact.email, house.register.dpo.email}
    assert not [one for one in told if request.case.reference in one.body]

    Staff.objects.filter(pk=house.ilkka.pk).update(is_active=False)  # the owner leaves
    request_alarm.sound(house.register, tuesday)
    request.refresh_from_db()
    assert request.owner == house.eila
    steps.identify(house.vault, request.pk, "varausnumero", by=house.eila, now=tuesday)
    assert request_alarm.sound(house.register, tuesday + timedelta(days=1)) == 0


def test_who_was_called_or_only_spoken_of_asks_for_the_call_like_who_called(house: House) -> None:
    """4.s5: the notice is about callers, those whom we call, those who are spoken of, and the
    contacts of companies, who call or are called."""
    called = house.call()
    Recording.objects.filter(pk=called.pk).update(direction="outbound")
    spoken_of = Asked(name="Oskari", words="Sukulaiseni varasi huoneen minullekin", day="")

    by_number = house.taken(Right.ACCESS).request
    without = house.taken(Right.ACCESS, asked=spoken_of).request
    calls.settle(house.vault, NOON)

    assert list(by_number.case.recordings.values_list("pk", flat=True)) == [called.pk]
    assert without.case.recordings.count() == 0, "nothing is guessed for who has no number here"
    calls.take(house.vault, without, [called.pk], by=house.eila, now=NOON)
    for request in (by_number, without):
        house.to_preparing(request.pk)
        request.refresh_from_db()
        given = requests.answers(Right.ACCESS, Stage(request.stage))
        assert any(one.letter == "access_cover" for one in given)
        assert opens(house, called, request)


def near_its_end(house: House) -> tuple[SubjectRequest, Recording, datetime]:
    """A request that restricted a call and was closed, and an instant eight days before its end."""
    request, call = asked_and_held(house, Right.RESTRICTION)
    house.to_preparing(request.pk)
    house.prepared(request.pk, "restriction_set.granted", {"restriction.ground": "riita"})
    house.decided(request.pk, "restriction_set.granted", house.ilkka)
    steps.delivered(request.pk, by=house.eila, now=NOON, tail_days=0)
    return request, call, call.cutoff_at - timedelta(days=8)


def test_before_a_restricted_call_ends_its_person_is_asked_once_and_silence_lets_it_die(
    house: House,
) -> None:
    request, call, near = near_its_end(house)
    tend.tend(Kept(house.vault, house.register), near - timedelta(days=3))
    assert expiring.unanswered(near) == []

    tend.tend(Kept(house.vault, house.register), near)
    tend.tend(Kept(house.vault, house.register), near + timedelta(days=1))  # once

    (asked,) = expiring.unanswered(near)
    last = helsinki_date(call.cutoff_at) - timedelta(days=1)
    assert (asked.request, asked.reply_by) == (request, last)
    letter = papers.read(house.vault, asked.letter)["text"]
    assert "puhelun 1 käyttö on rajoitettu" in letter.lower()
    assert f"{last.day}.{last.month}.{last.year}" in letter
    with pytest.raises(Conflict):
        expiring.answer(request.pk, Wish.CLAIM, by=None, now=call.cutoff_at + timedelta(hours=1))
    assert expiring.unanswered(call.cutoff_at) == []
    assert not call.holds.filter(provisional_until=None).exists()  # nothing keeps it


def test_who_answers_that_a_restricted_call_is_needed_is_heard_by_two_while_it_is_held(
    house: House,
) -> None:
    request, call, near = near_its_end(house)
    destroy.lapse(house.vault, near)  # its hold ended with its closing
    told = {"name": "Kaisa Lehtovaara"}  # and there is nothing to find the call by
    papers.write(house.vault, request, "asked", told, by=house.eila, now=NOON, name="1")
    assert not call.holds.filter(state="active").exists()
    tend.tend(Kept(house.vault, house.register), near)

    expiring.answer(request.pk, Wish.CLAIM, by=None, now=near)
    calls.settle(house.vault, near)

    request.refresh_from_db()
    assert (request.stage, request.rights) == ("received", ["restriction"])
    held = call.holds.get(state="active", provisional_until=None)
    assert held.ground == "request_pending"
    assert expiring.unanswered(near) == []
    with pytest.raises(Conflict):  # said once
        expiring.answer(request.pk, Wish.ENDS, by=None, now=near)
    house.to_preparing(request.pk, near)
    house.prepared(request.pk, "restriction_kept.granted", {"restriction.ground": "vaade"}, near)
    house.decided(request.pk, "restriction_kept.granted", house.ilkka, near)
    assert Hold.objects.filter(ground="subject_restriction", state="active").count() == 1


def test_a_statement_of_ones_own_stands_beside_the_words_and_not_in_the_file_alone(
    house: House,
) -> None:
    request, call = asked_and_held(house, Right.RECTIFICATION)
    house.to_preparing(request.pk)
    told = {"refusal.reasons": "niin sanottiin", requests.STATEMENT: "Tarkoitin lauantaita."}
    answer = house.prepared(request.pk, "rectification_statement.partial", told)
    answers.opine(house.vault, request.pk, Opinion.FOR, "selvä", by=house.dina, now=NOON)
    opened = door.open_for_step(house.vault, RecordingId(call.pk), door.Step.STATEMENT, NOON)
    assert statements.of(opened) == ()

    decided = house.decided(request.pk, "rectification_statement.partial", house.eila)

    (laid,) = statements.of(opened)
    assert (laid.text, laid.answer) == ("Tarkoitin lauantaita.", answer.pk)
    assert decided.paper is not None
    assert "Tarkoitin lauantaita." in papers.read(house.vault, decided.paper)["text"]
    statements.lay(opened, laid)  # a decision that was broken off is taken again
    assert len(statements.of(opened)) == 1
