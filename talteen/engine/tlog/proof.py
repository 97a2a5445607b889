"""Proofs as files: an entry is in the log, the log only grew, and the certificate around them.

A proof is C2SP tlog-proof text; its ``extra`` line carries the entry itself, so that the file needs
nothing beside it. A growth is the body of a C2SP tlog-witness request. A certificate is a signed
note: words for people, then one proof for each entry that they speak of. Each has exactly one
spelling, and any other is refused.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from talteen.engine.tlog import note
from talteen.engine.tlog.merkle import HASH_BYTES
from talteen.engine.tlog.note import Checkpoint, Note, VerifierKey
from talteen.errors import Tampered

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
CERTIFICATE_HEADER = "talteen.certificate/v1"
HASHES_AT_MOST = 64
_CERTIFICATE = re.compile(
    rf"{re.escape(CERTIFICATE_HEADER)}\nkey (\S+)\nlanguage ([a-z]{{2}})\n\n"
    rf"(.+?)\n(?=\n{re.escape(PROOF_HEADER)}\n)(.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """That ``entry`` stands at ``index`` in the log that ``checkpoint`` describes."""

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]
    """From the entry's sibling up to the child of the root."""
    checkpoint: Note

    def text(self) -> str:
        """The proof as C2SP tlog-proof writes it."""
        lines = [PROOF_HEADER, f"extra {_base64(self.entry)}", f"index {self.index}"]
        return _with_checkpoint([*lines, *map(_base64, self.hashes)], self.checkpoint)

    def head(self) -> Checkpoint:
        """What the checkpoint states. Nobody's signature has been checked by this."""
        return note.parse_checkpoint(self.checkpoint.text)

    def signed_by(self, key: VerifierKey) -> "Proof":
        """The same proof whose checkpoint has no other line than that of ``key``: whole in itself,
        and shorter, where the other lines stand beside another proof of the same file.
        """
        lines = self.checkpoint.signatures
        own = tuple(one for one in lines if (one.name, one.key_id) == (key.name, key.key_id))
        return replace(self, checkpoint=Note(self.checkpoint.text, own))


@dataclass(frozen=True, slots=True)
class Growth:
    """That the log of ``old_size`` entries begins the one that ``checkpoint`` describes."""

    old_size: int
    hashes: tuple[bytes, ...]
    checkpoint: Note

    def text(self) -> str:
        """The growth as C2SP tlog-witness writes it."""
        return _with_checkpoint(
            [f"old {self.old_size}", *map(_base64, self.hashes)], self.checkpoint
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """Words for people in one language, and the proofs that they rest on."""

    key: str
    """The vkey that signed it, for convenience: whoever checks takes it from elsewhere."""
    language: str
    words: str
    """Lines of text; no empty line at either end, none that opens a proof."""
    proofs: tuple[Proof, ...]

    def text(self) -> str:
        """The text that is signed. It can be no checkpoint: its first line is no log's origin."""
        head = f"{CERTIFICATE_HEADER}\nkey {self.key}\nlanguage {self.language}\n\n{self.words}\n"
        return head + "".join(f"\n{proof.text()}" for proof in self.proofs)


def parse_proof(text: str) -> Proof:
    """The proof that ``text`` writes; Tampered where it writes none, or lacks its entry."""
    lines, checkpoint = _parts(text)
    if len(lines) < 3 or lines[0] != PROOF_HEADER:
        raise _no_proof()
    entry = note.from_base64(_after("extra ", lines[1]))
    index = note.from_decimal(_after("index ", lines[2]))
    return Proof(entry, index, _hashes(lines[3:]), checkpoint)


def parse_growth(text: str) -> Growth:
    """The growth that ``text`` writes; Tampered where it writes none."""
    lines, checkpoint = _parts(text)
    old_size = note.from_decimal(_after("old ", lines[0]))
    return Growth(old_size, _hashes(lines[1:]), checkpoint)


def parse_certificate(text: str) -> Certificate:
    """The certificate that the text of a note writes; Tampered where it writes none."""
    match = _CERTIFICATE.fullmatch(text)
    if match is None:
        raise _no_proof()
    key, language, words, blocks = match.groups()
    lines = words.split("\n")
    if not (lines[0] and lines[-1]) or PROOF_HEADER in lines:
        raise _no_proof()
    opening = f"\n{PROOF_HEADER}\n"
    proofs = [parse_proof(opening[1:] + block) for block in blocks.split(opening)[1:]]
    certificate = Certificate(key, language, words, tuple(proofs))
    if certificate.text() != text:
        raise _no_proof()
    return certificate


def _with_checkpoint(lines: Sequence[str], checkpoint: Note) -> str:
    return "\n".join(lines) + "\n\n" + checkpoint.to_bytes().decode()


def _parts(text: str) -> tuple[list[str], Note]:
    """The lines before the first empty line, and the checkpoint after it."""
    lines, gap, checkpoint = text.partition("\n\n")
    if not gap:
        raise _no_proof()
    return lines.split("\n"), note.parse(checkpoint.encode())


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise _no_proof()
    return line.removeprefix(word)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    hashes = tuple(map(note.from_base64, lines))
    if len(hashes) > HASHES_AT_MOST or any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise _no_proof()
    return hashes


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _no_proof() -> Tampered:
    return Tampered("this text is no proof", remedy="take the file again, whole and unchanged")
