"""The ready text for whoever books for a group: what the others should know, with the link to the
notice, and by type of booking why they are not told one by one (GDPR 14(3), 14(5)(b); REGISTER
10.2; sentence 10.s3).

Anybody of the staff reads it out, sends it by the booking's own mail, or prints it. In all three
languages at once: the group need not speak the language of the call.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from talteen.desk.page import wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest
from talteen.notice.bookings import GroupBooking
from talteen.notice.language import Language
from talteen.oversight import grounds
from talteen.oversight.grounds import Kept


@dataclass(frozen=True, slots=True)
class TextShown:
    """The text in one language."""

    language: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class BookingShown:
    """One type of booking, by the words that two persons adopted (14(5)(b))."""

    id: str
    name: str
    guests: str
    effort: str
    instead: str
    owner: words.Text
    adoption: Kept


def booking_shown(one: GroupBooking, kept: Kept, language: Language) -> BookingShown:
    """One type of booking in ``language``."""
    return BookingShown(
        id=one.id,
        name=one.name[language],
        guests=one.guests[language],
        effort=one.effort[language],
        instead=one.instead[language],
        owner=words.ROLES[one.owner],
        adoption=kept,
    )


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The text, ready to be passed on."""
    register = request.visit.house.register
    texts = [
        TextShown(language.value, _text(language, register.controller.name), url)
        for language in Language
        for url in [register.notice.url[language]]
    ]
    language = Language(wording.language())
    found = grounds.grounds(request.visit.house.config, request.visit.today)
    bookings = [booking_shown(one.booking, one.kept, language) for one in found.bookings]
    return render(request, "notice/group.html", {"texts": texts, "bookings": bookings})


def _text(language: Language, controller: str) -> str:
    with override(language.value):
        return gettext(
            "Ryhmällemme on varattu puhelimitse. Puhelu tallennettiin, ja siinä on voitu mainita"
            " sinun nimesi ja tarpeesi, kuten ruokavalio. Tiedoista vastaa %(controller)s. Mitä"
            " niille tapahtuu ja mitä oikeuksia sinulla on, lukee tietosuojaselosteessa:"
        ) % {"controller": controller}
