"""What the screens call the parts of a hold: why it goes on, its review, what follows."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.desk.page import words
from talteen.life.hold.reviewing import After
from talteen.notice.hold_reviews import Renewal, Review

RENEWALS: Mapping[Renewal, words.Text] = {
    Renewal.CASE_GOES_ON: _("Tapausta käsitellään vielä"),
    Renewal.WAITS_FOR_OTHER_SIDE: _("Odotetaan toisen osapuolen vastausta"),
    Renewal.BEFORE_A_COURT: _("Asia on tuomioistuimessa tai lautakunnassa"),
    Renewal.BEFORE_AN_AUTHORITY: _("Asia on viranomaisessa"),
}
REVIEWS: Mapping[Review, words.Text] = {
    Review.AHEAD: _("Tarkistus"),
    Review.SOON: _("Tarkistus"),
    Review.DUE: _("Tarkistamatta"),
    Review.ESCALATED: _("Tarkistamatta, tietosuojavastaava tietää"),
    Review.FROZEN: _("Tarkistamatta: aukeaa vain yhteyshenkilölle"),
}
AFTER: Mapping[After, words.Text] = {
    After.STAYS_HELD: _("Puhelu jää talteen: toinen pito pitää sitä."),
    After.BACK_TO_NORMAL: _("Puhelu palaa tavalliseen aikaansa."),
    After.CLOSES_AT_ONCE: _("Puhelu sulkeutuu heti ja häviää."),
}
SAID: Mapping[str, words.Text] = {
    "confirmed": _("Pito on vahvistettu."),
    "let_go": _("Pitoa ei vahvistettu. Se päättyi nyt."),
    "propose": _("Purkamista ehdotettiin. Toisen henkilön on päätettävä."),
    "close-case": _("Tapaus on päättynyt. Toisen henkilön on purettava sen pidot."),
    "keep": _("Pito jatkuu."),
    "release": _("Pito on purettu."),
}
