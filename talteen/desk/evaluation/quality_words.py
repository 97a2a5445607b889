"""The words of the sample and of evaluations."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from talteen.desk.page import wording
from talteen.desk.page.words import Text
from talteen.life.use.quality.evaluating import State
from talteen.life.use.quality.form import Answer, Kind, Special
from talteen.register.states import Lot

LOT_SIDES: dict[Lot, Text] = {
    Lot.IN: _("arvonnassa, ei arvottu"),
    Lot.DRAWN: _("arvottiin"),
    Lot.HELD: _("ei arvonnassa: pidossa"),
    Lot.RESTRICTED: _("ei arvonnassa: käyttö rajoitettu"),
    Lot.SPECIAL: _("ei arvonnassa: arkaluonteista"),
    Lot.WORDLESS: _("ei arvonnassa: tekstiä ei ollut"),
    Lot.CLOSED: _("ei arvonnassa: ei avautunut"),
}

EVALUATION_STATES: dict[State, Text] = {
    State.GIVEN: _("Odottaa vastaustasi."),
    State.ACKNOWLEDGED: _("Olet lukenut tämän."),
    State.DISPUTED: _("Olet eri mieltä. Toinen henkilö arvioi puhelun."),
    State.DECIDED: _("Toinen arviointi on tehty, ja se jää voimaan."),
}

QUESTION_KINDS: dict[Kind, Text] = {
    Kind.NORMAL: _("tavallinen"),
    Kind.CRITICAL: _("kriittinen"),
    Kind.FATAL: _("ehdoton"),
}


def in_language(text: Mapping[str, str]) -> str:
    """What a form says, in the reader's language."""
    return text[wording.language()]


def answered(answer: Answer | None) -> str:
    """An answer as it is read: its point, or that the question does not apply."""
    if answer is None:
        return "–"
    return str(_("ei koske")) if isinstance(answer, Special) else str(answer)


def found_on(found: Mapping[UUID, str], recording: UUID) -> str:
    """What the reader finds on this call of a list; empty where nobody has evaluated it."""
    return found.get(recording, "")
