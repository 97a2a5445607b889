"""What is cut from a copy is about somebody else, by a person's decision, and says so (14.s4)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from talteen.desk.listening import turns
from talteen.desk.listening.turns import Covers
from talteen.desk.page import documents
from talteen.desk.rights import packing
from talteen.desk.rights.packing import CallPacked
from talteen.errors import Conflict
from talteen.life.transcribe.masking.layer import Decision, Layer, Verdict
from talteen.life.transcribe.masking.spans import Kind, Source, Span
from talteen.life.transcribe.words import Side, Transcript
from tests.desk.destruction.test_months_page import inflated
from tests.desk.listening.test_transcript_forms import document
from tests.life.transcribe.masking.says import segment

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SPOKEN = segment("Varaus on nimellä Lahtinen ja Rautiainen tulee mukaan", at_ms=900)


def span(kind: Kind, word: int) -> Span:
    said = SPOKEN.words[word]
    return Span(kind, Side.CALLER, word, word, said.start_ms, said.end_ms, 0.9, Source.MACHINE)


OWN, OTHER = span(Kind.NAME, 3), span(Kind.THIRD_PARTY, 5)


def test_what_is_about_somebody_else_is_left_out_by_a_persons_decision() -> None:
    machine = Layer(proposed=(OWN, OTHER))
    with pytest.raises(Conflict, match="no person"):  # 16.5: never on the machine's word alone
        packing._cuts(machine)
    kept = machine.with_decisions([Decision(Verdict.REMOVED, OTHER, "r01", AT)])
    assert packing._cuts(kept) == []
    decided = machine.with_decisions([Decision(Verdict.APPROVED, OTHER, "r01", AT)])
    assert packing._cuts(decided) == [OTHER]

    told = Transcript("fi", "kit/1", "", (SPOKEN,), (), ())
    shown = tuple(turns.turns(told, [], Covers(packing._cuts(decided))))
    packed = CallPacked(1, replace(document(), turns=shown, masked=True), ("d",), (), 1)
    page = render_to_string(
        "requests/package.html",
        {"language": "fi", "packed": [packed], "made_at": AT, "reason": "[poistettu: syy]"},
    )
    assert "Lahtinen" in page  # what is the person's own stays
    assert "Rautiainen" not in page
    assert "[poistettu: syy]" in page
    assert "1 kohta on poistettu." in page
    pdf = documents.drawn(page.encode())
    assert b"/StructTreeRoot" in pdf + b"".join(inflated(pdf))  # PDF/UA: tagged
