"""Every table that names a recording is let go of when it dies: none can be forgotten (REGISTER
13.3)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from talteen.life.destroy import applied
from talteen.life.hold import acts as hold
from talteen.life.seal import acts as seal
from talteen.life.transcribe import acts as transcribe
from talteen.life.use import giving
from talteen.life.use.coach import ending
from talteen.life.use.quality import calibrating, drafts, evaluating
from talteen.life.use.study import following
from talteen.register import emergencies, investigations, personnel_openings
from talteen.register.database.among import among
from talteen.register.models import CaseRecording, Recording
from tests.kit import builders

LET_GO = {
    "Hold": hold.forget,
    "CaseRecording": hold.forget,
    "EvaluatedCall": evaluating.forget,
    "CalibrationCall": calibrating.forget,
    "EvaluationDraft": drafts.forget,
    "StudyCall": following.forget,
    "Passage": ending.forget,
    "Export": giving.forget,
    "Transcription": transcribe.forget,
    "SealedNote": transcribe.forget,
    "Drafting": transcribe.forget,
    "DraftPart": transcribe.forget,
    "Envelope": seal.forget,
    "Blob": seal.forget,
}
BY_ID = {emergencies.forget, investigations.forget, personnel_openings.forget}
"""Tables that keep a recording's id without a reference, and let go of it too."""


def test_every_table_that_names_a_recording_stands_in_the_list_of_what_must_forget() -> None:
    naming = {
        related.related_model.__name__
        for related in Recording._meta.related_objects
        if not related.many_to_many
    }

    assert naming == set(LET_GO)
    assert set(LET_GO.values()) | BY_ID == set(applied.FORGET)


def test_no_table_lets_a_recording_go_by_accident() -> None:
    rules = {
        related.on_delete.__name__
        for related in Recording._meta.related_objects
        if not related.many_to_many
    }

    assert rules == {"PROTECT"}


def calls(number: int) -> list[Recording]:
    builders.line("rooms")
    return [builders.recording() for _ in range(number)]


@pytest.mark.django_db
def test_a_day_leaves_its_rows_in_as_many_statements_as_one_call() -> None:
    one, many, left = calls(1), calls(30), calls(1)
    asked = []
    for some in (one, many):
        with CaptureQueriesContext(connection) as seen:
            applied.forget([row.pk for row in some])
        asked.append(len(seen))
    assert asked[0] == asked[1]
    assert [row.pk for row in Recording.objects.all()] == [row.pk for row in left]


@pytest.mark.django_db
def test_ids_in_one_array_find_the_rows_that_they_name() -> None:
    some, _ = calls(3), calls(2)
    named = [row.pk for row in some]
    assert set(Recording.objects.filter(pk__in=among(named)).values_list("pk", flat=True)) == set(
        named
    )
    assert not Recording.objects.filter(pk__in=among([])).exists()


@pytest.mark.django_db
def test_a_row_that_still_names_a_call_keeps_it_from_going(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stage that lets go of too little: the death does not commit."""
    monkeypatch.setattr(applied, "FORGET", ())
    (call,) = calls(1)
    agent = call.agent
    builders.case(agent, agent, calls=(call,), opened_at=builders.NOON)
    assert CaseRecording.objects.filter(recording=call).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        applied.forget([call.pk])
        connection.check_constraints()
