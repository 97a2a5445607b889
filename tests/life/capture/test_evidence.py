"""What counts as evidence (REGISTER 6.3, 8.1, 15), and what protects although it is broken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import siprec
from talteen.life.capture import evidence
from talteen.life.capture.evidence import Said
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    EvidenceSource,
    PauseEvidence,
    PauseReason,
    Refusal,
    ResumeEvidence,
    Way,
)

NOW = datetime(2026, 11, 16, 8, 0, 10, tzinfo=UTC)
PUBLISHED = {"3": frozenset({"fi", "sv"})}
GOOD = "version=3; lang=fi; start=2026-11-16T08:00:01Z; end=2026-11-16T08:00:09.600Z"


class Headers:
    """Headers by name, as a message has them."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.pairs if key == name)

    def get(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


def said(header: str, value: str) -> Said:
    return evidence.read(Headers((header, value)), (), NOW)


def announcement(value: str) -> AnnouncementEvidence:
    (one,) = said(evidence.ANNOUNCEMENT, value).evidence
    assert isinstance(one, AnnouncementEvidence)
    return one


def counts(value: str) -> bool:
    found = said(evidence.ANNOUNCEMENT, value)
    return not found.invalid and evidence.valid(announcement(value), PUBLISHED, NOW)


def test_header_and_extension_say_the_same() -> None:
    xml = (
        b'<recording xmlns="urn:ietf:params:xml:ns:recording:1"><datamode>partial</datamode>'
        b'<extensiondata xmlns:t="urn:talteen:siprec:1"><t:announcement version="3" lang="fi" '
        b'start="2026-11-16T08:00:01Z" end="2026-11-16T10:00:09.600+02:00" leg="A" way="agent"/>'
        b'<t:refusal at="2026-11-16T08:00:02Z" by="caller" way="words" queue="myynti"/>'
        b'<t:pause start="2026-11-16T08:00:03Z" by="agent" reason="card"/>'
        b'<t:resume at="2026-11-16T08:00:04Z" by="agent"/></extensiondata></recording>'
    )
    headers = Headers(
        ("X-Announcement", GOOD + ';leg = "A" ; way=agent; unknown=1'),
        ("X-Recording-Refused", "at=2026-11-16T08:00:02Z; by=caller; way=words; queue=myynti"),
        ("X-Recording-Pause", "reason=card; START=2026-11-16T08:00:03Z"),
        ("X-Recording-Resume", "at=2026-11-16T08:00:04Z"),
    )

    by_header = evidence.read(headers, (), NOW).evidence
    by_extension = evidence.read(Headers(), siprec.read(xml).extensions, NOW).evidence

    assert by_header == (
        AnnouncementEvidence(
            EvidenceSource.HEADER,
            "3",
            "fi",
            datetime(2026, 11, 16, 8, 0, 1, tzinfo=UTC),
            datetime(2026, 11, 16, 8, 0, 9, 600_000, tzinfo=UTC),
            Way.AGENT,
            None,
            "A",
        ),
        Refusal(
            EvidenceSource.HEADER,
            NOW - timedelta(seconds=8),
            By.CALLER,
            Way.WORDS,
            "myynti",
        ),
        PauseEvidence(
            EvidenceSource.HEADER, NOW - timedelta(seconds=7), By.AGENT, PauseReason.CARD
        ),
        ResumeEvidence(EvidenceSource.HEADER, NOW - timedelta(seconds=6)),
    )
    assert {type(one) for one in by_extension} == {type(one) for one in by_header}
    assert {one.source for one in by_extension} == {EvidenceSource.EXTENSION}
    assert by_extension[0].end == by_header[0].end  # type: ignore[union-attr]


def test_good_evidence_counts() -> None:
    assert counts(GOOD)
    assert counts(GOOD + "; full=yes")
    assert counts(GOOD.replace("lang=fi", "lang=SV"))


@pytest.mark.parametrize(
    "value",
    [
        GOOD.replace("version=3", "version=99"),
        GOOD.replace("version=3", "version="),
        GOOD.replace("lang=fi", "lang=ru"),
        GOOD.replace("08:00:01Z", "08:00:10Z"),
        GOOD.replace("09.600Z", "12.001Z"),
        GOOD.replace("09.600Z", "09.600"),
        GOOD.replace("2026-11-16T08:00:01Z", "yesterday"),
        GOOD + "; full=no",
        GOOD + "; full=perhaps",
        "",
        ";;;=",
    ],
)
def test_evidence_that_is_half_or_wrong_does_not_count(value: str) -> None:
    found = said(evidence.ANNOUNCEMENT, value)

    assert found.invalid or not counts(value)


def test_a_clock_may_be_two_seconds_ahead() -> None:
    assert counts(GOOD.replace("09.600Z", "12Z"))


@pytest.mark.parametrize("value", ["", "at=never; by=nobody; way=?", "at=2026-11-16T08:00:02"])
def test_a_broken_refusal_is_still_a_refusal(value: str) -> None:
    assert said(evidence.REFUSED, value).evidence == (Refusal(EvidenceSource.HEADER, NOW),)


def test_a_broken_pause_still_pauses() -> None:
    assert said(evidence.PAUSE, "reason=hurry").evidence == (
        PauseEvidence(EvidenceSource.HEADER, NOW),
    )


@pytest.mark.parametrize("queue", ["+358505550101", "0505550101", "Väinö Mäkelä", "a b", "x" * 65])
def test_a_queue_that_could_name_a_caller_is_not_kept(queue: str) -> None:
    (one,) = said(evidence.REFUSED, f'queue="{queue}"').evidence

    assert isinstance(one, Refusal)
    assert one.queue is None


@given(st.sampled_from([evidence.ANNOUNCEMENT, evidence.REFUSED, evidence.PAUSE]), st.text())
def test_any_header_is_read(header: str, value: str) -> None:
    said(header, value)
    said(header, GOOD + value)
