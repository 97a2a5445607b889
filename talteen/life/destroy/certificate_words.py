"""The words of a destruction certificate in Finnish, Swedish and English.

They stand here and not among the interface's translations, because they are signed: what a
certificate said on the day it was made must not change with the next release of the interface.
Every language has every word, or the program does not start.
"""

from dataclasses import dataclass

from talteen.register.log.ledger_kinds import Evidence, HolderKind, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All words of one language. Braces name what is filled in."""

    locale: str
    day: str
    """A pattern for a day, and ``moment`` for a time of day on it (Unicode date patterns)."""
    moment: str

    title: str
    gone: str
    """What happened to one recording."""
    gone_day: str
    opens_nowhere: str
    by_receipt: str
    """Added where the weakest claim is receipted, and ``by_word`` where it is declared."""
    by_word: str

    recording: str
    call_day: str
    promise: str
    live_dead: str
    backup_dead: str
    reason: str
    generation: str
    holds: str
    still_held: str
    none: str
    entry: str
    entries: str
    tree_size: str
    root: str
    signed_by: str
    witnesses: str
    key: str

    facts_head: str
    place_head: str
    claims_head: str
    limits_head: str
    check_head: str
    machine_head: str

    claims: dict[str, str]
    source_owner: str
    """In the place of the claim about the source, where its owner deletes it."""
    grades: dict[Evidence, str]
    meanings: dict[Evidence, str]
    reasons: dict[Reason, str]
    holders: dict[HolderKind, str]
    holders_pair: str

    kept: str
    """That the promise was kept, and two ways in which it was not to the letter."""
    after_hold: str
    broken: str
    unbacked: str

    limit_copy: str
    limit_claim: str
    limit_clock: str
    limit_no_witness: str
    limit_delivered: str
    limit_others: str

    check: tuple[str, ...]


FI = Words(
    locale="fi",
    day="d.M.yyyy",
    moment="d.M.yyyy 'klo' H.mm.ss",
    title="Hävittämistodistus",
    gone="Päivän {day} puhelutallenne on hävitetty.",
    gone_day="Päivän {day} puhelutallenteista on hävitetty {count}.",
    opens_nowhere=(
        "Ääntä, tekstiä ja soittajan tietoja ei enää voi avata kukaan, myöskään varmuuskopiosta."
    ),
    by_receipt="Osa tästä perustuu kuittaukseen, ei kokeeseen.",
    by_word="Osa tästä perustuu ilmoitukseen, jota kukaan ei ole kokeillut.",
    recording="Tallenne",
    call_day="Puhelun päivä",
    promise="Luvattu hävittää viimeistään",
    live_dead="Avain tuhottu",
    backup_dead="Viimeinen kopio avaimesta tuhottu",
    reason="Syy",
    generation="Avainsukupolvi",
    holds="Pitoja ennen hävittämistä",
    still_held="Jäi pitoon",
    none="ei yhtään",
    entry="Merkintä",
    entries="Merkintöjä",
    tree_size="Puun koko",
    root="Puun pää",
    signed_by="Allekirjoitus",
    witnesses="Todistajat",
    key="Avain, jolla tarkistetaan",
    facts_head="Mitä tapahtui",
    place_head="Merkintä on pöytäkirjassa",
    claims_head="Mihin tämä perustuu",
    limits_head="Mitä tämä ei todista",
    check_head="Tarkista itse",
    machine_head="Tästä alkaa osa, jonka kone lukee. Yhtään merkkiä ei saa muuttaa.",
    claims={
        "live_keys": "Talon avain on tuhottu.",
        "backup_keys": "Avaimen varmuuskopio on tuhottu.",
        "holder_copies": "Avainten säilyttäjien omat kopiot ovat poissa.",
        "ciphertext": "Salatut tiedostot on poistettu.",
        "derived": "Hakemisto ja kaikki muu tallenteesta tehty on poistettu.",
        "source": "Tiedosto, josta tallenne tuotiin, on poistettu.",
    },
    source_owner="Tiedoston, josta tallenne tuotiin, poistaa sen omistaja.",
    grades={
        Evidence.PROVED: "Todistettu",
        Evidence.RECEIPTED: "Kuitattu",
        Evidence.DECLARED: "Ilmoitettu",
    },
    meanings={
        Evidence.PROVED: "talo yritti jälkeenpäin avata tai löytää sen, eikä onnistunut",
        Evidence.RECEIPTED: "sen tuhonnut osa kuittasi tuhonneensa, kukaan ei voinut kokeilla",
        Evidence.DECLARED: "ylläpitäjä vakuuttaa, kukaan ei ole kokeillut",
    },
    reasons={
        Reason.EXPIRED: "säilytysaika päättyi",
        Reason.HOLD_RELEASED: "pito päättyi säilytysajan jälkeen",
        Reason.REQUEST: "poistopyyntö",
        Reason.OBJECTION: "vastustus",
        Reason.ILLEGAL: "ei olisi saanut tallentaa",
        Reason.REFUSAL: "soittaja kielsi tallennuksen",
        Reason.THREAT_LAPSED: "uhkauksesta ei tullut vaadetta",
        Reason.SYNTHETIC: "talon oma koepuhelu, kukaan ei puhunut",
    },
    holders={
        HolderKind.FILE: "tiedosto",
        HolderKind.PKCS11: "turvamoduuli",
        HolderKind.OPENBAO: "OpenBao",
        HolderKind.KMS: "pilven avainpalvelu",
    },
    holders_pair="{generation}: talon avaimen säilytti {live}, varmuuskopion {backup}",
    kept="Lupaus piti: viimeinenkin kopio tuhottiin ajoissa.",
    after_hold="Pito siirsi hävittämistä luvatun päivän yli.",
    broken="Lupaus ei pitänyt: viimeinen kopio tuhottiin luvatun hetken jälkeen.",
    unbacked="Avaimesta ei ollut varmuuskopiota.",
    limit_copy=(
        "Jos joku on kopioinut avaimen salaa talon ulkopuolelle ennen sen tuhoamista, "
        "mikään todistus ei sitä näe."
    ),
    limit_claim=(
        "Todistus osoittaa, mitä talo on kirjannut ja ettei kirjausta ole muutettu. "
        "Se ei korvaa tarkastusta paikan päällä."
    ),
    limit_clock="Ajat ovat talon oman kellon mukaan.",
    limit_no_witness=(
        "Yksikään ulkopuolinen todistaja ei ole allekirjoittanut puun päätä: "
        "tämä ei sulje pois, että talo näyttää muille toista pöytäkirjaa."
    ),
    limit_delivered=(
        "Ennen hävittämistä oli luovutettu lain mukaan {count} jäljennöstä; "
        "ne ovat talon ulottumattomissa."
    ),
    limit_others=(
        "Todistus kertoo vain luetelluista tallenteista. Se ei osoita, ettei muita ole ollut."
    ),
    check=(
        "Ota tämä tiedosto ja talteen_verify.py. Et tarvitse verkkoa etkä meitä.",
        "Ota AVAIN muualta: selosteesta tai sopimuksesta. Väärennös sopii väärentäjän avaimeen.",
        "Aja: python3 talteen_verify.py --key AVAIN TIEDOSTO",
    ),
)

SV = Words(
    locale="sv_FI",
    day="d.M.yyyy",
    moment="d.M.yyyy 'kl.' H.mm.ss",
    title="Förstöringsintyg",
    gone="En samtalsinspelning från {day} har förstörts.",
    gone_day="Av samtalsinspelningarna från {day} har {count} förstörts.",
    opens_nowhere=(
        "Ljud, text och uppgifter om den som ringde kan inte längre öppnas av någon, "
        "inte heller ur en säkerhetskopia."
    ),
    by_receipt="En del av detta bygger på en kvittering, inte på ett prov.",
    by_word="En del av detta bygger på en uppgift som ingen har prövat.",
    recording="Inspelning",
    call_day="Samtalets dag",
    promise="Utlovat att förstöras senast",
    live_dead="Nyckeln förstörd",
    backup_dead="Sista kopian av nyckeln förstörd",
    reason="Orsak",
    generation="Nyckelgeneration",
    holds="Bevaranden före förstöringen",
    still_held="Bevaras fortfarande",
    none="inga",
    entry="Anteckning",
    entries="Anteckningar",
    tree_size="Trädets storlek",
    root="Trädets rot",
    signed_by="Underskrift",
    witnesses="Vittnen",
    key="Nyckel att kontrollera med",
    facts_head="Vad som har hänt",
    place_head="Anteckningen finns i protokollet",
    claims_head="Vad detta bygger på",
    limits_head="Vad detta inte bevisar",
    check_head="Kontrollera själv",
    machine_head="Här börjar den del som en maskin läser. Inte ett tecken får ändras.",
    claims={
        "live_keys": "Husets nyckel är förstörd.",
        "backup_keys": "Säkerhetskopian av nyckeln är förstörd.",
        "holder_copies": "Nyckelförvararnas egna kopior är borta.",
        "ciphertext": "De krypterade filerna är raderade.",
        "derived": "Sökindexet och allt annat som gjorts av inspelningen är raderat.",
        "source": "Filen som inspelningen hämtades från är raderad.",
    },
    source_owner="Filen som inspelningen hämtades från raderas av sin ägare.",
    grades={
        Evidence.PROVED: "Bevisad",
        Evidence.RECEIPTED: "Kvitterad",
        Evidence.DECLARED: "Uppgiven",
    },
    meanings={
        Evidence.PROVED: "huset försökte öppna eller hitta det efteråt och lyckades inte",
        Evidence.RECEIPTED: "den del som förstörde det kvitterade, ingen kunde pröva",
        Evidence.DECLARED: "administratören försäkrar, ingen har prövat",
    },
    reasons={
        Reason.EXPIRED: "bevaringstiden tog slut",
        Reason.HOLD_RELEASED: "bevarandet hävdes efter bevaringstiden",
        Reason.REQUEST: "begäran om radering",
        Reason.OBJECTION: "invändning",
        Reason.ILLEGAL: "borde inte ha spelats in",
        Reason.REFUSAL: "den som ringde nekade inspelning",
        Reason.THREAT_LAPSED: "hotet ledde inte till något anspråk",
        Reason.SYNTHETIC: "husets eget provsamtal, ingen talade",
    },
    holders={
        HolderKind.FILE: "en fil",
        HolderKind.PKCS11: "en säkerhetsmodul",
        HolderKind.OPENBAO: "OpenBao",
        HolderKind.KMS: "en nyckeltjänst i molnet",
    },
    holders_pair="{generation}: husets nyckel förvarades av {live}, säkerhetskopian av {backup}",
    kept="Löftet hölls: också den sista kopian förstördes i tid.",
    after_hold="Ett bevarande sköt upp förstöringen förbi den utlovade dagen.",
    broken="Löftet hölls inte: den sista kopian förstördes efter den utlovade tidpunkten.",
    unbacked="Det fanns ingen säkerhetskopia av nyckeln.",
    limit_copy=(
        "Om någon i hemlighet har kopierat nyckeln ut ur huset innan den förstördes, "
        "kan inget intyg se det."
    ),
    limit_claim=(
        "Intyget visar vad huset har antecknat och att anteckningen inte har ändrats. "
        "Det ersätter inte en inspektion på plats."
    ),
    limit_clock="Tiderna är enligt husets egen klocka.",
    limit_no_witness=(
        "Inget utomstående vittne har undertecknat trädets rot: "
        "detta utesluter inte att huset visar andra ett annat protokoll."
    ),
    limit_delivered=(
        "Före förstöringen hade {count} kopior lämnats ut enligt lag; "
        "de är utom räckhåll för huset."
    ),
    limit_others="Intyget gäller bara de uppräknade inspelningarna, inte att det inte fanns andra.",
    check=(
        "Ta den här filen och talteen_verify.py. Du behöver varken nätet eller oss.",
        "Ta NYCKEL från annat håll: ur beskrivningen eller avtalet. En förfalskning har sin egen.",
        "Kör: python3 talteen_verify.py --key NYCKEL FIL",
    ),
)

EN = Words(
    locale="en_GB",
    day="d MMM yyyy",
    moment="d MMM yyyy, HH:mm:ss",
    title="Destruction certificate",
    gone="A call recording of {day} has been destroyed.",
    gone_day="Of the call recordings of {day}, {count} have been destroyed.",
    opens_nowhere=(
        "Nobody can open the sound, the text or the caller's details any more, "
        "not even from a backup."
    ),
    by_receipt="Part of this rests on a receipt, not on a trial.",
    by_word="Part of this rests on a statement that nobody has tried.",
    recording="Recording",
    call_day="Day of the call",
    promise="Promised to be destroyed by",
    live_dead="Key destroyed",
    backup_dead="Last copy of the key destroyed",
    reason="Reason",
    generation="Key generation",
    holds="Holds before the destruction",
    still_held="Still on hold",
    none="none",
    entry="Entry",
    entries="Entries",
    tree_size="Tree size",
    root="Tree head",
    signed_by="Signed by",
    witnesses="Witnesses",
    key="Key to check with",
    facts_head="What happened",
    place_head="The entry is in the ledger",
    claims_head="What this rests on",
    limits_head="What this does not prove",
    check_head="Check it yourself",
    machine_head="From here on a machine reads. Not one character may change.",
    claims={
        "live_keys": "The house's key is destroyed.",
        "backup_keys": "The backup of the key is destroyed.",
        "holder_copies": "The key holders' own copies are gone.",
        "ciphertext": "The encrypted files are deleted.",
        "derived": "The search index and all else made from the recording are deleted.",
        "source": "The file that the recording was imported from is deleted.",
    },
    source_owner="The file that the recording was imported from is deleted by its owner.",
    grades={
        Evidence.PROVED: "Proved",
        Evidence.RECEIPTED: "Receipted",
        Evidence.DECLARED: "Declared",
    },
    meanings={
        Evidence.PROVED: "the house tried afterwards to open or find it, and failed",
        Evidence.RECEIPTED: "the part that destroyed it acknowledged it, nobody could try",
        Evidence.DECLARED: "the administrator says so, nobody has tried",
    },
    reasons={
        Reason.EXPIRED: "its time was over",
        Reason.HOLD_RELEASED: "its hold was released after its time was over",
        Reason.REQUEST: "request for erasure",
        Reason.OBJECTION: "objection",
        Reason.ILLEGAL: "it should not have been recorded",
        Reason.REFUSAL: "the caller refused recording",
        Reason.THREAT_LAPSED: "no claim followed from the threat",
        Reason.SYNTHETIC: "a synthetic call of the house, nobody spoke",
    },
    holders={
        HolderKind.FILE: "a file",
        HolderKind.PKCS11: "a security module",
        HolderKind.OPENBAO: "OpenBao",
        HolderKind.KMS: "a cloud key service",
    },
    holders_pair="{generation}: the house's key was kept by {live}, its backup by {backup}",
    kept="The promise was kept: even the last copy was destroyed in time.",
    after_hold="A hold moved the destruction beyond the promised day.",
    broken="The promise was not kept: the last copy was destroyed after the promised moment.",
    unbacked="There was no backup of the key.",
    limit_copy=(
        "If somebody secretly copied the key out of the house before it was destroyed, "
        "no certificate can see it."
    ),
    limit_claim=(
        "The certificate shows what the house has entered, and that the entry was not changed. "
        "It does not replace an inspection on site."
    ),
    limit_clock="Times are by the house's own clock.",
    limit_no_witness=(
        "No outside witness has signed the tree head: "
        "this does not rule out that the house shows others another ledger."
    ),
    limit_delivered=(
        "Before the destruction, {count} copies had been handed out lawfully; "
        "they are beyond the house."
    ),
    limit_others=(
        "The certificate speaks of the listed recordings only, not of whether there were others."
    ),
    check=(
        "Take this file and talteen_verify.py. You need neither a network nor us.",
        "Take KEY from elsewhere: the notice or the agreement. A forgery fits the forger's key.",
        "Run: python3 talteen_verify.py --key KEY FILE",
    ),
)

WORDS = {"fi": FI, "sv": SV, "en": EN}
