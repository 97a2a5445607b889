"""The order of a roll, as yielded steps (DESIGN 5, steps 2 to 7; step 1 is the caller's commit).

A roll replaces root_n by root_n+1 and lets key n die. Every step that must last is yielded to a
shell that carries it out, so the order can be read here, and a test can kill the process after any
of them. Nothing dies before a fresh connection has read, opened and counted what the new key opens.

    decide:  create keys -> put the roll file if absent (this decides) -> apply it
    settle:  read back -> destroy the old live key and prove it -> date the backup key's death

``settle`` needs the file alone: after a crash ``catch_up`` runs it again, and every step of it may
be repeated.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import pages, rollfile
from talteen.engine.vault.changes import Plan
from talteen.engine.vault.pages import RootPage
from talteen.engine.vault.pages import SealedPage as Sealed
from talteen.engine.vault.rollfile import Death, GenerationKey, PageBytes, RollFile
from talteen.errors import Conflict, Tampered
from talteen.ids import HouseId, PageId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CreateKeys:
    """Make a key in each holder, wrap ``root_key`` and prove the wrap. Answer: Wraps."""

    live_name: str
    backup_name: str
    root_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wraps:
    """RK_n under both holders; no backup where that holder did not answer."""

    live: GenerationKey
    backup: GenerationKey | None


@dataclass(frozen=True, slots=True)
class PutFile:
    """Put the roll file if there is none of this number. Answer: Put."""

    n: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Put:
    """Whether the file is the one that now decides."""

    won: bool


@dataclass(frozen=True, slots=True)
class Apply:
    """Write the file into the database, in one transaction. Answer: None."""

    file: RollFile
    sha256: bytes


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Read generation ``n`` on a new connection and unwrap it through the holder. Answer: Seen."""

    n: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a fresh connection found."""

    root: bytes = field(repr=False)
    root_key: bytes = field(repr=False)
    pages: Mapping[PageId, bytes] = field(repr=False)
    """The stored bytes of every page that this generation wrote."""


@dataclass(frozen=True, slots=True)
class DestroyLiveKeys:
    """Destroy every live key up to generation ``n`` but ``keep``, and prove that none opens.

    Answer: None.
    """

    n: int
    keep: str


@dataclass(frozen=True, slots=True)
class DateDeaths:
    """Tell the backup holder when its superseded keys die. Answer: None."""

    n: int
    deaths: tuple[Death, ...]


class Overtaken(Conflict):
    """The file of this generation stands already: another vault decided, or this one did and never
    heard the answer. ``catch_up`` goes on from there."""

    slug = "overtaken"


Step = CreateKeys | PutFile | Apply | ReadBack | DestroyLiveKeys | DateDeaths
Steps = Generator[Step, object, T]


def decide(plan: Plan, *, previous: bytes, mark: str, signer: Ed25519PrivateKey) -> Steps[RollFile]:
    """Carry ``plan`` out up to the point from which it stands in the database.

    ``previous`` is the hash of the newest roll file, ``mark`` a few random characters that make the
    names of this attempt's keys its own. Raises Overtaken when another vault rolled first.
    """
    n = plan.root.n
    names = key_name("live", n, mark), key_name("ring", n, mark)
    wraps = _answer(Wraps, (yield CreateKeys(*names, root_key=plan.root_key)))
    file = _file(plan, wraps, previous=previous)
    data = rollfile.write(file, signer)
    if not _answer(Put, (yield PutFile(n, data))).won:
        raise Overtaken(
            f"another vault has rolled generation {n}", remedy="catch up, then decide anew"
        )
    yield Apply(file, rollfile.digest(data))
    return file


def settle(file: RollFile) -> Steps[RootPage]:
    """Prove that generation ``file.n`` stands; then let the one before it die. Returns its root.

    Raises Tampered, before anything was destroyed, when what was read back is not what was decided.
    """
    root = check(file, _answer(Seen, (yield ReadBack(file.n))))
    yield DestroyLiveKeys(file.n, keep=file.live.name)
    yield DateDeaths(file.n, file.deaths)
    return root


def check(file: RollFile, seen: Seen) -> RootPage:
    """The root that was read back, if it is the decided one and everything below it opens.

    Raises Tampered where a byte differs, a page does not open, or the entries do not add up.
    """
    if seen.root != file.root:
        raise _not_decided("its root is another")
    root = pages.open_root(seen.root, seen.root_key, house=file.house, n=file.n)
    _check_pages(file, root, seen.pages)
    if root.count != file.entries_before - file.removed + len(file.folded):
        raise _not_decided("its entries do not add up")
    return root


def _check_pages(file: RollFile, root: RootPage, stored: Mapping[PageId, bytes]) -> None:
    written = {page.id: page.sealed for page in file.pages}
    for ref in root.days:
        if ref.written_n == file.n:
            opened = pages.open_day(_page(ref.page, stored), file.house)
            if len(opened.entries) != ref.count or opened.day != ref.day:
                raise _not_decided("a day page is another")
            written.pop(ref.page.id, None)
    for hold in root.holds:
        if hold.page.n == file.n:
            opened_hold = pages.open_hold(_page(hold.page, stored), file.house)
            if (opened_hold.hold, opened_hold.recording) != (hold.hold, hold.recording):
                raise _not_decided("a hold page is another")
            written.pop(hold.page.id, None)
    if written:
        raise _not_decided("it carries pages that its root does not name")


def _page(key: pages.PageKey, stored: Mapping[PageId, bytes]) -> Sealed:
    """The stored page under the root's key for it; opening compares its hash."""
    if key.id not in stored:
        raise _not_decided("a page did not come back")
    return Sealed(key, stored[key.id])


def key_name(holder: str, n: int, mark: str) -> str:
    """The name of a generation's key: which holder, which generation, which attempt."""
    return f"{holder}-{n:012d}-{mark}"


def generation_of(name: str) -> int | None:
    """The generation that a key's name tells, or None for a name that is not ours."""
    digits = name.split("-")[1:2]
    return int(digits[0]) if digits and digits[0].isdigit() else None


def _file(plan: Plan, wraps: Wraps, *, previous: bytes) -> RollFile:
    return RollFile(
        house=HouseId(plan.root.house),
        n=plan.root.n,
        base_n=plan.base_n,
        at=plan.root.at,
        previous=previous,
        live=wraps.live,
        backup=wraps.backup,
        root=plan.root_sealed,
        pages=tuple(PageBytes(page.key.id, page.sealed) for page in plan.pages),
        entries_before=plan.entries_before,
        removed=plan.removed,
        destroyed=plan.destroyed,
        folded=plan.folded,
        attached=plan.attached,
        holds_placed=plan.holds_placed,
        holds_released=plan.holds_released,
        intake_opened=plan.intake_opened,
        intake_closed=plan.intake_closed,
        deaths=plan.deaths,
        leaves=plan.leaves,
    )


def _answer(kind: type[T], answer: object) -> T:
    if not isinstance(answer, kind):
        raise TypeError(f"the shell answered a step without a {kind.__name__}")
    return answer


def _not_decided(why: str) -> Tampered:
    return Tampered(
        f"the new generation did not come back as it was decided: {why}",
        remedy="nothing was destroyed; the next roll is built from the generation before",
    )


def drive(steps: Steps[T], perform: Callable[[Step], object]) -> T:
    """Run ``steps``, letting ``perform`` carry out and answer each of them."""
    answer: object = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        answer = perform(step)
