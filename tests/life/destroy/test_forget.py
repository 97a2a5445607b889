"""Every table that names a recording is let go of when it dies: none can be forgotten (REGISTER
13.3)."""

from talteen.life.destroy import applied
from talteen.life.hold import acts as hold
from talteen.life.seal import acts as seal
from talteen.life.transcribe import acts as transcribe
from talteen.life.use import giving
from talteen.life.use.quality import calibrating, drafts, evaluating
from talteen.life.use.study import following
from talteen.register import emergencies
from talteen.register.models import Recording

LET_GO = {
    "Hold": hold.forget,
    "CaseRecording": hold.forget,
    "EvaluatedCall": evaluating.forget,
    "CalibrationCall": calibrating.forget,
    "EvaluationDraft": drafts.forget,
    "StudyCall": following.forget,
    "Export": giving.forget,
    "Transcription": transcribe.forget,
    "SealedNote": transcribe.forget,
    "Drafting": transcribe.forget,
    "DraftPart": transcribe.forget,
    "Envelope": seal.forget,
    "Blob": seal.forget,
}
BY_ID = {emergencies.forget}
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
