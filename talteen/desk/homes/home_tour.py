"""The tour of the first visit: four steps on one's own home, until they are put away.

It covers nothing and catches no key: a section before the jobs, whose steps are addresses, so that
it works by keyboard, without script and with a screen reader. Whether it was put away is
remembered for the person, not for the browser.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.page.words import Text
from talteen.life.use import reach
from talteen.notice.purposes import Role
from talteen.oversight import visits
from talteen.register.staff import preferences


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to know."""

    title: Text
    text: Text
    url_name: str = ""
    link: Text = ""


@dataclass(frozen=True, slots=True)
class TourShown:
    """The step that is looked at."""

    step: Step
    number: int
    of: int
    url: str

    @property
    def before(self) -> int:
        """The step before; 0 where there is none."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The next step; 0 where there is none."""
        return self.number + 1 if self.number < self.of else 0


HOME = Step(
    _("Tämä sivu kertoo, mikä odottaa sinua"),
    _("Otsikko on vastaus, ja kolme tehtävää lasketaan joka kerta uudelleen. Mitään ei kerry."),
)
PLACES = Step(
    _("Muualle pääsee kahta tietä"),
    _(
        "Tärkeimmät sivut ovat ylhäällä. Kaikki löytyvät näppäimillä Ctrl K tai haun merkistä: "
        "kirjoita muutama kirjain ja paina Enter."
    ),
)
OPENING = Step(
    _("Puhelu avautuu vain tarkoitukseen"),
    _(
        "Valitse ensin, mitä varten avaat. Lupa kestää puoli tuntia, ja loki kirjoitetaan ennen "
        "kuin mitään kuuluu."
    ),
    "purpose",
    _("Valitse tarkoitus"),
)
PASSAGES = Step(
    _("Kuulet otteita, et puheluita"),
    _(
        "Ote on osa arvotusta puhelusta. Kaksi ihmistä on hyväksynyt sen, numerot ja nimet on "
        "peitetty, ja se häviää puhelunsa mukana."
    ),
    "passages",
    _("Otteet ja soittolistat"),
)
WATCHING = Step(
    _("Tehtäväsi ei avaa puheluita"),
    _("Näet luvut, todisteet ja lokin. Ääntä ja sanoja ei näytetä sinulle missään."),
)
SELF = Step(
    _("Sinustakin jää jälki, ja näet sen itse"),
    _(
        "Jokainen avauksesi on omalla sivullasi. Kysymysmerkki sivun sanan perässä kertoo, mitä "
        "sana tarkoittaa."
    ),
    "my-use",
    _("Omat avaukset"),
)


def steps(role: Role) -> tuple[Step, ...]:
    """What somebody in this role is told."""
    if role is Role.TRAINER:
        return (HOME, PLACES, PASSAGES, SELF)
    opens = reach.lists_calls(role) or role is Role.QUALITY_ANALYST
    return (HOME, PLACES, OPENING if opens else WATCHING, SELF)


def tour(request: VisitRequest) -> TourShown | None:
    """The step that the address asks for, or the first; None once it was put away, and for a
    visiting inspector, who changes nothing here and could not put it away."""
    who = reader(request)
    if visits.visit_of(who.pk) or preferences.of(who).toured_at is not None:
        return None
    told = steps(Role(who.role))
    asked = request.GET.get("tour", "")
    number = int(asked) if asked in map(str, range(1, len(told) + 1)) else 1
    step = told[number - 1]
    return TourShown(step, number, len(told), reverse(step.url_name) if step.url_name else "")
