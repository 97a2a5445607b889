"""What each proof found, and what was looked at, in the reader's language.

Figures first: a reader sees of how many. A test sees to it that no kind of proof is without its
words, and that the words name no figure that the proof does not give.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from talteen.clock import HELSINKI
from talteen.oversight.prove import words_rights
from talteen.oversight.prove.judgement import Figure
from talteen.oversight.prove.said import Words

WORDS: Mapping[str, Words] = {
    **words_rights.WORDS,
    "as_printed": Words(
        _("Eroja %(bad)s, kieliä %(all)s"),
        _("Julkaistu lause verrattiin siihen, mitä talon rekisteri painaisi nyt."),
    ),
    "published_before": Words(
        _("Myöhässä tai aukolla %(bad)s, versioita %(all)s"),
        _(
            "Joka versio on pöytäkirjassa ennen voimaantulopäiväänsä, ja toinen jatkaa siitä,"
            " mihin edellinen päättyy."
        ),
    ),
    "same_in_all": Words(
        _("Poikkeavia %(bad)s, versioita %(all)s"),
        _(
            "Joka version lauseet ovat samat kolmella kielellä, ja teksti on se, jonka "
            "tiiviste on pöytäkirjassa."
        ),
    ),
    "apart": Words(
        _("Väärässä paikassa %(bad)s"),
        _("Vastustamisoikeus on selosteessa omana kohtanaan ennen muita, kaikilla kielillä."),
    ),
    "bases": Words(
        _("Poikkeavia %(bad)s, tarkoituksia %(all)s"),
        _("Rekisterin tarkoitukset nojaavat siihen perusteeseen, jonka lause nimeää."),
    ),
    "balanced": Words(
        _("Puuttuu tai vanhentunut %(bad)s, tarkoituksia %(all)s, vanhin testi %(oldest)s"),
        _(
            "Jokaisella oikeutetun edun tarkoituksella on tasapainotesti, jonka tarkistus ei "
            "ole myöhässä."
        ),
    ),
    "contracts": Words(
        _("Puutteellisia %(bad)s, käsittelijöitä %(all)s, yhteyksiä ulos %(connectors)s"),
        _(
            "Jokaisella käsittelijällä on kirjallinen sopimus, joka on alkanut, ja jokainen "
            "yhteys kuuluu johonkin kirjaukseen."
        ),
    ),
    "ordered": Words(
        _("Puutteellisia %(bad)s, luovutuksia viranomaisille %(all)s"),
        _("Lähettäjä varmistettu, peruste kirjattu, puhelut nimetty, lausunto ja kaksi henkilöä."),
    ),
    "claimed": Words(
        _("Puutteellisia %(bad)s, luovutuksia riidoissa %(all)s"),
        _("Riita nimetty, yksittäiset puhelut ja kaksi henkilöä."),
    ),
    "named": Words(
        _("Kertomatta %(bad)s, luovutuksia %(all)s"),
        _("Jokainen vastaanottaja on nimeltä tiedossa; vaitiololla on päivä, jona se päättyy."),
    ),
    "carried": Words(
        _("Ilman perustetta %(bad)s, ulkopuolisia %(all)s"),
        _("Jokaisella siirrolla on tänään voimassa oleva peruste, arvio ja tarkistuspäivä."),
    ),
    "passed_on": Words(
        _("Kertomatta tai myöhässä %(bad)s, ilmoitettavia %(all)s"),
        _("Poistetun, oikaistun tai rajoitetun puhelun saajilla on kullakin tehtävänsä."),
    ),
    "breaches_told": Words(
        _("Ilmoittamatta %(bad)s, loukkauksia %(all)s"),
        _("Loukkausten kellot, ilmoitukset viranomaiselle ja ihmisille kertominen."),
    ),
    "inside_eea": Words(
        _("Ulkopuolella %(bad)s, käsittelijöitä %(all)s"),
        _("Käsittelijöiden maat ja tavujen paikka asetuksissa."),
    ),
    "sources": Words(
        _("Tuntematon lähde %(bad)s, puheluita %(all)s, nimettyjä lähteitä %(known)s"),
        _("Jokaisen elävän tallenteen lähde on jokin niistä, jotka seloste nimeää."),
    ),
    "announced": Words(
        _(
            "Liian aikaisin tai kuittaamatta %(bad)s, tallenteita %(all)s, kertomatta ja siksi "
            "tallentamatta %(untold)s, kuittaamattomilta tallennettu %(agents)s"
        ),
        _(
            "Yksikään tallenne ei ala ennen ilmoituksensa loppua, ilmoitus oli silloin voimassa, "
            "ja asiakaspalvelija oli kuitannut oman selosteensa."
        ),
    ),
    "bound": Words(
        _("Väärässä versiossa %(bad)s, tallenteita %(all)s"),
        _("Jokainen tallenne on sidottu versioon, joka oli voimassa puhelun päivänä."),
    ),
    "never_longer": Words(
        _("Liian pitkään %(bad)s, tallenteita %(all)s"),
        _(
            "Yhdenkään tallenteen päivä ei ole myöhempi kuin sen oma tai myöhempi, lyhyempi "
            "versio sallii."
        ),
    ),
    "columns": Words(
        _("Ylimääräisiä kenttiä %(bad)s %(which)s"),
        _(
            "Tallenteiden taulun kentät ovat ne, jotka ohjelma tuntee: aikoja, paikkoja ja "
            "tunnuksia, ei soittajaa."
        ),
    ),
    "refused": Words(
        _("Jäljellä %(bad)s, kieltäytymisiä %(all)s"),
        _("Pöytäkirjan kieltäytymisistä ei ole riviä eikä tavuja."),
    ),
    "parked": Words(
        _("Yli ajan %(bad)s, lukittuja %(all)s"),
        _("Uhkauksen vuoksi lukitut tallenteet ja niiden tunnit."),
    ),
    "sealed": Words(
        _("Poikkeavia tai luettavia %(bad)s, luettuja %(all)s"),
        _(
            "Uusimmat tallennetut tavut luettiin: ne ovat ne, jotka sinetöitiin, eikä niissä "
            "näy ääntä eikä tekstiä."
        ),
    ),
    "labelled": Words(
        _("Merkitsemättä %(bad)s, litteraatteja %(all)s"),
        _(
            "Jokainen litteraatti kertoo, mikä kone sen kirjoitti ja mihin asti ihminen on "
            "sen tarkistanut."
        ),
    ),
    "models": Words(
        _("Tuntemattomia %(bad)s %(which)s, malleja %(all)s"),
        _(
            "Litteraatit on kirjoittanut malli, joka saa täällä kääntää puhetta tekstiksi "
            "eikä muuta."
        ),
    ),
    "listed": Words(
        _("Luettelon ulkopuolella %(bad)s, avauksia %(all)s"),
        _(
            "Jokaisella avauksella %(since)s alkaen on tarkoitus suljetusta luettelosta ja "
            "rooli, jolle se kuuluu."
        ),
    ),
    "in_a_case": Words(
        _("Ilman asiaa %(bad)s, avauksia %(all)s"),
        _("Tarkoitukset, jotka vaativat asian, %(since)s alkaen."),
    ),
    "own_call": Words(
        _("Muita kuin omia tai muulta päivältä %(bad)s, tarkistuksia %(all)s"),
        _("Asiakaspalvelijoiden tarkistukset %(since)s alkaen."),
    ),
    "drawn_only": Words(
        _("Arpomatta avattuja %(bad)s, avauksia %(all)s"),
        _("Elävien puheluiden avaukset, ja koe: arpomattomien ovia kokeiltiin %(doors)s kertaa."),
    ),
    "taught": Words(
        _("Arpomatta avattuja %(bad)s, avauksia %(all)s, otteita %(passages)s, yksin %(alone)s"),
        _(
            "Jokaisen otteen on hyväksynyt toinen kuin sen merkinnyt. Koe: arpomattomien ovia "
            "kokeiltiin %(doors)s kertaa."
        ),
    ),
    "share": Words(
        _("Liian suuria otoksia %(bad)s, viikkoja %(all)s, arvottuja %(drawn)s"),
        _("Joka viikon otos verrattiin sen viikon kaikkiin puheluihin."),
    ),
    "evaluated": Words(
        _("Itse itsensä arvioineita %(bad)s, arviointeja %(all)s"),
        _("Jokaisen arvioinnin on tehnyt toinen ihminen, arvotusta puhelusta."),
    ),
    "special": Words(
        _("Auenneita %(bad)s, merkittyjä puheluita %(all)s"),
        _("Koe: merkittyjen puheluiden suljettuja ovia kokeiltiin %(doors)s kertaa."),
    ),
    "credentials": Words(
        _(
            "Puutteellisin edellytyksin %(bad)s, lupia %(all)s, kunnossa %(people)s / %(of)s, "
            "oikeudet katsottu %(reviewed_on)s, katsomatta %(waiting)s, hätäavauksia "
            "%(emergencies)s, kumppanin väkeä %(partners)s"
        ),
        _(
            "Joka lupa verrattiin sitoumuksiin, koulutuksiin ja oikeuksien katselmukseen, joka "
            "hätäavaus kolmeen henkilöön ja aikaansa, kumppanin väki voimassa olevaan käsittelijän "
            "kirjaukseen. Koe: ulkopuolinen kokeili %(doors)s ovea."
        ),
    ),
    "exports": Words(
        _("Ilman luetteloa tai toista ihmistä %(bad)s, asiakirjoja %(all)s"),
        _("Talosta lähteneet asiakirjat."),
    ),
    "ends": Words(
        _(
            "Yli aikansa %(bad)s, eläviä %(all)s, hävitettyjä %(gone)s, vanhin ilman pitoa "
            "%(oldest)s"
        ),
        _("Elävät tallenteet ja hävitykset verrattiin niiden viimeiseen päivään."),
    ),
    "backups": Words(
        _("Myöhässä tai todistamatta %(bad)s, hävitettyjä %(all)s, eläviä varmuusavaimia %(keys)s"),
        _("Varmuusavaimet ja niiden kuolinpäivät; hävitettyjen avainten kuolema koeteltiin."),
    ),
    "closed_week": Words(
        _("Auenneita %(bad)s, koeteltuja puheluita %(all)s"),
        _("Avaukset ajan täytyttyä, ja koe: kuin aika olisi täynnä, %(doors)s ovea."),
    ),
    "by_itself": Words(
        _(
            "Odottaa yli tunnin %(bad)s, viimeisin kierros %(minutes)s min sitten, viimeisin "
            "hävitys %(last)s"
        ),
        _("Hävittävä kierros käy itsestään, eikä mikään odota sitä."),
    ),
    "certified": Words(
        _("Ilman todistusta %(bad)s, hävitettyjä %(all)s"),
        _("Jokainen hävitys on pöytäkirjassa."),
    ),
    "kept_for_days": Words(
        _("Yli päivänsä %(bad)s, säilytettäviä %(all)s"),
        _(
            "Lokin päivät, pyyntöjen tiedot ja arvioinnit verrattiin kuukausiin, jotka "
            "seloste lupaa."
        ),
    ),
    "list_confirmed": Words(
        _("Vahvistamatta yli vuoden %(bad)s, merkintöjä %(all)s"),
        _("Ei tallenneta -luettelon merkinnät ja niiden vuosittainen vahvistus."),
    ),
    "grounds": Words(
        _("Ilman perustetta %(bad)s, pitoja %(all)s"),
        _(
            "Jokaisella voimassa olevalla pidolla on luettelon peruste ja kaksi ihmistä tai "
            "päättymispäivä."
        ),
    ),
    "narrowed": Words(
        _("Muuhun auenneita %(bad)s, pidettyjä puheluita %(all)s"),
        _("Avaukset pidon alusta, ja koe: muiden tarkoitusten ovia kokeiltiin %(doors)s kertaa."),
    ),
    "reviewed": Words(
        _("Myöhässä %(bad)s, pitoja %(all)s, seuraava tarkistus %(next)s"),
        _("Pitojen tarkistuspäivät."),
    ),
    "released": Words(
        _("Yhä jäljellä %(bad)s, päättyneitä pitoja %(all)s"),
        _("Puhelut, joiden pito päättyi niiden ajan jälkeen."),
    ),
    "on_time": Words(
        _("Myöhässä %(bad)s, avoimia pyyntöjä %(all)s, seuraava määräpäivä %(next)s"),
        _("Avoimien pyyntöjen viimeinen laillinen päivä."),
    ),
    "received": Words(
        _("Väärin päivättyjä %(bad)s, pyyntöjä %(all)s"),
        _("Saapumishetki verrattiin ensimmäiseen käsittelyhetkeen."),
    ),
    "kept_for_answer": Words(
        _("Pitämättä %(bad)s, puheluita avoimissa pyynnöissä %(all)s"),
        _("Puhelut, joista on pyydetty ja joihin ei ole vielä vastattu."),
    ),
    "reasons": Words(
        _("Perusteluitta %(bad)s, epäämisiä %(all)s"),
        _("Jokaisesta epäämisestä on kirje, jossa on syyt."),
    ),
    "free": Words(
        _("Ilman lausuntoa tai toista ihmistä %(bad)s, maksuja %(all)s"),
        _("Pyynnöistä ehdotetut maksut."),
    ),
    "officer": Words(
        _("Vastaavan tekemiä %(bad)s, päätöksiä %(all)s"),
        _("Pyyntöjen ja pitojen päätökset: kuka ne teki."),
    ),
    "by_people": Words(
        _("Ilman ihmistä %(bad)s, päätöksiä %(all)s"),
        _("Jokaisella päätöksellä on tekijä."),
    ),
    "erased": Words(
        _("Yhä avattavissa %(bad)s, poistettaviksi päätettyjä %(all)s"),
        _("Puhelut, joiden poistamisesta on päätetty."),
    ),
    "set_aside": Words(
        _("Käytössä %(bad)s, puheluita avoimissa vastustuksissa %(all)s"),
        _("Puhelut, joiden vastustus odottaa ratkaisua."),
    ),
    "restricted": Words(
        _("Muuhun auenneita %(bad)s, rajoitettuja puheluita %(all)s"),
        _("Avaukset rajoituksen alusta, ja koe: ovia kokeiltiin %(doors)s kertaa."),
    ),
    "checked_words": Words(
        _("Tarkistamatta %(bad)s, luovutettuja litteraatteja %(all)s"),
        _("Luovutetut litteraatit ja se, oliko ihminen lukenut ne äänen rinnalla."),
    ),
    "codes": Words(
        _("Lähtemättä jääneitä %(bad)s, koodeja %(all)s, viestikanavia %(ways)s"),
        _("Kuukauden koodit numeroihin: onko kanava, ja lähtivätkö ne ajallaan."),
    ),
    "two_contacts": Words(
        _("Valmiina %(n)s, nimettyjä %(of)s"),
        _(
            "Rekisterin yhteyshenkilöt, jotka voivat toimia tänään: töissä, sitoumus ja "
            "koulutus voimassa."
        ),
    ),
    "unchanged": Words(
        _("Poikkeamia %(bad)s %(which)s, merkintöjä %(all)s, lokin päiviä %(days)s"),
        _(
            "Pöytäkirja laskettiin uudelleen, lokin päivät verrattiin sitoumuksiinsa, ja "
            "taulut kieltävät muutokset."
        ),
    ),
    "drilled": Words(
        _("Henkiin heränneitä %(bad)s, koeteltuja %(dead)s, soi %(played)s, viimeksi %(at)s"),
        _("Viikon harjoitus: hävitetyt eivät aukea, ja elävä puhelu soi."),
    ),
}


MISSING: Mapping[str, Promise] = {}
"""What is missing where nothing holds a sentence; ``tested.NOT_YET`` says the same in English."""


def missing(sentence: str) -> str:
    """What is missing for a sentence that nothing holds."""
    return str(MISSING.get(sentence, ""))


def found(kind: str, figures: Mapping[str, Figure]) -> str:
    """What was found, with its figures."""
    return _said(WORDS[kind].found, figures)


def looked(kind: str, figures: Mapping[str, Figure]) -> str:
    """What was looked at."""
    return _said(WORDS[kind].looked, figures)


def _said(words: Promise, figures: Mapping[str, Figure]) -> str:
    shown = {name: _shown(value) for name, value in figures.items()}
    return " ".join((str(words) % shown).split()).replace(" ,", ",")


def _shown(value: Figure) -> str:
    match value:
        case None:
            return "–"
        case datetime():
            at = value.astimezone(HELSINKI)
            return f"{at.day}.{at.month}.{at.year} {at.hour}.{at.minute:02}"
        case date():
            return f"{value.day}.{value.month}.{value.year}"
        case _:
            return str(value)
