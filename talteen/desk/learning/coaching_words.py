"""The words of coaching: where a goal stands."""

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text
from talteen.life.use.coach.goals import State

STATES: dict[State, Text] = {
    State.PROPOSED: _("Odottaa asiakaspalvelijaa"),
    State.AGREED: _("Sovittu"),
    State.MET: _("Saavutettu"),
    State.LET_GO: _("Siirryttiin muuhun"),
}
