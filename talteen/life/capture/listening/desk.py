"""The signaller's end of hearing: which calls wait for a prompt, and what passes between an ear and
the process that hears.

Nothing of it is remembered over a kill. The list of waiting calls is told whole whenever it has
changed and whenever the other side begins anew; questions for sound are passed on only for calls
that wait at that moment. So each side may die at any time, and a call is kept on nothing but a
prompt that one process heard from its beginning to its end.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from talteen.ids import RecordingId
from talteen.life.capture import gate
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.effects import Tell
from talteen.life.capture.facts import AnnouncementEvidence, EvidenceSource, Way
from talteen.life.capture.listening import words
from talteen.life.capture.listening.words import Awaited
from talteen.life.capture.live import EPOCH, LiveCall

AT_ONCE = 128
"""Calls that are listened to at a time, oldest first; the others' sound waits in its ear."""
LINGER = timedelta(seconds=5)
"""The waiting minute is counted by the ear; so much later nothing of it is left there."""

Said = tuple[RecordingId, AnnouncementEvidence]


@dataclass(slots=True)
class Desk:
    """What the signaller knows of the process at the other end of ``line``."""

    line: Line
    sounding: Callable[[], frozenset[str]]
    """Keys of the announcements whose sound this node has."""
    _told: bytes = field(default=b"", repr=False)
    _waiting: dict[RecordingId, LiveCall] = field(default_factory=dict)

    def look(self, calls: Iterable[LiveCall], now: datetime) -> None:
        """Tell which of ``calls`` wait, if that is news. Called every half a second."""
        sounding = self.sounding()
        waiting = sorted(
            (live for live in calls if _waits(live, sounding, now)),
            key=lambda live: live.gate.started_at,
        )
        self._waiting = {live.recording: live for live in waiting[:AT_ONCE]}
        told = words.listed(
            Awaited(call, streams)
            for call, live in self._waiting.items()
            if (streams := live.heard_by_caller())
        )
        if told.listed != self._told:
            self._told = told.listed
            self.line.say(told)
        self.line.push()

    def sampled(self, report: say.Sampled) -> None:
        """An ear gives sound that was asked for."""
        if report.call in self._waiting:
            self.line.say(report)

    def said(self) -> Iterator[Tell | Said]:
        """What the other side says: questions for an ear, and prompts that it heard."""
        for message in self.line.heard():
            match message:
                case say.Ready():
                    self._told = b""  # it knows nothing
                case say.Sample(call) if call in self._waiting:
                    yield Tell(self._waiting[call].ear, message)
                case say.Recognised(call) if call in self._waiting:
                    known = self._waiting[call].gate.facts.known.get(message.version)
                    yield call, _evidence(message, known.language if known else "")


def _waits(live: LiveCall, sounding: frozenset[str], now: datetime) -> bool:
    """Whether hearing could let this call be kept."""
    return (
        live.fate is None
        and not live.keeping
        and now - live.gate.started_at <= gate.WINDOW + LINGER
        and not sounding.isdisjoint(live.gate.facts.known)
    )


def _evidence(heard: say.Recognised, language: str) -> AnnouncementEvidence:
    return AnnouncementEvidence(
        EvidenceSource.HEARD,
        heard.version,
        language,
        _at(heard.start_ns),
        _at(heard.end_ns),
        Way.IVR,
        heard.full,
    )


def _at(ns: int) -> datetime:
    """The first whole microsecond not before."""
    return (EPOCH + timedelta(microseconds=-(-ns // 1_000))).astimezone(UTC)
