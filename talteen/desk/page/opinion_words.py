"""What the screens call the data protection officer's opinion: as they give it, and as others
read it."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from talteen.desk.page import words
from talteen.notice.opinions import Opinion

STANDS: Mapping[Opinion, words.Text] = {
    Opinion.FOR: _("Puollan"),
    Opinion.CONDITIONS: _("Puollan ehdoin, jotka kirjoitan lausuntoon"),
    Opinion.AGAINST: _("En puolla"),
}
UNANSWERED = _(
    "Tietosuojavastaava ei puolla tätä sellaisenaan. Kirjoita, miksi päätät näin tai miten ehdot "
    "täyttyvät."
)
"""What is said to whoever decides against the opinion and writes no reason."""
SAYS: Mapping[Opinion, words.Text] = {
    Opinion.FOR: _("puoltaa"),
    Opinion.CONDITIONS: _("puoltaa ehdoin"),
    Opinion.AGAINST: _("ei puolla"),
}
_FIELDS = ("stand", "opinion", "text", "reasons", "against")


def typed(request: HttpRequest) -> Mapping[str, str]:
    """What was typed of an opinion, or of a decision on it, where it could not be taken."""
    return {name: request.POST.get(name, "") for name in _FIELDS}
