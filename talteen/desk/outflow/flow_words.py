"""What the screens call the ways out of the house: what is spoken to, what is handled, why a record
has lapsed."""

from collections.abc import Mapping

from babel import Locale
from django.utils.translation import gettext_lazy as _

from talteen.desk.page import wording, words
from talteen.notice.coverage import Why
from talteen.notice.purposes import Basis
from talteen.notice.recipients import Handled, Mechanism
from talteen.oversight.flow.connectors import What

CONNECTED: Mapping[What, words.Text] = {
    What.DATABASE: _("tietokanta"),
    What.STORE: _("suljetut tavut"),
    What.KEYS_LIVE: _("elävät avaimet"),
    What.KEYS_RING: _("varmuuskopioiden avaimet"),
    What.MAIL: _("sähköposti"),
    What.MAILBOX: _("pyyntöjen postilaatikko"),
    What.TEXT: _("tekstiviestit"),
    What.CALL: _("takaisinsoitot"),
    What.EXCHANGE: _("puhelinkeskus"),
    What.WEBHOOK: _("keskuksen käskyt"),
    What.TRUNK: _("puhelut sisään"),
    What.ACCESS_LOG: _("käyttöloki"),
    What.SIGN_IN: _("sisäänkirjautuminen"),
    What.IDENTIFICATION: _("pyynnön tekijän vahva tunnistus"),
}
HANDLED: Mapping[Handled, words.Text] = {
    Handled.SOUND: _("ääni"),
    Handled.WORDS: _("teksti"),
    Handled.NUMBERS: _("numerot"),
    Handled.FACTS: _("ajat ja merkinnät"),
    Handled.KEYS: _("avaimet"),
    Handled.MESSAGES: _("viestit ilman sisältöä"),
    Handled.ACCESS_LOG: _("käyttöloki"),
    Handled.NOTHING_READABLE: _("suljettuja tavuja, ei avaimia"),
}
BASES: Mapping[Basis, words.Text] = {
    Basis.LEGITIMATE_INTEREST: _("oikeutettu etu, 6(1)(f)"),
    Basis.LEGAL_OBLIGATION: _("lakisääteinen velvoite, 6(1)(c)"),
}
MECHANISMS: Mapping[Mechanism, words.Text] = {
    Mechanism.CLAUSES: _("mallisopimuslausekkeet"),
    Mechanism.ADEQUACY: _("komission päätös"),
    Mechanism.BINDING_RULES: _("yritystä sitovat säännöt"),
}
WHY: Mapping[Why, words.Text] = {
    Why.REVIEW_PAST: _("tarkistuspäivä on ohi"),
    Why.TRANSFER_REVIEW_PAST: _("siirron tarkistuspäivä on ohi"),
    Why.ASSESSMENT_MISSING: _("siirron vaikutusarvio puuttuu"),
    Why.WITHDRAWN: _("siirron peruste on peruttu"),
    Why.NO_ADEQUACY: _("komission päätös ei ole voimassa"),
    Why.NO_TRANSFER: _("siirrolla ei ole perustetta"),
    Why.NOT_CHOSEN: _("ei ole kirjattu, miksi se valittiin"),
}


def country(code: str) -> str:
    """The name of a country in the reader's language; its code where Babel knows no name."""
    return str(Locale(wording.language()).territories.get(code, code))
