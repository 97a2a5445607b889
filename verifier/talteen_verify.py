#!/usr/bin/env python3
"""Checks what a Talteen house says it has destroyed, without asking the house.

A recording is destroyed by destroying every key that opens it. The house enters that in a log that
can only grow, and gives out text files, written as the pages "Ledger" and "Destruction certificate"
say. Nothing of the house's programs is in here; no network is used, no file written. Checked is

1. the form: a file has exactly one spelling; what could be read in two ways is refused;
2. whose it is. Bring the log's key from ELSEWHERE (privacy notice, agreement, earlier certificate):
   a forger's certificate fits the key inside it. Changes of the key (.key) are followed from there;
3. that entry and hashes lead to the root of the tree that was signed: it is in the log;
4. what it says: recordings of one day, destroyed everywhere, or a month's account that adds up;
5. with an excerpt (.entries), that the account is true: it counts all entries, none is left out;
6. that there is one log: no size has two roots; today's log continues a checkpoint that you kept.

Believe the entries, not the sentences for people: these no program can weigh. A kind of copy is
gone as "proved" (the house tried in vain to find it), "receipted" (what destroyed it said so) or
"declared" (somebody says so). Exit status: 0 all hold; 1 not all; 2 some cannot be used.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections import Counter, namedtuple
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Told = dict[str, Any]
Note = tuple[str, list[Any]]  # text; name, key id and signature of each line


class Refused(Exception):
    """Something does not hold; the text says what failed."""


class Unusable(Refused):
    """There is nothing to check; the text says in one line what it is and what to do."""


def require(holds: object, what_failed: str) -> None:
    if not holds:
        raise Refused(what_failed)


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def read_base64(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused(f"{what} is not base64") from None
    require(base64.b64encode(raw).decode() == text, f"{what} is not canonical base64")
    return raw


def read_number(text: str, what: str) -> int:
    plain = re.fullmatch(r"0|[1-9][0-9]{0,18}", text) and int(text) < 2**63
    require(plain, f"{what} is not a plain decimal number below 2^63")
    return int(text)


def read_hashes(lines: str) -> list[bytes]:  # one of another length leads to no root
    return [read_base64(one, "a hash") for one in lines.split("\n")[1:]]


# --- Keys and signatures: ledger.md 7, C2SP signed-note and tlog-cosignature ----------------------
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
Key = namedtuple("Key", "name id kind public vkey")


def read_key(vkey: str) -> Key:
    """``<name>+<key id>+<base64(type, public key)>``."""
    parts = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", vkey)
    if not parts:
        raise Refused("a key has not the form name+id+base64")
    raw = read_base64(parts[3], "the key")
    length = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}.get(raw[0]) if raw else None
    require(length == len(raw) - 1, "a key is of an unknown type, or of a wrong length")
    key_id = digest(parts[1].encode(), b"\n", raw)[:4]
    require(parts[2] == key_id.hex(), "a key's id does not fit it")
    return Key(parts[1], key_id, raw[0], raw[1:], vkey)


def read_note(note: str, what: str) -> Note:
    """The text runs up to the last empty line; below it stand 1 to 64 signatures."""
    odd = re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", note)
    require(not odd, f"{what} holds a control character, or is not UTF-8")
    text, gap, below = note.rpartition("\n\n")
    require(gap and text and below.endswith("\n"), f"{what} is not a note with signatures below")
    lines = [re.fullmatch(r"— ([^\s+]+) (\S+)", one) for one in below[:-1].split("\n")]
    require(len(lines) <= 64 and all(lines), f"{what} has below it more, or else, than signatures")
    raw = [(one[1], read_base64(one[2], f"a signature of {what}")) for one in lines if one]
    require(all(len(one) > 4 for _, one in raw), f"a signature of {what} is too short")
    return text + "\n", [(name, one[:4], one[4:]) for name, one in raw]


def signers(note: Note, keys: list[Key], what: str) -> dict[Key, int]:
    """The keys of the reader's that signed, and the POSIX time that each states (0: none)."""
    known, found = {(key.name, key.id): key for key in keys}, {}
    for name, key_id, signature in note[1]:
        if key := known.get((name, key_id)):
            try:
                found[key] = check_signature(key, signature, note[0])
            except InvalidSignature:
                raise Refused(f"the signature of {name} on {what} does not fit") from None
    return found


def check_signature(key: Key, signature: bytes, text: str) -> int:
    """The time that it states. Raises InvalidSignature unless it is the key's over this text."""
    stamp, rest = (b"", signature) if key.kind == ED25519 else (signature[:8], signature[8:])
    if (posix_s := int.from_bytes(stamp, "big")) >= 2**63:
        raise InvalidSignature
    if key.kind != ML_DSA_44:
        stated = f"cosignature/v1\ntime {posix_s}\n" if key.kind == COSIGNATURE else ""
        Ed25519PublicKey.from_public_bytes(key.public).verify(rest, (stated + text).encode())
        return posix_s
    origin, size, root = read_checkpoint_text(text)
    names = [key.name.encode(), origin.encode()]
    if max(map(len, names)) > 255 or (key.name == origin and posix_s):
        raise InvalidSignature  # ledger.md 7: the time is zero from the log itself
    signer, log = [bytes([len(one)]) + one for one in names]
    message = b"subtree/v1\n\0" + signer + stamp + log + size.to_bytes(16, "big") + root
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        MLDSA44PublicKey.from_public_bytes(key.public).verify(rest, message)
    except (ImportError, UnsupportedAlgorithm):
        raise Unusable("update 'cryptography', or leave out the ML-DSA-44 key") from None
    return posix_s


# --- The tree: the definitions of RFC 6962 section 2.1, read from the root down -------------------
def take(path: list[bytes]) -> bytes:
    return path.pop(0) if path else b"too few: this leads to no root"


def root_of(low: int, high: int, begin: int, entries: list[bytes], path: list[bytes]) -> bytes:
    """The root over the entries ``low`` to ``high`` (2.1), of which we have those from ``begin``
    on, as many as given; subtrees without any of them come from the path, the smallest first."""
    if high <= begin or low >= begin + len(entries):
        return take(path)
    if high - low == 1:
        return digest(b"\x00", entries[low - begin])
    middle = low + (1 << ((high - low - 1).bit_length() - 1))
    if begin < middle:
        left = root_of(low, middle, begin, entries, path)
        return digest(b"\x01", left, root_of(middle, high, begin, entries, path))
    right = root_of(middle, high, begin, entries, path)
    return digest(b"\x01", root_of(low, middle, begin, entries, path), right)


def both_roots(old: int, new: int, path: list[bytes], whole: bytes) -> tuple[bytes, bytes]:
    """The roots of a log when it was small, and now (2.1.2). ``whole``: the old one, if known."""
    if old == new:
        root = whole or take(path)
        return root, root
    middle = 1 << ((new - 1).bit_length() - 1)
    if old <= middle:
        before, after = both_roots(old, middle, path, whole)
        return before, digest(b"\x01", after, take(path))
    before, after = both_roots(old - middle, new - middle, path, b"")
    left = take(path)
    return digest(b"\x01", left, before), digest(b"\x01", left, after)


# --- Entries: ledger.md sections 1 to 4 -----------------------------------------------------------
ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
SAID = "proved|receipted|declared"
EVIDENCE = ["declared", "receipted", "proved", None]  # the weakest first; None: no such copy
ERASED = ["request", "objection", "illegal", "refusal", "threat_lapsed"]
HELD = "complaint legal_claim authority_preservation subject_restriction".split()
HELD += ["request_pending", "breach_evidence"]
ENDED = ["on_time", "after_hold", "late", *ERASED]
FATES = [*ENDED, *HELD, "dying", "alive", "unexplained"]
BALANCE = ["recorded", "partial", "lost", "lawful"]
# A form is a pattern (?: or null), a dictionary of forms, list (of hashes), bool, or int (a count).
FORMS: dict[str, object] = {
    **dict.fromkeys(["id", "recording", "hold"], ID),
    **dict.fromkeys(["at", "cutoff", "due", "live_dead_at", "backup_dead_at"], TIME),
    **dict.fromkeys(["live_holder", "backup_holder"], "file|pkcs11|openbao|kms"),
    **{"reason": "|".join(["expired|hold_released|synthetic", *ERASED]), "ground": "|".join(HELD)},
    **{"source": "none|deleted|owner_deletes", "time": "own_clock", "kind": "[a-z_]+", "day": DAY},
    **{"unbacked": bool, "ciphertext": list, "balance": dict.fromkeys(["days", *BALANCE], int)},
    **{"fates": dict.fromkeys(FATES, int), "rests_on": dict.fromkeys(EVIDENCE[:3], int)},
    "claims": dict.fromkeys(["live_keys", "ciphertext", "derived"], SAID)
    | dict.fromkeys(["backup_keys", "holder_copies", "source"], f"?{SAID}"),
}
KINDS = {
    "destroyed_everywhere": "recording day reason cutoff due live_dead_at backup_dead_at generation"
    " live_holder backup_holder ciphertext claims held delivered_copies source time lateness_s"
    " unbacked",
    "month_stated": "day begin size captured fates rests_on strays refused not_announced balance",
    **{"captured": "recording day cutoff due ...", "destroyed": "recording day ..."},
    **{"hold_placed": "hold recording ground ...", "hold_released": "hold ..."},
    **{"refused": "day ...", "not_announced": "day count ..."},
    **{"day_balanced": "day recorded partial lost lawful ...", "log_key_begun": "..."},
}  # "...": and others, which no count needs


def fits(value: Any, form: Any) -> bool:
    """Raises ValueError for a date that there never is."""
    if isinstance(form, dict):
        shaped = isinstance(value, dict) and value.keys() == form.keys()
        return shaped and all(fits(value[key], one) for key, one in form.items())
    if isinstance(form, str):
        plain = form.lstrip("?")
        if not isinstance(value, str) or not re.fullmatch(plain, value):
            return value is None and form != plain
        return plain not in (DAY, TIME) or bool(date.fromisoformat(value[:10]))
    if type(value) is not form:
        return False
    return all(fits(one, "[0-9a-f]{64}") for one in value) if form is list else 0 <= value < 2**53


def read_entry(raw: bytes) -> Told:
    require(len(raw) <= 65_535, "an entry is longer than 65,535 bytes")
    try:
        entry = json.loads(raw.decode("ascii"))
        again = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
        named = isinstance(entry, dict) and isinstance(entry.get("kind"), str)
        require(again == raw and named, "an entry is not in its one spelling, or has no kind")
        if keys := KINDS.get(entry["kind"]):
            asked = f"kind id at {keys}".replace(" ...", "").split()
            wrong = [key for key in asked if not fits(entry.get(key), FORMS.get(key, int))]
            wrong += sorted(entry.keys() - {*asked}) if "..." not in keys else []
            require(not wrong, f"an entry's {', '.join(wrong)} is not as it must be")
    except (ValueError, RecursionError):
        raise Refused("an entry is not JSON in ASCII, or holds a date that never is") from None
    return dict(entry)


# --- The account of a month: certificate.md section 5 ---------------------------------------------
def counted(month: str, at: str, entries: list[Told]) -> Told:
    """What these entries say of the calls that began in a month, as of a time."""
    seen: dict[str, dict[Any, Told]] = {kind: {} for kind in KINDS}
    unkept, holds, days = Counter[str](), dict[str, Told](), seen["day_balanced"]
    for entry in entries:
        kind = entry["kind"]
        if kind in ("hold_placed", "hold_released"):
            holds[entry["hold"]] = entry
        elif kind == "day_balanced" and entry["day"][:7] == month:
            days[entry["day"]] = entry  # made again, it replaces the one before
        elif kind in seen and entry.get("day", "")[:7] == month:
            unkept[kind] += entry.get("count", 1)
            seen[kind].setdefault(entry.get("recording"), entry)
    born, gone, keyless = seen["captured"], seen["destroyed_everywhere"], seen["destroyed"]
    held = {one["recording"]: one["ground"] for one in reversed(holds.values()) if "ground" in one}
    fates, rests = Counter[str](), Counter[Any]()
    for one, birth in born.items():
        still, until = ("dying", "due") if one in keyless else ("alive", "cutoff")
        fate = held.get(one) or (still if at < birth[until] else "unexplained")
        if end := gone.get(one):
            early = end["reason"] if end["reason"] in ERASED else "on_time"
            late = "after_hold" if end["held"] else "late"
            fate = early if end["backup_dead_at"] <= end["due"] else late
            rests[min(end["claims"].values(), key=EVIDENCE.index)] += 1
        fates[fate] += 1
    sums = {name: sum(day[name] for day in days.values()) for name in BALANCE}
    return {
        "captured": len(born),
        "fates": {name: fates[name] for name in FATES},
        "rests_on": {name: rests[name] for name in EVIDENCE[:3]},
        "strays": len(gone.keys() - born.keys()),
        **{name: unkept[name] for name in ("refused", "not_announced")},
        "balance": {"days": len(days), **sums},
    }


# --- Files: certificate.md sections 1 to 6 --------------------------------------------------------
Checkpoint = namedtuple("Checkpoint", "own size root witnesses unchecked")
PROOF = "c2sp.org/tlog-proof@v1"
ROWS = r"(?:[^\n]+\n)+"
EXCERPT = rf"talteen\.excerpt/v1\nbegin ([^\n]+)((?:\n[^\n]+)*)\n\n({ROWS}\n{ROWS})\n(.*)\n"
UNUSABLE = {
    r"\ufeff|.*\r\n": "was changed on its way (line ends, or a mark before it): fetch it as a file",
    r"%PDF|<|\{": "is a copy for people: take the file of its name that ends in .cert",
    r"0[\udc80-\udcff]": "is a time stamp (RFC 3161), not checked here: openssl ts -verify can",
    r"talteen\.\w+/v(?!1\n)": "is of a later release: take that release's talteen_verify.py",
    r"talteen\.\w+/v1\n(?!.*\n— .*\n$)(?!.*\}\n$)": "is cut short: fetch it again, whole",
    r"[^\n]*\n[^\n]*\nlanguage (?!fi\n|sv\n|en\n)": "is in a language that format 1 does not have",
    r"(?!talteen\.(certificate|excerpt|key)/|old |\S+\n[0-9]+\n\S+\n\n)": "is no file of a log",
}


def read_checkpoint_text(text: str) -> tuple[str, int, bytes]:  # origin, size, root
    lines = text.split("\n")
    require(len(lines) == 4 and lines[0], "a checkpoint has not exactly three lines")
    require(len(root := read_base64(lines[2], "a root")) == 32, "a root has not 32 bytes")
    return lines[0], read_number(lines[1], "a size"), root


class Reader:
    """What the reader brings (keys), and what he has seen: signed roots, and excerpts."""

    def __init__(self, keys: list[Key]) -> None:
        self.keys, self.seen, self.excerpts = keys, dict[Any, Checkpoint](), list[Any]()

    def verdict(self, path: str, text: str) -> Told:
        """What a file says, if it holds, or what failed; its first word says what file it is."""
        kind = re.match(r"(?:talteen\.)?(certificate|excerpt|key|old)[ /]", text)
        check = getattr(self, kind[1]) if kind else lambda one: seen_by([self.checkpoint(one)])
        try:
            for form, what in UNUSABLE.items():
                if re.match(form, text, re.DOTALL):
                    raise Unusable(what)
            return {"file": path, "holds": True, **check(text)}
        except Refused as e:
            return {"file": path, "holds": False, "usable": type(e) is Refused, "failed": str(e)}

    def checkpoint(self, text: str) -> Checkpoint:
        note = read_note(text, "a checkpoint")
        origin, size, root = read_checkpoint_text(note[0])
        signed = signers(note, self.keys, "a checkpoint")
        own = [key for key in signed if key.kind == ED25519 and key.name == origin]
        require(own, "a checkpoint is not signed by the log's own key")
        others = [key for key in signed if key.kind != ED25519 and key.name != origin]
        unchecked = {name for name, *_ in note[1]} - {key.name for key in signed}
        known = self.seen.setdefault((origin, size), Checkpoint(own, size, root, {}, unchecked))
        require(known.root == root, f"the log has two roots for the size {size}: it was forked")
        known.witnesses.update((key, signed[key]) for key in others)  # wherever its lines stand
        return known._replace(own=own, unchecked=unchecked | known.unchecked)

    def old(self, text: str) -> Told:
        """Whether the log continues a checkpoint that the reader kept."""
        head, _, checkpoint = text.partition("\n\n")
        size, new = read_number(head.split("\n")[0][4:], "a size"), self.checkpoint(checkpoint)
        old = self.seen.get((new.own[0].name, size))
        if not old:
            raise Unusable(f"is a proof of growth: give the checkpoint of {size} entries with it")
        path = read_hashes(head)
        roots = 0 < size <= new.size and both_roots(size, new.size, path, old.root)
        require(roots == (old.root, new.root) and not path, "the log does NOT continue yours")
        return {"old_size": old.size, **seen_by([new])}

    def key(self, text: str) -> Told:
        """Whether a key of the log that the reader has announces this one, which he then has."""
        top, _, rest = text.partition(f"\n\n{PROOF}\n")
        new = read_key(top.replace("talteen.key/v1\nkey ", ""))
        raw, place, head = self.proof(rest)
        entry, own = read_entry(raw), [digest(one.vkey.encode()).hex() for one in head.own]
        follows = entry["kind"] == "log_key_begun" and entry.get("before") in own
        follows = follows and entry.get("key") == digest(new.vkey.encode()).hex()
        require(follows and new[0:3:2] == head.own[0][0:3:2], "no key of yours announces this one")
        self.keys.append(new)
        return {"next_key": new.vkey, "index": place, **seen_by([head])}

    def excerpt(self, text: str) -> Told:
        """Whether these are all entries from one place to the end of the log."""
        parts = re.fullmatch(EXCERPT, text, re.DOTALL)
        if not parts:
            raise Refused("it has not the form: head, checkpoint, entries")
        begin, path = read_number(parts[1], "its begin"), read_hashes(parts[2])
        found = self.checkpoint(parts[3])
        entries = parts[4].encode("utf-8", "surrogateescape").split(b"\n")
        whole = begin + len(entries) == found.size
        whole = whole and root_of(0, found.size, begin, entries, path) == found.root and not path
        require(whole, "these are not all entries from there to the end of the log")
        self.excerpts.append((found.own, begin, entries))
        return {"begin": begin, **seen_by([found])}

    def certificate(self, text: str) -> Told:
        note = read_note(text, "the certificate")
        top, *parts = note[0][:-1].split(f"\n\n{PROOF}\n")
        head = re.match(r"talteen\.certificate/v1\nkey (\S+)\nlanguage [a-z]{2}\n\n", top)
        if not head:
            raise Refused("its head is not: talteen.certificate/v1, key, language, empty line")
        words, named = top[head.end() :].split("\n"), read_key(head[1])
        framed = parts and words[0] and words[-1] and PROOF not in words
        require(framed, "it has no words, no proof, or not one empty line between them")
        require(len(note[1]) == 1, "it has not exactly one signature")
        require(signers(note, [named], "the certificate"), "another key signed it than it names")
        proofs = [self.proof(f"{one}\n") for one in parts]
        require(all(named in one[2].own for one in proofs), "a checkpoint is signed by another key")
        require(len({one[1] for one in proofs}) == len(proofs), "a place comes twice")
        entries, heads = [read_entry(raw) for raw, *_ in proofs], [head for *_, head in proofs]
        monthly = entries[0]["kind"] == "month_stated" and len(entries) == 1
        told = self.account(named, *proofs[0][:2]) if monthly else destroyed(entries)
        places = [{"index": place, "size": head.size} for _, place, head in proofs]
        return {"key": named.vkey, "places": places, **told, **seen_by(heads)}

    def proof(self, text: str) -> tuple[bytes, int, Checkpoint]:
        """The entry, its place, and the state of the log that it is proved to be in."""
        lines, _, checkpoint = text.partition("\n\n")
        found = re.fullmatch(r"extra (.*)\nindex (.*)((\n.+)*)", lines)
        if not found:
            raise Refused("a proof has not the form: entry, place, hashes")
        raw, place = read_base64(found[1], "an entry"), read_number(found[2], "a place")
        path, head = read_hashes(found[3]), self.checkpoint(checkpoint)
        leads = place < head.size and root_of(0, head.size, place, [raw], path) == head.root
        require(leads and not path, f"the entry at {place} does not lead to the signed root")
        return raw, place, head

    def account(self, log: Key, raw: bytes, place: int) -> Told:
        """What the statement of a month says, and whether the log says so too."""
        said = read_entry(raw)
        fates, rests, month = said["fates"], said["rests_on"], said["day"][:7]
        require(sum(fates.values()) == said["captured"], "its fates add up wrong")
        require(sum(rests.values()) == sum(fates[one] for one in ENDED), "its evidence is odd")
        require(said["day"] == f"{month}-01", "it is not the account of a month")
        require(said["begin"] <= said["size"] <= place, "it counts what came after it")
        counts = "declared"
        for own, begin, entries in self.excerpts:
            if log in own and begin <= said["begin"] and entries[place - begin :][:1] == [raw]:
                range_ = entries[said["begin"] - begin : said["size"] - begin]
                again = counted(month, said["at"], [read_entry(one) for one in range_])
                wrong = [key for key, value in again.items() if said[key] != value]
                require(not wrong, f"the log itself counts otherwise: {', '.join(wrong)}")
                counts = "proved"
        broken = fates["late"] + fates["unexplained"] + said["strays"]
        return {"month": month, "counts": counts, "promise_kept": not broken, **said}


def destroyed(entries: list[Told]) -> Told:
    """What the entries say together; of evidence, the weakest."""
    for one in entries:
        require(one["kind"] == "destroyed_everywhere", "it is not said: 'destroyed_everywhere'")
        in_order = one["live_dead_at"] <= one["backup_dead_at"] <= one["at"]
        require(in_order, "an entry was made while a copy lived: its times are not in order")
    require(len({one["recording"] for one in entries}) == len(entries), "a recording comes twice")
    require(len({one["day"] for one in entries}) == 1, "its entries are of different days")
    late = [one for one in entries if one["backup_dead_at"] > one["due"] and not one["held"]]
    claims = [one["claims"] for one in entries]
    return {
        "recordings": [one["recording"] for one in entries],
        **{"day": entries[0]["day"], "due": min(one["due"] for one in entries)},
        **{key: max(one[key] for one in entries) for key in ("backup_dead_at", "at", "lateness_s")},
        **{"promise_kept": not late, "late": [one["recording"] for one in late]},
        "outlived_a_hold": sum(one["held"] > 0 for one in entries),
        "delivered_copies": sum(one["delivered_copies"] for one in entries),
        "claims": {key: min((one[key] for one in claims), key=EVIDENCE.index) for key in claims[0]},
    }


def seen_by(heads: list[Checkpoint]) -> Told:
    """The witnesses that cosigned every head; what was not checked; what nothing here proves."""
    every = sorted(set.intersection(*(set(one.witnesses) for one in heads)))
    times = [sorted({one.witnesses[key] for one in heads}) for key in every]
    return {
        "log_size": max(one.size for one in heads),
        "witnesses": [{"vkey": key.vkey, "posix_s": at} for key, at in zip(every, times)],
        "not_checked": sorted(set.union(*(one.unchecked for one in heads))),
        "cannot_prove": [
            "that nobody had copied a key before it was destroyed",
            "that no other recordings were ever made, and never entered",
            "anything about copies that had been handed out lawfully",
            "when it was entered, or that all see one log: only the house says so, no witness",
        ][: 3 if every else 4],
    }


def shown(said: Told) -> str:
    if not said["holds"]:
        return f"{said['file']}{': DOES NOT HOLD:' if said['usable'] else ''} {said['failed']}"
    lines = [f"{said['file']}: HOLDS"]
    for key, value in list(said.items())[2:]:
        for one in value if isinstance(value, list) else [value]:
            parts = [f"{k} {v}" for k, v in one.items()] if isinstance(one, dict) else [str(one)]
            lines.append(f"  {key.replace('_', ' ')}: {', '.join(parts)}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(usage=argparse.SUPPRESS, description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="certificates, excerpts, checkpoints, growth")
    parser.add_argument("--key", action="append", default=[], help="of the log, or of a witness")
    parser.add_argument("--keys", help="a file with one key a line; # begins a comment")
    parser.add_argument("--json", action="store_true", help="verdicts for programs")
    chosen = parser.parse_args(arguments)
    try:
        listed = Path(chosen.keys).read_text("utf-8") if chosen.keys else ""
        keys = [read_key(one) for one in chosen.key + re.findall(r"(?m)^[^\s#]\S*", listed)]
        texts = [(p, Path(p).read_bytes().decode("utf-8", "surrogateescape")) for p in chosen.files]
        require(keys and texts, "there is no --key or --keys, or no file to check")
    except (Refused, OSError, UnicodeEncodeError) as error:
        print(f"give whole keys, and files that can be read: {error}", file=sys.stderr)
        return 2
    reader = Reader(keys)
    texts.sort(key=lambda t: (t[1][:9] != "talteen.k", t[1][:9] == "talteen.c", t[1][:4] == "old "))
    found = [reader.verdict(path, text) for path, text in texts]
    told = json.dumps(found, indent=1) if chosen.json else "\n".join(map(shown, found))
    print(told.encode("ascii", "backslashreplace").decode())
    return max(0 if said["holds"] else 1 if said["usable"] else 2 for said in found)


if __name__ == "__main__":
    sys.exit(main())
