"""What the screens call things: roles, purposes, states, and why a door stays shut (look 6, the
interface glossary).

One word a thing, in one table each. A refusal says the rule, who may, and what to do next; it is
polite and names nobody's number, name or words. Finnish is the source; the other languages are in
``locale/``.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from talteen.life.destroy.days import Stage
from talteen.life.use.rows import Direction, Standing
from talteen.notice.purposes import Purpose, Role
from talteen.register.policy import Rule, View

Text = str | Promise

ROLES: dict[Role, Text] = {
    Role.AGENT: _("asiakaspalvelija"),
    Role.TEAM_LEADER: _("lähiesihenkilö"),
    Role.QUALITY_ANALYST: _("laatuanalyytikko"),
    Role.TRAINER: _("kouluttaja"),
    Role.COMPLAINT_HANDLER: _("reklamaation käsittelijä"),
    Role.REGISTER_CONTACT: _("rekisterin yhteyshenkilö"),
    Role.DPO: _("tietosuojavastaava"),
    Role.ADMIN: _("ylläpitäjä"),
    Role.OWNER: _("liiketoiminnasta vastaava"),
    Role.HR: _("henkilöstöhallinto"),
    Role.AUDITOR: _("tarkastaja"),
}

PURPOSES: dict[Purpose, Text] = {
    Purpose.TRAINING: _("Koulutus"),
    Purpose.SERVICE_QUALITY: _("Palvelun laatu"),
    Purpose.GUIDANCE: _("Ohjeistus"),
    Purpose.RIGHTS_OF_PARTIES: _("Osapuolten oikeudet"),
    Purpose.CORRECTNESS: _("Palvelun oikeellisuus"),
    Purpose.DATA_SUBJECT_REQUEST: _("Rekisteröidyn pyyntö"),
    Purpose.AUTHORITY: _("Viranomaisen pyyntö"),
    Purpose.BREACH_INVESTIGATION: _("Loukkauksen selvittäminen"),
}

PURPOSE_HELP: dict[Purpose, Text] = {
    Purpose.RIGHTS_OF_PARTIES: _("Reklamaatio, riita tai uhkaus. Tarvitaan asian numero."),
    Purpose.CORRECTNESS: _("Oma puhelusi tältä päivältä: mitä sovittiin."),
    Purpose.TRAINING: _("Otokseen arvottu puhelu tai siitä hyväksytty ote, josta opitaan."),
    Purpose.GUIDANCE: _("Otokseen arvottu puhelu: mikä ohjeissa kaipaa korjausta."),
    Purpose.SERVICE_QUALITY: _("Viikon otokseen arvottu puhelu. Soittajan ääni on peitetty."),
    Purpose.DATA_SUBJECT_REQUEST: _("Soittaja pyytää tietojaan. Tarvitaan pyynnön numero."),
    Purpose.AUTHORITY: _("Luovutus viranomaiselle, vain luovutuksen omassa asiassa."),
}

CASE_KINDS: dict[str, Text] = {
    "complaint": _("Reklamaatiot"),
    "request": _("Pyynnöt"),
    "disclosure": _("Luovutukset"),
}

STANDINGS: dict[Standing, Text] = {
    Standing.CAPTURING: _("Tallennetaan"),
    Standing.SEALING: _("Sinetöidään"),
    Standing.TRANSCRIBING: _("Litteroidaan"),
    Standing.WORDLESS: _("Ei tekstiä"),
    Standing.READY: _("Sinetöity"),
    Standing.QUARANTINED: _("Karanteenissa"),
    Standing.PARKED: _("Suljettu harkintaan"),
    Standing.RESTRICTED: _("Käyttö rajoitettu"),
    Standing.HELD: _("Pidossa"),
    Standing.KEYLESS: _("Ei avaudu enää"),
}

STAGES: dict[Stage, Text] = {
    Stage.COMING: _("tulossa"),
    Stage.EMPTY: _("ei puheluita"),
    Stage.LIVING: _("elossa"),
    Stage.TODAY: _("tänään"),
    Stage.TONIGHT: _("avain tuhotaan ensi yönä"),
    Stage.KEYLESS: _("avain tuhottu, varmuuskopio vielä"),
    Stage.GONE: _("hävitetty, todistus"),
}

LANGUAGE_NAMES: dict[str, Text] = {
    "fi": _("suomi"),
    "sv": _("ruotsi"),
    "en": _("englanti"),
}

DIRECTIONS: dict[Direction, Text] = {
    Direction.INBOUND: _("Soittaja soitti"),
    Direction.OUTBOUND: _("Me soitimme"),
}

SOURCES: dict[str, Text] = {
    "direct": _("soittajalta itseltään"),
    "group_booking_on_behalf": _("ryhmän varaajalta"),
    "outbound_business_register": _("yritysasiakasrekisteristä"),
    "outbound_loyalty_register": _("kanta-asiakasrekisteristä"),
}

MARKS: dict[str, Text] = {
    "pause": _("Tallennus keskeytetty"),
    "hold": _("Odotus"),
    "consult": _("Neuvonpito, ei tallennettu"),
    "transfer": _("Siirto"),
    "refusal": pgettext_lazy("event in a call", "Kieltäytyi"),
    "threat": pgettext_lazy("event in a call", "Uhkaus"),
    "lost": _("Ääni puuttuu"),
    "redacted": _("Kortin turvakoodi poistettu"),
    "silence": _("Hiljaista"),
}

TRANSCRIPT_STATES: dict[str, Text] = {
    "machine_draft": _("Koneen kirjoittama luonnos, jota kukaan ei ole lukenut."),
    "corrected": _("Yksi ihminen on lukenut ja korjannut."),
    "checked": _("Kaksi ihmistä on lukenut, toinen ääntä vasten."),
}

SHORT_MARKS: dict[str, Text] = {
    "pause": _("keskeytys"),
    "hold": _("odotus"),
    "consult": _("neuvonpito"),
    "transfer": _("siirto"),
    "lost": _("ääni puuttuu"),
    "redacted": _("turvakoodi poistettu"),
}

HOLD_GROUNDS: dict[str, Text] = {
    "complaint": _("reklamaatio"),
    "legal_claim": _("oikeusvaade"),
    "authority_preservation": _("viranomaisen määräys"),
    "subject_restriction": _("käsittelyn rajoitus"),
    "request_pending": _("tietopyyntö kesken"),
    "breach_evidence": _("tietoturvaloukkauksen selvitys"),
}
LOST_WHY: dict[str, Text] = {
    "never_arrived": _("ei koskaan tullut rekisteriin"),
    "arrived_unkept": _("tuli rekisteriin, tallennetta ei ole"),
    "late": _("tuli vasta säilytysajan jälkeen"),
}

REASONS: dict[str, Text] = {
    "expired": _("säilytysaika päättyi"),
    "request": _("soittaja pyysi poistamista"),
    "objection": _("soittaja vastusti käsittelyä"),
    "illegal": _("tallennetta ei saanut olla"),
    "refusal": _("soittaja kieltäytyi"),
    "threat_lapsed": _("uhkausta ei vahvistettu"),
    "synthetic": _("talon oma koepuhelu"),
    "hold_released": _("pito purettiin säilytysajan jälkeen"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal in words: what is so, and what the person can do."""

    title: Text
    text: Text


RULES: dict[Rule, Explanation] = {
    Rule.NOT_ACTIVE: Explanation(
        _("Tunnuksesi ei ole käytössä"),
        _(
            "Ylläpito avaa tunnuksen, kun työsuhteesi tiedot ovat ajan tasalla. Kysy "
            "esihenkilöltäsi."
        ),
    ),
    Rule.SECOND_FACTOR: Explanation(
        _("Kuuntelu vaatii toisen tunnisteen"),
        _(
            "Kirjauduit pelkällä salasanalla. Sillä näet sivut, mutta puhelu avautuu vain kahdella"
            " tunnisteella."
        ),
    ),
    Rule.UNDERTAKING: Explanation(
        _("Salassapitositoumuksesi ei ole voimassa"),
        _("Puhelut avautuvat, kun sitoumus on allekirjoitettu. Pyydä se esihenkilöltäsi."),
    ),
    Rule.TRAINING: Explanation(
        _("Kuuntelu avautuu, kun olet käynyt koulutuksen"),
        _("Tietosuojakoulutuksesi ei ole voimassa. Muu työ jatkuu."),
    ),
    Rule.CONTRACT: Explanation(
        _("Yrityksesi sopimus on päättynyt"),
        _("Pääsysi päättyi sopimuksen mukana. Uusi sopimus avaa sen, kun se on kirjattu."),
    ),
    Rule.NOT_REVIEWED: Explanation(
        _("Oikeuksiasi ei ole katsottu ajoissa"),
        _("Ne sulkeutuivat neljännesvuoden katselmuksessa. Kysy lähiesihenkilöltäsi."),
    ),
    Rule.PURPOSE_NOT_OPEN: Explanation(
        _("Tämä tarkoitus on vielä kiinni"),
        _(
            "Tässä julkaisussa siihen ei avaudu yksikään puhelu. Valitse jokin muu tarkoitus, joka "
            "kuuluu rooliisi."
        ),
    ),
    Rule.ROLE: Explanation(
        _("Tämä tarkoitus ei kuulu rooliisi"),
        _("Pyydä asian käsittelijää tai rekisterin yhteyshenkilöä avaamaan puhelu."),
    ),
    Rule.NO_TEST: Explanation(
        _("Tarkoitus on kiinni, kunnes sen tasapainotesti on uusittu"),
        _("Kaksi ihmistä uusii testin: rekisterin omistaja ja yhteyshenkilö. Kysy heiltä."),
    ),
    Rule.CASE_NEEDED: Explanation(
        _("Tarvitaan asian numero"),
        _(
            "Tähän tarkoitukseen puhelu avautuu vain nimetyssä asiassa. Valitse asia ja yritä"
            " uudelleen."
        ),
    ),
    Rule.CASE_CLOSED: Explanation(
        _("Asia on päätetty"),
        _(
            "Päätetyssä asiassa puhelut eivät avaudu. Yhteyshenkilö avaa uuden asian, jos työ"
            " jatkuu."
        ),
    ),
    Rule.NOT_IN_CASE: Explanation(
        _("Sinua ei ole nimetty tähän asiaan"),
        _("Asian puhelut avautuvat vain sen ihmisille. Pyydä asian omistajaa lisäämään sinut."),
    ),
    Rule.CALL_NOT_IN_CASE: Explanation(
        _("Puhelu ei kuulu tähän asiaan"),
        _("Asiassa avautuvat vain siihen liitetyt puhelut. Yhteyshenkilö liittää puhelun asiaan."),
    ),
    Rule.UNIT: Explanation(
        _("Puhelu on toisesta yksiköstä"),
        _("Sinulle avautuvat oman yksikkösi puhelut. Yhteyshenkilö vastaa koko rekisteristä."),
    ),
    Rule.NOT_OWN_CALL_OF_TODAY: Explanation(
        _("Tähän avautuu vain oma puhelusi tältä päivältä"),
        _(
            "Voit tarkistaa omasta puhelustasi samana päivänä, mitä sovittiin. Muulloin "
            "puhelun avaa"
            " asian käsittelijä."
        ),
    ),
    Rule.PURPOSE_NOT_TOLD: Explanation(
        _("Soittajalle ei kerrottu tästä tarkoituksesta"),
        _(
            "Puheluun sovelletaan sitä selostetta, joka oli voimassa, kun se alkoi. Uusi tarkoitus "
            "koskee vain sen jälkeen tulleita puheluita."
        ),
    ),
    Rule.NOT_DRAWN: Explanation(
        _("Puhelua ei arvottu otokseen"),
        _(
            "Koulutukseen, laatuun ja ohjeistukseen avautuvat vain viikon otokseen arvotut oman "
            "tiimin tai yksikön puhelut."
        ),
    ),
    Rule.NOT_OWN_CALL: Explanation(
        _("Koulutukseen avautuvat vain omat puhelusi"),
        _("Työkaverin puhelun otteet kuuntelette kouluttajan kanssa."),
    ),
    Rule.NOT_APPROVED: Explanation(
        _("Ote ei ole hyväksytty koulutukseen"),
        _("Kouluttajalle avautuvat vain otteet, jotka kaksi arvioijaa on hyväksynyt."),
    ),
    Rule.NOT_SEALED: Explanation(
        _("Puhelua vasta sinetöidään"),
        _("Ääni avautuu, kun se on salattu ja kirjattu. Yritä hetken kuluttua uudelleen."),
    ),
    Rule.NO_LONGER_OPENS: Explanation(
        _("Puhelu ei avaudu enää"),
        _(
            "Selosteen kohta 13: enintään kolme kuukautta. Avain on tuhottu, eikä mikään palauta"
            " puhelua."
        ),
    ),
    Rule.HELD_FOR_ANOTHER: Explanation(
        _("Puhelu on pidossa"),
        _(
            "Pidetty puhelu avautuu vain pidon asiassa ja vain sen ihmisille. Pito estää"
            " hävittämisen, ei anna lupaa kuunnella."
        ),
    ),
    Rule.RESTRICTED: Explanation(
        _("Puhelun käyttö on rajoitettu"),
        _("Puhelu säilyy, mutta sitä ei käytetä ennen kuin soittajan pyyntö on ratkaistu."),
    ),
    Rule.TWO_PERSONS: Explanation(
        _("Puhelu avautuu vain kahden päätöksellä"),
        _(
            "Henkilöstöhallinto kuulee puhelun vain osapuolten oikeuksien asiassa, kun toinen on "
            "siihen suostunut ja asiakaspalvelijalle on kerrottu. Pyydä sitä sivulla Avaukset."
        ),
    ),
    Rule.MASKED: Explanation(
        _("Peitetty ei avaudu tähän tarkoitukseen"),
        _(
            "Peitetty avautuu vain pyyntöön, viranomaiselle ja oikeusvaateeseen. Kysy tieto "
            "soittajalta uudelleen, tai pyydä asian käsittelijää."
        ),
    ),
    Rule.SPECIAL_CATEGORY: Explanation(
        _("Puhelusta näkyvät vain ajat ja tiedot"),
        _(
            "Siinä voi olla arkaluonteista, eikä kukaan ole vielä tarkistanut sitä. Kysy "
            "soittajalta"
            " uudelleen, tai pyydä asian käsittelijää avaamaan puhelu."
        ),
    ),
}


def view_in_words(purpose: Purpose, view: View) -> Text:
    """What the view of this grant shows, and what it leaves out."""
    if view is View.FACTS:
        return _(
            "Vain ajat ja tiedot. Ääni ja teksti pysyvät kiinni, kunnes puhelu on tarkistettu."
        )
    if view is View.COVERED:
        return _("Kahden henkilön luvalla: peitetyt kohdat pysyvät peitossa.")
    if purpose is Purpose.RIGHTS_OF_PARTIES:
        return _("Peitetty avautuu tarvittaessa, vain tämän asian ihmisille.")
    if purpose is Purpose.DATA_SUBJECT_REQUEST:
        return _("Peitetty avautuu tarvittaessa, vain tähän pyyntöön vastaamista varten.")
    if view is View.PASSAGES:
        return _("Vain otteet. Numerot ja nimet on peitetty, soittaja on vain tekstinä.")
    if purpose in (Purpose.SERVICE_QUALITY, Purpose.TRAINING, Purpose.GUIDANCE):
        return _("Soittajan ääni ja peitetyt kohdat eivät avaudu. Arvottu otokseen.")
    if purpose is Purpose.BREACH_INVESTIGATION:
        return _("Kahden henkilön luvalla: peitetyt kohdat pysyvät peitossa.")
    return _("Oma puhelusi tältä päivältä.")
