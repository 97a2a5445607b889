"""What the house can say by itself of a breach, in the language of a letter. Pure.

A first wording for the places of the authority's form and of the letters to people, from the kind
of the breach and from whether words were readable. People go over it: nothing leaves as it stands
here. Every sentence is true of every breach of its kind; what only people know is not guessed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from talteen.notice.breaches import Aspect, BreachKind, NotTold
from talteen.notice.language import Language

FI, SV, EN = Language.FI, Language.SV, Language.EN
Texts = Mapping[Language, str]


def _told(fi: str, sv: str, en: str) -> Texts:
    return MappingProxyType({FI: fi, SV: sv, EN: en})


WHAT: Mapping[BreachKind, Texts] = MappingProxyType(
    {
        BreachKind.LOST_DEVICE: _told(
            "laite tai tallennusväline, jolla oli puhelutallenteita, katosi tai varastettiin",
            "en enhet eller ett lagringsmedium med samtalsinspelningar försvann eller blev stulet",
            "a device or a storage medium that held call recordings was lost or stolen",
        ),
        BreachKind.WRONG_DELIVERY: _told(
            "puhelun tietoja toimitettiin tai yritettiin avata väärässä paikassa",
            "uppgifter om ett samtal levererades till fel mottagare eller öppnades av fel person",
            "data of a call were delivered to, or tried by, somebody not meant to have them",
        ),
        BreachKind.UNAUTHORISED_ACCESS: _told(
            "puheluihin pääsi tai yritti päästä joku, jolla ei ollut siihen oikeutta",
            "någon utan rätt till det kom åt eller försökte komma åt samtal",
            "somebody without the right to do so reached, or tried to reach, calls",
        ),
        BreachKind.MASS_ACCESS: _told(
            "yksi tunnus avasi päivässä poikkeuksellisen monta puhelua",
            "ett användarkonto öppnade ovanligt många samtal på en dag",
            "one account opened unusually many calls in a day",
        ),
        BreachKind.OUTSIDE_PURPOSE: _told(
            "puhelu avattiin muuta kuin selosteessa kerrottua tarkoitusta varten",
            "ett samtal öppnades för ett annat ändamål än det som beskrivningen anger",
            "a call was opened for another purpose than those of the notice",
        ),
        BreachKind.UNANNOUNCED_CAPTURE: _told(
            "puhelu tallennettiin, vaikka tallennuksesta ei kerrottu ennen keskustelua",
            "ett samtal spelades in utan att det berättades före samtalet",
            "a call was recorded although that was not told before the conversation",
        ),
        BreachKind.DAMAGED: _told(
            "tallennettuja tietoja vaurioitui, eikä vaurioitunutta osaa voi enää avata",
            "lagrade uppgifter skadades, och den skadade delen går inte längre att öppna",
            "stored data were damaged, and the damaged part cannot be opened any more",
        ),
        BreachKind.LOST_HELD_CALL: _told(
            "tapausta varten säilytettävä puhelu menetettiin",
            "ett samtal som bevarades för ett ärende gick förlorat",
            "a call that was kept for a case was lost",
        ),
        BreachKind.LOST_CALL: _told(
            "tallennettu puhelu menetettiin ennen kuin se oli tallessa",
            "ett inspelat samtal gick förlorat innan det var i säkert förvar",
            "a recorded call was lost before it was safe",
        ),
        BreachKind.LATE_DESTRUCTION: _told(
            "puheluita tai niiden avaimia säilyi luvattua pidempään",
            "samtal eller deras nycklar bevarades längre än utlovat",
            "calls or their keys were kept for longer than promised",
        ),
        BreachKind.EARLY_DESTRUCTION: _told(
            "puheluita hävitettiin ennen aikojaan",
            "samtal förstördes i förtid",
            "calls were destroyed before their time",
        ),
        BreachKind.PROCESSOR: _told(
            "käsittelijämme ilmoitti loukkauksesta omassa toiminnassaan",
            "vårt personuppgiftsbiträde meddelade en incident i sin verksamhet",
            "our processor told us of a breach of its own",
        ),
        BreachKind.OTHER: _told("", "", ""),
    }
)
"""``breach.what``. Empty where only people can say it."""

ASPECTS: Mapping[Aspect, Texts] = MappingProxyType(
    {
        Aspect.CONFIDENTIALITY: _told("luottamuksellisuus", "konfidentialitet", "confidentiality"),
        Aspect.INTEGRITY: _told("eheys", "riktighet", "integrity"),
        Aspect.AVAILABILITY: _told("saatavuus", "tillgänglighet", "availability"),
    }
)
SUBJECTS = _told(
    "soittajat ja heidän kanssaan puhuneet asiakaspalvelijat",
    "uppringare och kundrådgivarna som talade med dem",
    "callers, and the agents who spoke with them",
)
"""``breach.subject_groups``."""
DATA_READABLE = _told(
    "puhelun ääni tai teksti: mitä puhelussa sanottiin",
    "samtalets ljud eller text: det som sades i samtalet",
    "the sound or the words of the call: what was said in it",
)
DATA_SEALED = _told(
    "salattua ääntä ja tekstiä, joka ei avaudu ilman avaimia",
    "krypterat ljud och krypterad text som inte öppnas utan nycklarna",
    "encrypted sound and words, which do not open without their keys",
)
CONSEQUENCES_READABLE = _told(
    "joku muu on voinut saada tietää, mitä puhelussa sanottiin",
    "någon annan kan ha fått veta vad som sades i samtalet",
    "somebody else may have learned what was said in the call",
)
CONSEQUENCES_SEALED = _told(
    "tietoja ei voi lukea ilman avaimia, joten haittaa ei ole odotettavissa",
    "uppgifterna kan inte läsas utan nycklarna, så ingen skada är att vänta",
    "the data cannot be read without their keys, so that no harm is to be expected",
)
CONSEQUENCES_AWAY = _told(
    "puhelua ei voi enää käyttää sinun etkä meidän asiamme selvittämiseen",
    "samtalet kan inte längre användas för att utreda ditt eller vårt ärende",
    "the call can no longer help to settle your matter, or ours",
)
ADVICE_READABLE = _told(
    "jos sinuun otetaan yhteyttä puhelun asiasta, kerro siitä meille",
    "berätta för oss om någon kontaktar dig om det som sades i samtalet",
    "tell us if anybody contacts you about what was said in the call",
)
ADVICE = _told(
    "sinun ei tarvitse tehdä mitään", "du behöver inte göra något", "you need not do anything"
)
KEYS: Mapping[bool | None, Texts] = MappingProxyType(
    {
        True: _told(
            "tiedot olivat salattuja, ja avaimet olivat muualla turvassa",
            "uppgifterna var krypterade, och nycklarna fanns i säkerhet på annat håll",
            "the data were encrypted, and the keys were safe elsewhere",
        ),
        False: _told(
            "avaimet eivät olleet turvassa",
            "nycklarna var inte i säkerhet",
            "the keys were not safe",
        ),
        None: _told(
            "tiedot ovat salattuja; avainten tilaa selvitetään",
            "uppgifterna är krypterade; nycklarnas läge utreds",
            "the data are encrypted; the state of the keys is being looked into",
        ),
    }
)
KEYS_READABLE = _told(
    "osa tiedoista oli luettavissa, ja niitä salaus ei suojannut",
    "en del av uppgifterna var läsbara, och dem skyddade krypteringen inte",
    "some of the data were readable, and encryption did not protect those",
)
PHASES: Mapping[str, Texts] = MappingProxyType(
    {
        "first": _told("ensi-ilmoitus", "första anmälan", "initial notification"),
        "further": _told("täydennys", "komplettering", "supplement"),
        "last": _told("lopullinen", "slutlig", "final"),
    }
)
NOT_TOLD: Mapping[NotTold, Texts] = MappingProxyType(
    {
        NotTold.ENCRYPTED: _told(
            "tiedot olivat salattuja ja avaimet turvassa (34 artiklan 3 kohdan a alakohta)",
            "uppgifterna var krypterade och nycklarna i säkerhet (artikel 34.3 a)",
            "the data were encrypted and the keys safe (Article 34(3)(a))",
        ),
        NotTold.NO_LONGER_LIKELY: _told(
            "korkea riski ei enää todennäköisesti toteudu (34 artiklan 3 kohdan b alakohta)",
            "den höga risken uppstår sannolikt inte längre (artikel 34.3 b)",
            "the high risk is no longer likely to materialise (Article 34(3)(b))",
        ),
        NotTold.PUBLIC_NOTICE: _told(
            "asiasta kerrotaan julkisesti (34 artiklan 3 kohdan c alakohta)",
            "allmänheten informeras i stället (artikel 34.3 c)",
            "the public is told instead (Article 34(3)(c))",
        ),
    }
)
YES = _told("kyllä", "ja", "yes")
NOT_YET = _told("ei vielä", "inte ännu", "not yet")
NO = _told("ei", "nej", "no")
NONE = _told("ei ole", "finns inte", "none")
UNKNOWN = _told("selvitetään", "utreds", "being looked into")
GOES_ON = _told("ei ole päättynyt", "pågår", "it goes on")
PERSON = _told("puheluusi osallinen", "berörd av samtalet", "to whom it concerns")
"""``recipient.name`` while nobody's name is known: the house knows calls, not people."""
