"""What the screens say of the machine's hearing: why there are no words, how a side came through,
what a filter looks for. Finnish is the source; the other languages are in ``locale/``.
"""

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text
from talteen.life.transcribe.troubles import Trouble
from talteen.life.transcribe.words import Note
from talteen.life.use.sieve import Flag

TROUBLES: dict[str, Text] = {
    Trouble.MODEL.value: _("Puheentunnistuksen malli puuttuu tai on rikki. Ylläpito näkee syyn."),
    Trouble.MEMORY.value: _("Koneen muisti ei riittänyt."),
    Trouble.WORKER.value: _("Työ katkesi kesken tämän puhelun."),
    Trouble.SOUND.value: _("Sinetöityä ääntä ei voi purkaa tekstiksi."),
    Trouble.LANGUAGE.value: _(
        "Puhelun kieltä ei tunneta. Valitse kieli, jolla teksti kirjoitetaan."
    ),
    Trouble.ENGINE.value: _("Puheentunnistus epäonnistui."),
}

NOTES: dict[str, Text] = {
    Note.NO_SOUND.value: _("ääntä ei tullut lainkaan"),
    Note.NO_SPEECH.value: _("kukaan ei puhunut"),
    Note.CLIPPED.value: _("ääni on leikkautunut, sanoja voi puuttua"),
    Note.OTHER_LANGUAGE.value: _("puhuttiin luultavasti muuta kieltä"),
}

FLAGS: dict[Flag, Text] = {
    Flag.PAUSED: _("Tallennus keskeytetty"),
    Flag.INCOMPLETE: _("Ääni vajaa"),
    Flag.SPECIAL_CATEGORY: _("Arkaluonteista"),
    Flag.THIRD_PARTIES: _("Muita henkilöitä mainittu"),
    Flag.UNREVIEWED: _("Tarkistamatta"),
}

SPOKEN_BY: dict[str, Text] = {
    "agent": _("Asiakaspalvelija sanoi"),
    "caller": _("Soittaja sanoi"),
}
