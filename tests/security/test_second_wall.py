"""The second wall: a page that forgot to ask, or a statement smuggled into one, reads no row."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from talteen import course
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.seal import door, numbers, rolling
from talteen.life.seal.models import Envelope
from talteen.life.transcribe import masks, notes
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.models import DraftPart, SealedNote
from talteen.notice.purposes import Purpose, Role
from talteen.register import access, access_log, passage, refusals
from talteen.register.access import Grant
from talteen.register.database import row_security
from talteen.register.models import Recording
from talteen.register.staff.people import SignIn
from talteen.register.states import Progress
from tests.desk.conftest import Desk
from tests.kit import database

pytestmark = pytest.mark.django_db(transaction=True)
BEHIND = {"sealed_note": SealedNote, "draft_part": DraftPart, "envelope": Envelope}


def call_with_rows(desk: Desk, name: str = "001") -> Recording:
    """A call that waits in its envelope, on whose words something was written."""
    call = desk.call(name)
    opened = door.open_for_step(
        desk.built.house.vault, RecordingId(call.pk), door.Step.TRANSCRIBE, desk.now
    )
    notes.change(opened, Kind.MASKING, lambda _: Layer().to_bytes(), desk.now)
    DraftPart.objects.create(
        id=call.pk, recording=call, made_by=b"m", side="agent", number=0, sealed=b"s"
    )
    return call


def grant_of(desk: Desk, call: Recording) -> Grant:
    Recording.objects.filter(pk=call.pk).update(reviewed=True)
    handler = desk.reader(Role.COMPLAINT_HANDLER)
    return access.grant(
        handler,
        Purpose.RIGHTS_OF_PARTIES,
        RecordingId(call.pk),
        case=desk.case(call).reference,
        sign_in=SignIn.DEMO,
        at=desk.now,
    )


def seen() -> dict[str, int]:
    """How many rows of each table behind the wall show themselves."""
    assert set(BEHIND) == set(row_security.TABLES)
    return {table: model.objects.count() for table, model in BEHIND.items()}


NONE, ONE = dict.fromkeys(BEHIND, 0), dict.fromkeys(BEHIND, 1)


@contextmanager
def page() -> Iterator[None]:
    with database.as_the_pages():
        yield


def test_a_page_that_forgot_to_ask_finds_nothing(desk: Desk) -> None:
    call_with_rows(desk)

    assert seen() == ONE  # the worker, and that there is something to find
    with page():
        assert seen() == NONE
        assert Envelope.objects.all().update(rejected=True) == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            SealedNote.objects.create(
                recording_id=Recording.objects.get().pk,
                kind=Kind.MASKING.value,
                version=9,
                sealed=b"forged",
                at=desk.now,
            )


def test_a_smuggled_condition_finds_nothing(desk: Desk) -> None:
    call = call_with_rows(desk)
    grant_of(desk, call)
    smuggled = f"SELECT sealed FROM sealed_note WHERE recording_id = '{call.pk}' OR 1=1 --"
    with page(), connection.cursor() as cursor:
        cursor.execute(smuggled)
        assert cursor.fetchall() == []
    with connection.cursor() as cursor:
        cursor.execute(smuggled)
        assert len(cursor.fetchall()) == 1


def test_a_grant_shows_the_rows_of_its_recording_and_of_no_other(desk: Desk) -> None:
    call, other = call_with_rows(desk), call_with_rows(desk, "002")
    grant = grant_of(desk, call)
    with page():
        with passage.by_grant(call.pk, grant.entry):
            assert seen() == ONE
            assert SealedNote.objects.get().recording_id == call.pk
        assert seen() == NONE  # over with the block
        with passage.by_grant(other.pk, grant.entry):
            assert seen() == NONE  # a grant of another call
        with passage.by_grant(call.pk, grant.entry + 1000):
            assert seen() == NONE  # a grant that was never written down


def test_a_refusal_in_the_log_is_no_grant(desk: Desk) -> None:
    call = call_with_rows(desk)
    with pytest.raises(refusals.Denied):
        access.grant(
            desk.reader(Role.ADMIN),
            Purpose.RIGHTS_OF_PARTIES,
            RecordingId(call.pk),
            case=None,
            sign_in=SignIn.DEMO,
            at=desk.now,
        )
    refused = access_log.entries_of(RecordingId(call.pk))[-1]
    with page(), passage.by_grant(call.pk, refused.pk):
        assert seen() == NONE


def test_the_doors_work_with_the_rights_of_pages(desk: Desk) -> None:
    call = call_with_rows(desk)
    grant = grant_of(desk, call)
    vault = desk.built.house.vault
    with page():
        opened = door.open_for(vault, grant, desk.now)
        assert masks.layer_of(opened) == Layer()
        notes.change(opened, Kind.MASKING, lambda old: old or b"", desk.now)
        assert numbers.find(vault, opened.entry.number, desk.now) == [call.pk]
        assert seen() == NONE
        course.roll(desk.built.house, desk.now)  # a case that is opened rolls within a page
        assert seen() == NONE
        assert door.open_for(vault, grant, desk.now).entry == opened.entry
    assert SealedNote.objects.count() == 2


def test_a_passage_ends_with_its_block_inside_another_transaction_and_after_an_error(
    desk: Desk,
) -> None:
    call = call_with_rows(desk)
    grant = grant_of(desk, call)
    with page(), transaction.atomic():
        with passage.by_grant(call.pk, grant.entry):
            assert seen() == ONE
            with passage.by_number():
                assert Envelope.objects.count() == 1
            assert seen() == ONE  # the outer one goes on
        assert seen() == NONE
        with pytest.raises(ZeroDivisionError), passage.by_step(call.pk):
            assert seen() == ONE
            raise ZeroDivisionError
        assert seen() == NONE
    with page():
        assert seen() == NONE


def test_forgetting_finds_the_rows_of_a_dying_call(desk: Desk) -> None:
    call = call_with_rows(desk)
    Recording.objects.filter(pk=call.pk).update(progress=Progress.DESTROYING.value)
    with page():
        assert seen() == ONE
        assert DraftPart.objects.all().delete()[0] == 1


def test_a_roll_leaves_no_way_behind_on_its_connection(desk: Desk) -> None:
    call_with_rows(desk)
    vault = desk.built.house.vault
    with page():
        with pytest.raises(ZeroDivisionError), rolling.turn(vault):
            assert seen() == ONE
            raise ZeroDivisionError
        assert seen() == NONE
        with rolling.turn(vault):
            with rolling.turn(vault):  # they may be taken one in another
                pass
            assert seen() == ONE
        assert seen() == NONE
