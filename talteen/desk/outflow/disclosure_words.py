"""What the screens call the parts of a disclosure: doors, stages, steps, refusals, tasks."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.desk.page import opinion_words, words
from talteen.life.answer.disclose import scans
from talteen.notice.disclosures import DisclosureStage, DisclosureStep, Door, Refusal
from talteen.notice.recipient_tasks import TaskAct, TaskStage

_S, _T, _R = DisclosureStage, DisclosureStep, Refusal
DOORS: Mapping[Door, words.Text] = {
    Door.AUTHORITY: _("Viranomainen"),
    Door.COUNSEL: _("Oma asianajaja"),
    Door.INSURER: _("Oma vakuutusyhtiö"),
}
STAGES: Mapping[DisclosureStage, words.Text] = {
    _S.RECEIVED: _("Saapunut"),
    _S.VERIFIED: _("Lähettäjä varmistettu"),
    _S.GROUNDED: _("Peruste kirjattu"),
    _S.SCOPED: _("Rajattu"),
    _S.PROPOSED: _("Odottaa toista henkilöä"),
    _S.APPROVED: _("Hyväksytty"),
    _S.SEALED: _("Paketti odottaa noutajaa"),
    _S.HANDED_OVER: _("Luovutettu"),
    _S.RECEIPTED: _("Vastaanotto kuitattu"),
    _S.REFUSAL: _("Epäämistä ehdotettu"),
    _S.CLOSED: _("Päätetty"),
    _S.REFUSED: _("Evätty"),
    _S.WITHDRAWN: _("Peruttu"),
    _S.EXPIRED: _("Vanheni noutamatta"),
}
NEXT: Mapping[DisclosureStage, words.Text] = {
    _S.RECEIVED: _("Varmista lähettäjä"),
    _S.VERIFIED: _("Kirjaa peruste"),
    _S.GROUNDED: _("Rajaa puheluihin"),
    _S.SCOPED: _("Anna toisen päätettäväksi"),
    _S.PROPOSED: _("Toinen henkilö päättää"),
    _S.APPROVED: _("Sulje paketti"),
    _S.SEALED: _("Kerro koodit vastaanottajalle"),
    _S.HANDED_OVER: _("Odota kuittausta"),
    _S.RECEIPTED: _("Päätä asia"),
    _S.REFUSAL: _("Toinen henkilö päättää"),
    _S.CLOSED: _("Valmis"),
    _S.REFUSED: _("Valmis"),
    _S.WITHDRAWN: _("Valmis"),
    _S.EXPIRED: _("Valmis"),
}
STEPS: Mapping[DisclosureStep, words.Text] = {
    _T.RECEIVED: _("Pyyntö kirjattiin"),
    _T.VERIFIED: _("Lähettäjä varmistettiin"),
    _T.GROUNDED: _("Peruste kirjattiin"),
    _T.SCOPED: _("Rajattiin"),
    _T.PRESERVED: _("Puhelut pidetään tallessa"),
    _T.OPINION: _("Lausunto annettiin"),
    _T.PROPOSED: _("Ehdotettiin luovutettavaksi"),
    _T.SENT_BACK: _("Palautettiin"),
    _T.APPROVED: _("Hyväksyttiin"),
    _T.SEALED: _("Paketti suljettiin"),
    _T.HANDED_OVER: _("Paketti avattiin"),
    _T.RECEIPTED: _("Vastaanotto kuitattiin"),
    _T.CLOSED: _("Päätettiin"),
    _T.REFUSAL_PROPOSED: _("Epäämistä ehdotettiin"),
    _T.REFUSED: _("Evättiin"),
    _T.WITHDRAWN: _("Peruttiin"),
    _T.EXPIRED: _("Vanheni noutamatta"),
    _T.SECRECY_ENDED: _("Vaitiolo päättyi"),
}
REFUSALS: Mapping[Refusal, words.Text] = {
    _R.UNSIGNED: _("Allekirjoitus puuttuu"),
    _R.UNVERIFIED: _("Lähettäjää ei voi varmistaa"),
    _R.NO_STATUTE: _("Säännöstä ei ole nimetty"),
    _R.VAGUE: _("Puheluita ei ole yksilöity"),
    _R.THIRD_COUNTRY: _("Kolmas maa ilman sopimusta (48 artikla)"),
    _R.NOT_HERE: _("Puhelua ei ole tai se ei avaudu"),
    _R.DISPROPORTIONATE: _("Pyydetty on liikaa"),
}
LAYERS: Mapping[str, words.Text] = {
    "masked": _("Peitetyt kohdat pois"),
    "full": _("Kaikki, myös peitetyt"),
}
ACTS: Mapping[TaskAct, words.Text] = {
    TaskAct.ERASED: _("Poistettu"),
    TaskAct.RECTIFIED: _("Oikaistu"),
    TaskAct.RESTRICTED: _("Rajoitettu"),
}
TASKS: Mapping[TaskStage, words.Text] = {
    TaskStage.OPEN: _("Kertomatta"),
    TaskStage.TOLD: _("Kerrottu, vahvistus puuttuu"),
    TaskStage.CONFIRMED: _("Vahvistettu"),
    TaskStage.IMPOSSIBLE: _("Ei mahdollinen, syy kirjattu"),
}
PAPERS: Mapping[str, words.Text] = {
    "asked": _("Pyyntö"),
    scans.KIND: _("Skannattu paperi"),
    "verified": _("Miten lähettäjä varmistettiin"),
    "ground": _("Peruste"),
    "opinion": _("Tietosuojavastaavan lausunto"),
    "refusal": _("Miksi ei"),
    "sent_back": _("Miksi palautettiin"),
    "approved": _("Miksi hyväksyttiin"),
    "letter": _("Kirje"),
    "withdrawn": _("Miksi peruttiin"),
    "receipt": _("Kuittaus"),
    "confirmed": _("Vastaanottajan vahvistus"),
    "impossible": _("Miksi ei ole mahdollista"),
}
FAULTS: Mapping[str, words.Text] = {
    "input": _("Jotain puuttuu tai on väärin. Kirjoittamasi on tallella, tarkista kentät."),
    "against-opinion": opinion_words.UNANSWERED,
    "not-a-scan": _(
        "Tiedosto puuttuu, on yli 5 megatavua, tai se ei ole kokonainen PDF, PNG tai JPEG. Skannaa "
        "paperi uudelleen."
    ),
    "conflict": _("Näin ei voi tehdä nyt: jokin edellinen vaihe puuttuu, tai pyyntö ei kanna."),
    "not-allowed": _("Tähän tarvitaan toinen henkilö tai toinen tehtävä."),
    "denied": _("Puhelu ei avaudu tähän tarkoitukseen: se on pidossa muuhun tai rajoitettu."),
    "no-longer-opens": _("Puhelu ei enää avaudu."),
    "unavailable": _("Avaimenhaltija ei vastaa. Mitään ei muutettu, yritä hetken päästä."),
}
