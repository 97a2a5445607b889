#!/usr/bin/env python3
"""Checks certificates of destruction made by a Talteen house, without asking the house.

A recording is destroyed by destroying every key that opens it. The house enters that it has done
so in a log that can only grow, and gives out a certificate: a text file with the entry, a proof
that the entry is in the log, and signatures. This program reads such files by the published pages
"Destruction certificate, format 1" and "Ledger, format 1"; it shares no line with the house's own
programs, uses no network and writes no file. It checks:

1.  Form. A certificate has exactly one spelling. A file that could be read in two ways is refused,
    so that nobody, person or program, sees another certificate in the same file.
2.  Whose it is. The certificate and each signed state of the log within ("checkpoint") must be
    signed by the log's key (Ed25519). You bring that key from ELSEWHERE: the privacy notice, the
    processing agreement, an earlier certificate. A forger's certificate fits the key inside it.
3.  That the entry is in the log: a tree of SHA-256 hashes (RFC 9162 section 2.1). From the entry
    and the few hashes beside it the program computes the root of the tree, which must be the one
    that the house signed. Not one character of the entry can have been another.
4.  What the entry says: "destroyed everywhere", complete, its times in order (live key dead, last
    backup key dead, statement made). What came late is told as late; it is true, and holds.
5.  That there is one log. Signed states of one size must have one root, in all files given. With
    --old (a checkpoint that you kept) and --growth (a proof that you asked the house for), that
    today's log continues the one that you knew.

The sentences for people are signed too, but a program cannot weigh sentences: it tells what the
entries say. Where the sentences differ, believe the entries. Evidence is told for each kind of
copy: "proved" (the house tried afterwards to open or find it, in vain), "receipted" (the part that
destroyed it acknowledged it) or "declared" (somebody says so). All three are the house's word; the
log adds that it was given then, and has not changed since.

Exit status: 0 all hold; 1 something does not hold; 2 the input cannot be used, and a line says what
to do. Needs Python 3.9 or later and the package "cryptography".
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
from datetime import date
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
CANNOT_PROVE = [
    "that nobody had copied a key before it was destroyed",
    "that no other recordings were ever made",
    "anything about copies that had been handed out lawfully",
]
UNWITNESSED = "when it was entered, or that all see one log: only the house says so, no witness"


class Refused(Exception):
    """A certificate or a proof does not hold; the text says what failed."""


class Unusable(Exception):
    """The program cannot begin; the text says in one line what to do."""


def require(holds: object, what_failed: str) -> None:
    if not holds:
        raise Refused(what_failed)


def read_base64(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused(f"{what} is not base64") from None
    require(base64.b64encode(raw).decode("ascii") == text, f"{what} is not canonical base64")
    return raw


def read_number(text: str, what: str) -> int:
    plain = re.fullmatch(r"0|[1-9][0-9]{0,18}", text) and int(text) < 2**63
    require(plain, f"{what} is not a plain decimal number below 2^63")
    return int(text)


def read_hashes(lines: list[str], what: str) -> list[bytes]:
    hashes = [read_base64(line, f"a hash of {what}") for line in lines]
    require(all(len(one) == 32 for one in hashes), f"a hash of {what} has not 32 bytes")
    return hashes


# --- Keys and signatures: ledger.md 7, C2SP signed-note and tlog-cosignature ----------------------
class Key(NamedTuple):
    name: str
    id: bytes
    kind: int
    public: bytes
    vkey: str


NAME = r"[^\s+]+"
Note = tuple[str, list[tuple[str, bytes, bytes]]]  # text; name, key id, signature of each line
Signer = tuple[Key, int]  # and the POSIX time at which it says that it signed, or 0


def read_key(vkey: str) -> Key:
    """``<name>+<key id>+<base64(type, public key)>``."""
    parts = re.fullmatch(rf"({NAME})\+([0-9a-f]{{8}})\+(\S+)", vkey)
    require(parts, "the key has not the form name+id+base64")
    name, hex_id, encoded = parts.groups() if parts else ("", "", "")
    raw = read_base64(encoded, "the key")
    length = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}.get(raw[0]) if raw else None
    require(length == len(raw) - 1, "the key is of an unknown type, or of a wrong length")
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    require(hex_id == key_id.hex(), "the key's id does not fit the key")
    return Key(name, key_id, raw[0], raw[1:], vkey)


def read_note(note: str, what: str) -> Note:
    """The text runs up to the last empty line; below it stand 1 to 64 signatures."""
    marks = {one for one in set(note) if unicodedata.category(one) in ("Cc", "Cs")} - {"\n"}
    require(not marks, f"{what} holds a control character, or is not UTF-8")
    cut = note.rfind("\n\n")
    require(cut >= 0 and note.endswith("\n"), f"{what} is not a note with signatures below")
    lines = [re.fullmatch(rf"— ({NAME}) (\S+)", one) for one in note[cut + 2 : -1].split("\n")]
    require(len(lines) <= 64, f"{what} has more than 64 signatures")
    require(all(lines), f"{what} has a line below it that is not a signature")
    raw = [(one[1], read_base64(one[2], f"a signature of {what}")) for one in lines if one]
    require(all(len(one) > 4 for _, one in raw), f"a signature of {what} is too short")
    return note[: cut + 1], [(name, one[:4], one[4:]) for name, one in raw]


def signers(note: Note, keys: list[Key], what: str) -> list[Signer]:
    """The keys of the reader's that signed. Lines of other keys say nothing."""
    found = []
    for name, key_id, signature in note[1]:
        for key in keys:
            if (key.name, key.id) == (name, key_id):
                try:
                    found.append((key, check_signature(key, signature, note[0])))
                except InvalidSignature:
                    raise Refused(f"the signature of {key.name} on {what} does not fit") from None
    return found


def check_signature(key: Key, signature: bytes, text: str) -> int:
    """Its POSIX time, 0 if none. Raises InvalidSignature unless it is the key's over this text."""
    if key.kind == ED25519:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
        return 0
    posix_s, rest = int.from_bytes(signature[:8], "big"), signature[8:]
    if posix_s >= 2**63:
        raise InvalidSignature
    if key.kind == COSIGNATURE:
        message = f"cosignature/v1\ntime {posix_s}\n{text}".encode()
        Ed25519PublicKey.from_public_bytes(key.public).verify(rest, message)
        return posix_s
    origin, size, root = read_checkpoint_text(text)
    names = [key.name.encode(), origin.encode()]
    if max(map(len, names)) > 255 or (key.name == origin and posix_s):
        raise InvalidSignature  # ledger.md 7: the time is zero from the log itself
    signer, log = [bytes([len(one)]) + one for one in names]
    message = b"subtree/v1\n\0" + signer + signature[:8] + log + size.to_bytes(16, "big") + root
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        MLDSA44PublicKey.from_public_bytes(key.public).verify(rest, message)
    except (ImportError, UnsupportedAlgorithm):
        raise Unusable("update 'cryptography', or leave out the ML-DSA-44 key") from None
    return posix_s


# --- The tree: RFC 9162 section 2.1 ---------------------------------------------------------------
class Proof(NamedTuple):
    entry: bytes
    place: int
    hashes: list[bytes]
    checkpoint: str


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def climb(start: int, last: int, hashes: list[bytes]) -> list[tuple[bytes, bool]] | None:
    """Each hash, and whether it stands on the left; None if they are too few or too many."""
    steps = []
    for one in hashes:
        if last == 0:
            return None
        on_left = bool(start & 1) or start == last
        while on_left and start and not start & 1:
            start, last = start >> 1, last >> 1
        start, last = start >> 1, last >> 1
        steps.append((one, on_left))
    return steps if last == 0 else None


def leads(proof: Proof, size: int, root: bytes) -> bool:
    """Inclusion, RFC 9162 2.1.3.2: the entry at this place leads to the root."""
    steps = climb(proof.place, size - 1, proof.hashes) if proof.place < size else None
    reached = hashlib.sha256(b"\x00" + proof.entry).digest()
    for one, on_left in steps or []:
        reached = node(one, reached) if on_left else node(reached, one)
    return steps is not None and reached == root


def continues(old: tuple[int, bytes], new: tuple[int, bytes], hashes: list[bytes]) -> bool:
    """Consistency, RFC 9162 2.1.4.2: the old log (size, root) is the beginning of the new one."""
    if old[0] in (0, new[0]):
        return not hashes and old[1] == (new[1] if old[0] else hashlib.sha256(b"").digest())
    path = hashes if old[0] & (old[0] - 1) else [old[1], *hashes]
    if old[0] > new[0] or not hashes:
        return False
    start, last = old[0] - 1, new[0] - 1
    while start & 1:
        start, last = start >> 1, last >> 1
    steps = climb(start, last, path[1:])
    before = after = path[0]
    for one, on_left in steps or []:
        before = node(one, before) if on_left else before
        after = node(one, after) if on_left else node(after, one)
    return steps is not None and (before, after) == (old[1], new[1])


# --- The entry: ledger.md sections 1 to 4 ---------------------------------------------------------

ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
SOURCE = "none|deleted|owner_deletes"
REASON = "expired|hold_released|request|objection|illegal|refusal|threat_lapsed"
EVIDENCE = ["declared", "receipted", "proved", None]  # the weakest first; None: no such copy
COPIES = {
    "live_keys": "the key in the live holder",
    "backup_keys": "its backup copy",
    "holder_copies": "the key holders' own copies",
    "ciphertext": "the encrypted files",
    "derived": "word index and caches",
    "source": "the file it was imported from",
}
MAY_BE_NONE = {"backup_keys", "holder_copies", "source"}
FORMS: dict[str, object] = {
    **dict.fromkeys(["id", "recording"], ID),
    **dict.fromkeys(["at", "cutoff", "due", "live_dead_at", "backup_dead_at"], TIME),
    **dict.fromkeys(["live_holder", "backup_holder"], "file|pkcs11|openbao|kms"),
    **dict.fromkeys(["generation", "held", "delivered_copies", "lateness_s"], int),
    **{"kind": "destroyed_everywhere", "day": DAY, "reason": REASON, "claims": dict},
    **{"source": SOURCE, "time": "own_clock", "ciphertext": list, "unbacked": bool},
}


def fits(value: Any, form: object) -> bool:
    """``form`` is a regular expression for text, or the type of what is not text."""
    if isinstance(form, str):
        return isinstance(value, str) and bool(re.fullmatch(form, value))
    if type(value) is not form:
        return False
    if form is int:
        return bool(0 <= value < 2**53)
    if form is list:
        return all(fits(one, "[0-9a-f]{64}") for one in value)
    if form is dict and value.keys() != COPIES.keys():
        return False
    allowed = {copy: EVIDENCE if copy in MAY_BE_NONE else EVIDENCE[:3] for copy in COPIES}
    return form is bool or all(value[copy] in allowed[copy] for copy in COPIES)


def read_entry(raw: bytes) -> dict[str, Any]:
    require(len(raw) <= 65_535, "an entry is longer than 65,535 bytes")
    try:
        entry = json.loads(raw.decode("ascii"))
        again = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        raise Refused("an entry is not JSON in ASCII") from None
    require(again == raw and b"\\" not in raw, "an entry is not in its one spelling")
    kind = entry.get("kind") if isinstance(entry, dict) else None
    require(kind == "destroyed_everywhere", "an entry does not say 'destroyed_everywhere'")
    require(entry.keys() == FORMS.keys(), "an entry lacks a key, or has one too many")
    wrong = [key for key, form in FORMS.items() if not fits(entry[key], form)]
    require(not wrong, f"an entry's {', '.join(wrong)} is not as it must be")
    try:
        [date.fromisoformat(entry[key][:10]) for key, form in FORMS.items() if form in (DAY, TIME)]
    except ValueError:
        raise Refused("an entry holds a date that there never is") from None
    in_order = entry["live_dead_at"] <= entry["backup_dead_at"] <= entry["at"]
    require(in_order, "an entry's times are not in order: it was made while a copy lived")
    return dict(entry)


# --- The certificate: certificate.md sections 1 to 4 ----------------------------------------------
def read_checkpoint_text(text: str) -> tuple[str, int, bytes]:  # origin, size, root
    lines = text.split("\n")
    require(len(lines) == 4 and lines[0], "a checkpoint has not exactly three lines")
    (root,) = read_hashes([lines[2]], "a checkpoint")
    return lines[0], read_number(lines[1], "the size of a checkpoint"), root


def read_proof(text: str) -> Proof:
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    begins = [line[:6] for line in lines[1:3]]
    require(begins == ["extra ", "index "], "a proof lacks its entry or its place in the log")
    entry, place = read_base64(lines[1][6:], "an entry"), read_number(lines[2][6:], "a place")
    return Proof(entry, place, read_hashes(lines[3:], "a proof"), checkpoint)


def read_certificate(text: str) -> tuple[Note, Key, list[Proof]]:
    """The note, the key that it names, its proofs."""
    note = read_note(text, "the certificate")
    require(len(note[1]) == 1, "the certificate has not exactly one signature")
    head = re.match(r"talteen\.certificate/v1\nkey (\S+)\nlanguage [a-z]{2}\n\n", note[0])
    if not head:
        raise Refused("its head is not: talteen.certificate/v1, key, language, empty line")
    lines = note[0][:-1].split("\n")
    starts = [at for at, line in enumerate(lines) if line == "c2sp.org/tlog-proof@v1"]
    words = lines[4 : starts[0] - 1] if starts else []
    framed = words and words[0] and words[-1] and lines[starts[0] - 1] == ""
    require(framed, "it has no words, no proof, or not one empty line between them")
    starts = [at for at in starts if lines[at - 1] == ""]
    ends = [at - 1 for at in starts[1:]] + [len(lines)]
    proofs = ["\n".join(lines[at:end]) + "\n" for at, end in zip(starts, ends)]
    return note, read_key(head[1]), [read_proof(one) for one in proofs]


class Checkpoint(NamedTuple):
    log: Key
    size: int
    root: bytes
    witnesses: list[Signer]


class Reader:
    """What the reader brings (keys), and what he has seen: the root of every signed size."""

    def __init__(self, keys: list[Key]) -> None:
        self.keys = keys
        self.roots: dict[tuple[Key, int], bytes] = {}

    def checkpoint(self, text: str, log: Key | None = None) -> Checkpoint:
        """Of the log with this key, or of any whose key the reader has."""
        note = read_note(text, "a checkpoint")
        origin, size, root = read_checkpoint_text(note[0])
        signed = signers(note, self.keys if log is None else [*{*self.keys, log}], "a checkpoint")
        own = [key for key, _ in signed if key.kind == ED25519 and key.name == origin]
        require(own and log in (None, *own), "a checkpoint is not signed by the log's own key")
        known = self.roots.setdefault((log or own[0], size), root)
        require(known == root, f"the log has two roots for the size {size}: it was forked")
        others = [one for one in signed if one[0].kind != ED25519 and one[0].name != origin]
        return Checkpoint(log or own[0], size, root, others)

    def certificate(self, text: str) -> dict[str, Any]:
        """What it says, if it holds; raises Refused if not. Without keys, under its own."""
        note, named, proofs = read_certificate(text)
        signed = signers(note, self.keys or [named], "the certificate")
        require(signed, "it is not signed by a key that you gave")
        require(signed[0][0] == named, "it names another key than the one that signed it")
        require(named.kind == ED25519, "it is not signed by the log's own key")
        seen = {one.checkpoint: self.checkpoint(one.checkpoint, named) for one in proofs}
        for one in proofs:
            there = leads(one, seen[one.checkpoint].size, seen[one.checkpoint].root)
            require(there, f"the entry at {one.place} does not lead to the signed root")
        entries = [read_entry(one.entry) for one in proofs]
        require(len({one.place for one in proofs}) == len(proofs), "a place comes twice")
        require(len({one["recording"] for one in entries}) == len(entries), "a recording twice")
        require(len({one["day"] for one in entries}) == 1, "its entries are of different days")
        places = [{"index": one.place, "size": seen[one.checkpoint].size} for one in proofs]
        cosigned = [one.witnesses for one in seen.values()]
        every = set.intersection(*({key for key, _ in one} for one in cosigned))
        times = {key: {at for one in cosigned for who, at in one if who == key} for key in every}
        witnesses = [{"vkey": key.vkey, "posix_s": sorted(times[key])} for key in sorted(every)]
        whose = {"key": named.vkey, "key_from": "you" if self.keys else "the file itself"}
        cannot = {"cannot_prove": CANNOT_PROVE + ([] if witnesses else [UNWITNESSED])}
        return {**whose, "places": places, **told(entries), "witnesses": witnesses, **cannot}

    def growth(self, old_text: str, growth_text: str) -> dict[str, Any]:
        """Whether the log continues the checkpoint that the reader kept."""
        old = self.checkpoint(old_text)
        head, _, new_text = growth_text.partition("\n\n")
        lines = head.split("\n")
        require(lines[0] == f"old {old.size}", f"the growth proof is not one from {old.size}")
        hashes, new = read_hashes(lines[1:], "the growth"), self.checkpoint(new_text, old.log)
        grown = continues((old.size, old.root), (new.size, new.root), hashes)
        require(grown, "the log does NOT continue the one that you knew")
        return {"old_size": old.size, "new_size": new.size}


def told(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """What the entries say together; of evidence, the weakest."""
    late = [one for one in entries if one["backup_dead_at"] > one["due"] and not one["held"]]
    evidence = {copy: [one["claims"][copy] for one in entries] for copy in COPIES}
    claims = {copy: min(said, key=EVIDENCE.index) for copy, said in evidence.items()}
    lone = [one for one in entries if one["unbacked"]]
    odd = [one for one in lone if one["live_dead_at"] != one["backup_dead_at"]]
    return {
        "recordings": [one["recording"] for one in entries],
        "day": entries[0]["day"],
        **{key: max(one[key] for one in entries) for key in ("backup_dead_at", "at", "lateness_s")},
        "due": min(one["due"] for one in entries),
        "promise_kept": not late,
        "late": [one["recording"] for one in late],
        "outlived_a_hold": sum(one["held"] > 0 for one in entries),
        "delivered_copies": sum(one["delivered_copies"] for one in entries),
        "claims": claims,
        "contradictory": [one["recording"] for one in odd],
    }


def sentences(said: dict[str, Any]) -> str:
    """A verdict, for people."""
    if not said["holds"]:
        return "{file}: DOES NOT HOLD: {failed}".format(**said)
    if "day" not in said:
        return "{file}: HOLDS: {new_size} entries continue your {old_size}".format(**said)
    count = len(said["recordings"])
    kept = "kept" if said["promise_kept"] else "NOT KEPT"
    places = ", ".join(f"{one['index']} of {one['size']}" for one in said["places"])
    lines = [
        f"{said['file']}: HOLDS, under the key {said['key']} from {said['key_from']}",
        *(["COMPARE that key with one that you got elsewhere"] * (said["key_from"] != "you")),
        f"recording {said['recordings'][0]}" if count == 1 else f"{count} recordings",
        f"from {said['day']}; no key opens any since {said['backup_dead_at']}, due {said['due']}",
        f"promise {kept}; {said['outlived_a_hold']} outlived a hold",
        f"copies handed out lawfully before: {said['delivered_copies']}",
        *(f"LATE, destroyed after its own due: recording {one}" for one in said["late"]),
        f"live keys outlived their moment by up to {said['lateness_s']} s",
        f"entered by {said['at']}, in the log at {places}",
        *(f"ASK THE HOUSE: two deaths, yet no backup: {one}" for one in said["contradictory"]),
        *(f"{said['claims'][copy] or 'never was':<10} {COPIES[copy]}" for copy in COPIES),
        *(f"seen by {one['vkey']}, POSIX time {one['posix_s']}" for one in said["witnesses"]),
        *(f"cannot prove {one}" for one in said["cannot_prove"]),
    ]
    return "\n  ".join(lines)


def read_file(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise Unusable(f"give a file that can be read: {path}: {error.strerror}") from None


def read_keys(texts: list[str]) -> list[Key]:
    lines = [line.strip() for text in texts for line in text.split("\n")]
    try:
        return [read_key(line) for line in dict.fromkeys(lines) if line and line[0] != "#"]
    except (Refused, UnicodeEncodeError) as error:
        raise Unusable(f"give whole keys, as the house published them: {error}") from None


def given(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Checks Talteen certificates of destruction.")
    parser.print_usage = lambda file=None: None  # type: ignore[method-assign] # errors: one line
    add = parser.add_argument
    add("certificate", nargs="*", help="files that end in .cert")
    add("--key", action="append", default=[], metavar="VKEY", help="of the log, or of a witness")
    add("--keys", metavar="FILE", help="one key a line; lines that begin with # are comments")
    add("--key-inside", action="store_true", help="use the key in the file, which proves little")
    add("--old", metavar="FILE", help="a checkpoint that you kept; with --growth")
    add("--growth", metavar="FILE", help="the house's proof that its log continues --old")
    add("--json", action="store_true", help="verdicts for programs")
    return parser.parse_args(arguments)


def verdicts(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """For each file what it says, or why it does not hold."""
    reader = Reader(read_keys(chosen.key + ([read_file(chosen.keys)] if chosen.keys else [])))
    if bool(reader.keys) == chosen.key_inside:
        raise Unusable("give the log's key with --key or --keys (or --key-inside, and no other)")
    if bool(chosen.old) != bool(chosen.growth) or (chosen.old and chosen.key_inside):
        raise Unusable("give --old and --growth together, and the log's key with --key or --keys")
    checks: list[tuple[Any, list[str]]] = []
    checks += [(reader.growth, [chosen.old, chosen.growth])] if chosen.old else []
    checks += [(reader.certificate, [one]) for one in chosen.certificate]
    if not checks:
        raise Unusable("give a certificate, or --old and --growth")
    found = []
    for check, paths, texts in [(check, of, [*map(read_file, of)]) for check, of in checks]:
        try:
            found.append({"file": paths[-1], "holds": True, **check(*texts)})
        except Refused as error:
            found.append({"file": paths[-1], "holds": False, "failed": str(error)})
    return found


def main(arguments: list[str] | None = None) -> int:
    try:
        found = verdicts(chosen := given(arguments))
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    text = json.dumps(found, indent=1) if chosen.json else "\n".join(map(sentences, found))
    print(text.encode("ascii", "backslashreplace").decode())
    return 0 if all(said["holds"] for said in found) else 1


if __name__ == "__main__":
    sys.exit(main())
