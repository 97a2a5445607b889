"""The verdict on a certificate: what holds, what does not, from the text and public keys alone.

Nothing is fetched and nothing is believed: a certificate holds if the house signed its words, if
each entry that they rest on is under the root of its checkpoint, and if each checkpoint is signed
by a key that the reader was given elsewhere. What the entries *say* is for whoever knows their
kinds.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from talteen.engine.tlog import merkle, note, proof
from talteen.engine.tlog.note import Algorithm, Checkpoint, Note, Signed, VerifierKey
from talteen.engine.tlog.proof import Certificate, Proof
from talteen.errors import InputError, Tampered


class Check(Enum):
    """One thing that must hold."""

    FORM = "form"
    """The file is a certificate, spelled as it must be."""
    WORDS_SIGNED = "words_signed"
    """The log's key signed the whole file, words included."""
    CHECKPOINT_SIGNED = "checkpoint_signed"
    """The log's key signed the head that the entries are proved under."""
    ENTRIES_IN_LOG = "entries_in_log"
    """Every entry is under that head, at its index, each index once."""
    CERTIFIES = "certifies"
    """The entries say what a certificate needs; found by whoever knows their kinds."""
    ONLY_GREW = "only_grew"
    """The older head is the beginning of the newer one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one check. ``why`` is empty where it holds."""

    check: Check
    why: str = ""

    @property
    def holds(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings in order. The rest is to be used only where ``holds`` is true."""

    findings: tuple[Finding, ...]
    entries: tuple[bytes, ...] = ()
    """The entries that the certificate rests on, as they were entered."""
    indexes: tuple[int, ...] = ()
    heads: tuple[Checkpoint, ...] = ()
    """The heads that they are proved under; one as a rule."""
    language: str = ""
    witnessed: tuple[Signed, ...] = ()
    """Trusted witnesses that cosigned *every* head (C2SP tlog-cosignature: a plain signature says
    nothing of consistency). Empty: only the house vouches for the time."""

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)


def verify(raw: bytes, keys: Sequence[VerifierKey]) -> Verdict:
    """The verdict on the certificate in ``raw``, by the keys of the log and of any witnesses.

    Never raises for what stands in ``raw``: whatever is wrong is a finding.
    """
    try:
        outer = note.parse(raw)
        certificate = proof.parse_certificate(outer.text)
        heads, named = _heads(certificate), note.parse_key(certificate.key)
        if len(outer.signatures) != 1:
            raise Tampered("it is not signed once and whole", remedy="take it again, unchanged")
    except (Tampered, InputError) as error:
        return Verdict((Finding(Check.FORM, error.happened),))
    own = [key for key in _log_keys(keys, heads[0].origin) if key == named]
    findings = (
        Finding(Check.FORM),
        _finding(Check.WORDS_SIGNED, outer, own),
        _signed(certificate, own, keys),
        Finding(Check.ENTRIES_IN_LOG, _not_in_log(certificate.proofs)),
    )
    return Verdict(
        findings,
        entries=tuple(one.entry for one in certificate.proofs),
        indexes=tuple(one.index for one in certificate.proofs),
        heads=heads,
        language=certificate.language,
        witnessed=_witnessed(certificate, keys, heads[0].origin),
    )


def verify_growth(old: bytes, growth: bytes, keys: Sequence[VerifierKey]) -> Verdict:
    """The verdict on two heads of one log: one kept earlier, and the newer one in ``growth``."""
    try:
        earlier, step = note.parse(old), proof.parse_growth(growth.decode())
        was, is_ = map(note.parse_checkpoint, (earlier.text, step.checkpoint.text))
    except (Tampered, UnicodeDecodeError):
        return Verdict((Finding(Check.FORM, "these are not a checkpoint and a growth"),))
    log_keys = _log_keys(keys, was.origin)
    findings = (
        Finding(Check.FORM),
        _finding(Check.CHECKPOINT_SIGNED, earlier, log_keys),
        _finding(Check.CHECKPOINT_SIGNED, step.checkpoint, log_keys),
        Finding(Check.ONLY_GREW, _not_grown(was, is_, step)),
    )
    return Verdict(findings, heads=(was, is_))


def _heads(certificate: Certificate) -> tuple[Checkpoint, ...]:
    """The distinct heads that the proofs are under, all of one log."""
    heads = tuple(dict.fromkeys(one.head() for one in certificate.proofs))
    if len({head.origin for head in heads}) != 1:
        raise Tampered("its proofs are of several logs", remedy="ask for a certificate of one log")
    return heads


def is_log_key(key: VerifierKey, origin: str) -> bool:
    """Whether the key speaks for the log itself: it bears its name and signs as logs do."""
    return key.name == origin and key.algorithm is Algorithm.ED25519


def _log_keys(keys: Sequence[VerifierKey], origin: str) -> list[VerifierKey]:
    return [key for key in keys if is_log_key(key, origin)]


def _finding(check: Check, signed: Note, keys: Sequence[VerifierKey]) -> Finding:
    try:
        note.verify(signed, keys)
    except Tampered as error:
        return Finding(check, error.happened)
    return Finding(check)


def _signed(
    certificate: Certificate, own: Sequence[VerifierKey], keys: Sequence[VerifierKey]
) -> Finding:
    """That the log's ``own`` key signed every head, no trusted key's signature fails on one, and
    no size has two roots.
    """
    for checkpoint in dict.fromkeys(one.checkpoint for one in certificate.proofs):
        for trusted in (own, keys):
            finding = _finding(Check.CHECKPOINT_SIGNED, checkpoint, trusted)
            if not finding.holds:
                return finding
    return Finding(Check.CHECKPOINT_SIGNED, forked(_heads(certificate)))


def forked(heads: Iterable[Checkpoint]) -> str:
    """Empty, or which size has two roots among heads that one log signed."""
    roots: dict[tuple[str, int], bytes] = {}
    for head in heads:
        if roots.setdefault((head.origin, head.size), head.root) != head.root:
            return f"the log has two roots for the size {head.size}: it was forked"
    return ""


def _witnessed(
    certificate: Certificate, keys: Sequence[VerifierKey], origin: str
) -> tuple[Signed, ...]:
    witnesses = [
        key for key in keys if key.name != origin and key.algorithm is not Algorithm.ED25519
    ]
    # A head may stand in the file more than once, and all its lines beside one of its proofs only.
    per_head: dict[str, dict[VerifierKey, Signed]] = {}
    for checkpoint in dict.fromkeys(one.checkpoint for one in certificate.proofs):
        signed = per_head.setdefault(checkpoint.text, {})
        with suppress(Tampered):  # nobody's line, or a false one: that is told elsewhere
            signed |= {one.key: one for one in note.verify(checkpoint, witnesses)}
    first, *others = per_head.values()
    return tuple(one for key, one in first.items() if all(key in other for other in others))


def _not_in_log(proofs: Sequence[Proof]) -> str:
    """Empty, or which entry is not where its proof says."""
    if len({one.index for one in proofs}) != len(proofs):
        return "an entry is counted twice"
    for one in proofs:
        head = one.head()
        leaf = merkle.leaf_hash(one.entry)
        if not merkle.verify_inclusion(
            leaf, index=one.index, size=head.size, proof=one.hashes, root=head.root
        ):
            return f"entry {one.index} is not in the log of {head.size} entries"
    return ""


def _not_grown(was: Checkpoint, is_: Checkpoint, step: proof.Growth) -> str:
    """Empty, or why the newer head does not continue the older."""
    if was.origin != is_.origin or was.size != step.old_size:
        return "the growth is of another log or begins at another size"
    grown = merkle.verify_consistency(
        first=was.size,
        second=is_.size,
        proof=step.hashes,
        first_root=was.root,
        second_root=is_.root,
    )
    return "" if grown else "the newer head does not continue the older one"
