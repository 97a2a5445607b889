"""A vault with people who answer requests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from talteen.engine.vault.rollfile import RollFile
from talteen.life.answer import answers, intake, packages, steps
from talteen.life.answer.intake import Asked, Taken, Taking, Via
from talteen.life.answer.models import RequestAnswer, SubjectRequest
from talteen.life.answer.writing import Desk
from talteen.life.destroy import applied
from talteen.life.seal.vault import Vault
from talteen.notice.letters import Written
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.notice.rights import Right
from talteen.register import shelf
from talteen.register.models import Recording, Staff
from tests.kit import builders, vaults
from tests.kit.builders import NOON

REGISTER = Path(__file__).parents[3] / "registers" / "mara"


@dataclass(slots=True)
class House:
    """A vault with calls, and the people who deal with requests."""

    vault: Vault
    register: RegisterFile
    eila: Staff
    ilkka: Staff
    dina: Staff

    def call(self, *, days_ago: int = 1, number: str = vaults.NUMBER) -> Recording:
        """One sealed call of that many days ago."""
        started = NOON - timedelta(days=days_ago, hours=1)
        return vaults.seal(self.vault, started_at=started, number=number)

    def taken(self, *rights: Right, asked: Asked | None = None, now: datetime = NOON) -> Taken:
        """A request by letter."""
        told = asked or Asked(name="Kaisa Lehtovaara", number=vaults.NUMBER, day="2026-11-23")
        taking = Taking(rights or (Right.ACCESS,), Via.LETTER, "fi", now, told, by=self.eila)
        return intake.receive(self.vault, taking, now)

    def desk(self, request: UUID, now: datetime, writer: Staff | None = None) -> Desk:
        """Where its letters are written."""
        row = SubjectRequest.objects.select_related("case", "owner").get(pk=request)
        return Desk(self.vault, self.register, REGISTER, row, writer, now)

    def to_preparing(self, request: UUID, now: datetime = NOON) -> None:
        """The person is known, and so are the calls."""
        steps.identify(self.vault, request, "varausnumero täsmää", by=self.eila, now=now)
        steps.scoped(request, by=self.eila, now=now)

    def prepared(
        self,
        request: UUID,
        key: str,
        written: Mapping[str, str] | None = None,
        now: datetime = NOON,
    ) -> RequestAnswer:
        """Eila prepares an answer."""
        return answers.prepare(
            self.vault,
            request,
            key,
            written or {},
            compose=self.composer(request, key, now),
            by=self.eila,
            now=now,
        )

    def decided(
        self, request: UUID, key: str, by: Staff, now: datetime = NOON, reasons: str = ""
    ) -> RequestAnswer:
        """Somebody decides it."""
        letter = key.split(".")[0]
        rules = self.desk(request, now).rules(letter)
        compose = self.composer(request, key, now)
        return answers.decide(
            self.vault, request, rules, compose=compose, by=by, now=now, reasons=reasons
        )

    def composer(self, request: UUID, key: str, now: datetime) -> answers.Compose:
        letter = key.partition(".")[0]

        def compose(typed: Mapping[str, str]) -> Written:
            return self.desk(request, now).write(letter, typed)

        return compose


@pytest.fixture
def house(tmp_path: Path) -> House:
    vault = vaults.safe(tmp_path, now=NOON - timedelta(days=100)).vault

    def on_apply(roll: RollFile) -> None:
        applied.apply(roll, margin_days=7)
        packages.forget([gone.recording for gone in roll.destroyed], roll.at)

    builders.notice()
    later = (NOON + timedelta(days=90)).date()
    people = [
        builders.staff(name, role=role, on=later)
        for name, role in (
            ("Eila", Role.REGISTER_CONTACT),
            ("Ilkka", Role.REGISTER_CONTACT),
            ("Dina", Role.DPO),
        )
    ]
    register = shelf.read(REGISTER).register.file
    return House(replace(vault, on_apply=on_apply), register, *people)
