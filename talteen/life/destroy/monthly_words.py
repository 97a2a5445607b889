"""The words of a month's statement in Finnish, Swedish and English: signed, like those of
certificates.
"""

from dataclasses import dataclass, fields

from talteen.register.log.ledger_counts import Fates


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthWords:
    """All words of one language. Braces name what is filled in."""

    month: str
    """A pattern for a month (Unicode date patterns)."""
    title: str
    lead: str
    explained: str
    """That nothing is left over, and ``unexplained`` how much is."""
    unexplained: str
    strays: str
    still_open: str
    """Added where something has still to end."""
    kept: str
    late: str

    month_name: str
    stated_at: str
    counted: str
    refused: str
    not_announced: str
    account_head: str

    fates: dict[str, str]
    rests: str
    """How many destroyed recordings rest on the evidence that stands before it."""
    balance: str
    no_balance: str

    limit_log: str
    limit_begin: str
    check: tuple[str, ...]


FI = MonthWords(
    month="LLLL yyyy",
    title="Kuukauden tilitys",
    lead="{month}: talteen otettuja puheluita {captured}.",
    explained="Jokaisen vaiheet on kirjattu, eikä yhtään jäänyt selittämättä.",
    unexplained="Tallenteita, joille pöytäkirja ei anna selitystä: {count}.",
    strays="Hävitettyjä tallenteita, joiden syntymää pöytäkirja ei kerro: {count}.",
    still_open="Vielä hävittämättä: {count}. Kuukausi tilitetään uudelleen, kunnes niitä ei ole.",
    kept="Lupaus piti: mikään ei elänyt luvattua pidempään ilman pitoa.",
    late="Lupaus ei pitänyt: tallenteita, joiden viimeinen kopio tuhottiin myöhässä: {count}.",
    month_name="Puheluiden kuukausi",
    stated_at="Tilanne",
    counted="Laskettu merkinnöistä",
    refused="Kieltäytyi tallennuksesta, mitään ei jäänyt",
    not_announced="Ei voitu osoittaa kerrotuksi, mitään ei jäänyt",
    account_head="Talteen otettu",
    fates={
        "on_time": "hävitetty ajallaan",
        "after_hold": "hävitetty pidon päätyttyä",
        "late": "hävitetty myöhässä",
        "request": "poistettu ennen aikaansa: poistopyyntö",
        "objection": "poistettu ennen aikaansa: vastustus",
        "illegal": "poistettu ennen aikaansa: ei olisi saanut tallentaa",
        "refusal": "poistettu ennen aikaansa: soittaja kielsi tallennuksen",
        "threat_lapsed": "poistettu ennen aikaansa: uhkauksesta ei tullut vaadetta",
        "complaint": "pidossa: reklamaatio",
        "legal_claim": "pidossa: oikeudellinen vaade",
        "authority_preservation": "pidossa: viranomaisen säilyttämismääräys",
        "subject_restriction": "pidossa: rekisteröidyn rajoituspyyntö",
        "request_pending": "pidossa: pyyntöön vastaaminen",
        "breach_evidence": "pidossa: tietoturvaloukkauksen selvitys",
        "dying": "avain tuhottu, varmuuskopio odottaa päiväänsä",
        "alive": "elossa, aikaa jäljellä",
        "unexplained": "selittämättä",
    },
    rests="Hävitettyjä tallenteita, joiden heikoin peruste on tämä: {count}.",
    balance=(
        "Puhelinvaihteen luettelo {days} päivältä: tallennettu {recorded}, osittain {partial}, "
        "kateissa {lost}, laillisesti tallentamatta {lawful}."
    ),
    no_balance="Puhelinvaihteen luetteloon ei ole verrattu yhtään päivää.",
    limit_log=(
        "Tilitys laskee sen, mitä pöytäkirjassa on. Puhelua, jota ei koskaan kirjattu, se ei näe: "
        "siksi rinnalla on puhelinvaihteen luettelo."
    ),
    limit_begin=(
        "Laskenta alkaa merkinnästä {begin}. Sitä vanhemmat tehtiin talon kellon mukaan ennen "
        "kuukauden alkua."
    ),
    check=(
        "Ota tämä tiedosto, otteen tiedosto (.entries) ja talteen_verify.py. "
        "Et tarvitse verkkoa etkä meitä.",
        "Aja: python3 talteen_verify.py --key AVAIN TIEDOSTO OTE",
        "Ohjelma laskee tilityksen otteesta uudelleen. Ota AVAIN muualta: selosteesta tai "
        "sopimuksesta.",
    ),
)

SV = MonthWords(
    month="LLLL yyyy",
    title="Månadsredovisning",
    lead="{month}: inspelade samtal {captured}.",
    explained="Varje inspelnings väg är antecknad, och ingen är oförklarad.",
    unexplained="Inspelningar som protokollet inte förklarar: {count}.",
    strays="Förstörda inspelningar vars tillkomst protokollet inte nämner: {count}.",
    still_open="Ännu inte förstörda: {count}. Månaden redovisas på nytt tills inga finns kvar.",
    kept="Löftet hölls: ingenting levde längre än utlovat utan ett bevarande.",
    late="Löftet hölls inte: inspelningar vars sista kopia förstördes för sent: {count}.",
    month_name="Samtalens månad",
    stated_at="Läget",
    counted="Räknat ur anteckningarna",
    refused="Nekade inspelning, ingenting blev kvar",
    not_announced="Kunde inte visas ha underrättats, ingenting blev kvar",
    account_head="Inspelade",
    fates={
        "on_time": "förstörda i tid",
        "after_hold": "förstörda efter ett bevarande",
        "late": "förstörda för sent",
        "request": "raderade före sin tid: begäran om radering",
        "objection": "raderade före sin tid: invändning",
        "illegal": "raderade före sin tid: borde inte ha spelats in",
        "refusal": "raderade före sin tid: den som ringde nekade inspelning",
        "threat_lapsed": "raderade före sin tid: hotet ledde inte till något anspråk",
        "complaint": "bevaras: reklamation",
        "legal_claim": "bevaras: rättsligt anspråk",
        "authority_preservation": "bevaras: myndighets föreläggande om bevarande",
        "subject_restriction": "bevaras: den registrerades begäran om begränsning",
        "request_pending": "bevaras: svar på en begäran",
        "breach_evidence": "bevaras: utredning av en personuppgiftsincident",
        "dying": "nyckeln förstörd, säkerhetskopian väntar på sin dag",
        "alive": "lever, tid återstår",
        "unexplained": "oförklarade",
    },
    rests="Förstörda inspelningar vars svagaste grund är denna: {count}.",
    balance=(
        "Telefonväxelns lista för {days} dagar: inspelade {recorded}, delvis {partial}, "
        "saknade {lost}, lagligen inte inspelade {lawful}."
    ),
    no_balance="Ingen dag har jämförts med telefonväxelns lista.",
    limit_log=(
        "Redovisningen räknar det som står i protokollet. Ett samtal som aldrig antecknades ser "
        "den inte: därför står telefonväxelns lista bredvid."
    ),
    limit_begin=(
        "Räkningen börjar med anteckning {begin}. Äldre anteckningar gjordes enligt husets klocka "
        "före månadens början."
    ),
    check=(
        "Ta den här filen, utdragets fil (.entries) och talteen_verify.py. "
        "Du behöver varken nätet eller oss.",
        "Kör: python3 talteen_verify.py --key NYCKEL FIL UTDRAG",
        "Programmet räknar om redovisningen ur utdraget. Ta NYCKEL från annat håll: ur "
        "beskrivningen eller avtalet.",
    ),
)

EN = MonthWords(
    month="LLLL yyyy",
    title="Statement of a month",
    lead="{month}: calls recorded {captured}.",
    explained="What became of each is entered, and none is unexplained.",
    unexplained="Recordings that the ledger does not explain: {count}.",
    strays="Destroyed recordings whose birth the ledger does not tell: {count}.",
    still_open="Not destroyed yet: {count}. The month is stated again until there are none.",
    kept="The promise was kept: nothing lived longer than promised without a hold.",
    late="The promise was not kept: recordings whose last copy was destroyed late: {count}.",
    month_name="Month of the calls",
    stated_at="As of",
    counted="Counted from entries",
    refused="Refused recording, nothing was kept",
    not_announced="Could not be shown to be announced, nothing was kept",
    account_head="Recorded",
    fates={
        "on_time": "destroyed on time",
        "after_hold": "destroyed after a hold",
        "late": "destroyed late",
        "request": "erased before their time: request for erasure",
        "objection": "erased before their time: objection",
        "illegal": "erased before their time: should not have been recorded",
        "refusal": "erased before their time: the caller refused recording",
        "threat_lapsed": "erased before their time: no claim followed from the threat",
        "complaint": "on hold: complaint",
        "legal_claim": "on hold: legal claim",
        "authority_preservation": "on hold: an authority's preservation order",
        "subject_restriction": "on hold: restriction asked by the data subject",
        "request_pending": "on hold: answering a request",
        "breach_evidence": "on hold: investigation of a breach",
        "dying": "key destroyed, its backup waits for its day",
        "alive": "alive, with time left",
        "unexplained": "unexplained",
    },
    rests="Destroyed recordings whose weakest ground is this: {count}.",
    balance=(
        "The exchange's own records of {days} days: recorded {recorded}, partly {partial}, "
        "lost {lost}, lawfully not recorded {lawful}."
    ),
    no_balance="No day was held against the exchange's own records.",
    limit_log=(
        "The statement counts what is in the ledger. A call that was never entered it cannot "
        "see: that is why the exchange's records stand beside it."
    ),
    limit_begin=(
        "The count begins with entry {begin}. Older ones were made, by the house's clock, before "
        "the month began."
    ),
    check=(
        "Take this file, the file of the excerpt (.entries) and talteen_verify.py. "
        "You need neither a network nor us.",
        "Run: python3 talteen_verify.py --key KEY FILE EXCERPT",
        "The program counts the statement again from the excerpt. Take KEY from elsewhere: from "
        "the notice or the agreement.",
    ),
)

MONTH_WORDS = {"fi": FI, "sv": SV, "en": EN}

for _words in MONTH_WORDS.values():
    # A count without a word would leave a hole in a signed account: the program does not start.
    if [*_words.fates] != [one.name for one in fields(Fates)]:
        raise AssertionError("a fate lacks its words")
