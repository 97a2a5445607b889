"""What the screens call the parts of a breach: kinds, stages, steps, scope, what is missing."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.desk.page import opinion_words, words
from talteen.notice.breaches import BreachKind, BreachStage, BreachStep, Lack, NotTold, Risk
from talteen.notice.openings import OpeningState
from talteen.oversight.breaches.letter_state import LetterState
from talteen.oversight.breaches.scope import Part, Readable

KINDS: Mapping[BreachKind, words.Text] = {
    BreachKind.LOST_DEVICE: _("Laite tai levy katosi tai varastettiin"),
    BreachKind.WRONG_DELIVERY: _("Tietoja meni väärälle henkilölle"),
    BreachKind.UNAUTHORISED_ACCESS: _("Joku pääsi tai yritti päästä puheluihin luvatta"),
    BreachKind.MASS_ACCESS: _("Yksi henkilö avasi monta puhelua"),
    BreachKind.OUTSIDE_PURPOSE: _("Puhelu avattiin muuta tarkoitusta varten"),
    BreachKind.UNANNOUNCED_CAPTURE: _("Puhelu tallennettiin kertomatta"),
    BreachKind.DAMAGED: _("Tallennettua on vaurioitunut"),
    BreachKind.LOST_HELD_CALL: _("Pidossa ollut puhelu menetettiin"),
    BreachKind.LOST_CALL: _("Tallennettu puhelu menetettiin"),
    BreachKind.LATE_DESTRUCTION: _("Puhelu tai avain eli yli aikansa"),
    BreachKind.EARLY_DESTRUCTION: _("Puhelu hävitettiin liian aikaisin"),
    BreachKind.PROCESSOR: _("Käsittelijä kertoi loukkauksesta"),
    BreachKind.OTHER: _("Jotain muuta"),
}
SAID = tuple(
    kind
    for kind in BreachKind
    if kind not in (BreachKind.MASS_ACCESS, BreachKind.DAMAGED, BreachKind.LOST_CALL)
)
"""What people can say they saw: the others only the house finds."""
STAGES: Mapping[BreachStage, words.Text] = {
    BreachStage.REPORTED: _("Odottaa ensimmäistä katsojaa"),
    BreachStage.ASSESSING: _("Riskiä arvioidaan"),
    BreachStage.TO_NOTIFY: _("Ilmoitus viranomaiselle on tekemättä"),
    BreachStage.NOTIFIED: _("Ilmoitettu viranomaiselle"),
    BreachStage.NOT_NOTIFIED: _("Ei ilmoitettu: riskiä ei ole"),
    BreachStage.DISMISSED: _("Ei ollut loukkaus"),
    BreachStage.CLOSED: _("Päätetty"),
}
NEXT: Mapping[BreachStage, words.Text] = {
    BreachStage.REPORTED: _("Milloin se tuli tietoon?"),
    BreachStage.ASSESSING: _("Millainen riski ihmisille?"),
    BreachStage.TO_NOTIFY: _("Ilmoita valtuutetulle"),
    BreachStage.NOTIFIED: _("Täydennä, korjaa ja päätä"),
    BreachStage.NOT_NOTIFIED: _("Korjaa ja päätä"),
    BreachStage.DISMISSED: _("Jää loukkausten luetteloon"),
    BreachStage.CLOSED: _("Jää loukkausten luetteloon"),
}
STEPS: Mapping[BreachStep, words.Text] = {
    BreachStep.REPORTED: _("Kirjattu"),
    BreachStep.TRIAGED: _("Tuli tietoon"),
    BreachStep.RISK_FOUND: _("Riski arvioitu"),
    BreachStep.NO_RISK_FOUND: _("Riskiä ei ole"),
    BreachStep.OPINION: _("Lausunto annettu"),
    BreachStep.NOTIFIED: _("Ilmoitettu viranomaiselle"),
    BreachStep.PEOPLE_TOLD: _("Ihmisille kerrottu"),
    BreachStep.PEOPLE_NOT_TOLD: _("Ihmisille ei kerrota"),
    BreachStep.CONTAINED: _("Pysäytetty"),
    BreachStep.POLICE_TOLD: _("Rikosilmoitus tehty"),
    BreachStep.LEARNED: _("Opit kirjattu"),
    BreachStep.OPENING_ASKED: _("Puhelun avaamista pyydetty"),
    BreachStep.OPENING_BEGUN: _("Puhelun avaaminen hyväksytty"),
    BreachStep.OPENING_REFUSED: _("Puhelun avaaminen hylätty"),
    BreachStep.DISMISSAL_PROPOSED: _("Ehdotettu: ei ole loukkaus"),
    BreachStep.DISMISSED: _("Ei ollut loukkaus"),
    BreachStep.CLOSING_PROPOSED: _("Päättämistä ehdotettu"),
    BreachStep.CLOSED: _("Päätetty"),
    BreachStep.SENT_BACK: _("Palautettu"),
    BreachStep.CORRECTED: _("Korjaus lisätty"),
}
RISKS: Mapping[Risk, words.Text] = {
    Risk.NONE: _("Ei riskiä"),
    Risk.SOME: _("Riski"),
    Risk.HIGH: _("Korkea riski"),
}
RISK_HELP: Mapping[Risk, words.Text] = {
    Risk.NONE: _("Kenellekään ei ilmoiteta, syy jää luetteloon"),
    Risk.SOME: _("Ilmoitetaan valtuutetulle"),
    Risk.HIGH: _("Ilmoitetaan valtuutetulle ja kerrotaan ihmisille"),
}
NOT_TOLD: Mapping[NotTold, words.Text] = {
    NotTold.ENCRYPTED: _("Salattua, ja avaimet olivat turvassa"),
    NotTold.NO_LONGER_LIKELY: _("Korkea riski ei enää toteudu"),
    NotTold.PUBLIC_NOTICE: _("Kerrotaan julkisesti: jokaisen tavoittaminen on kohtuutonta"),
}
LACKS: Mapping[Lack, words.Text] = {
    Lack.CONTAINED: _("Miten se pysäytettiin"),
    Lack.LATE_REASONS: _("Miksi ilmoitus viivästyi"),
    Lack.LAST_PHASE: _("Viimeinen täydennys viranomaiselle"),
    Lack.PEOPLE: _("Kerrottiinko ihmisille, tai miksi ei"),
    Lack.UNREACHED: _("Kirje, joka ei ole perillä"),
    Lack.LESSONS: _("Mitä opittiin"),
}
PARTS: Mapping[Part, words.Text] = {
    Part.HEARD: _("Kuunneltiin"),
    Part.READ: _("Luettiin"),
    Part.LEFT: _("Annettiin ulos"),
    Part.SEARCHED: _("Näkyi hakutuloksissa"),
    Part.NAMED: _("Nimettiin ilmoituksessa"),
    Part.ON_MEDIUM: _("Levyllä, avain oli elossa"),
    Part.DEAD_ON_MEDIUM: _("Levyllä, avain jo kuollut"),
}
READABLE: Mapping[Readable, words.Text] = {
    Readable.YES: _("Kyllä"),
    Readable.FRAGMENT: _("Katkelma"),
    Readable.NO: _("Ei"),
    Readable.UNKNOWN: _("Selvitä avaimet"),
    Readable.NEVER: _("Ei koskaan"),
}
READABLE_KINDS: Mapping[Readable, str] = {
    Readable.YES: "broken",
    Readable.FRAGMENT: "soon",
    Readable.NO: "kept",
    Readable.UNKNOWN: "soon",
    Readable.NEVER: "kept",
}
READABLE_ICONS: Mapping[Readable, str] = {
    Readable.YES: "triangle-alert",
    Readable.FRAGMENT: "search",
    Readable.NO: "lock",
    Readable.UNKNOWN: "key-round",
    Readable.NEVER: "lock",
}
PAPERS: Mapping[str, words.Text] = {
    "report": _("Mitä ilmoittaja kertoi"),
    "awareness": _("Milloin tuli tietoon"),
    "opinion": _("Tietosuojavastaavan lausunto"),
    "against": _("Miksi päätettiin toisin kuin tietosuojavastaava lausui"),
    "risk": _("Perustelu riskistä"),
    "notification": _("Ilmoitus viranomaiselle"),
    "receipt": _("Viranomaisen diaarinumero"),
    "letter": _("Kirje ihmisille"),
    "sent": _("Kirje ihmisille"),
    "told": _("Kerrottiin muulla tavalla"),
    "not_told": _("Miksi ihmisille ei kerrota"),
    "contained": _("Miten se pysäytettiin"),
    "police": _("Rikosilmoitus"),
    "lessons": _("Mitä opittiin"),
    "opening": _("Miksi puhelu on avattava"),
    "end": _("Ehdotus päättämisestä"),
    "correction": _("Korjaus"),
}
LETTERS: Mapping[LetterState, words.Text] = {
    LetterState.TO_POST: _("Odottaa postitusta"),
    LetterState.WAITING: _("Odottaa lähtöä"),
    LetterState.SENT: _("Viesti lähti"),
    LetterState.POSTED: _("Postitettu"),
    LetterState.READ: _("Luettu"),
    LetterState.LOST: _("Ei mennyt perille"),
    LetterState.TOLD: _("Kerrottu muulla tavalla"),
}
LETTER_KINDS: Mapping[LetterState, str] = {
    LetterState.TO_POST: "soon",
    LetterState.WAITING: "soon",
    LetterState.SENT: "kept",
    LetterState.POSTED: "kept",
    LetterState.READ: "kept",
    LetterState.LOST: "broken",
    LetterState.TOLD: "kept",
}
OPENINGS: Mapping[OpeningState, words.Text] = {
    OpeningState.ASKED: _("Odottaa toista henkilöä"),
    OpeningState.LAPSED: _("Kukaan ei hyväksynyt ajoissa"),
    OpeningState.REFUSED: _("Hylättiin"),
    OpeningState.RUNS: _("Avautuu nyt"),
    OpeningState.OVER: _("Päättyi"),
}
PLACES: Mapping[str, words.Text] = {
    "breach.what": _("Mitä tapahtui"),
    "breach.subject_groups": _("Keitä se koskee"),
    "breach.data": _("Mitä tietoja se koskee"),
    "breach.consequences": _("Mitä siitä voi seurata"),
    "breach.measures": _("Mitä on tehty"),
    "breach.delay_reasons": _("Miksi ilmoitus viivästyi"),
    "breach.processor": _("Osallinen käsittelijä"),
    "breach.processor_told_at": _("Milloin käsittelijä kertoi"),
    "breach.cross_border": _("Muut maat ja viranomaiset"),
    "breach.advice": _("Mitä ihminen voi itse tehdä"),
}
FAULTS: Mapping[str, words.Text] = {
    "input": _("Jokin kohta on tyhjä tai väärin. Kirjoittamasi on tallella: täydennä ja lähetä."),
    "against-opinion": opinion_words.UNANSWERED,
    "not-allowed": _(
        "Tämä teko kuuluu toiselle henkilölle: kukaan ei hyväksy omaa ehdotustaan, eikä "
        "tietosuojavastaava päätä."
    ),
    "same-person": _("Kukaan ei hyväksy omaa pyyntöään: tähän tarvitaan toinen henkilö."),
    "conflict": _("Tätä ei voi tehdä vielä: jotain puuttuu, tai tila on muuttunut. Katso alta."),
    "missing": _("Loukkausta ei enää ole täällä."),
    "unavailable": _("Avaimenhaltija ei vastaa. Kirjoittamasi on tallella: lähetä hetken päästä."),
}
