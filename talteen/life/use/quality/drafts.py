"""Drafts: what a person has begun to answer about a call, kept until they hand it in.

Answers and remarks together are one text under the call's own key, in a row that is written over: a
draft has no history, opens while its call does, and dies with it. Only its writer reads it.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from talteen.engine.vault.entries import Kind
from talteen.errors import InputError, Tampered
from talteen.life.seal import door, notes
from talteen.life.seal.vault import Vault
from talteen.life.use.quality import answers
from talteen.life.use.quality.form import Answer
from talteen.life.use.quality.models import EvaluationDraft
from talteen.life.use.quality.remarks import MOST_LETTERS, Remark
from talteen.notice.purposes import Purpose
from talteen.register.access import Grant
from talteen.register.database.among import among
from talteen.register.policy import Rule
from talteen.register.refusals import Denied


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it was last saved."""

    form: str
    """Which form was being answered."""
    answers: Mapping[str, Answer]
    remarks: Mapping[str, Remark]
    """By question; the empty one is about the whole."""
    at: datetime


def save(
    vault: Vault,
    grant: Grant,
    form: str,
    answered: Mapping[str, Answer],
    remarked: Collection[Remark],
    now: datetime,
) -> None:
    """Keep a draft in the place of the one before. Raises Denied for another purpose, NoLongerOpens
    once the call is let go of."""
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    if any(len(one.text) > MOST_LETTERS for one in remarked):
        raise InputError("a remark is too long", remedy="write what is needed, no more")
    opened = door.open_for(vault, grant, now)
    told = {
        "form": form,
        "answers": answers.kept(answered),
        "remarks": [[r.text, r.by, r.question, r.at_ms] for r in remarked],
    }
    text = json.dumps(told, ensure_ascii=False).encode()
    EvaluationDraft.objects.update_or_create(
        recording_id=grant.recording,
        evaluator_id=grant.staff,
        defaults={"sealed": notes.seal(opened, Kind.EVALUATION, text), "changed_at": now},
    )


def of(vault: Vault, grant: Grant, now: datetime) -> Kept | None:
    """What the holder of ``grant`` has begun; None where nothing, or where the call got another key
    since (its sound was completed by another node)."""
    row = EvaluationDraft.objects.filter(recording=grant.recording, evaluator=grant.staff).first()
    if row is None:
        return None
    opened = door.open_for(vault, grant, now)
    try:
        told: Mapping[str, Any] = json.loads(
            notes.unseal(opened, Kind.EVALUATION, bytes(row.sealed))
        )
    except Tampered:
        return None
    said = [Remark(*one) for one in told["remarks"]]
    return Kept(
        form=told["form"],
        answers=answers.read(told["answers"]),
        remarks={one.question: one for one in said},
        at=row.changed_at,
    )


def begun(staff: UUID) -> int:
    """How many drafts a person has."""
    return EvaluationDraft.objects.filter(evaluator=staff).count()


def let_go(grant: Grant) -> None:
    """It was handed in."""
    EvaluationDraft.objects.filter(recording=grant.recording, evaluator=grant.staff).delete()


def forget(recordings: Collection[UUID]) -> None:
    """These calls die."""
    EvaluationDraft.objects.filter(recording__in=among(recordings)).delete()
