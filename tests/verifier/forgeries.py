"""Files that must not hold, by what is wrong with each: one change apiece.

The *spoilt* are good files after one change that nobody signed. The *forged* are as if the house
itself, or a thief of its key, had signed the change: there every other check has to stand alone.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from talteen.engine.tlog import note
from talteen.engine.tlog.note import MlDsa44Signer
from tests.vectors import make_log
from tests.verifier.process import GOOD, HOUSE, KEY, VECTORS, WITNESS

Change = Callable[[str], str]

ENTRIES = [entry.encode() for entry in VECTORS["entries"]]
SIZE = len(ENTRIES)
ROOT = VECTORS["checkpoint"].split("\n")[2]
ORIGIN = VECTORS["origin"]
SECOND = str(MlDsa44Signer(ORIGIN, make_log.LOG_SECOND).key)
OLDER = make_log.vkey(make_log.STRANGER, ORIGIN, 1)
KEYS = [KEY, WITNESS, SECOND, OLDER]


def at_line(text: str, begins: str, change: Change, nth: int = 0) -> str:
    """The text with its ``nth`` line that begins so changed."""
    lines = text.split("\n")
    places = [at for at, line in enumerate(lines) if line.startswith(begins)]
    lines[places[nth]] = change(lines[places[nth]])
    return "\n".join(lines)


def flip(line: str, at: int = -9) -> str:
    """The line with another character of base64 in it."""
    return line[:at] + ("A" if line[at] != "A" else "B") + line[at:][1:]


def hashes(text: str, change: Callable[[list[str]], list[str]]) -> str:
    """The text with the hashes of its first proof changed."""
    lines = text.split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("index ")) + 1
    end = lines.index("", start)
    return "\n".join([*lines[:start], *change(lines[start:end]), *lines[end:]])


def resigned(text: str) -> str:
    """The text as the house would have signed it."""
    return note.sign(text[: text.rindex("\n\n") + 1], HOUSE).to_bytes().decode()


SPOILT: dict[str, Change] = {
    "the version of the form": lambda text: text.replace("/v1", "/v2", 1),
    "the first line gone": lambda text: text.split("\n", 1)[1],
    "the name of the key": lambda text: text.replace("key log", "key lag"),
    "the id of the key": lambda text: at_line(
        text, "key ", lambda one: one.replace("7bdc", "7bdd")
    ),
    "the key": lambda text: at_line(text, "key ", flip),
    "another key": lambda text: text.replace(KEY, OLDER, 1),
    "the language": lambda text: text.replace("language en", "language fi"),
    "a language that is none": lambda text: text.replace("language en", "language xx"),
    "a capital among the words": lambda text: text.replace("call", "Call", 1),
    "a word more": lambda text: text.replace("2026", "2026 not", 1),
    "a date among the words": lambda text: text.replace("Aug", "Sep", 1),
    "a letter spelled in two": lambda text: text.replace("ä", "a\u0308").replace("k", "k\u0301", 1),
    "an empty line among the words": lambda text: text.replace("\n\n", "\n\n\n", 1),
    "a space at the end of a word": lambda text: text.replace("\n\nc2sp", " \n\nc2sp", 1),
    "the version of the proof": lambda text: text.replace("proof@v1", "proof@v2", 1),
    "the entry": lambda text: at_line(text, "extra ", lambda one: flip(one, 40)),
    "the entry cut": lambda text: at_line(text, "extra ", lambda one: one[:-8]),
    "the index of the next": lambda text: at_line(text, "index ", lambda one: one[:-1] + "9"),
    "an index with a zero before it": lambda text: text.replace("index ", "index 0", 1),
    "an index with a plus": lambda text: text.replace("index ", "index +", 1),
    "an index below nothing": lambda text: text.replace("index ", "index -", 1),
    "the first hash": lambda text: hashes(text, lambda of: [flip(of[0]), *of[1:]]),
    "the last hash": lambda text: hashes(text, lambda of: [*of[:-1], flip(of[-1])]),
    "a hash gone": lambda text: hashes(text, lambda of: of[1:]),
    "a hash twice": lambda text: hashes(text, lambda of: [of[0], *of]),
    "a hash without its end": lambda text: hashes(text, lambda of: [of[0][:-1], *of[1:]]),
    "the origin": lambda text: text.replace(f"\n{ORIGIN}\n", f"\n{ORIGIN}x\n", 1),
    "a larger size": lambda text: text.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n"),
    "a smaller size": lambda text: text.replace(f"\n{SIZE}\n", f"\n{SIZE - 1}\n"),
    "a size with a zero before it": lambda text: text.replace(f"\n{SIZE}\n", f"\n0{SIZE}\n"),
    "the root": lambda text: text.replace(ROOT, flip(ROOT)),
    "a line more in the checkpoint": lambda text: text.replace(ROOT, f"{ROOT}\nmore"),
    "the log's signature": lambda text: at_line(text, "— log", flip),
    "the name of the signer": lambda text: at_line(
        text, "— log", lambda one: one.replace("log.", "lag.")
    ),
    "the id of the signer": lambda text: at_line(text, "— log", lambda one: flip(one, 22)),
    "the certificate's signature": lambda text: at_line(text, "— log", flip, -1),
    "the certificate's signature gone": lambda text: text[: text.rindex("—")],
    "a second signature": lambda text: text + "— nobody.example AAAAAAA=\n",
    "no newline at the end": lambda text: text[:-1],
    "a newline more at the end": lambda text: text + "\n",
    "a space at the end": lambda text: text[:-1] + " \n",
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "a mark before it": lambda text: "\ufeff" + text,
    "the first half": lambda text: text[: len(text) // 2],
    "the proof only": lambda text: text[text.index("c2sp") :],
    "the words only": lambda text: text[: text.index("\nc2sp")],
}
COSIGNED: dict[str, Change] = {
    "the witness's signature": lambda text: at_line(text, "— wit", flip),
    "the time of the witness": lambda text: at_line(text, "— wit", lambda one: flip(one, 37)),
    "the name of the witness": lambda text: at_line(
        text, "— wit", lambda one: one.replace("w1", "w2")
    ),
    "the witness gone": lambda text: "\n".join(
        line for line in text.split("\n") if not line.startswith("— wit")
    ),
    "a witness that nobody knows": lambda text: text.replace(
        "— wit", "— moon.example AAAAAAA=\n— wit"
    ),
}


# --- as if the house had signed it ----------------------------------------------------------------


def entry(number: int, like: int, **changes: object) -> bytes:
    """Entry ``like`` of the vectors with some values changed, and an id of its own."""
    values = {**json.loads(ENTRIES[like]), "id": make_log.name(f"forged/{number}"), **changes}
    return canonical({key: value for key, value in values.items() if value is not ...})


def canonical(values: Mapping[str, object]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def proved(*raws: bytes, before: int = 0) -> str:
    """A certificate of all these entries, truly in a log that the house signed."""
    log = [*ENTRIES[:before], *raws]
    head = make_log.signed(make_log.head(log))
    return make_log.certificate(
        *(make_log.tlog_proof(at, log, head) for at in range(before, len(log)))
    )


def gone(**changes: Any) -> bytes:
    return entry(0, 16, **changes)


def stated(**changes: Any) -> str:
    return proved(entry(0, 20, **changes), before=SIZE - 1)


def under(checkpoint: str) -> str:
    return make_log.certificate(make_log.tlog_proof(16, ENTRIES, checkpoint))


def ml_dsa_line(bearer: str, at_s: int, *, spoilt: bool = False) -> str:
    names = [bytes([len(one)]) + one.encode() for one in (bearer, ORIGIN)]
    stamp, size = at_s.to_bytes(8, "big"), SIZE.to_bytes(8, "big")
    message = b"subtree/v1\n\x00" + names[0] + stamp + names[1] + bytes(8) + size
    signature = make_log.LOG_SECOND.sign(message + make_log.mth(ENTRIES) + b"x" * spoilt)
    public = make_log.LOG_SECOND.public_key().public_bytes_raw()
    return make_log.line(bearer, 6, public, stamp + signature)


def cosigned(at_s: int, *, spoilt: bool = False) -> str:
    text = make_log.head(ENTRIES) + "x" * spoilt
    stamped = at_s.to_bytes(8, "big") + make_log.WITNESS.sign(
        f"cosignature/v1\ntime {at_s}\n{text}".encode()
    )
    return make_log.line(
        "witness.example/w1", 4, make_log.WITNESS.public_key().public_bytes_raw(), stamped
    )


def in_another_history() -> str:
    """A proof of another entry in the place of entry 16, in a shorter log that the house signed."""
    log = [*ENTRIES[:16], entry(7, 16, recording=make_log.name("r/7"))]
    return make_log.tlog_proof(16, log, make_log.signed(make_log.head(log)))


def name_key(vkey: str) -> str:
    """The good certificate with another key in its head, and the house's signature below."""
    return resigned(GOOD.replace(KEY, vkey, 1))


def vkey_of(material: bytes) -> str:
    return f"{ORIGIN}+{make_log.key_id(ORIGIN, material).hex()}+{make_log.base64(material)}"


def worded(words: str) -> str:
    return make_log.certificate(PROOF, words=words)


END = "\n\n"
BAD_KEYS = {
    "no key": "log+00+AA",
    "of another id": KEY.replace("+7bdc4455+", "+7bdc4456+"),
    "of no name": KEY.replace(ORIGIN, ""),
    "too long": vkey_of(bytes([1]) * 34),
    "too short": vkey_of(bytes([1]) * 32),
    "of an unknown type": vkey_of(bytes([9]) * 33),
    "empty": vkey_of(b""),
    "in loose base64": KEY + "=",
}
CHECKPOINT, CLAIMS = VECTORS["checkpoint"], make_log.CLAIMS
HEAD = make_log.head(ENTRIES)
PROOF = make_log.tlog_proof(16, ENTRIES, CHECKPOINT)
OTHER_LOG = [*ENTRIES[:-1], entry(9, 18)]
FATES, RESTS = make_log.STATED["fates"], make_log.STATED["rests_on"]
BALANCE = make_log.STATED["balance"]
assert isinstance(FATES, dict)
assert isinstance(RESTS, dict)
assert isinstance(BALANCE, dict)
LATE = {"day": "2026-08-25", "recording": make_log.name("r/9")}

FORGED: dict[str, str] = {
    # notes
    "a control character among the words": worded("gone\x7f."),
    "65 signatures on the checkpoint": under(CHECKPOINT + "— nobody.example AAAAAAA=\n" * 64),
    "a line below the checkpoint that is none": under(CHECKPOINT + "nobody.example AAAAAAA=\n"),
    "a signature of four bytes": under(CHECKPOINT + "— nobody.example AAAAAA==\n"),
    "a signature in loose base64": under(CHECKPOINT + "— nobody.example AAAAAAB=\n"),
    "a signature that is no base64": under(CHECKPOINT + "— nobody.example AAAA_AA=\n"),
    "two signatures": resigned(GOOD) + GOOD.split("\n")[-2] + "\n",
    "a checkpoint without signatures": under(HEAD + "\n"),
    # whose it is
    "signed by a stranger": make_log.certificate(PROOF, key=make_log.STRANGER),
    "a checkpoint of a stranger": under(make_log.signed(HEAD, make_log.STRANGER)),
    "a checkpoint of nobody": under(HEAD + "\n" + cosigned(9)),
    "it names another key": name_key(OLDER),
    **{f"it names a key that is {what}": name_key(vkey) for what, vkey in BAD_KEYS.items()},
    "words and checkpoint by two keys": make_log.signed(
        f"{make_log.certificate(PROOF).rpartition(END)[0].replace(KEY, OLDER)}\n",
        make_log.STRANGER,
    ),
    "a cosignature that fails": under(CHECKPOINT + cosigned(9, spoilt=True)),
    "a cosignature of a time that never comes": under(CHECKPOINT + cosigned(2**63)),
    "the log's second signature fails": under(CHECKPOINT + ml_dsa_line(ORIGIN, 0, spoilt=True)),
    "the log's second signature with a time": under(CHECKPOINT + ml_dsa_line(ORIGIN, 9)),
    # form
    "no words": worded(""),
    "an empty line after the words": worded("gone.\n"),
    "an empty line before the words": worded("\ngone."),
    "a proof's first line among the words": worded("gone.\nc2sp.org/tlog-proof@v1\nso"),
    "no proof": make_log.certificate(),
    "another head": resigned(GOOD.replace("language en\n", "language en\nmore x\n")),
    "no entry in the proof": make_log.certificate(at_line(PROOF, "extra ", lambda one: "more")),
    "an entry in loose base64": make_log.certificate(
        at_line(PROOF, "extra ", lambda one: one + "=")
    ),
    "an index that is none": make_log.certificate(PROOF.replace("index 16", "index x")),
    "an index with a zero": make_log.certificate(PROOF.replace("index 16", "index 016")),
    "an index of 2^63": make_log.certificate(PROOF.replace("index 16", f"index {2**63}")),
    "a checkpoint of four lines": under(make_log.signed(HEAD + "more\n")),
    "a checkpoint without an origin": under(
        make_log.signed("\n".join(["", *HEAD.split("\n")[1:]]))
    ),
    "a root of 31 bytes": under(make_log.signed(HEAD.replace(ROOT, make_log.base64(bytes(31))))),
    # the tree
    "another entry in its place": make_log.certificate(
        PROOF.replace(make_log.base64(ENTRIES[16]), make_log.base64(ENTRIES[17]))
    ),
    "the index of its neighbour": make_log.certificate(PROOF.replace("index 16", "index 17")),
    "an index beyond the log": make_log.certificate(PROOF.replace("index 16", f"index {SIZE}")),
    "a hash too many": make_log.certificate(hashes(PROOF, lambda of: [*of, of[0]])),
    "a hash too few": make_log.certificate(hashes(PROOF, lambda of: of[:-1])),
    "hashes exchanged": make_log.certificate(hashes(PROOF, lambda of: [of[1], of[0], *of[2:]])),
    "a hash of 33 bytes": make_log.certificate(
        hashes(PROOF, lambda of: [*of[:-1], make_log.base64(bytes(33))])
    ),
    "a place twice": make_log.certificate(PROOF, PROOF),
    "a place twice, in two histories": make_log.certificate(PROOF, in_another_history()),
    "two roots of one size": make_log.certificate(
        PROOF,
        make_log.tlog_proof(17, OTHER_LOG, make_log.signed(make_log.head(OTHER_LOG))),
    ),
    # entries
    "an entry in a loose spelling": proved(gone().replace(b'":', b'": ')),
    "an entry that is not ASCII": proved(gone().replace(b"expired", "päättyi".encode())),
    "an entry that is no JSON": proved(b"destroyed everywhere"),
    "an entry that is a list": proved(b"[]"),
    "an entry without a kind": proved(gone(kind=...)),
    "an entry of a kind that is none": proved(gone(kind=7)),
    "an entry too long": proved(gone(ciphertext=["0" * 64] * 1100)),
    "an entry of another kind": proved(entry(0, 3)),
    "an entry of a later kind": proved(
        canonical({"at": "2026-08-24T00:00:00.000Z", "kind": "melted"})
    ),
    "a key too few": proved(gone(held=...)),
    "a key too many": proved(gone(more=1)),
    "a date that never is": proved(gone(due="2026-02-30T22:00:00.000Z")),
    "a time without milliseconds": proved(gone(due="2026-11-23T22:00:00Z")),
    "the hour 24": proved(gone(due="2026-11-23T24:00:00.000Z")),
    "a count that is true": proved(gone(held=True)),
    "a count below nothing": proved(gone(held=-1)),
    "a count of 2^53": proved(gone(generation=2**53)),
    "a flag that is a number": proved(gone(unbacked=0)),
    "a reason that is none": proved(gone(reason="forgotten")),
    "a holder that is none": proved(gone(live_holder="paper")),
    "an id in capitals": proved(gone(recording=make_log.name("r").upper())),
    "a hash that is short": proved(gone(ciphertext=["00"])),
    "hashes that are no list": proved(gone(ciphertext="00")),
    "evidence that is none": proved(gone(claims={**CLAIMS, "live_keys": "hoped"})),
    "evidence that must not be null": proved(gone(claims={**CLAIMS, "live_keys": None})),
    "a claim too few": proved(gone(claims={"live_keys": "proved"})),
    "claims that are none": proved(gone(claims=[])),
    "dead before it was dead": proved(gone(live_dead_at="2026-11-23T10:00:00.001Z")),
    "said while a copy lived": proved(gone(backup_dead_at="2026-11-24T10:00:00.000Z")),
    "dates exchanged": proved(
        gone(live_dead_at="2026-11-23T10:00:00.000Z", backup_dead_at="2026-11-16T22:00:09.000Z")
    ),
    "two days": proved(gone(), entry(1, 16, **LATE)),
    "a recording twice": proved(gone(), entry(1, 16)),
    # months
    "fates that do not add up": stated(captured=3),
    "a fate too many": stated(fates={**FATES, "late": 1}),
    "evidence that does not add up": stated(rests_on={**RESTS, "declared": 1}),
    "a month that begins on its second day": stated(day="2026-08-02"),
    "a count from after its end": stated(begin=SIZE),
    "a count of what came after it": stated(size=SIZE),
    "a fate that is none": stated(fates={**FATES, "forgotten": 0}),
    "a fate left out": stated(fates={key: n for key, n in FATES.items() if key != "late"}),
    "a balance left out": stated(balance={"days": 0}),
    "a month with a recording": proved(entry(0, 20), gone(), before=SIZE - 1),
    "two months": proved(entry(0, 20), entry(1, 20), before=SIZE - 1),
}
