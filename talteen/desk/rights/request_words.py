"""What the screens call the parts of a request: rights, stages, steps, answers, and the places of a
letter that a person fills."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.desk.page import opinion_words, words
from talteen.life.answer.expiring import Wish
from talteen.life.answer.intake import Via
from talteen.notice.mandates import Kind
from talteen.notice.requests import STATEMENT, Answer, Outcome, Stage, Step
from talteen.notice.rights import Right
from talteen.notice.ways import Way
from talteen.register import access

RIGHTS: Mapping[Right, words.Text] = {
    Right.INFORMATION: _("Tieto käsittelystä"),
    Right.ACCESS: _("Omat tiedot"),
    Right.RECTIFICATION: _("Oikaisu"),
    Right.RESTRICTION: _("Käytön rajoittaminen"),
    Right.OBJECTION: _("Vastustaminen"),
    Right.ERASURE: _("Poistaminen"),
    Right.PORTABILITY: _("Siirto toiseen palveluun"),
    Right.COMPLAINT_ABOUT_HANDLING: _("Moite käsittelystä"),
}
RIGHT_HELP: Mapping[Right, words.Text] = {
    Right.INFORMATION: _("Miksi ja miten puheluita tallennetaan"),
    Right.ACCESS: _("Jäljennös puhelusta, ja kuka sitä on kuunnellut"),
    Right.RECTIFICATION: _("Tekstissä tai tiedoissa on virhe"),
    Right.RESTRICTION: _("Puhelu säilyy, mutta sitä ei käytetä"),
    Right.OBJECTION: _("En halua, että puheluani käytetään"),
    Right.ERASURE: _("Puhelu hävitetään ennen aikaansa"),
    Right.PORTABILITY: _("Ei koske puhelutallenteita: vastaamme ja tarjoamme jäljennöksen"),
    Right.COMPLAINT_ABOUT_HANDLING: _("Tietojani on käsitelty väärin"),
}
VIAS: Mapping[Via, words.Text] = {
    Via.AGENT: _("puhelun aikana"),
    Via.PHONE: _("puhelimella"),
    Via.LETTER: _("kirjeellä"),
    Via.EMAIL: _("sähköpostilla"),
    Via.DESK: _("vastaanotossa"),
    Via.PORTAL: _("verkossa"),
    Via.API: _("toisen ohjelman kautta"),
}
STAGES: Mapping[Stage, words.Text] = {
    Stage.RECEIVED: _("Saapunut"),
    Stage.IDENTIFYING: _("Odottaa henkilön vastausta"),
    Stage.SCOPING: _("Puheluita etsitään"),
    Stage.PREPARING: _("Vastausta valmistellaan"),
    Stage.SECOND_CHECK: _("Odottaa päätöstä"),
    Stage.DECIDED: _("Päätetty"),
    Stage.DELIVERING: _("Vastaus on noudettavissa"),
    Stage.DELIVERED: _("Vastaus on perillä"),
    Stage.MISDELIVERED: _("Vastaus lähetetään uudelleen"),
    Stage.CLOSED: _("Päättynyt"),
}
WISHES: Mapping[Wish, words.Text] = {
    Wish.CLAIM: _("Tarvitsen puhelua oikeusvaateeseen"),
    Wish.KEPT: _("En halua, että puhelu hävitetään"),
    Wish.ENDS: _("Puhelun saa hävittää"),
}
"""What a person may answer before a restricted call ends (14.13)."""
NEXT: Mapping[Stage, words.Text] = {
    Stage.RECEIVED: _("Varmista, kuka pyytää"),
    Stage.IDENTIFYING: _("Odota vastausta: määräaika ei kulu"),
    Stage.SCOPING: _("Etsi puhelut"),
    Stage.PREPARING: _("Valmistele vastaus"),
    Stage.SECOND_CHECK: _("Lue kirje ja päätä"),
    Stage.DECIDED: _("Lähetä vastaus"),
    Stage.DELIVERING: _("Varmista, että vastaus on perillä"),
    Stage.DELIVERED: _("Jatka seuraavaan"),
    Stage.MISDELIVERED: _("Lähetä vastaus oikealle henkilölle"),
    Stage.CLOSED: _("Ei mitään"),
}
STEPS: Mapping[Step, words.Text] = {
    Step.RECEIVED: _("Pyyntö saapui"),
    Step.READ: _("Kirjattiin, mitä pyydetään"),
    Step.NO_REQUEST: _("Kirje ei ollut pyyntö"),
    Step.IDENTITY_ASKED: _("Henkilöltä kysyttiin lisää"),
    Step.IDENTIFIED: _("Henkilöllisyys varmistettiin"),
    Step.EXTENDED: _("Määräaikaa jatkettiin"),
    Step.SCOPED: _("Puhelut ovat tiedossa"),
    Step.PREPARED: _("Vastaus valmisteltiin"),
    Step.SENT_BACK: _("Vastaus palautettiin korjattavaksi"),
    Step.DECIDED: _("Vastaus päätettiin"),
    Step.HANDED_OUT: _("Vastaus annettiin noudettavaksi"),
    Step.DELIVERED: _("Vastaus on perillä"),
    Step.MISDELIVERED: _("Vastaus meni väärälle henkilölle"),
    Step.READDRESSED: _("Oikea osoite kirjattiin"),
    Step.NEXT_RIGHT: _("Siirryttiin seuraavaan oikeuteen"),
    Step.CLOSED: _("Pyyntö päättyi"),
    Step.WITHDRAWN: _("Henkilö perui pyynnön"),
    Step.COMPLAINED: _("Henkilö valitti tietosuojavaltuutetulle"),
    Step.REOPENED: _("Pyyntö avattiin uudelleen"),
}
OUTCOMES: Mapping[Outcome, words.Text] = {
    Outcome.GRANTED: _("toteutetaan"),
    Outcome.PARTIAL: _("toteutetaan osittain"),
    Outcome.REFUSED: _("ei toteuteta"),
    Outcome.NOT_IDENTIFIED: _("henkilöä ei voitu varmistaa"),
    Outcome.NOTHING_FOUND: _("puhelua ei ole"),
    Outcome.FEE_ASKED: _("maksua ehdotetaan"),
}
PLACES: Mapping[str, words.Text] = {
    "identity.question": _("Mitä henkilöltä kysytään"),
    "identity.reason": _("Miksi sitä kysytään"),
    "identity.reasons": _("Miksi henkilöä ei voitu varmistaa"),
    "extension.reasons": _("Miksi aikaa tarvitaan lisää"),
    "extension.partial": _("Mitä henkilö saa jo nyt"),
    "search.criteria": _("Miten etsittiin, ilman numeroa"),
    "claim.name": _("Mihin vaateeseen puhelua tarvitaan"),
    "refusal.reasons": _("Perustelut"),
    STATEMENT: _("Henkilön oma selvitys, hänen sanoillaan"),
    "duty.statute": _("Säännös, joka velvoittaa säilyttämään"),
    "objection.summary": _("Mitä henkilö kertoi"),
    "purposes.remaining": _("Mihin puhelua vielä käytetään"),
    "restriction.ground": _("Miksi käyttö rajoitetaan"),
    "rectification.before": _("Mitä tekstissä luki"),
    "rectification.after": _("Mitä siinä lukee nyt"),
    "excessive.facts": _("Mitä on tapahtunut"),
    "excessive.evidence": _("Mihin näyttö perustuu"),
    "excessive.kind": _("Ilmeisen perusteeton vai kohtuuton"),
    "previous.date": _("Milloin tiedot on jo annettu"),
    "fee.amount": _("Maksu"),
    "fee.breakdown": _("Mistä maksu koostuu"),
    "requester.kind": _("Kuka pyytää"),
    "investigation.summary": _("Mitä selvitettiin"),
    "investigation.findings": _("Mitä löytyi"),
    "investigation.changes": _("Mitä muutetaan"),
    "certificate.number": _("Todistuksen numero"),
    "destroyed.date": _("Milloin viimeinen avain tuhottiin"),
    "call.date": _("Puhelun päivä"),
    "search.done": _("Milloin haettiin"),
    "cuts.count": _("Poistettuja kohtia"),
    "visit.time": _("Päivä ja aika"),
    "visit.place": _("Paikka"),
    "source.line": _("Mistä numero saatiin"),
    "audio.delivery": _("Miksi ääntä ei anneta, vaikka sitä pyydettiin"),
    "access.cuts_line": _("Mitä on poistettu ja miksi"),
}
"""The places of letters that the house does not know."""
MANDATES: Mapping[Kind, words.Text] = {
    Kind.PROXY: _("Valtakirja"),
    Kind.GUARDIAN: _("Edunvalvoja"),
    Kind.PARENT: _("Alaikäisen huoltaja"),
    Kind.ESTATE: _("Kuolinpesä"),
}
WAYS: Mapping[Way, words.Text] = {
    Way.MAIL: _("sähköpostilla: viesti, että vastaus odottaa"),
    Way.TEXT: _("tekstiviestillä: viesti, että vastaus odottaa"),
    Way.PRINT: _("paperilla postissa"),
    Way.COLLECT: _("henkilö katsoo itse seurantakoodilla"),
}
BY: Mapping[Way, words.Text] = {
    Way.MAIL: _("sähköpostilla"),
    Way.TEXT: _("tekstiviestillä"),
    Way.PRINT: _("paperilla"),
    Way.COLLECT: _("noudettavaksi"),
}
"""The same in one word."""
ACTIONS: Mapping[str, words.Text] = {
    "play": _("kuuntelu"),
    "read": _("luku"),
    "search": _("osuma haussa"),
    "export": _("luovutus"),
    "denied": _("torjuttu yritys"),
    "unmask": _("peitetyn avaaminen"),
    "mask": _("peittäminen"),
    "cut": _("turvakoodin poistaminen"),
    "correct": _("tekstin korjaus"),
}
"""What the access log calls a use, for the person whom it concerns."""
FAULTS: Mapping[str, words.Text] = {
    "against-opinion": opinion_words.UNANSWERED,
    "mandate-missing": _(
        "Toisen puolesta pyydetään, eikä valtuutta ole kirjattu. Kirjaa se, tai vastaa, ettei sitä "
        "ole."
    ),
    "outside-mandate": _(
        "Valtuus ei ulotu tähän: katso sen laajuus ja päivät. Pyydä uusi, tai vastaa, ettei "
        "valtuus riitä."
    ),
    "conflict": _("Tilanne on muuttunut, tai jokin on vielä kesken. Lue sivu uudelleen."),
    "still-held": _(
        "Puhelua pidetään tallessa toisen asian vuoksi. Hoida se ensin, tai kieltäydy ja kerro, "
        "milloin pito päättyy."
    ),
    "not-allowed": _("Tämä vaatii toisen henkilön, tai se ei kuulu sinulle."),
    "denied": _("Sinulla ei ole lupaa hakea puheluita. Tarkista koulutus ja sitoumus."),
    "input": _("Jotain puuttuu tai on väärin. Mitään ei tehty."),
    "missing": _("Sellaista ei ole."),
    "no-longer-opens": _("Jokin puhelu ei enää avaudu."),
    "key-gone": _("Tämän pyynnön tiedosto on jo suljettu."),
}


def used(action: str, rule: str) -> words.Text:
    """A use of the access log, for the person whom it concerns."""
    if (action, rule) == ("search", access.COVERED):
        return _("osuma haussa, myös peitetyistä sanoista")
    return ACTIONS.get(action, action)


def answer(one: Answer, title: str) -> str:
    """An answer in a list of choices: the subject of its letter, and what it means."""
    return f"{title} ({OUTCOMES[one.outcome]})"
