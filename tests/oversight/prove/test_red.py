"""Each proof of ``talteen prove`` is red in a real house whose promise is broken, and green before.

One house with two calls, a hold, a request; each break (``breaks``) is made in its rows, its store
or its register, seen, and rolled back.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from talteen import course
from talteen.clock import SystemClock, helsinki_date
from talteen.demo import cast
from talteen.ids import CaseId, RecordingId
from talteen.life.answer.models import (
    RequestEdge,
    RequestPaper,
    SubjectRequest,
)
from talteen.life.hold import acts as hold
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import case_files
from talteen.notice import categories
from talteen.oversight.prove import gather, gather_calls, gather_work, registry, words
from talteen.oversight.prove.judgement import Judgement
from talteen.oversight.prove.registry import PROOFS
from talteen.oversight.prove.tested import KEPT, NOT_YET
from talteen.register import house as houses_row
from talteen.register import policy
from talteen.register.models import (
    Case,
    Recording,
)
from tests.kit import builders, houses
from tests.oversight.prove.breaks import ALSO, BREAKS, DAY, sentence_of
from tests.oversight.prove.broken import BORN, TODAY, Broken


@pytest.fixture
def proved(home: Path) -> Broken:
    """A house in good order, and something of each kind in it."""
    built = houses.build(home, born_at=BORN)
    calls = [
        Recording.objects.get(pk=built.take_in(houses.spoken(name, TODAY)).recording)
        for name in ("006", "001")
    ]
    house, now = built.house, built.clock.now()
    held, call = calls
    Recording.objects.filter(pk=call.pk).update(special_category=True, lot="drawn")
    course.sweep(house, now)
    eila, ilkka = cast.person("r01"), cast.person("r02")
    case = builders.case(eila, ilkka, calls=(held,), opened_at=now)
    placing = Placing(
        case, Ground.COMPLAINT, (eila,), helsinki_date(now) + timedelta(days=30), eila, ilkka
    )
    hold.place(house.vault, RecordingId(held.pk), placing, now)
    Recording.objects.filter(pk=call.pk).update(lot="in")
    houses_row.swept(SystemClock().now())
    asked = Case.objects.create(reference="P-1", kind="request", opened_at=now, opened_by=eila)
    request = SubjectRequest.objects.create(
        case=asked, stage="preparing", rights=["access"], via="letter", language="fi",
        received_at=now, received_on=helsinki_date(now), limit_on=helsinki_date(now) + 30 * DAY,
        owner=eila, code_sha256=b"c",
    )  # fmt: skip
    RequestEdge.objects.create(request=request, at=now, step="received", stage="received")
    case_files.open_file(house.vault, CaseId(request.pk), now)
    paper = RequestPaper.objects.create(request=request, kind="draft", at=now, sealed=b"s")
    return Broken(house, now, call, held, request, paper)


@pytest.mark.django_db(transaction=True)
def test_each_proof_is_green_in_order_and_red_when_its_promise_is_broken(
    proved: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = gather.facts(proved.house, proved.now)
    red_in_order = {
        one
        for one, proof in PROOFS.items()
        if one in sound.notice.printed and not proof.judge(sound, one).kept
    }
    assert red_in_order == set()

    stayed_green = []
    for kind, break_it in BREAKS.items():
        one = replace(proved)
        with transaction.atomic():
            break_it(one)
            sentence = sentence_of(kind)
            judged = one.judged(sentence)
            transaction.set_rollback(True)
        if judged.kept:
            stayed_green.append(kind)
        assert words.found(kind, judged.figures)
        assert words.looked(kind, judged.figures)
    assert stayed_green == []

    unlike = []
    for place, (kind, holds, do) in enumerate(ALSO):
        with transaction.atomic():
            one = replace(proved)
            do(one)
            judged = one.judged(sentence_of(kind))
            transaction.set_rollback(True)
        unlike += [(place, kind, judged)] if judged.kept is not holds else []
    assert unlike == []

    undeclared = gather_calls.COLUMNS - {"origin"}
    monkeypatch.setattr(gather_calls, "COLUMNS", undeclared)
    assert proved.judged("8.s3") == Judgement(False, {"bad": 1, "which": "origin"})
    known = {name: one for name, one in categories.HELD.items() if name != "agent"}
    monkeypatch.setattr(categories, "HELD", known)
    assert proved.judged("9.s1") == Judgement(False, {"bad": 1, "which": "agent"})
    monkeypatch.setattr(policy, "_overlays", lambda *_: None)
    opened = proved.judged("9.s4")
    assert (opened.kept, int(str(opened.figures["bad"])) > 0) == (False, True)


def test_every_kind_of_proof_is_broken_here_and_has_its_words() -> None:
    kinds = {proof.kind for proof in registry.KINDS}

    assert kinds == BREAKS.keys() | {"special", "columns", "categorised"}
    assert kinds == words.WORDS.keys()
    assert words.MISSING.keys() == NOT_YET.keys()
    assert len(kinds) == len(registry.KINDS)


def test_a_sentence_hangs_on_one_proof() -> None:
    told = [one for _, sentences in registry._PROOFS for one in sentences.split()]

    assert len(told) == len(set(told))
    assert not set(told) - KEPT.keys() - NOT_YET.keys()


def test_what_is_not_encrypted_is_seen_and_what_is_is_not_taken_for_it() -> None:
    for plain in (
        b"OggS\x00\x02",
        b"RIFF",
        b'{"turns":[{"side":"agent"',
        b"WEBVTT\n\n00:00.000 --> 00:05.000",
    ):
        assert gather_work.readable(plain)
    for first in range(256):  # any byte may be the first of a ciphertext
        assert not gather_work.readable(bytes([first]) + bytes(range(0x80, 0x100)))
    assert not gather_work.readable(b"")
