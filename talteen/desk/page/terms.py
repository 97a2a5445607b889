"""Words of the trade and what they mean, as the question mark beside them says it in place.

One word, one meaning, whichever page it stands on; the words are those of the interface's glossary.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text

TERMS: Mapping[str, tuple[Text, Text]] = {
    "hold": (
        _("Pito"),
        _(
            "Hävittäminen keskeytetään yhdeltä puhelulta yhtä asiaa varten. Siitä alkaen puhelu "
            "avautuu vain tuohon asiaan ja vain siihen nimetyille."
        ),
    ),
    "sample": (
        _("Otos"),
        _(
            "Puhelut, jotka arpa on valinnut viikon puheluista: enintään viisi sadasta. Muut "
            "puhelut eivät avaudu laatuun."
        ),
    ),
    "passage": (
        _("Ote"),
        _(
            "Enintään kolmen minuutin kohta arvotusta puhelusta. Yksi merkitsee, toinen hyväksyy, "
            "ja asiakaspalvelija voi vastustaa. Se häviää puhelunsa mukana."
        ),
    ),
    "alpha": (
        _("Krippendorffin alfa"),
        _(
            "Kuinka paljon arvioijat ovat yhtä mieltä sen yli, mitä sattuma antaisi. 1 on täysin "
            "yhtä mieltä, 0 on sattumaa. Alle 0,67 jäävä kysymys on poissa tuloksista."
        ),
    ),
    "anchor": (
        _("Ankkuri"),
        _("Sanat, jotka kertovat, mitä asteikon kohta tarkoittaa: mitä puhelussa silloin kuulee."),
    ),
    "stratum": (
        _("Osite"),
        _(
            "Joukko, josta otos arvotaan erikseen, kuten jono tai kieli. Näin pienikin joukko on "
            "mukana."
        ),
    ),
    "freeze": (
        _("Jäädytys"),
        _(
            "Tutkimuksen raportti tehdään kerran, eikä sitä sen jälkeen voi muuttaa. Vastauksia ei "
            "näe kukaan ennen sitä."
        ),
    ),
    "breach": (
        _("Tietoturvaloukkaus"),
        _(
            "Henkilötietoja katosi, muuttui tai joutui jollekulle, jolle ne eivät kuulu. "
            "Viranomaiselle ilmoitetaan 72 tunnissa siitä, kun talo tiesi."
        ),
    ),
    "clock": (
        _("Tuli tietoon"),
        _(
            "Hetki, jona talo oli kohtuudella varma loukkauksesta. 72 tuntia lasketaan siitä, ei "
            "tapahtumasta eikä ilmoituksesta."
        ),
    ),
    "proof": (
        _("Todiste"),
        _(
            "Talo koettelee lauseen itsestään juuri nyt: riveistä, avaimista ja lokista. Mitään ei "
            "ole tallennettu edellisestä kerrasta."
        ),
    ),
    "ledger": (
        _("Pöytäkirja"),
        _(
            "Luettelo, johon vain lisätään. Sen pää on allekirjoitettu, joten jälkikäteen "
            "muutettu rivi paljastuu."
        ),
    ),
    "certificate": (
        _("Hävittämistodistus"),
        _(
            "Todiste siitä, että puhelun viimeinenkin avain on tuhottu. Sen voi tarkistaa omalla "
            "koneella kysymättä talolta mitään."
        ),
    ),
    "gate": (
        _("Portti"),
        _(
            "Tarkistus ennen tallentamista: nimiä, numeroita ja viittä peräkkäistä sanaa "
            "yhdestäkään puhelusta ei jää."
        ),
    ),
    "check": (
        _("Miksi-kysymys"),
        _(
            "Sattuma valitsee joka sadannen avauksen, ja sen tehneeltä kysytään syy. Vastauksen "
            "lukee toinen ihminen."
        ),
    ),
    "passkey": (
        _("Pääsyavain"),
        _(
            "Avain, joka on laitteessasi ja avautuu sormella, kasvoilla tai sen omalla koodilla. "
            "Sitä ei voi kalastella eikä arvata."
        ),
    ),
}


def name_of(key: str) -> str:
    """The word itself."""
    return str(TERMS[key][0])


def meaning_of(key: str) -> str:
    """What it means, in one or two sentences."""
    return str(TERMS[key][1])
