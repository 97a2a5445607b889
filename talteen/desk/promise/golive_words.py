"""The go-live list in words: what each condition is, by which law, how it stands, and where it is
mended."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy, ngettext

from talteen.desk.page import wording
from talteen.desk.page.words import Text
from talteen.oversight.golive import Condition, Item, State


@dataclass(frozen=True, slots=True)
class Named:
    """What does not change with the day."""

    name: Text
    law: str
    """The article or the clause that asks for it."""
    place: str
    """Name of the address where it is mended; empty where a terminal mends it."""
    mends: Text
    """What is done there, or the command."""


_C = Condition
NAMED: Mapping[Condition, Named] = {
    _C.NOTICE: Named(gettext_lazy("Seloste"), "GDPR 13", "notice-changes",
        gettext_lazy("Ehdota ja hyväksy seloste")),
    _C.TESTS: Named(gettext_lazy("Tasapainotestit"), "GDPR 6(1)(f)", "assessments",
        gettext_lazy("Hyväksy testit")),
    _C.IMPACT: Named(gettext_lazy("Vaikutustenarviointi"), "GDPR 35", "assessments",
        gettext_lazy("Hyväksy arviointi")),
    _C.COOPERATION: Named(gettext_lazy("Yhteistoimintamenettely"), "759/2004 21 §",
        "employees-notice", gettext_lazy("Päivä on rekisterikansiossa")),
    _C.EMPLOYEES: Named(gettext_lazy("Työntekijöiden seloste ja kuittaukset"), "GDPR 13",
        "employees-answers", gettext_lazy("Katso, kuka ei ole kuitannut")),
    _C.ANNOUNCEMENTS: Named(gettext_lazy("Tiedotteet kolmella kielellä"), "GDPR 13(1)",
        "notice-changes", gettext_lazy("Tiedotteet julkaistaan selosteen mukana")),
    _C.PROCESSORS: Named(gettext_lazy("Käsittelijät ja siirrot"), "GDPR 28, 44", "processors",
        gettext_lazy("Katso kirjaukset")),
    _C.RETENTION: Named(gettext_lazy("Hävittäminen käy"), "GDPR 5(1)(e)", "months",
        gettext_lazy("Käynnistä: talteen work")),
    _C.CONTACTS: Named(gettext_lazy("Kaksi yhteyshenkilöä"), "GDPR 12(2)", "people",
        gettext_lazy("Kutsu yhteyshenkilö")),
    _C.OFFICER: Named(gettext_lazy("Tietosuojavastaava"), "GDPR 37", "people",
        gettext_lazy("Kutsu tietosuojavastaava")),
    _C.MAILBOX: Named(gettext_lazy("Pyyntöjen postilaatikko"), "GDPR 12(2)", "requests",
        gettext_lazy("Tarkista: talteen doctor")),
    _C.KEYS: Named(gettext_lazy("Avaimenhaltijat ja varmuusavaimet"), "GDPR 32", "vault",
        gettext_lazy("Tarkista: talteen keys status")),
    _C.DRILL: Named(gettext_lazy("Palautusharjoitus"), "GDPR 32(1)(d)", "prove",
        gettext_lazy("Tee nyt: talteen drill --weekly")),
    _C.WITNESS: Named(gettext_lazy("Ulkopuolinen todistaja"), "GDPR 5(2)", "ledger",
        gettext_lazy("Nimeä: asetus ledger.witnesses")),
}  # fmt: skip


def says(item: Item) -> str:
    """How it stands, in a few words."""
    if item.count:
        return _counted(item.condition, item.count)
    met, lacks, ends = _DATED.get(item.condition, _PLAIN)
    if item.on is None:
        return str(_NONE.get(item.condition, lacks) if item.state is not State.MET else met)
    text = met if item.state is State.MET else lacks if item.state is State.OFF else ends
    return str(text) % {"day": wording.full_day(item.on)}


_OK, _LACKS = gettext_lazy("kunnossa"), gettext_lazy("puuttuu")
_PLAIN = (_OK, _LACKS, _LACKS)
_ENDS = (
    gettext_lazy("hyväksytty, uusittava ennen %(day)s"),
    gettext_lazy("vanheni %(day)s"),
    gettext_lazy("vanhenee %(day)s"),
)
_DATED: Mapping[Condition, tuple[Text, Text, Text]] = {
    _C.NOTICE: (
        gettext_lazy("voimassa %(day)s alkaen"), gettext_lazy("tulee voimaan %(day)s"), _LACKS),
    _C.TESTS: _ENDS,
    _C.IMPACT: _ENDS,
    _C.COOPERATION: (
        gettext_lazy("käyty %(day)s"), gettext_lazy("päättyy vasta %(day)s"), _LACKS),
    _C.RETENTION: (_OK, _LACKS, gettext_lazy("viimeksi %(day)s")),
    _C.MAILBOX: (_OK, _LACKS, gettext_lazy("vaiti %(day)s alkaen")),
    _C.DRILL: (
        gettext_lazy("läpäisty %(day)s"), _LACKS, gettext_lazy("ei läpäisty, viimeksi %(day)s")),
    _C.WITNESS: (
        gettext_lazy("on allekirjoittanut"), _LACKS, gettext_lazy("puuttuu %(day)s alkaen")),
}  # fmt: skip
"""Met, keeps recording off, asks somebody to act."""
_NONE: Mapping[Condition, Text] = {
    _C.TESTS: gettext_lazy("yhtään ei ole hyväksytty"),
    _C.IMPACT: gettext_lazy("ei hyväksytty"),
    _C.RETENTION: gettext_lazy("ei ole vielä käynyt"),
    _C.DRILL: gettext_lazy("ei ole vielä tehty"),
    _C.WITNESS: gettext_lazy("ketään ei ole nimetty"),
    _C.PROCESSORS: gettext_lazy("sinne, missä ääni ja teksti ovat, ei viedä mitään uutta"),
}


GOES_ON: Mapping[Condition, Text] = {
    _C.TESTS: gettext_lazy("Muilla tarkoituksilla on testinsä: puhelu tallennetaan niitä varten."),
    _C.IMPACT: gettext_lazy("Arviointi on vielä voimassa."),
    _C.EMPLOYEES: gettext_lazy("Vain heidän puhelunsa jäävät tallentamatta."),
    _C.PROCESSORS: gettext_lazy("Vain vanhentuneen kirjauksen kone ei saa mitään uutta."),
    _C.RETENTION: gettext_lazy(
        "Mikään ei avaudu yli aikansa, ja vuorokauden myöhästyminen on loukkaus. Tänään "
        "tallennettu häviää vasta kuukausien päästä."),
    _C.CONTACTS: gettext_lazy("Pyynnöt otetaan vastaan, ja määräajat kuluvat."),
    _C.OFFICER: gettext_lazy("Ilman lausuntoa mitään ei hyväksytä eikä luovuteta."),
    _C.MAILBOX: gettext_lazy("Pyyntö tulee perille muita teitä, ja aika kuluu sen saapumisesta."),
    _C.KEYS: gettext_lazy("Puhelun sulkemiseen riittää julkinen avain. Avaaminen odottaa."),
    _C.DRILL: gettext_lazy("Mikä on hävitetty, on hävitetty: harjoitus vain osoittaa sen."),
    _C.WITNESS: gettext_lazy("Talo allekirjoittaa itse, ja todistus kertoo, ettei muita ole."),
}  # fmt: skip
"""Why recording goes on although somebody must act: what a stop would protect is protected."""


def _counted(condition: Condition, n: int) -> str:
    said = {
        _C.TESTS: ngettext("%(n)s tarkoitus on kiinni", "%(n)s tarkoitusta on kiinni", n),
        _C.EMPLOYEES: ngettext("%(n)s ihmistä ei tallenneta", "%(n)s ihmistä ei tallenneta", n),
        _C.ANNOUNCEMENTS: ngettext("%(n)s kieli ilman ääntä", "%(n)s kieltä ilman ääntä", n),
        _C.PROCESSORS: ngettext("%(n)s kirjaus vanhentunut", "%(n)s kirjausta vanhentunut", n),
        _C.CONTACTS: ngettext("%(n)s ihminen puuttuu", "%(n)s ihmistä puuttuu", n),
        _C.KEYS: ngettext("%(n)s hälytys", "%(n)s hälytystä", n),
    }
    return said[condition] % {"n": n}
