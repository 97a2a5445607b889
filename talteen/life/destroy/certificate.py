"""The certificate of destruction: what an entry of the ledger says, in words that claim no more.
Pure.

From proved ``destroyed_everywhere`` entries come the values of a page, and one text file: words for
people, then the part that a machine checks (``docs/formats/certificate.md``). The lead is only as
strong as the weakest claim beneath it, and every certificate says what it cannot prove (GDPR Art.
5(2); REGISTER 13.15, J21).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from talteen.clock import HELSINKI
from talteen.engine.tlog import note, proof, verify
from talteen.engine.tlog.note import Signer, VerifierKey
from talteen.engine.tlog.proof import Proof
from talteen.engine.tlog.verify import Check, Finding, Verdict
from talteen.errors import InputError, Tampered
from talteen.life.destroy import statement
from talteen.life.destroy.certificate_words import WORDS, Words
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_counts import MonthStated
from talteen.register.log.ledger_kinds import Claims, DestroyedEverywhere, Evidence, SourceFate

Certified = DestroyedEverywhere | MonthStated
"""What a certificate rests on."""
_STRENGTH = (Evidence.DECLARED, Evidence.RECEIPTED, Evidence.PROVED)
"""Weakest first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value, both as printed."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of destruction, and on what it rests."""

    text: str
    evidence: Evidence
    grade: str
    """The word for ``evidence``, and ``meaning`` what the word means."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of an account: so many recordings."""

    key: str
    """The field of ``Fates`` that it shows."""
    name: str
    number: int
    count: str
    """The number as printed."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that a certificate says, prepared for a page, and the proofs that it rests on."""

    language: str
    issuer: str
    title: str
    lead: str
    verdict: str
    """Whether the promise was kept, in a sentence."""
    kept: bool
    facts: tuple[Fact, ...]
    place: tuple[Fact, ...]
    claims: tuple[Claim, ...]
    limits: tuple[str, ...]
    """What it cannot prove."""
    check: tuple[str, ...]
    """How to check it, step by step."""
    proofs: tuple[Proof, ...]
    sums: tuple[Sum, ...] = ()
    """The account of a month, whose parts add up to ``whole``; none in other certificates."""
    whole: Fact | None = None


def of_recording(shown: Proof, *, language: str, issuer: str) -> Certificate:
    """The certificate of one recording. ``issuer``: whose register it was, as printed.

    InputError unless the entry says that no key opens the recording any more.
    """
    words, gone = WORDS[language], _certifying(shown.entry)
    return Certificate(
        language=language,
        issuer=issuer,
        title=words.title,
        lead=_lead(words.gone.format(day=day_of(words, gone.day)), words, [gone.claims]),
        verdict=_verdict(words, [gone]),
        kept=_kept([gone]),
        facts=(
            Fact(words.recording, str(gone.recording)),
            *_when(words, [gone]),
            *_why(words, gone),
        ),
        place=place(words, [shown]),
        claims=tuple(_claims(words, [gone])),
        limits=tuple(_limits(words, [gone], shown)),
        check=words.check,
        proofs=(shown,),
    )


def of_day(shown: Sequence[Proof], *, still_held: int, language: str, issuer: str) -> Certificate:
    """One certificate for the recordings of one day, of which ``still_held`` others are held.

    InputError unless there are any, all of one day, all proved under one head.
    """
    words, gone = WORDS[language], [_certifying(one.entry) for one in shown]
    if not _of_one_day(gone) or len({one.checkpoint.text for one in shown}) != 1:
        raise InputError(
            "a certificate of a day has its recordings only, under one head",
            remedy="ask for the proofs of one day at once",
        )
    opening = words.gone_day.format(day=day_of(words, gone[0].day), count=count(words, len(gone)))
    return Certificate(
        language=language,
        issuer=issuer,
        title=words.title,
        lead=_lead(opening, words, [one.claims for one in gone]),
        verdict=_verdict(words, gone),
        kept=_kept(gone),
        facts=(*_when(words, gone), *_reasons(words, gone), _held(words, still_held)),
        place=place(words, shown),
        claims=tuple(_claims(words, gone)),
        limits=(*_limits(words, gone, shown[0]), words.limit_others),
        check=words.check,
        proofs=tuple(shown),
    )


def text(certificate: Certificate, signer: Signer) -> str:
    """The certificate as one file, signed whole, as ``talteen verify`` and the verifier read it."""
    words = WORDS[certificate.language]
    page = proof.Certificate(
        key=str(signer.key),
        language=certificate.language,
        words=plain(certificate, signer.key) + f"\n\n{words.machine_head}",
        proofs=certificate.proofs,
    )
    return note.sign(page.text(), signer).to_bytes().decode()


def plain(certificate: Certificate, key: VerifierKey) -> str:
    """Its words alone, for people: nothing in them can be checked without the file."""
    return "\n".join(_lines(certificate, WORDS[certificate.language], key))


def verdict(raw: bytes, keys: Sequence[VerifierKey]) -> tuple[Verdict, list[Certified]]:
    """Whether the file ``raw`` certifies, and the entries that it rests on if it does.

    ``keys``: the log's own, and those of any witnesses, from elsewhere than the file.
    """
    found = verify.verify(raw, keys)
    if not found.holds:
        return found, []
    try:
        certified = list(_certified(found))
        why = ""
    except (InputError, Tampered) as error:
        certified, why = [], error.happened
    findings = (*found.findings, Finding(Check.CERTIFIES, why))
    return replace(found, findings=findings), certified


def _certified(found: Verdict) -> Iterable[Certified]:
    """What the entries say; InputError unless they are one statement, or recordings of one day."""
    if ledger_bytes.kind_of(found.entries[0]) == MonthStated.tag:
        yield _stated(found)
        return
    gone = [_certifying(entry) for entry in found.entries]
    if not _of_one_day(gone):
        raise InputError(
            "its recordings are not of one day, each once", remedy="ask for one of one day"
        )
    yield from gone


def _stated(found: Verdict) -> MonthStated:
    stated = ledger_bytes.read(found.entries[0]).entry
    if len(found.entries) != 1 or not isinstance(stated, MonthStated):
        raise InputError("it states more than one month", remedy="ask for a statement of one month")
    if not statement.add_up(stated) or stated.size > found.indexes[0]:
        raise InputError("its parts are not as many as the whole", remedy="ask for it again")
    return stated


# --- what is said ---------------------------------------------------------------------------------


def _certifying(raw: bytes) -> DestroyedEverywhere:
    entered = ledger_bytes.read(raw)
    entry = entered.entry
    if (
        not isinstance(entry, DestroyedEverywhere)
        or not entry.live_dead_at <= entry.backup_dead_at <= entered.at
    ):
        raise InputError(
            "this entry does not say that every key is dead",
            remedy="wait until the recording is destroyed everywhere",
        )
    return entry


def _of_one_day(gone: Sequence[DestroyedEverywhere]) -> bool:
    return len({one.day for one in gone}) == 1 and len({one.recording for one in gone}) == len(gone)


def _lead(opening: str, words: Words, claims: Iterable[Claims]) -> str:
    """The opening, what follows from it, and how far that is only believed."""
    weakest = min((grade for one in claims for grade in _grades(one).values()), key=_strength)
    doubt = {Evidence.RECEIPTED: words.by_receipt, Evidence.DECLARED: words.by_word}
    parts = (opening, words.opens_nowhere, doubt.get(weakest, ""))
    return " ".join(part for part in parts if part)


def _kept(gone: Sequence[DestroyedEverywhere]) -> bool:
    return all(one.backup_dead_at <= one.due or one.held for one in gone)


def _verdict(words: Words, gone: Sequence[DestroyedEverywhere]) -> str:
    if not _kept(gone):
        return words.broken
    late = any(one.backup_dead_at > one.due for one in gone)
    return words.after_hold if late else words.kept


def _when(words: Words, gone: Sequence[DestroyedEverywhere]) -> list[Fact]:
    """Days and times; of several recordings the latest, which says the least for the house."""
    return [
        Fact(words.call_day, day_of(words, gone[0].day)),
        Fact(words.promise, moment(words, max(one.due for one in gone))),
        Fact(words.live_dead, moment(words, max(one.live_dead_at for one in gone))),
        Fact(words.backup_dead, moment(words, max(one.backup_dead_at for one in gone))),
    ]


def _why(words: Words, gone: DestroyedEverywhere) -> list[Fact]:
    holders = words.holders_pair.format(
        generation=count(words, gone.generation),
        live=words.holders[gone.live_holder],
        backup=words.holders[gone.backup_holder],
    )
    return [
        Fact(words.reason, words.reasons[gone.reason]),
        Fact(words.generation, f"{count(words, gone.generation)}. {words.unbacked}")
        if gone.unbacked
        else Fact(words.generation, holders),
        Fact(words.holds, count(words, gone.held) if gone.held else words.none),
    ]


def _reasons(words: Words, gone: Sequence[DestroyedEverywhere]) -> list[Fact]:
    counts = Counter(words.reasons[one.reason] for one in gone)
    told = ", ".join(f"{reason} {count(words, number)}" for reason, number in counts.items())
    return [Fact(words.reason, told)]


def _held(words: Words, still_held: int) -> Fact:
    return Fact(words.still_held, count(words, still_held) if still_held else words.none)


def place(words: Words, shown: Sequence[Proof]) -> tuple[Fact, ...]:
    head, checkpoint = shown[0].head(), shown[0].checkpoint
    indexes = sorted(one.index for one in shown)
    first, last = count(words, indexes[0]), count(words, indexes[-1])
    single = len(indexes) == 1
    witnesses = [one.name for one in checkpoint.signatures if one.name != head.origin]
    root = head.root.hex()
    return (
        Fact(words.entry, first) if single else Fact(words.entries, f"{first} – {last}"),
        Fact(words.tree_size, count(words, head.size)),
        Fact(words.root, " ".join(root[at : at + 8] for at in range(0, len(root), 8))),
        Fact(words.signed_by, head.origin),
        Fact(words.witnesses, ", ".join(witnesses) or words.none),
    )


def _claims(words: Words, gone: Sequence[DestroyedEverywhere]) -> Iterable[Claim]:
    """Each claim once, as strong as its weakest case."""
    for name in [field.name for field in fields(Claims)]:
        grades = [grade for one in gone if (grade := _grades(one.claims).get(name))]
        if grades:
            weakest = min(grades, key=_strength)
            owned = any(one.source is SourceFate.OWNER_DELETES for one in gone)
            said = words.source_owner if name == "source" and owned else words.claims[name]
            yield Claim(said, weakest, words.grades[weakest], words.meanings[weakest])


def _limits(words: Words, gone: Sequence[DestroyedEverywhere], shown: Proof) -> Iterable[str]:
    """What the certificate cannot prove, beginning with what nothing can."""
    yield words.limit_copy
    yield from usual_limits(words, shown)
    if delivered := sum(one.delivered_copies for one in gone):
        yield words.limit_delivered.format(count=count(words, delivered))


def usual_limits(words: Words, shown: Proof) -> Iterable[str]:
    """What no log of any house proves by itself."""
    yield words.limit_claim
    yield words.limit_clock
    if all(one.name == shown.head().origin for one in shown.checkpoint.signatures):
        yield words.limit_no_witness


# --- how it is written ----------------------------------------------------------------------------


def _lines(certificate: Certificate, words: Words, key: VerifierKey) -> Iterable[str]:
    yield from (certificate.title.upper(), certificate.issuer, "")
    yield from (certificate.lead, certificate.verdict, "")
    yield words.facts_head
    yield from (f"  {fact.name}: {fact.value}" for fact in certificate.facts)
    yield from _account(certificate)
    yield from ("", words.place_head)
    yield from (f"  {fact.name}: {fact.value}" for fact in certificate.place)
    yield f"  {words.key}: {key}"
    yield from ("", words.claims_head)
    for claim in certificate.claims:
        yield f"  {claim.grade} ({claim.meaning}): {claim.text}"
    yield from ("", words.limits_head)
    yield from (f"  {limit}" for limit in certificate.limits)
    yield from ("", words.check_head)
    yield from (f"  {number}. {step}" for number, step in enumerate(certificate.check, 1))


def _account(certificate: Certificate) -> Iterable[str]:
    if (whole := certificate.whole) is None:
        return
    yield from ("", f"{whole.name}: {whole.value}")
    yield from (f"  {one.count:>9}  {one.name}" for one in certificate.sums)


def _grades(claims: Claims) -> dict[str, Evidence]:
    """The claims that are made, by name; those about things that never were are left out."""
    made = {field.name: getattr(claims, field.name) for field in fields(claims)}
    return {name: grade for name, grade in made.items() if grade is not None}


def _strength(evidence: Evidence) -> int:
    return _STRENGTH.index(evidence)


def day_of(words: Words, day: date) -> str:
    return format_date(day, words.day, locale=words.locale)


def moment(words: Words, at: datetime) -> str:
    return format_datetime(at, words.moment, tzinfo=HELSINKI, locale=words.locale)


def count(words: Words, number: int) -> str:
    return format_decimal(number, locale=words.locale)
