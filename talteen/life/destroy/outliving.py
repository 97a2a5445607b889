"""What outlives a call, table by table: the whole house, so that nothing is kept by oversight.

Field notes C as a table of the code. A test holds it against every table that exists: a new one
must say here what becomes of it when a call dies, or the test fails. The page ``/survives`` is this
table in words. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What becomes of a row when the call that it came from dies."""

    DIES = "dies"
    """It goes in the transaction that makes the death final, or its key is dead."""
    LOSES_CALL = "loses_call"
    """It goes too, and leaves the next row of the page, which does not say of which call."""
    OUTLIVES = "outlives"
    """It stays, for a time of its own."""
    HOUSE = "house"
    """It is about the house and no call at all."""


class Trace(Enum):
    """One row of the page: a kind of thing that a call leaves, in the order of field notes C."""

    CONTENT = "content"
    EVALUATION = "evaluation"
    REMARKS = "remarks"
    LESSON = "lesson"
    COACHING = "coaching"
    SCRIPT = "script"
    GUIDANCE = "guidance"
    STUDY = "study"
    SAMPLE = "sample"
    ACCESS = "access"
    CERTIFICATE = "certificate"
    CASE = "case"
    OBJECTION = "objection"
    COUNTS = "counts"
    HOUSE = "house"


class About(Enum):
    """Of whom a row tells once the call is gone."""

    NOBODY = "nobody"
    STAFF = "staff"
    """People of the house: employee data, with its own clock and notice."""
    CALLER = "caller"
    """The person who asked or complained: a register of its own, with its own clock."""


class Until(Enum):
    """How long it stays."""

    NOT = "not"
    EVALUATION_TERM = "evaluation_term"
    LOG_TERM = "log_term"
    REQUEST_TERM = "request_term"
    WITHDRAWN = "withdrawn"
    """Until the person takes it back."""
    FOR_GOOD = "for_good"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that a call leaves."""

    trace: Trace
    fate: Fate
    about: About
    until: Until


def _kinds(*rows: tuple[Trace, Fate, About, Until]) -> Mapping[Trace, Kind]:
    return {row[0]: Kind(*row) for row in rows}


_T, _F, _A, _U = Trace, Fate, About, Until
KINDS: Mapping[Trace, Kind] = _kinds(
    (_T.CONTENT, _F.DIES, _A.NOBODY, _U.NOT),
    (_T.EVALUATION, _F.OUTLIVES, _A.STAFF, _U.EVALUATION_TERM),
    (_T.REMARKS, _F.DIES, _A.NOBODY, _U.NOT),
    (_T.LESSON, _F.OUTLIVES, _A.STAFF, _U.EVALUATION_TERM),
    (_T.COACHING, _F.OUTLIVES, _A.STAFF, _U.EVALUATION_TERM),
    (_T.SCRIPT, _F.OUTLIVES, _A.NOBODY, _U.FOR_GOOD),
    (_T.GUIDANCE, _F.OUTLIVES, _A.STAFF, _U.FOR_GOOD),
    (_T.STUDY, _F.LOSES_CALL, _A.NOBODY, _U.FOR_GOOD),
    (_T.SAMPLE, _F.OUTLIVES, _A.STAFF, _U.FOR_GOOD),
    (_T.ACCESS, _F.OUTLIVES, _A.STAFF, _U.LOG_TERM),
    (_T.CERTIFICATE, _F.OUTLIVES, _A.NOBODY, _U.FOR_GOOD),
    (_T.CASE, _F.OUTLIVES, _A.CALLER, _U.REQUEST_TERM),
    (_T.OBJECTION, _F.OUTLIVES, _A.CALLER, _U.WITHDRAWN),
    (_T.COUNTS, _F.OUTLIVES, _A.NOBODY, _U.FOR_GOOD),
)
"""The page, in its order."""

TABLES: Mapping[str, tuple[Trace, Fate]] = {
    "Recording": (_T.CONTENT, _F.DIES),
    "Blob": (_T.CONTENT, _F.DIES),
    "Envelope": (_T.CONTENT, _F.DIES),
    "Replaced": (_T.CONTENT, _F.DIES),
    "Transcription": (_T.CONTENT, _F.DIES),
    "Drafting": (_T.CONTENT, _F.DIES),
    "DraftPart": (_T.CONTENT, _F.DIES),
    "Export": (_T.CONTENT, _F.DIES),
    "SealedNote": (_T.REMARKS, _F.DIES),
    "Evaluation": (_T.EVALUATION, _F.OUTLIVES),
    "EvaluatedCall": (_T.EVALUATION, _F.DIES),
    "FormVersion": (_T.EVALUATION, _F.HOUSE),
    "EvaluationDraft": (_T.REMARKS, _F.DIES),
    "CalibrationRound": (_T.EVALUATION, _F.OUTLIVES),
    "CalibrationMark": (_T.EVALUATION, _F.OUTLIVES),
    "CalibrationCall": (_T.EVALUATION, _F.DIES),
    "QuestionFigures": (_T.EVALUATION, _F.OUTLIVES),
    "Lesson": (_T.LESSON, _F.OUTLIVES),
    "Passage": (_T.CONTENT, _F.DIES),
    "Playlist": (_T.CONTENT, _F.DIES),  # with the last call of it
    "PlaylistEntry": (_T.CONTENT, _F.DIES),
    "PlaylistReader": (_T.CONTENT, _F.DIES),
    "PassageDone": (_T.CONTENT, _F.DIES),
    "TookPart": (_T.COACHING, _F.OUTLIVES),  # a person and a day, of no call
    "Goal": (_T.COACHING, _F.OUTLIVES),
    "Script": (_T.SCRIPT, _F.OUTLIVES),
    "Article": (_T.GUIDANCE, _F.OUTLIVES),
    "ArticleVersion": (_T.GUIDANCE, _F.OUTLIVES),
    "ArticleRead": (_T.GUIDANCE, _F.OUTLIVES),
    "Study": (_T.STUDY, _F.OUTLIVES),
    "StudyCall": (_T.STUDY, _F.LOSES_CALL),
    "Draw": (_T.SAMPLE, _F.OUTLIVES),
    "DrawShare": (_T.SAMPLE, _F.OUTLIVES),
    "AccessEntry": (_T.ACCESS, _F.OUTLIVES),
    "AccessDay": (_T.ACCESS, _F.OUTLIVES),
    "OddUse": (_T.ACCESS, _F.OUTLIVES),
    "PurposeCheck": (_T.ACCESS, _F.OUTLIVES),
    "Emergency": (_T.ACCESS, _F.OUTLIVES),  # without the call's id
    "BreachOpening": (_T.ACCESS, _F.OUTLIVES),  # without the call's id
    "PersonnelOpening": (_T.ACCESS, _F.OUTLIVES),  # without the call's id and the words on it
    "Destruction": (_T.CERTIFICATE, _F.OUTLIVES),
    "LedgerEntry": (_T.CERTIFICATE, _F.OUTLIVES),
    "LedgerHead": (_T.CERTIFICATE, _F.OUTLIVES),
    "LedgerWitness": (_T.CERTIFICATE, _F.OUTLIVES),
    "LedgerStamp": (_T.CERTIFICATE, _F.OUTLIVES),
    "Promise": (_T.CERTIFICATE, _F.OUTLIVES),  # a keyed hash, so that the dead do not come back
    "Case": (_T.CASE, _F.OUTLIVES),
    "CaseRecording": (_T.CASE, _F.DIES),
    "Hold": (_T.CASE, _F.DIES),
    "HoldOpinion": (_T.CASE, _F.OUTLIVES),  # of the case, how many calls; no call is named
    "Mandate": (_T.CASE, _F.OUTLIVES),
    "ComplaintMark": (_T.CASE, _F.DIES),
    "SubjectRequest": (_T.CASE, _F.OUTLIVES),
    "RequestStop": (_T.CASE, _F.OUTLIVES),
    "RequestPaper": (_T.CASE, _F.OUTLIVES),
    "RequestEdge": (_T.CASE, _F.OUTLIVES),
    "RequestAnswer": (_T.CASE, _F.OUTLIVES),
    "Package": (_T.CASE, _F.OUTLIVES),
    "PackagePart": (_T.CASE, _F.DIES),
    "OutgoingMessage": (_T.CASE, _F.OUTLIVES),
    "RestrictionEnd": (_T.CASE, _F.OUTLIVES),
    "RestrictionQuestion": (_T.CASE, _F.OUTLIVES),
    "OfficerMessage": (_T.CASE, _F.OUTLIVES),
    "MailboxLetter": (_T.CASE, _F.OUTLIVES),  # keyed hashes, a month
    "IdentityCode": (_T.CASE, _F.OUTLIVES),
    "Breach": (_T.CASE, _F.OUTLIVES),
    "BreachCall": (_T.CASE, _F.OUTLIVES),  # an id, as long as the file of the breach
    "BreachPaper": (_T.CASE, _F.OUTLIVES),
    "BreachLetter": (_T.CASE, _F.OUTLIVES),  # an id, as long as the file of the breach
    "BreachEdge": (_T.CASE, _F.OUTLIVES),
    "Disclosure": (_T.CASE, _F.OUTLIVES),
    "DisclosureCall": (_T.CASE, _F.OUTLIVES),  # an id, so that its receiver is told of its end
    "DisclosurePaper": (_T.CASE, _F.OUTLIVES),
    "DisclosureEdge": (_T.CASE, _F.OUTLIVES),
    "RecipientTask": (_T.CASE, _F.OUTLIVES),
    "DoNotRecordEntry": (_T.OBJECTION, _F.OUTLIVES),
    "SalesStop": (_T.OBJECTION, _F.OUTLIVES),
    "SalesCall": (_T.OBJECTION, _F.OUTLIVES),  # without number and recording
    "Tally": (_T.COUNTS, _F.OUTLIVES),
    "DayBalance": (_T.COUNTS, _F.OUTLIVES),
    "LostCall": (_T.COUNTS, _F.OUTLIVES),
    "Alarm": (_T.COUNTS, _F.OUTLIVES),
    "Damage": (_T.COUNTS, _F.OUTLIVES),
    "DrillRun": (_T.COUNTS, _F.OUTLIVES),
    "House": (_T.HOUSE, _F.HOUSE),
    "Recipient": (_T.HOUSE, _F.HOUSE),
    "Unit": (_T.HOUSE, _F.HOUSE),
    "Line": (_T.HOUSE, _F.HOUSE),
    "Staff": (_T.HOUSE, _F.HOUSE),
    "Undertaking": (_T.HOUSE, _F.HOUSE),
    "Training": (_T.HOUSE, _F.HOUSE),
    "Delegation": (_T.HOUSE, _F.HOUSE),
    "UnitHead": (_T.HOUSE, _F.HOUSE),
    "PartnerContract": (_T.HOUSE, _F.HOUSE),
    "EmployeeNotice": (_T.HOUSE, _F.HOUSE),
    "Acknowledgement": (_T.HOUSE, _F.HOUSE),
    "Invitation": (_T.HOUSE, _F.HOUSE),
    "SecondFactor": (_T.HOUSE, _F.HOUSE),
    "RecoveryCode": (_T.HOUSE, _F.HOUSE),
    "AccessReview": (_T.HOUSE, _F.HOUSE),
    "RightReview": (_T.HOUSE, _F.HOUSE),
    "Identity": (_T.HOUSE, _F.HOUSE),
    "SpentAnswer": (_T.HOUSE, _F.HOUSE),
    "DirectoryPerson": (_T.HOUSE, _F.HOUSE),
    "SignInTries": (_T.HOUSE, _F.HOUSE),
    "StaffPreference": (_T.HOUSE, _F.HOUSE),
    "EvidenceVisit": (_T.HOUSE, _F.HOUSE),
    "BreachWatch": (_T.HOUSE, _F.HOUSE),
    "UseState": (_T.HOUSE, _F.HOUSE),
    "MailboxCanary": (_T.HOUSE, _F.HOUSE),
    "MailboxState": (_T.HOUSE, _F.HOUSE),
    "AssessmentStep": (_T.HOUSE, _F.HOUSE),
    "NoticeProposal": (_T.HOUSE, _F.HOUSE),
    "NoticeVersion": (_T.HOUSE, _F.HOUSE),
    "AnnouncementVersion": (_T.HOUSE, _F.HOUSE),
    "HolderHealth": (_T.HOUSE, _F.HOUSE),
    "Notebook": (_T.HOUSE, _F.HOUSE),
    "Vault": (_T.HOUSE, _F.HOUSE),
    "RollRecord": (_T.HOUSE, _F.HOUSE),
    "KeyPage": (_T.HOUSE, _F.HOUSE),
    "IntakeKey": (_T.HOUSE, _F.HOUSE),
    "Node": (_T.HOUSE, _F.HOUSE),
    "SavedSearch": (_T.HOUSE, _F.HOUSE),
    "ApiToken": (_T.HOUSE, _F.HOUSE),
    "ApiAnswer": (
        _T.CASE,
        _F.OUTLIVES,
    ),  # sealed, a day: a receipt is asked anew
    "ApiRequest": (_T.CASE, _F.OUTLIVES),
    "WebhookSubscription": (_T.HOUSE, _F.HOUSE),
    "WebhookMessage": (_T.CERTIFICATE, _F.OUTLIVES),  # ids that the ledger says too
}
"""Every table: to which row of the page it belongs, and what becomes of its rows."""
