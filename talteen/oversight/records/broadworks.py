"""BroadWorks: the CSV of the accounting interface, a version line, no header, UTC. Pure.

Accounting Call Detail Record Interface Specification. A row a user and call half; an internal call
has two, which share only the access device's call id. Fields are from knowledge of the format and
differ by release: ``order`` of the mapping file says another order.
"""

from talteen.oversight.records.each import each_row
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.rows import Row
from talteen.oversight.records.shape import Shape
from talteen.oversight.records.values import Direction, Ending, Leg, Talk

COLUMNS = (
    "recordId serviceProvider type userNumber groupNumber direction callingNumber"
    " callingPresentationIndicator calledNumber startTime userTimeZone answerIndicator answerTime"
    " releaseTime terminationCause networkType carrierIdentificationCode dialedDigits callCategory"
    " networkCallType networkTranslatedNumber networkTranslatedGroup releasingParty route"
    " networkCallID codec accessDeviceAddress accessCallID localCallID remoteCallID userId"
    " relatedCallId relatedCallIdReason"
).split()
WRITTEN_AS = "%Y%m%d%H%M%S.%f"


def _row(row: Row, mapping: Mapping) -> Leg | None:
    if row.needed("type") != "Normal":
        return None
    began_at = row.some("startTime", row.instant("startTime", WRITTEN_AS))
    ended_at = row.some("releaseTime", row.instant("releaseTime", WRITTEN_AS))
    answered_at = row.instant("answerTime", WRITTEN_AS)
    row.stretch("releaseTime", began_at, ended_at)
    user, direction = row.needed("userNumber"), _direction(row, mapping)
    ending = _ending(row, mapping, user)
    talks: tuple[Talk, ...] = ()
    if ending is Ending.CONVERSATION:
        span = row.stretch("answerTime", row.some("answerTime", answered_at), ended_at)
        talks = (Talk(span, mapping.agent(user), begin_told=True),)
    outside = row.text("calledNumber" if direction is Direction.OUT else "callingNumber")
    dialled = row.text("callingNumber" if direction is Direction.OUT else "calledNumber")
    return Leg(
        key=row.text("networkCallID") or row.needed("accessCallID"),
        began_at=began_at,
        ended_at=ended_at,
        direction=direction,
        ending=ending,
        outside=None if direction is Direction.INTERNAL else mapping.e164(outside),
        line=mapping.line(mapping.e164(dialled)),
        dialled=mapping.e164(dialled),
        queue=user if mapping.is_machine(user) else None,
        extensions=tuple(filter(None, (mapping.agent(user),))),
        talks=talks,
        call_ids=frozenset(filter(None, (row.text("networkCallID"), row.text("accessCallID")))),
    )


def _direction(row: Row, mapping: Mapping) -> Direction:
    if mapping.is_own(row.text("callingNumber")) and mapping.is_own(row.text("calledNumber")):
        return Direction.INTERNAL
    return Direction.OUT if row.needed("direction") == "Originating" else Direction.IN


def _ending(row: Row, mapping: Mapping, user: str) -> Ending:
    if mapping.is_voicemail(user) or row.text("relatedCallIdReason") == "Voice Mail":
        return Ending.VOICEMAIL
    if not row.needed("answerIndicator").startswith("Yes") or mapping.is_machine(user):
        return Ending.NO_CONVERSATION
    return Ending.CONVERSATION


BROADWORKS = Shape(
    name="broadworks-cdr",
    looks=lambda line: line.startswith("version="),
    legs=each_row(_row),
    key=lambda row: row.text("networkCallID") or row.text("accessCallID"),
    columns=tuple(COLUMNS),
    header=False,
    passed_over=1,
    tells_refusals=False,
)
