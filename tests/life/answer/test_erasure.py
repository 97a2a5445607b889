"""What the answer to an erasure says, and when (14.12, J19, keys-review 20)."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from talteen.clock import helsinki_date
from talteen.errors import TalteenError
from talteen.life.answer import answers, calls, papers, tend
from talteen.life.answer.models import RequestAnswer, RequestPaper
from talteen.life.destroy import finish
from talteen.life.destroy.models import Destruction
from talteen.life.seal.vault import Vault
from talteen.notice import language
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.rights import Right
from talteen.register.post.messages import MessageSender
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.life.answer.conftest import REGISTER, House

pytestmark = pytest.mark.django_db(transaction=True)


def written(day: date) -> str:
    return language.written(day, Language.FI)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a sweep needs of the house."""

    vault: Vault
    register: RegisterFile
    sender: MessageSender | None = None
    text_sender: MessageSender | None = None

    @property
    def config(self) -> "Kept":
        return self

    @property
    def paths(self) -> "Paths":
        return Paths(REGISTER)


@dataclass(frozen=True, slots=True)
class Paths:
    register: Path


def test_erasure_letter_names_both_dates(house: House, tmp_path: Path) -> None:
    call = house.call()
    request = house.taken(Right.ERASURE).request.pk
    calls.settle(house.vault, NOON)
    house.to_preparing(request)
    house.prepared(request, "erasure_decided.granted")

    answer = house.decided(request, "erasure_decided.granted", house.ilkka)

    # The first date: from the decision on it opens for nobody.
    assert answer.paper is not None
    letter = papers.read(house.vault, answer.paper)["text"]
    assert f"Hyväksyimme pyyntösi {written(helsinki_date(NOON))}." in letter
    assert "ei enää avaudu kenellekään" in letter
    with pytest.raises(TalteenError):
        vaults.sound_of(house.vault, call, NOON)
    # The second: by then the last key copy is dead. It is a promise, and it is kept.
    promised = helsinki_date(NOON + timedelta(days=7))
    assert f"häviävät viimeistään {written(promised)}." in letter

    # No confirmation before the last copy is dead, however often the house sweeps.
    kept = Kept(house.vault, house.register)
    tend.tend(kept, NOON)
    assert answers.dead_at(answer) is None
    assert not RequestPaper.objects.filter(name="erasure_done").exists()

    later = NOON + timedelta(days=7)
    safe = vaults.FileReaper(tmp_path / "keys-ring")
    finish.finish(house.vault, safe, tmp_path / "shards", later)
    tend.tend(kept, later)

    dead = Destruction.objects.get().backup_dead_at
    assert dead is not None
    assert helsinki_date(dead) <= promised
    done = RequestPaper.objects.get(name="erasure_done")
    confirmed = papers.read(house.vault, done)["text"]
    assert f"tuhottiin {written(helsinki_date(dead))}." in confirmed
    assert str(call.pk) in confirmed
    tend.tend(kept, later)  # said once
    assert RequestPaper.objects.filter(name="erasure_done").count() == 1
    assert RequestAnswer.objects.get().confirmed_at == later
