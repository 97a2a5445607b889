"""The public page of safeguards: what carries a transfer out of the EEA, and a copy of it (GDPR
13(1)(f); 12.4). No sign-in, no form, no asking who wants to know."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.outflow import flow_words
from talteen.desk.page import wording, words
from talteen.desk.page.visit import VisitRequest
from talteen.notice import safeguards
from talteen.notice.language import Language
from talteen.notice.recipients import Transfer


@dataclass(frozen=True, slots=True)
class TransferShown:
    """One transfer."""

    recipient: str
    place: str
    mechanism: words.Text
    safeguards: str
    review_on: date
    copy: str
    """The name of its document; empty where it is had elsewhere."""
    url: str


@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """Every transfer, and where its copy is."""
    language = Language(wording.language())
    file = request.visit.house.register
    shown = [_shown(one, language) for one in file.transfers]
    context = {"transfers": shown, "contact": file.contact.email}
    return render(request, "notice/safeguards.html", context)


@require_safe
def copy(request: VisitRequest, name: str) -> HttpResponse:
    """One document. 404 for any name that the register does not name."""
    house = request.visit.house
    named = {one.copy_file for one in safeguards.held(house.register)}
    path = house.config.paths.register / safeguards.FOLDER / name
    if name not in named or not path.is_file():
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _shown(one: Transfer, language: Language) -> TransferShown:
    return TransferShown(
        recipient=one.recipient,
        place=one.place[language],
        mechanism=flow_words.MECHANISMS[one.mechanism],
        safeguards=one.safeguards[language],
        review_on=one.review_on,
        copy=one.copy_file or "",
        url=one.copy_url,
    )
