"""The words of passages and lists: where one stands, what was said of it, why a stretch is none."""

import re

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text
from talteen.life.use.coach.passages import Why
from talteen.life.use.coach.spoken import What
from talteen.register.approved import State

STATES: dict[State, Text] = {
    State.PROPOSED: _("odottaa toista henkilöä"),
    State.APPROVED: _("hyväksytty koulutukseen"),
    State.DECLINED: _("hylätty"),
    State.OBJECTED: _("poissa, kunnes vastustus on ratkaistu"),
    State.OUT: _("otettu pois"),
}

SAID: dict[What, Text] = {
    What.APPROVED: _("Hyväksyi"),
    What.DECLINED: _("Hylkäsi"),
    What.OBJECTED: _("Vastusti"),
    What.KEPT: _("Ratkaisi: ote jää"),
    What.TAKEN_OUT: _("Ratkaisi: ote pois"),
}

WHY: dict[Why, Text] = {
    Why.TIMES: _("Väli alkaa ja päättyy puhelun aikana, alku ennen loppua. Esimerkiksi 1:05–1:40."),
    Why.LENGTH: _("Ote kestää sekunnista kolmeen minuuttiin."),
    Why.SENSITIVE: _("Välissä voi olla arkaluonteista. Valitse toinen kohta."),
}

_PLACE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d))?|(\d{1,5})(?:[.,](\d))?")


def read_place(text: str) -> int | None:
    """Milliseconds of what a person writes for a place: ``1:05``, ``1:05,5``, ``0:01:05`` or
    seconds; None where it is none."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, tenth, alone, alone_tenth = found.groups()
    if alone is not None:
        return int(alone) * 1000 + int(alone_tenth or 0) * 100
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(tenth or 0) * 100
