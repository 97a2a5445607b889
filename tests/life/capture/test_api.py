"""What may be said of a call over HTTP: strictly, and never repeated (REGISTER 6.3, 8.1, 15)."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.life.capture import api
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Evidence,
    EvidenceSource,
    Happened,
    Happening,
    PauseEvidence,
    PauseReason,
    Refusal,
    ResumeEvidence,
    Way,
)

NOW = datetime(2026, 11, 24, 8, 1, tzinfo=UTC)
API = EvidenceSource.API
PROMPT: dict[str, object] = {
    "version": "announce.fi@1",
    "language": "fi",
    "start": "2026-11-24T10:00:00.559+02:00",
    "end": "2026-11-24T10:00:16.217+02:00",
}


def said(what: str, body: object) -> Evidence:
    return api.evidence(what, json.dumps(body).encode(), NOW)


def test_an_announcement() -> None:
    assert said("announcement", PROMPT | {"leg": "A", "full": True}) == AnnouncementEvidence(
        API,
        "announce.fi@1",
        "fi",
        datetime(2026, 11, 24, 8, 0, 0, 559_000, UTC),
        datetime(2026, 11, 24, 8, 0, 16, 217_000, UTC),
        Way.IVR,
        True,
        "A",
    )


def test_buttons_need_no_body_and_happen_now() -> None:
    assert api.evidence("pause", b"", NOW) == PauseEvidence(API, NOW)
    assert api.evidence("resume", b"", NOW) == ResumeEvidence(API, NOW)
    assert api.evidence("refusal", b"", NOW) == Refusal(API, NOW, By.CALLER, Way.AGENT)


def test_a_pause_says_why_and_since_when() -> None:
    body = {"at": "2026-11-24T10:00:58+02:00", "reason": "card"}

    assert said("pause", body) == PauseEvidence(
        API, datetime(2026, 11, 24, 8, 0, 58, tzinfo=UTC), By.AGENT, PauseReason.CARD
    )


def test_a_threat_is_an_event() -> None:
    assert said("event", {"type": "threat"}) == Happened(API, Happening.THREAT, NOW)


@pytest.mark.parametrize(
    ("what", "body", "where"),
    [
        ("announcement", {}, "version"),
        ("announcement", PROMPT | {"end": 1764000000}, "end"),
        ("announcement", PROMPT | {"end": "2026-11-24T10:00:16"}, "end"),
        ("announcement", PROMPT | {"language": "suomi"}, "language"),
        ("announcement", PROMPT | {"full": "yes"}, "full"),
        ("announcement", PROMPT | {"+358505550153": 1}, "the body"),
        ("pause", {"reason": "Outi Karppinen"}, "reason"),
        ("event", {"type": "hangup"}, "not ended"),
        ("event", {"type": "applause"}, "type"),
        ("event", {}, "type"),
        ("play", {}, "cannot be said"),
        ("pause", [], "the body"),
    ],
)
def test_a_body_that_is_not_exactly_that_is_refused_by_its_key(
    what: str, body: object, where: str
) -> None:
    with pytest.raises(InputError, match=where) as refused:
        said(what, body)

    assert "Outi" not in str(refused.value)
    assert "555" not in str(refused.value)


@given(st.sampled_from(["announcement", "pause", "resume", "refusal", "event"]), st.binary())
def test_any_bytes_are_evidence_or_refused(what: str, body: bytes) -> None:
    with suppress(InputError):
        api.evidence(what, body, NOW)
