"""The house's own verdict on files of its log: certificates, excerpts, checkpoints, growth. Pure.

The authority's program is written apart from this and must say the same of every file; that is how
each of the two is tested. The order of the files does not matter: what others are checked against
comes first.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from talteen.engine.tlog import excerpt, key_change, note, proof, verify
from talteen.engine.tlog.excerpt import Excerpt
from talteen.engine.tlog.note import Checkpoint, Note, VerifierKey
from talteen.engine.tlog.proof import Certificate, Growth
from talteen.engine.tlog.verify import Verdict
from talteen.errors import InputError, Tampered
from talteen.life.destroy import certificate, statement
from talteen.register.log import ledger_bytes, ledger_following
from talteen.register.log.ledger_counts import MonthStated

_UNUSABLE = (
    (rb"\xef\xbb\xbf|(?s:.*)\r\n", "was changed on its way", "fetch it again as a file"),
    (rb"%PDF|<|\{", "is a copy for people", "take the file of its name that ends in .cert"),
    (rb"0[\x80-\xff]", "is a time stamp (RFC 3161)", "openssl ts -verify can check it"),
    (rb"talteen\.\w+/v(?!1\n)", "is of a later release", "take that release's programs"),
    (
        rb"talteen\.\w+/v1\n(?!(?s:.*)\n\xe2\x80\x94 (?s:.*)\n\Z)(?!(?s:.*)\}\n\Z)",
        "is cut short",
        "fetch it again, whole",
    ),
    (
        rb"[^\n]*\n[^\n]*\nlanguage (?!fi\n|sv\n|en\n)",
        "is in a language that format 1 does not have",
        "take the newest programs",
    ),
    (
        rb"(?!talteen\.(certificate|excerpt|key)/|old |\S+\n[0-9]+\n\S+\n\n)",
        "is no file of a log",
        "name files that end in .cert, .entries or .key",
    ),
)
"""What files are that people take for certificates, and what to do (``certificate.md`` 9)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one file."""

    name: str
    failed: str = ""
    """What does not hold, or what the file is; empty where it holds."""
    usable: bool = True
    """Whether there was anything to check."""
    recounted: bool = False
    """A month whose account was counted again from an excerpt."""

    @property
    def holds(self) -> bool:
        return not self.failed


def judge(files: Iterable[tuple[str, bytes]], keys: Sequence[VerifierKey]) -> list[Judged]:
    """The verdict on each of ``files`` (name, bytes), by the keys of the log and of witnesses."""
    reader = _Reader(keys)
    return [reader.judge(*file) for file in sorted(files, key=lambda file: _rank(file[1]))]


def _rank(raw: bytes) -> int:
    if raw.startswith(b"talteen.key"):
        return 0  # the other files may be signed by the next key
    return 2 if raw.startswith((b"talteen.certificate", b"old ")) else 1


@dataclass(slots=True)
class _Reader:
    """The keys, and what was seen in files before."""

    keys: Sequence[VerifierKey]
    heads: list[Checkpoint] = field(default_factory=list)
    kept: dict[tuple[str, int], bytes] = field(default_factory=dict)
    excerpts: list[tuple[Excerpt, frozenset[VerifierKey]]] = field(default_factory=list)
    """Each with the keys that signed its head."""

    def judge(self, name: str, raw: bytes) -> Judged:
        try:
            _usable(raw)
            return Judged(name, recounted=self._check(raw))
        except InputError as error:
            return Judged(name, str(error), usable=False)
        except Tampered as error:
            return Judged(name, error.happened)

    def _check(self, raw: bytes) -> bool:
        match re.split(rb"[ /]", raw, maxsplit=1)[0]:
            case b"talteen.certificate":
                return self._certificate(raw)
            case b"talteen.excerpt":
                self._excerpt(raw)
            case b"old":
                self._growth(raw)
            case b"talteen.key":
                self._key(raw)
            case _:
                self._state(note.parse(raw))
        return False

    def _state(self, checkpoint: Note) -> tuple[Checkpoint, frozenset[VerifierKey]]:
        """What a checkpoint states and who signed it, if the log's own key did, and no other root
        of its size was seen.
        """
        head = note.parse_checkpoint(checkpoint.text)
        signed = frozenset(one.key for one in note.verify(checkpoint, self.keys))
        if not any(verify.is_log_key(key, head.origin) for key in signed):
            raise _refused("the log's own key did not sign it")
        if why := verify.forked([*self.heads, head]):
            raise _refused(why)
        self.heads.append(head)
        self.kept[head.origin, head.size] = checkpoint.to_bytes()
        return head, signed

    def _excerpt(self, raw: bytes) -> None:
        found = excerpt.parse(raw)
        _, signed = self._state(found.checkpoint)
        if not found.leads():
            raise _refused("these are not all entries from there to the end of the log")
        self.excerpts.append((found, signed))

    def _key(self, raw: bytes) -> None:
        self._state(key_change.parse(raw).proof.checkpoint)
        self.keys = [*self.keys, ledger_following.follow(raw, self.keys)]

    def _growth(self, raw: bytes) -> None:
        step = _growth_of(raw)
        head, _ = self._state(step.checkpoint)
        kept = self.kept.get((head.origin, step.old_size))
        if kept is None:
            raise InputError(
                "is a proof of growth", remedy=f"name the checkpoint of {step.old_size} entries too"
            )
        _hold(verify.verify_growth(kept, raw, self.keys))

    def _certificate(self, raw: bytes) -> bool:
        found, certified = certificate.verdict(raw, self.keys)
        _hold(found)
        page = proof.parse_certificate(note.parse(raw).text)
        for checkpoint in dict.fromkeys(one.checkpoint for one in page.proofs):
            self._state(checkpoint)
        stated = certified[0]
        return isinstance(stated, MonthStated) and self._recount(page, stated)

    def _recount(self, page: Certificate, stated: MonthStated) -> bool:
        """Whether an excerpt was there to count the account again from; Tampered if it differs."""
        raw, index = page.proofs[0].entry, page.proofs[0].index
        for one, signed in self.excerpts:
            if note.parse_key(page.key) not in signed or one.begin > stated.begin:
                continue
            if one.entries[index - one.begin : index - one.begin + 1] != (raw,):
                continue
            counted = one.entries[stated.begin - one.begin : stated.size - one.begin]
            again = statement.count(
                counted,
                stated.day,
                begin=stated.begin,
                size=stated.size,
                at=ledger_bytes.read(raw).at,
            )
            if again != stated:
                names = [
                    each.name
                    for each in fields(MonthStated)
                    if getattr(again, each.name) != getattr(stated, each.name)
                ]
                raise _refused(f"the log itself counts otherwise: {', '.join(names)}")
            return True
        return False


def _growth_of(raw: bytes) -> Growth:
    try:
        return proof.parse_growth(raw.decode())
    except UnicodeDecodeError:
        raise _refused("it is not UTF-8") from None


def _usable(raw: bytes) -> None:
    for form, what, remedy in _UNUSABLE:
        if re.match(form, raw):
            raise InputError(what, remedy=remedy)


def _hold(found: Verdict) -> None:
    for finding in found.findings:
        if not finding.holds:
            raise _refused(finding.why)


def _refused(why: str) -> Tampered:
    return Tampered(why, remedy="ask for the file again; if it fails again, it was changed")
