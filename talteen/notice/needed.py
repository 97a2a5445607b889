"""What GDPR asks a notice to say, and the words by which a reader would recognise it.

The map of sentences says what each one is *meant* to promise; this table looks at what is
*written*, in the clause where it belongs. It works on any notice with the same seventeen clauses,
ours or an old one, and so finds what the notice of 2022 leaves out (REGISTER F, J15). A word that
is there proves little; that none of them is there proves that the thing is not said.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from talteen.notice.language import Language

ANYWHERE = ""


@dataclass(frozen=True, slots=True)
class Needed:
    """One thing that must be said. Every pattern of a language must be found, or the notice lacks
    it.
    """

    id: str
    article: str
    what: str
    clause: str
    """Where it must stand; ANYWHERE if any clause will do."""
    fi: tuple[str, ...]
    sv: tuple[str, ...]
    en: tuple[str, ...]

    def patterns(self, language: Language) -> tuple[str, ...]:
        """Regular expressions, matched without regard to case."""
        return {Language.FI: self.fi, Language.SV: self.sv, Language.EN: self.en}[language]


NEEDED = (
    Needed(
        "rectification", "13(2)(b), 16", "rectification", "14",
        (r"oikais",), (r"rättas|rättelse",), (r"rectif",),
    ),
    Needed(
        "restriction", "13(2)(b), 18", "restriction", "14",
        (r"käsittelyn rajoittami",), (r"behandlingen begränsas",), (r"ask for restriction",),
    ),
    Needed(
        "objection", "13(2)(b), 21(1), 21(4)", "objection, and set apart", "objection",
        (r"vastustaa",), (r"invända",), (r"\bobject\b",),
    ),
    Needed(
        "complaint", "13(2)(d), 77", "complaint to the supervisory authority", ANYWHERE,
        (r"vali(ttaa|tuksen) tietosuojavaltuutet",), (r"klaga hos dataombudsman",),
        (r"complain(t)? (to|with) the data protection ombudsman",),
    ),
    Needed(
        "interest", "13(1)(d), 14(2)(b)", "the legitimate interest itself", "7",
        (r"tasapainotesti",), (r"intresseavvägning",), (r"balancing test",),
    ),
    Needed(
        "special_category_condition", "9(2)", "condition for special categories", "9",
        (r"\b9 artikla",), (r"artikel 9\.2",), (r"article 9\(2\)",),
    ),
    Needed(
        "transfer_safeguards", "13(1)(f)", "copy of the transfer safeguards; countries", "12",
        (r"jäljennö|ei siirretä",), (r"kopia|överförs inte",), (r"\bcopy\b|not transferred",),
    ),
    Needed(
        "backups_and_grounds", "13(2)(a), 5(1)(a)", "backups and other grounds for keeping", "13",
        (r"varmuuskopio", r"oikeusvaade", r"viranomaisen"),
        (r"säkerhetskopi", r"rättsligt anspråk", r"myndighet"),
        (r"backup", r"legal claim", r"authority"),
    ),
    Needed(
        "staff", "13, TYL 3 §", "staff as data subjects", "4",
        (r"oma selos",), (r"egen beskrivning",), (r"notice of their own",),
    ),
    Needed(
        "basis_per_purpose", "13(1)(c)", "basis per purpose", "6",
        (r"1 kohta f", r"1 kohta c"), (r"6\.1 f", r"6\.1 c"), (r"6\(1\)\(f\)", r"6\(1\)\(c\)"),
    ),
    Needed(
        "recipients", "13(1)(e)", "recipients by name or category", "11",
        (r"seuraavat palveluntarjoajat: \S",), (r"följande tjänsteleverantörer: \S",),
        (r"these service providers .*: \S",),
    ),
    Needed(
        "automation", "5(1)(a)", "automation used (speech recognition)", "16",
        (r"puheen tekstiksi|puheentunnist",), (r"tal till text|taligenkänning",),
        (r"speech into text|speech recognition",),
    ),
)  # fmt: skip


def missing(said: Iterable[tuple[str, str]], language: Language) -> Iterator[Needed]:
    """What the sentences of a notice, given as (clause, text), do not say."""
    sentences = list(said)
    for thing in NEEDED:
        text = " ".join(s for clause, s in sentences if thing.clause in (ANYWHERE, clause))
        if not all(re.search(p, text, re.IGNORECASE) for p in thing.patterns(language)):
            yield thing
