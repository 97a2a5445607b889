# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography==50.0.2"]
# ///
"""Makes the published vectors of the ledger and its certificates, without one line of Talteen.

The tree is the recursive definition of RFC 6962 section 2.1 word for word, entries are written by
``json.dumps``, signatures by ``cryptography``. Run ``uv run tests/vectors/make_log.py``; the files
do not change, save the ML-DSA signature, which has chance in it.
"""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

HERE = Path(__file__).parent
ORIGIN = "log.example/calls"
LOG = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG_SECOND = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
NEXT = Ed25519PrivateKey.from_private_bytes(bytes(range(50, 82)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(100, 132)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(200, 232)))
WITNESSED_S = 1_795_471_270


# --- entries --------------------------------------------------------------------------------------


def name(what: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://log.example/{what}"))


def digest(what: str) -> str:
    return sha256(what.encode()).hexdigest()


CLAIMS = {
    "live_keys": "proved",
    "backup_keys": "receipted",
    "holder_copies": "declared",
    "ciphertext": "proved",
    "derived": "proved",
    "source": None,
}
EVERYWHERE = {
    "kind": "destroyed_everywhere",
    "day": "2026-08-24",
    "reason": "expired",
    "cutoff": "2026-11-16T22:00:00.000Z",
    "due": "2026-11-23T22:00:00.000Z",
    "live_dead_at": "2026-11-16T22:00:09.000Z",
    "backup_dead_at": "2026-11-23T10:00:00.000Z",
    "generation": 404,
    "live_holder": "file",
    "backup_holder": "file",
    "claims": CLAIMS,
    "held": 0,
    "delivered_copies": 0,
    "source": "none",
    "time": "own_clock",
    "lateness_s": 9,
    "unbacked": False,
}
FIRST, SECOND, THIRD = name("recording/1"), name("recording/2"), name("recording/3")
DAY = {"day": "2026-08-24"}
VERSIONS = {"notice": "2026-3", "announcement": "announce.fi@1"}
TIMES = {"cutoff": EVERYWHERE["cutoff"], "due": EVERYWHERE["due"]}
HOLD = {"hold": name("hold/1"), "recording": THIRD}


def vkey(key: Ed25519PrivateKey, bearer: str, kind: int) -> str:
    material = bytes([kind]) + key.public_key().public_bytes_raw()
    return f"{bearer}+{key_id(bearer, material).hex()}+{b64encode(material).decode()}"


def key_id(bearer: str, material: bytes) -> bytes:
    return sha256(bearer.encode() + b"\n" + material).digest()[:4]


LOG_KEY, NEXT_KEY = vkey(LOG, ORIGIN, 1), vkey(NEXT, ORIGIN, 1)
ENTRIES: list[dict[str, object]] = [
    {"kind": "house_born", "house": name("house"), "born_as": "live", "log_key": digest(LOG_KEY)},
    {
        "kind": "notice_published",
        "notice": "2026-3",
        "valid_from": "2026-08-01",
        "sha256": digest("notice"),
    },
    {
        "kind": "policy_changed",
        "policy": "2026-3",
        "valid_from": "2026-08-01",
        "sha256": digest("policy"),
    },
    {"kind": "captured", "recording": FIRST, "origin": "siprec", **DAY, **VERSIONS, **TIMES},
    {"kind": "captured", "recording": SECOND, "origin": "import", **DAY, **VERSIONS, **TIMES},
    {"kind": "sealed", "recording": FIRST, "ciphertext": [digest("a"), digest("b")], **DAY},
    {"kind": "refused", "recording": None, **DAY},
    {"kind": "not_announced", "count": 2, **DAY},
    {"kind": "parked", "recording": THIRD, "until": "2026-08-25T11:00:00.000Z", **DAY},
    {
        "kind": "quarantined",
        "recording": name("recording/4"),
        "doubt": "future_start",
        "due": EVERYWHERE["due"],
        **DAY,
    },
    {
        "kind": "hold_placed",
        "ground": "complaint",
        "provisional": False,
        "review_on": "2026-11-20",
        **HOLD,
    },
    {"kind": "hold_released", "end": "released", **HOLD},
    {
        "kind": "rolled",
        "generation_before": 404,
        "generation_after": 405,
        "folded": 31,
        "dropped": 2,
        "backup_dead_at": EVERYWHERE["backup_dead_at"],
        "unbacked": False,
    },
    {
        "kind": "destroyed",
        "recording": FIRST,
        "reason": "expired",
        "live_dead_at": EVERYWHERE["live_dead_at"],
        "generation_before": 404,
        "generation_after": 405,
        "ciphertext": [digest("a"), digest("b")],
        "backup_dead_at": EVERYWHERE["backup_dead_at"],
        "lateness_s": 9,
        "unbacked": False,
        **DAY,
    },
    {
        "kind": "restored",
        "recovery": "point_in_time",
        "generation_found": 403,
        "generation_reached": 405,
        "entries_refilled": 14,
        "destroyed": 0,
    },
    {"kind": "access_day", "count": 12, "commitment": digest("access"), **DAY},
    {**EVERYWHERE, "recording": FIRST, "ciphertext": [digest("a"), digest("b")]},
    {
        **EVERYWHERE,
        "recording": SECOND,
        "ciphertext": [digest("c")],
        "source": "owner_deletes",
        "claims": {**CLAIMS, "source": "declared"},
    },
    {"kind": "not_announced", "count": 1, "day": "2026-08-25"},
    {"kind": "day_balanced", "recorded": 2, "partial": 0, "lost": 1, "lawful": 4, **DAY},
]
FATES = (
    *("on_time", "after_hold", "late"),
    *("request", "objection", "illegal", "refusal", "threat_lapsed"),
    *("complaint", "legal_claim", "authority_preservation", "subject_restriction"),
    *("request_pending", "breach_evidence"),
    *("dying", "alive", "unexplained"),
)
STATED = {
    "kind": "month_stated",
    "day": "2026-08-01",
    "begin": 0,
    "size": len(ENTRIES),
    "captured": 2,
    "fates": {**dict.fromkeys(FATES, 0), "on_time": 2},
    "rests_on": {"proved": 0, "receipted": 0, "declared": 2},
    "strays": 0,
    "refused": 1,
    "not_announced": 3,
    "balance": {"days": 1, "recorded": 2, "partial": 0, "lost": 1, "lawful": 4},
}
"""Counted by hand from the entries above."""
ENTRIES.append(STATED)
ENTRIES += [
    {"kind": "ring_opened", "use": "restore", "generation": 2210},
    {
        "kind": "drilled",
        "drill": "weekly",
        "verdict": "kept",
        "dead": 388,
        "revived": 0,
        "controls": 3,
        "played": 3,
        "files": 2210,
    },
    {
        "kind": "log_key_begun",
        "key": digest(NEXT_KEY),
        "second": None,
        "before": digest(LOG_KEY),
    },
]
EXAMPLES: list[dict[str, object]] = [
    {
        "kind": "request_received",
        "request": name("request/1"),
        "limit": "2026-12-24",
        "rights": ["access", "erasure"],
        "day": "2026-11-24",
    },
    {
        "kind": "request_stepped",
        "request": name("request/1"),
        "step": "decided",
        "stage": "decided",
        "right": "access",
        "outcome": "granted",
    },
    {
        "kind": "breach_opened",
        "breach": name("breach/1"),
        "day": "2026-11-24",
        "what": "wrong_delivery",
    },
    {
        "kind": "breach_stepped",
        "breach": name("breach/1"),
        "step": "triaged",
        "stage": "assessing",
    },
    {
        "kind": "hold_reviewed",
        "hold": name("hold/1"),
        "recording": name("recording/1"),
        "renewal": "case_goes_on",
        "review_on": "2027-02-20",
    },
    {
        "kind": "disclosure_received",
        "disclosure": name("disclosure/1"),
        "day": "2026-11-23",
        "door": "authority",
    },
    {
        "kind": "disclosure_stepped",
        "disclosure": name("disclosure/1"),
        "step": "verified",
        "stage": "verified",
    },
    {
        "kind": "recipient_asked",
        "disclosure": name("disclosure/1"),
        "act": "erased",
        "stage": "open",
    },
    {
        "kind": "synthetic_call",
        "recording": name("recording/synthetic"),
        "day": "2026-11-23",
    },
    {
        "kind": "emergency_begun",
        "emergency": name("emergency/1"),
        "day": "2026-11-23",
        "minutes": 60,
    },
    {
        "kind": "emergency_reviewed",
        "emergency": name("emergency/1"),
        "openings": 2,
        "outcome": "needed",
    },
    {
        "kind": "access_review_begun",
        "day": "2026-10-01",
        "people": 17,
        "due": "2026-10-15",
    },
    {
        "kind": "access_review_closed",
        "day": "2026-10-01",
        "kept": 14,
        "withdrawn": 1,
        "lapsed": 2,
    },
    {
        "kind": "employees_told",
        "sha256": digest("employees/1"),
        "since": "2026-08-15",
    },
    {
        "kind": "employee_answered",
        "sha256": digest("employees/1"),
        "word": "read",
    },
    {
        "kind": "assessments_adopted",
        "papers": [digest("assessment/1"), digest("assessment/2")],
        "reviewed_on": "2026-08-15",
    },
    {
        "kind": "redacted",
        "recording": name("recording/1"),
        "day": "2026-11-23",
        "stretches": 2,
    },
]
"""Kinds that came after the tree of these vectors was published: each alone, in no tree."""


def canonical(number: int, entry: dict[str, object]) -> bytes:
    whole = {"id": name(f"entry/{number}"), "at": f"2026-11-23T22:01:{number:02}.500Z", **entry}
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()


# --- the tree, RFC 6962 2.1 -----------------------------------------------------------------------


def split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def mth(entries: list[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes], *, whole: bool = True) -> list[bytes]:
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*proof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*proof(m - k, entries[k:], whole=False), mth(entries[:k])]


# --- texts ----------------------------------------------------------------------------------------


def base64(value: bytes) -> str:
    return b64encode(value).decode()


def line(bearer: str, kind: int, public: bytes, signature: bytes) -> str:
    return f"— {bearer} {base64(key_id(bearer, bytes([kind]) + public) + signature)}\n"


def signed(text: str, key: Ed25519PrivateKey = LOG, bearer: str = ORIGIN) -> str:
    public = key.public_key().public_bytes_raw()
    return f"{text}\n{line(bearer, 1, public, key.sign(text.encode()))}"


def head(entries: list[bytes]) -> str:
    return f"{ORIGIN}\n{len(entries)}\n{base64(mth(entries))}\n"


def witnessed(text: str) -> str:
    message = f"cosignature/v1\ntime {WITNESSED_S}\n{text}".encode()
    stamped = WITNESSED_S.to_bytes(8, "big") + WITNESS.sign(message)
    return line("witness.example/w1", 4, WITNESS.public_key().public_bytes_raw(), stamped)


def signed_second(entries: list[bytes]) -> str:
    """The log's own ML-DSA-44 line, with the time zero (C2SP tlog-cosignature)."""
    origin = bytes([len(ORIGIN)]) + ORIGIN.encode()
    size = len(entries).to_bytes(8, "big")
    message = b"subtree/v1\n\x00" + origin + bytes(8) + origin + bytes(8) + size + mth(entries)
    public = LOG_SECOND.public_key().public_bytes_raw()
    return line(ORIGIN, 6, public, bytes(8) + LOG_SECOND.sign(message))


def tlog_proof(index: int, entries: list[bytes], checkpoint: str) -> str:
    lines = ["c2sp.org/tlog-proof@v1", f"extra {base64(entries[index])}", f"index {index}"]
    return "\n".join([*lines, *map(base64, path(index, entries))]) + f"\n\n{checkpoint}"


def excerpt(begin: int, entries: list[bytes], checkpoint: str) -> str:
    """All entries from ``begin`` on; beside them the whole subtrees before, the smallest first."""
    peaks, low = [], 0
    while low < begin:
        high = 1
        while high * 2 <= begin - low:
            high *= 2
        peaks.append(mth(entries[low : low + high]))
        low += high
    lines = ["talteen.excerpt/v1", f"begin {begin}", *map(base64, reversed(peaks))]
    rest = "".join(f"{entry.decode()}\n" for entry in entries[begin:])
    return "\n".join(lines) + f"\n\n{checkpoint}\n{rest}"


def growth(old: int, entries: list[bytes]) -> str:
    lines = [f"old {old}", *map(base64, proof(old, entries))]
    return "\n".join(lines) + f"\n\n{signed(head(entries))}"


WORDS = "DESTRUCTION CERTIFICATE\n\nA call recording of 24 Aug 2026 has been destroyed – hävitetty."

WORDS_OF_MONTH = "STATEMENT OF A MONTH\n\nAugust 2026: 2 calls were recorded – elokuu."


def certificate(
    *proofs: str, key: Ed25519PrivateKey = LOG, words: str = WORDS, named: str = LOG_KEY
) -> str:
    text = f"talteen.certificate/v1\nkey {named}\nlanguage en\n\n{words}\n"
    return signed(text + "".join(f"\n{one}" for one in proofs), key)


# --- what must be refused -------------------------------------------------------------------------


def forged(entries: list[bytes], checkpoint: str) -> dict[str, str]:
    """Certificates that are well spelled and signed, and false."""
    good = tlog_proof(16, entries, checkpoint)
    other = [*entries[:16], entries[16].replace(b'"held":0', b'"held":7'), *entries[17:]]
    unsigned = tlog_proof(16, other, signed(head(other), STRANGER))
    borrowed = tlog_proof(16, other, checkpoint)
    plain = tlog_proof(13, entries, checkpoint)
    early = json.loads(entries[16]) | {"backup_dead_at": "2026-11-24T10:00:00.000Z"}
    alive = [*entries[:16], json.dumps(early, sort_keys=True, separators=(",", ":")).encode()]
    loose = [*entries[:16], entries[16].replace(b'":', b'": ')]
    return {
        "words signed by a stranger": certificate(good, key=STRANGER),
        "a head signed by a stranger": certificate(unsigned),
        "an entry that is not in the log": certificate(borrowed),
        "the same entry twice": certificate(good, good),
        "the index of another entry": certificate(good.replace("index 16", "index 17")),
        "an index beyond the log": certificate(good.replace("index 16", "index 19")),
        "a hash too many": certificate(good.replace("\n\n", f"\n{base64(bytes(32))}\n\n", 1)),
        "an entry that certifies nothing": certificate(plain),
        "an entry made while a copy lived": certificate(tlog_proof(16, alive, signed(head(alive)))),
        "an entry in another spelling": certificate(tlog_proof(16, loose, signed(head(loose)))),
        "no proof at all": certificate(),
    }


def spoilt(good: str) -> dict[str, str]:
    """The good certificate after one change that a careless reader would let pass."""
    lines = good.split("\n")
    at = lines.index("index 16")
    return {
        "a word changed": good.replace("destroyed –", "archived –"),
        "a word in another spelling": good.replace("ä", "a\u0308"),
        "another language": good.replace("language en", "language fi"),
        "another key named": good.replace("key log", "key lag"),
        "an index with a zero before it": good.replace("index 16", "index 016"),
        "an index with a plus sign": good.replace("index 16", "index +16"),
        "a line that ends in a space": good.replace("index 16", "index 16 "),
        "lines that end as in Windows": good.replace("\n", "\r\n"),
        "no newline at the end": good[:-1],
        "one newline more": good + "\n",
        "a byte order mark": "\ufeff" + good,
        "an empty line more": good.replace("\nindex", "\n\nindex"),
        "two hashes exchanged": "\n".join(
            [*lines[: at + 1], lines[at + 2], lines[at + 1], *lines[at + 3 :]]
        ),
        "a hash left out": "\n".join([*lines[: at + 1], *lines[at + 2 :]]),
        "a hash in another base64": good.replace(lines[at + 1], lines[at + 1].replace("=", "")),
        "another size": good.replace(f"\n{len(ENTRIES)}\n", f"\n{len(ENTRIES) + 1}\n"),
        "the last line left out": "\n".join(lines[:-2]) + "\n",
        "the last line twice": good + lines[-2] + "\n",
        "a second signature, of nobody known": good + "— nobody.example AAAAAAA=\n",
        "the first line left out": good.split("\n", 1)[1],
        "the header of another version": good.replace("certificate/v1", "certificate/v2"),
        "the proof of another version": good.replace("tlog-proof@v1", "tlog-proof@v2"),
        "words only": good[: good.index("\nc2sp.org")],
        "the proof only": good[good.index("c2sp.org") :],
        "nothing": "",
    }


def main() -> None:
    entries = [canonical(number, entry) for number, entry in enumerate(ENTRIES)]
    old, text = head(entries[:11]), head(entries)
    checkpoint = signed(text)
    cosigned = checkpoint + witnessed(text)
    good = certificate(tlog_proof(16, entries, checkpoint))
    vectors = {
        "origin": ORIGIN,
        "log_seed": bytes(range(32)).hex(),
        "log_key": LOG_KEY,
        "witness_key": vkey(WITNESS, "witness.example/w1", 4),
        "witnessed_s": WITNESSED_S,
        "entries": [entry.decode() for entry in entries],
        "examples": [
            canonical(len(ENTRIES) + number, entry).decode()
            for number, entry in enumerate(EXAMPLES)
        ],
        "leaf_hashes": [mth([entry]).hex() for entry in entries],
        "roots": [mth(entries[:size]).hex() for size in range(len(entries) + 1)],
        "bundle": b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries).hex(),
        "inclusion": [[one.hex() for one in path(m, entries)] for m in range(len(entries))],
        "consistency": {
            str(m): [one.hex() for one in proof(m, entries)] for m in range(1, len(entries) + 1)
        },
        "checkpoint": checkpoint,
        "checkpoint_of_11": signed(old),
        "checkpoint_cosigned": cosigned,
        "checkpoint_ml_dsa": checkpoint + signed_second(entries),
        "ml_dsa_key": LOG_SECOND.public_key().public_bytes_raw().hex(),
        "proof": tlog_proof(16, entries, checkpoint),
        "growth": growth(11, entries),
        "certificate": good,
        "certificate_of_day": certificate(
            tlog_proof(16, entries, checkpoint), tlog_proof(17, entries, checkpoint)
        ),
        "certificate_cosigned": certificate(tlog_proof(16, entries, cosigned)),
        "certificate_of_month": certificate(
            tlog_proof(20, entries, checkpoint), words=WORDS_OF_MONTH
        ),
        "next_key": NEXT_KEY,
        "key_change": f"talteen.key/v1\nkey {NEXT_KEY}\n\n{tlog_proof(23, entries, checkpoint)}",
        "certificate_under_the_next_key": certificate(
            tlog_proof(16, entries, signed(text, NEXT)), key=NEXT, named=NEXT_KEY
        ),
        "excerpt": excerpt(0, entries, checkpoint),
        "excerpt_from_13": excerpt(13, entries, checkpoint),
        "refused": {**spoilt(good), **forged(entries, checkpoint)},
    }
    written = json.dumps(vectors, indent=1, ensure_ascii=False)
    (HERE / "log.json").write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
