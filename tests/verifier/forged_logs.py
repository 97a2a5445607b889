"""Months, excerpts and growth that must not hold, by what is wrong with each.

The last file of a case is the one that must be refused; those before it are good.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors import make_log
from tests.verifier.forgeries import (
    BALANCE,
    CHECKPOINT,
    ENTRIES,
    FATES,
    HEAD,
    ORIGIN,
    RESTS,
    SIZE,
    at_line,
    cosigned,
    entry,
    flip,
)
from tests.verifier.process import VECTORS, WITNESS

CHANGE, NEXT_KEY, PROOF = (VECTORS[name] for name in ("key_change", "next_key", "proof"))
STRANGE_KEY = make_log.vkey(make_log.STRANGER, ORIGIN, 1)
EXCERPT, MONTH = VECTORS["excerpt"], VECTORS["certificate_of_month"]
FROM_13, GROWTH, OLD = VECTORS["excerpt_from_13"], VECTORS["growth"], VECTORS["checkpoint_of_11"]


def log_of(*raws: bytes) -> tuple[str, str]:
    """The excerpt of a whole log that the house signed, and the certificate of its last entry."""
    log = list(raws)
    head = make_log.signed(make_log.head(log))
    proof = make_log.tlog_proof(len(log) - 1, log, head)
    return make_log.excerpt(0, log, head), make_log.certificate(proof)


def miscounted(**changes: Any) -> tuple[str, str]:
    """The vectors' log with an account at its end that says something else than the entries."""
    return log_of(*ENTRIES[:-1], entry(0, 20, **changes))


def recounted(*raws: bytes, **said: Any) -> tuple[str, str]:
    """A log of its own, and an account of August in it."""
    counts: Mapping[str, object] = {
        "captured": 0,
        "fates": {**dict.fromkeys(FATES, 0), **said.pop("fates", {})},
        "rests_on": {**dict.fromkeys(RESTS, 0), **said.pop("rests_on", {})},
        "balance": {**dict.fromkeys(BALANCE, 0), **said.pop("balance", {})},
        **dict.fromkeys(["strays", "refused", "not_announced"], 0),
        "size": len(raws),
        **said,
    }
    return log_of(*raws, entry(99, 20, **counts))


def of_excerpt(begin: int, entries: list[bytes], peaks: list[bytes], checkpoint: str) -> str:
    lines = ["talteen.excerpt/v1", f"begin {begin}", *map(make_log.base64, peaks)]
    return "\n".join(lines) + f"\n\n{checkpoint}\n" + "".join(f"{e.decode()}\n" for e in entries)


def without(text: str, begins: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(begins))


FIRST_ENTRY, LAST_ENTRY = ENTRIES[0].decode(), ENTRIES[-1].decode()
OTHER = [*ENTRIES[:-1], entry(9, 20)]

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(50, 82)))
BY_STRANGER = make_log.signed(HEAD, STRANGER)
FORK = make_log.signed(make_log.head(OTHER))
WIDE, NARROW = make_log.base64(bytes(32)), make_log.base64(bytes(31))


def lines_of(text: str, change: Callable[[list[str]], list[str]]) -> str:
    return "\n".join(change(text.split("\n")))


def hash_more(text: str, hash_: str = WIDE) -> str:
    """One hash more below the line that says where the text begins, or what is old."""
    return re.sub(r"((?:begin|old) .*\n)", lambda at: f"{at[1]}{hash_}\n", text, count=1)


BAD: dict[str, tuple[str, ...]] = {
    # an account that the log does not bear out
    "one recording more than were born": miscounted(
        captured=3, fates={**FATES, "on_time": 3}, rests_on={**RESTS, "declared": 3}
    ),
    "one that was late said to be on time": miscounted(fates={**FATES, "on_time": 1, "late": 1}),
    "evidence that is better than it was": miscounted(
        rests_on={**RESTS, "declared": 1, "proved": 1}
    ),
    "strays that are none": miscounted(strays=1),
    "a refusal left out": miscounted(refused=0),
    "an unannounced call left out": miscounted(not_announced=2),
    "a lost call left out": miscounted(balance={**BALANCE, "lost": 0}),
    "another month": miscounted(day="2026-07-01"),
    "a count that stops too early": miscounted(size=17),
    "a malformed birth": recounted(entry(0, 3, due="soon"), captured=1, fates={"alive": 1}),
    "an entry in a loose spelling": recounted(ENTRIES[3].replace(b'":', b'": ')),
    # excerpts
    "an entry gone": (EXCERPT.replace(f"\n{ENTRIES[7].decode()}\n", "\n"),),
    "the last entry gone": (EXCERPT.replace(f"{LAST_ENTRY}\n", ""),),
    "the first entry gone": (EXCERPT.replace(f"{FIRST_ENTRY}\n", ""),),
    "an entry twice": (EXCERPT.replace(FIRST_ENTRY, f"{FIRST_ENTRY}\n{FIRST_ENTRY}"),),
    "an entry more": (EXCERPT + f"{FIRST_ENTRY}\n",),
    "an entry changed": (EXCERPT.replace('"count":2', '"count":3'),),
    "two entries exchanged": (
        EXCERPT.replace(FIRST_ENTRY, "?").replace(LAST_ENTRY, FIRST_ENTRY).replace("?", LAST_ENTRY),
    ),
    "another begin": (EXCERPT.replace("begin 0", "begin 1"),),
    "a begin with a zero": (EXCERPT.replace("begin 0", "begin 00"),),
    "a begin that is none": (EXCERPT.replace("begin 0", "begin x"),),
    "no begin": (without(EXCERPT, "begin "),),
    "no checkpoint": (EXCERPT.replace(CHECKPOINT, ""),),
    "no entries": (EXCERPT.partition("\n{")[0] + "\n",),
    "no empty line before the entries": (EXCERPT.replace("\n\n{", "\n{"),),
    "a peak gone": (lines_of(FROM_13, lambda of: of[:2] + of[3:]),),
    "a peak more": (hash_more(FROM_13),),
    "a peak twice": (lines_of(FROM_13, lambda of: of[:3] + of[2:]),),
    "a peak changed": (lines_of(FROM_13, lambda of: [*of[:3], flip(of[3]), *of[4:]]),),
    "peaks exchanged": (lines_of(FROM_13, lambda of: [*of[:2], *of[4:1:-1], *of[5:]]),),
    "a peak of 31 bytes": (hash_more(FROM_13, NARROW),),
    "a whole log and a hash more": (hash_more(EXCERPT),),
    "the size": (EXCERPT.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n"),),
    "the signature": (at_line(EXCERPT, "— log", flip),),
    "a stranger's signature": (EXCERPT.replace(CHECKPOINT, BY_STRANGER),),
    "only a witness's signature": (EXCERPT.replace(CHECKPOINT, HEAD + "\n" + cosigned(9)),),
    "the version": (EXCERPT.replace("excerpt/v1", "excerpt/v2"),),
    "an excerpt of a fork": (
        EXCERPT,
        of_excerpt(0, OTHER, [], FORK),
    ),
    "an excerpt with a peak for nothing": (
        of_excerpt(0, ENTRIES, [make_log.mth(ENTRIES)], CHECKPOINT),
    ),
    "an excerpt of nothing but the root": (
        of_excerpt(SIZE, [b"{}"], [make_log.mth(ENTRIES)], CHECKPOINT),
    ),
    # checkpoints
    "a checkpoint of a stranger": (BY_STRANGER,),
    "a checkpoint of a witness only": (HEAD + "\n" + cosigned(9),),
    "a checkpoint without its end": (CHECKPOINT[:-1] + "x",),
    "a checkpoint with a root of 31 bytes": (make_log.signed(f"{ORIGIN}\n{SIZE}\n{NARROW}\n"),),
    "a checkpoint of a fork": (CHECKPOINT, FORK),
    "a checkpoint that a witness signed badly": (CHECKPOINT + cosigned(9, spoilt=True),),
    # growth
    "growth of another log": (make_log.signed(f"{ORIGIN}\n11\n{'A' * 43}=\n"), GROWTH),
    "growth from a size that was not kept": (GROWTH,),
    "growth from another size": (OLD, GROWTH.replace("old 11", "old 12")),
    "growth with a hash gone": (OLD, lines_of(GROWTH, lambda of: of[:1] + of[2:])),
    "growth with a hash more": (
        OLD,
        hash_more(GROWTH),
    ),
    "growth with a hash more at its end": (
        OLD,
        GROWTH.replace("\n\n", f"\n{WIDE}\n\n", 1),
    ),
    "growth with a hash changed": (
        OLD,
        lines_of(GROWTH, lambda of: [*of[:2], flip(of[2]), *of[3:]]),
    ),
    "growth that a stranger signed": (
        OLD,
        GROWTH.replace(CHECKPOINT, BY_STRANGER),
    ),
    "growth to a fork": (OLD, GROWTH.replace(CHECKPOINT, FORK)),
    "growth that shrinks": (CHECKPOINT, f"old {SIZE}\n\n{OLD}"),
    # changes of the log's key
    "another key than was announced": (CHANGE.replace(NEXT_KEY, STRANGE_KEY),),
    "a witness's key for a log's": (CHANGE.replace(NEXT_KEY, WITNESS),),
    "a change by another entry": (CHANGE.replace(CHANGE[CHANGE.index(PROOF[:9]) :], PROOF),),
    "a change at another place": (CHANGE.replace("index 23", "index 22"),),
    "a change under a stranger's head": (CHANGE.replace(CHECKPOINT, BY_STRANGER),),
}
