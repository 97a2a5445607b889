"""Evidence from elsewhere is the same after it was written down (decision 089)."""

from contextlib import suppress
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    Evidence,
    Happened,
    PauseEvidence,
    Refusal,
    ResumeEvidence,
)
from talteen.life.capture.heard import Heard, evidence_of, told_of

INSTANTS = st.datetimes(timezones=st.just(UTC))
EVIDENCE = st.one_of(
    st.builds(AnnouncementEvidence, start=INSTANTS, end=INSTANTS),
    st.builds(PauseEvidence, start=INSTANTS),
    st.builds(ResumeEvidence, at=INSTANTS),
    st.builds(Refusal, at=INSTANTS),
    st.builds(Happened, at=INSTANTS),
)


@given(st.uuids(), EVIDENCE, st.text())
def test_what_was_written_is_what_is_read(call: RecordingId, evidence: Evidence, key: str) -> None:
    assert Heard.read(Heard(call, evidence, key).written()) == Heard(call, evidence, key)
    assert evidence_of(told_of(evidence)) == evidence


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"is": st.sampled_from(["pause", "refusal", "x"]), "at": JSON}))
def test_anything_else_is_no_evidence(told: object) -> None:
    with suppress(InputError):
        evidence_of(told)


@pytest.mark.parametrize("told", [None, [], {}, {"is": "pause"}, {"is": ["pause"]}])
def test_what_is_none_is_refused(told: object) -> None:
    with pytest.raises(InputError):
        evidence_of(told)
