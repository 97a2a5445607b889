"""The words of the live page and of the agent's strip: states, troubles, and what a press came
to.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text

STATES: Mapping[str, Text] = {
    "announcing": _("Ilmoitus soi"),
    "recording": _("Tallentaa"),
    "paused": _("Keskeytetty"),
    "unannounced": _("Odottaa ilmoitusta"),
    "consult": _("Neuvottelu talon sisällä"),
    "held": _("Soittaja odottaa"),
    "stopped": _("Tallennus päättyi"),
    "refused": _("Kieltäytyi, hävitetään"),
    "not_recorded": _("Ei tallenneta"),
    "ending": _("Puhelu päättyi"),
}
ICONS: Mapping[str, Text] = {
    "announcing": "volume-2",
    "recording": "mic",
    "paused": "pause",
    "unannounced": "volume-2",
    "consult": "pause",
    "held": "hourglass",
    "stopped": "eye-off",
    "refused": "eye-off",
    "not_recorded": "eye-off",
    "ending": "check",
}
KINDS: Mapping[str, Text] = {"recording": "now", "paused": "soon", "unannounced": "soon"}
"""The colour of a state, where it has one. The word and the icon say the same."""
OUTCOMES: Mapping[str, Text] = {
    "captured": _("Odottaa sinetöintiä"),
    "recorded": _("Sinetöity"),
    "parked": _("Suljettu uhkauksen vuoksi"),
    "quarantined": _("Karanteenissa"),
    "refused": _("Kieltäytyi"),
    "refused_at_prompt": _("Kieltäytyi"),
    "not_announced": _("Ilmoitusta ei kuultu"),
    "do_not_record": _("Ei tallenneta: vastustanut"),
    "agent_untold": _("Seloste kuittaamatta"),
    "private": _("Yksityinen puhelu"),
    "excluded_line": _("Linjaa ei tallenneta"),
    "voicemail": _("Vastaaja"),
    "no_conversation": _("Ei keskustelua"),
    "late": _("Tuli liian myöhään"),
    "lost": _("Ääni menetetty"),
}
"""What became of a call that has ended."""
OUTCOME_ICONS: Mapping[str, Text] = {
    "captured": "hourglass",
    "recorded": "check",
    "parked": "lock",
    "quarantined": "triangle-alert",
    "not_announced": "volume-2",
    "late": "triangle-alert",
    "lost": "triangle-alert",
}
OUTCOME_KINDS: Mapping[str, Text] = {
    "recorded": "kept",
    "not_announced": "soon",
    "late": "soon",
    "lost": "broken",
}
TROUBLES: Mapping[str, Text] = {
    "draining": _("Tallennin on tyhjenemässä: se ei ota uusia puheluita."),
    "no room": _("Levytila on lopussa: uusia puheluita ei oteta."),
    "no ports": _("Portit ovat lopussa: uusia puheluita ei oteta."),
    "no ear": _("Yksikään kuuntelija ei ole käynnissä: uusia puheluita ei oteta."),
    "no intake key": _("Vastaanottoavain puuttuu: uusia puheluita ei oteta."),
}
MISSING: Mapping[str, Text] = {
    "caller": _("Soittajan ääni puuttuu"),
    "agent": _("Asiakaspalvelijan ääni puuttuu"),
    "unknown": _("Yksi ääni puuttuu"),
}
"""Whose voice does not come, on the page of all calls."""
UNHEARD: Mapping[str, Text] = {
    "caller": _("Tallennin ei kuule soittajaa."),
    "agent": _("Tallennin ei kuule sinua."),
    "unknown": _("Tallennin ei kuule yhtä ääntä."),
}
"""The same, to the agent whose call it is."""
DONE: Mapping[str, Text] = {
    "pause": _("Tallennus on keskeytetty."),
    "resume": _("Tallennus jatkuu."),
    "refusal": _("Soittaja kieltäytyi. Kaikki tähän asti tallennettu hävitetään nyt."),
    "threat": _("Uhkaus on merkitty."),
    "told": _("Kerroit tallennuksesta, ja tallennus alkoi."),
    "private": _("Puhelu on yksityinen: sitä ei tallenneta, eikä siitä jää mitään."),
    "voicemail": _("Vastaajaan jätettyä viestiä ei tallenneta."),
    "complaint": _(
        "Reklamaatio on merkitty. Kun puhelu on sinetöity, siitä avataan tapaus ja tallenne jää"
        " pitoon, kunnes rekisterin yhteyshenkilö päättää."
    ),
}
"""What a press came to, when the node answers the state that the press asks for."""
EXPECTED: Mapping[str, frozenset[str]] = {
    "pause": frozenset({"paused"}),
    "resume": frozenset({"recording"}),
    "refusal": frozenset({"refused"}),
    "told": frozenset({"recording", "held", "paused"}),
    "private": frozenset({"not_recorded"}),
    "voicemail": frozenset({"not_recorded"}),
}
OTHERWISE: Mapping[str, Text] = {
    "told": _("Tallennus ei alkanut. Kerro siitä soittajan kielellä, ja paina sitten."),
    "private": _("Puhelu ehti päättyä toisin. Katso tila."),
    "voicemail": _("Puhelu ehti päättyä toisin. Katso tila."),
    "pause": _("Mitään ei keskeytetty, sillä tallennus ei ole nyt käynnissä. Katso tila."),
    "resume": _("Tallennus ei vielä jatku. Katso tila."),
    "refusal": _(
        "Soittaja kieltäytyi, ja tallennus päättyi. Uhkauksen vuoksi tallenne on suljettu: kaksi"
        " henkilöä päättää siitä 24 tunnin kuluessa, muuten se häviää."
    ),
}
"""The same, when the node answers another state."""
BURNT: Text = _("Soittaja kieltäytyi. Mitään ei jäänyt.")
FAILED: Mapping[str, Text] = {
    "missing": _("Tätä puhelua ei enää ole, tai se ei ole sinun. Mikään ei muuttunut."),
    "conflict": _("Puhelu ehti päättyä. Mikään ei muuttunut."),
    "unavailable": _("Tallennin ei vastannut. Katso puhelun tila ja paina uudelleen."),
}
NOT_TAKEN: Text = _("Tallennin ei ottanut tätä vastaan. Mikään ei muuttunut.")
