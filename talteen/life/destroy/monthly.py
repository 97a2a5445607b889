"""The statement of a month as a certificate: the account, what it rests on, what it cannot show.
Pure.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from babel.dates import format_date

from talteen.engine.tlog.proof import Proof
from talteen.errors import InputError
from talteen.life.destroy import statement
from talteen.life.destroy.certificate import (
    Certificate,
    Claim,
    Fact,
    Sum,
    count,
    moment,
    place,
    usual_limits,
)
from talteen.life.destroy.certificate_words import WORDS, Words
from talteen.life.destroy.monthly_words import MONTH_WORDS, MonthWords
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_bytes import Entered
from talteen.register.log.ledger_counts import MonthStated
from talteen.register.log.ledger_kinds import Evidence

_ALWAYS = ("on_time", "late", "unexplained")
"""What is told even where it is none."""


def of_month(shown: Proof, *, language: str, issuer: str) -> Certificate:
    """The certificate of one month. InputError unless the entry states a month, and adds up."""
    entered = ledger_bytes.read(shown.entry)
    stated = entered.entry
    if not isinstance(stated, MonthStated) or not statement.add_up(stated):
        raise InputError("this entry states no month", remedy="ask for the statement of a month")
    account = _Account(stated, WORDS[language], MONTH_WORDS[language])
    words, monthly = account.words, account.monthly
    return Certificate(
        language=language,
        issuer=issuer,
        title=monthly.title,
        lead=" ".join(_lead(account)),
        verdict=_verdict(account),
        kept=not (stated.fates.late or stated.fates.unexplained or stated.strays),
        facts=tuple(_facts(account, entered)),
        place=place(words, [shown]),
        claims=tuple(_claims(account)),
        limits=tuple(_limits(account, shown)),
        check=monthly.check,
        proofs=(shown,),
        sums=tuple(sums(stated, language)),
        whole=Fact(monthly.account_head, count(words, stated.captured)),
    )


def sums(stated: MonthStated, language: str) -> Iterable[Sum]:
    """The parts of the account: those that say whether a promise was kept, and others but none."""
    words, monthly = WORDS[language], MONTH_WORDS[language]
    for key, number in asdict(stated.fates).items():
        if number or key in _ALWAYS:
            yield Sum(key, monthly.fates[key], number, count(words, number))


@dataclass(frozen=True, slots=True)
class _Account:
    """A statement and the words of one language for it."""

    stated: MonthStated
    words: Words
    monthly: MonthWords

    @property
    def month(self) -> str:
        """Such as "elokuu 2026"."""
        return format_date(self.stated.day, self.monthly.month, locale=self.words.locale)

    def count(self, number: int) -> str:
        return count(self.words, number)

    def shortfalls(self) -> Iterable[str]:
        """What the ledger does not explain."""
        if number := self.stated.fates.unexplained:
            yield self.monthly.unexplained.format(count=self.count(number))
        if number := self.stated.strays:
            yield self.monthly.strays.format(count=self.count(number))


def _lead(account: _Account) -> Iterable[str]:
    monthly, fates, month = account.monthly, account.stated.fates, account.month
    yield monthly.lead.format(
        month=month[0].upper() + month[1:], captured=account.count(account.stated.captured)
    )
    yield from list(account.shortfalls()) or [monthly.explained]
    if waiting := statement.held(fates) + fates.dying + fates.alive:
        yield monthly.still_open.format(count=account.count(waiting))


def _verdict(account: _Account) -> str:
    if late := account.stated.fates.late:
        return account.monthly.late.format(count=account.count(late))
    return next(iter(account.shortfalls()), account.monthly.kept)


def _facts(account: _Account, entered: Entered) -> Iterable[Fact]:
    stated, monthly = account.stated, account.monthly
    last = max(stated.begin, stated.size - 1)
    yield Fact(monthly.month_name, account.month)
    yield Fact(monthly.stated_at, moment(account.words, entered.at))
    yield Fact(monthly.counted, f"{account.count(stated.begin)} – {account.count(last)}")
    yield Fact(monthly.refused, account.count(stated.refused))
    yield Fact(monthly.not_announced, account.count(stated.not_announced))


def _claims(account: _Account) -> Iterable[Claim]:
    """How many destructions rest on what; and the exchange's count, which nobody can prove here."""
    words, rests = account.words, asdict(account.stated.rests_on)
    for grade in Evidence:
        if number := rests[grade.value]:
            text = account.monthly.rests.format(count=account.count(number))
            yield Claim(text, grade, words.grades[grade], words.meanings[grade])
    balance, said = account.stated.balance, Evidence.DECLARED
    told = {name: account.count(number) for name, number in asdict(balance).items()}
    text = account.monthly.balance.format(**told) if balance.days else account.monthly.no_balance
    yield Claim(text, said, words.grades[said], words.meanings[said])


def _limits(account: _Account, shown: Proof) -> Iterable[str]:
    yield account.monthly.limit_log
    if begin := account.stated.begin:
        yield account.monthly.limit_begin.format(begin=account.count(begin))
    yield account.words.limit_copy
    yield from usual_limits(account.words, shown)
