"""What the call page calls what it covers. One word each, without a space: the player counts the
words of a turn by the white space between them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from talteen.desk.page.words import Text
from talteen.life.transcribe.masking.layer import Verdict
from talteen.life.transcribe.masking.spans import Kind

KINDS: Mapping[Kind, Text] = {
    Kind.IDENTITY_CODE: pgettext_lazy("covered", "henkilötunnus"),
    Kind.CARD: pgettext_lazy("covered", "korttinumero"),
    Kind.IBAN: pgettext_lazy("covered", "tilinumero"),
    Kind.PHONE: pgettext_lazy("covered", "puhelinnumero"),
    Kind.EMAIL: pgettext_lazy("covered", "sähköposti"),
    Kind.ADDRESS: pgettext_lazy("covered", "osoite"),
    Kind.NAME: pgettext_lazy("covered", "nimi"),
    Kind.LOYALTY: pgettext_lazy("covered", "kanta-asiakasnumero"),
    Kind.BOOKING: pgettext_lazy("covered", "varausnumero"),
    Kind.THIRD_PARTY: pgettext_lazy("covered", "sivullinen"),
    Kind.NUMBER: pgettext_lazy("covered", "numero"),
    Kind.SPECIAL: pgettext_lazy("covered", "arkaluonteista"),
}
VERDICTS: Mapping[Verdict, Text] = {
    Verdict.APPROVED: _("hyväksyi"),
    Verdict.ADDED: _("lisäsi"),
    Verdict.REMOVED: _("poisti"),
    Verdict.CUT: _("poisti turvakoodin lopullisesti"),
}
