"""What witnesses say of the log: their signatures on its newest head, and who is missing.

A witness never stands between a call and its destruction: it is asked after everything else is
done, for a few seconds at most, and one that does not answer is left alone for a minute. What it
signed goes out with the head, so that certificates carry it. A witness that knows another history
is told of at once, and no house opens against it (``refuse_rollback``).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from talteen.engine.tlog import note
from talteen.engine.tlog.note import Checkpoint, Note, Signature
from talteen.engine.witness import client
from talteen.engine.witness.client import WitnessAddress
from talteen.errors import TalteenError, Tampered, Unavailable
from talteen.register.log import ledger, ledger_store
from talteen.register.log.ledger_models import LedgerHead, LedgerWitness
from talteen.register.log.ledger_store import Log

AGAIN = timedelta(minutes=1)
"""How long a witness is left alone that did not answer."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who witnesses a log, and how many of them are enough."""

    addresses: tuple[WitnessAddress, ...] = ()
    quorum: int = 0
    timeout_s: float = 5

    @property
    def needed(self) -> int:
        """How many must have signed for a head to count as witnessed; all where none is said."""
        return self.quorum or len(self.addresses)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one witness stands to the log."""

    name: str
    size: int | None
    """Of the newest head that it signed; None where it has signed none."""
    stated_at: datetime | None
    signed_at: datetime | None
    tried_at: datetime | None
    trouble: str
    current: bool
    """Whether it signed the newest head."""


def gather(log: Log, witnesses: Witnesses, now: datetime) -> int:
    """Have the newest head signed by every witness that has not, and is due; how many did now.

    Call it outside any transaction. What goes wrong with one is kept in its row, never raised.
    """
    newest = ledger.head(log)
    due = [one for one in witnesses.addresses if newest and _due(one, newest[0], now)]
    if newest is None or not due:
        return 0
    rows = {one.name: one for one in LedgerWitness.objects.all()}
    guesses = [getattr(rows.get(one.name), "size", None) or 0 for one in due]
    # What a thread does touches the witness and the second store, never the database.
    with ThreadPoolExecutor(len(due)) as pool:
        answers = list(
            pool.map(lambda one, guess: _ask(log, newest, one, guess, witnesses), due, guesses)
        )
    signed = sum(
        _kept(one, answer, newest[0], now) for one, answer in zip(due, answers, strict=True)
    )
    if signed:
        _show(log, newest[0])
    return signed


def standings(witnesses: Witnesses) -> list[Standing]:
    """Every witness of the settings, in their order."""
    rows = {one.name: one for one in LedgerWitness.objects.all()}
    newest = LedgerHead.objects.order_by("-size").first()
    return [_standing(one.name, rows.get(one.name), newest) for one in witnesses.addresses]


def missing_since(witnesses: Witnesses) -> datetime | None:
    """Since when heads lack the witnesses that they need; None where the newest has them.

    It is the time of the oldest head that nobody in the missing part of the quorum has signed.
    """
    if not witnesses.needed:
        return None
    sizes = sorted((one.size or 0 for one in standings(witnesses)), reverse=True)
    enough = sizes[witnesses.needed - 1]
    first = LedgerHead.objects.filter(size__gt=enough).order_by("size").first()
    return first.signed_at if first else None


def refuse_rollback(log: Log, witnesses: Witnesses) -> None:
    """Raise Tampered where a witness that answers has signed a longer log than this one.

    Called before a house opens: both stores may have been brought back from an old copy, and then
    only somebody outside knows. One that does not answer says nothing.
    """
    newest = ledger.head(log)
    if newest is None:
        return
    for one in witnesses.addresses:
        try:
            client.ask(
                one,
                newest[0].size,
                lambda old: ledger.growth(log, newest, old),
                timeout_s=witnesses.timeout_s,
            )
        except Unavailable:
            continue


def _due(one: WitnessAddress, newest: Checkpoint, now: datetime) -> bool:
    row = LedgerWitness.objects.filter(name=one.name).first()
    if row is None:
        return True
    if row.trouble and timedelta(0) <= now - row.tried_at < AGAIN:
        return False
    return row.size != newest.size


def _ask(
    log: Log,
    newest: tuple[Checkpoint, Note],
    one: WitnessAddress,
    guess: int,
    witnesses: Witnesses,
) -> tuple[Signature, ...] | TalteenError:
    bare = newest[0], Note(newest[1].text, tuple(_own(log, newest[1])))
    try:
        return client.ask(
            one,
            min(guess, newest[0].size),
            lambda old: ledger.growth(log, bare, old),
            timeout_s=witnesses.timeout_s,
        )
    except (Tampered, Unavailable) as error:
        return error


def _own(log: Log, signed: Note) -> list[Signature]:
    return [one for one in signed.signatures if one.name == log.origin]


def _kept(
    one: WitnessAddress,
    answer: tuple[Signature, ...] | TalteenError,
    newest: Checkpoint,
    now: datetime,
) -> bool:
    if isinstance(answer, TalteenError):
        told = {"tried_at": now, "trouble": answer.slug}
        LedgerWitness.objects.update_or_create(
            name=one.name, defaults=told, create_defaults={**told, "lines": ""}
        )
        return False
    LedgerWitness.objects.update_or_create(
        name=one.name,
        defaults={
            "size": newest.size,
            "lines": "".join(map(str, answer)),
            "stated_at": _stated(answer),
            "signed_at": now,
            "tried_at": now,
            "trouble": "",
        },
    )
    return True


def _stated(lines: Sequence[Signature]) -> datetime | None:
    """The earliest time that checked cosignatures state (C2SP tlog-cosignature: 8 bytes)."""
    times = [at_s for one in lines if (at_s := int.from_bytes(one.signature[:8]))]
    return datetime.fromtimestamp(min(times), UTC) if times else None


def _show(log: Log, signed: Checkpoint) -> None:
    """Put the head with its witnesses where readers look, unless the log has gone on meanwhile."""
    with ledger.alone():
        newest = ledger.head(log)
        if newest is not None and newest[0] == signed:
            ledger_store.publish_checkpoint(log, newest[1])


def _standing(name: str, row: LedgerWitness | None, newest: LedgerHead | None) -> Standing:
    if row is None:
        return Standing(name, None, None, None, None, "", current=False)
    return Standing(
        name,
        row.size,
        row.stated_at,
        row.signed_at,
        row.tried_at,
        row.trouble,
        current=newest is not None and row.size == newest.size,
    )


def addresses(entries: Sequence[tuple[str, Sequence[str]]]) -> tuple[WitnessAddress, ...]:
    """Witnesses from their urls and vkeys. InputError where a key is none."""
    return tuple(
        WitnessAddress(url, tuple(note.parse_key(key) for key in keys)) for url, keys in entries
    )
