"""The signed statement of a search: what was looked through, day by day (J16). Text in, text out.

It says how many calls of each day were looked at, how many fitted and how many had been destroyed
before, and it says what it is not: no proof that a call never was. Nobody's number or name stands
in it. It is a C2SP signed note under the key of the log, as certificates are.
"""

from collections.abc import Mapping
from datetime import UTC

from talteen.engine.tlog import note
from talteen.engine.tlog.note import Signer
from talteen.life.answer.calls import Search
from talteen.notice.language import Language

HEADER = "talteen.search/v1"
_WORDS: Mapping[Language, tuple[str, str]] = {
    Language.FI: (
        "Näinä päivinä avattiin jokaisen tallessa olevan puhelun numero ja verrattiin annettuun.",
        "Tämä ei todista, ettei puhelua ole ollut: hävitettyä puhelua ei voi erottaa puhelusta, "
        "jota ei ollut, ja haku koskee vain annettua numeroa ja näitä päiviä.",
    ),
    Language.SV: (
        "Dessa dagar öppnades numret för varje sparat samtal och jämfördes med det givna.",
        "Detta bevisar inte att samtalet aldrig fanns: ett förstört samtal kan inte skiljas från "
        "ett som inte fanns, och sökningen gäller bara det givna numret och dessa dagar.",
    ),
    Language.EN: (
        "On these days the number of every call that is kept was opened and compared with the "
        "one given.",
        "This is no proof that a call never was: a destroyed call cannot be told from one that "
        "was not, and the search is about the number given and these days only.",
    ),
}

_OF_AGENT: Mapping[Language, tuple[str, str]] = {
    Language.FI: (
        "Näinä päivinä katsottiin jokaisesta tallessa olevasta puhelusta, kuka siihen vastasi.",
        "Tämä ei todista, ettei puhelua ole ollut: hävitettyä puhelua ei voi erottaa puhelusta, "
        "jota ei ollut, ja haku koskee vain yhtä työntekijää ja näitä päiviä.",
    ),
    Language.SV: (
        "Dessa dagar kontrollerades för varje sparat samtal vem som svarade.",
        "Detta bevisar inte att samtalet aldrig fanns: ett förstört samtal kan inte skiljas från "
        "ett som inte fanns, och sökningen gäller bara en medarbetare och dessa dagar.",
    ),
    Language.EN: (
        "On these days it was looked at for every call that is kept who had answered it.",
        "This is no proof that a call never was: a destroyed call cannot be told from one that "
        "was not, and the search is about one member of staff and these days only.",
    ),
}
"""Where whoever works here asks for their own calls."""


def statement(search: Search, reference: str, language: Language) -> str:
    """What was searched, as the text of a note: a header, a line a day, and its limits."""
    did, limits = (_OF_AGENT if search.of_agent else _WORDS)[language]
    at = search.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    days = [
        f"day {one.day.isoformat()} opened {one.opened} matched {one.matched} "
        f"destroyed {one.destroyed}"
        for one in search.days
    ]
    head = [HEADER, f"request {reference}", f"at {at}", f"language {language.value}"]
    return "\n".join([*head, *days, "", did, limits]) + "\n"


def signed(search: Search, reference: str, language: Language, signer: Signer) -> str:
    """The statement as it is handed out, signed whole."""
    return note.sign(statement(search, reference, language), signer).to_bytes().decode()
