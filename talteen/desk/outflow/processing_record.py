"""The records of processing activities (GDPR 30(1), (2), REGISTER 11.5), made from what is in force
now: the register, the notice, and the recipients that calls were disclosed to. The second is there
where the house processes for other controllers.

It is read in the reader's language, printed, or taken as JSON to be compared with an earlier one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from talteen.desk.outflow import disclosure_words, flow_words
from talteen.desk.outflow.processors import LOOKERS
from talteen.desk.page import documents, downloads, failures, papers, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.answer import values
from talteen.life.answer.disclose.models import Recipient
from talteen.notice import categories
from talteen.notice import language as languages
from talteen.notice.disclosures import Door
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.register import published


@dataclass(frozen=True, slots=True)
class PointShown:
    """One point of Article 30(1) or (2)."""

    letter: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordShown:
    """The record."""

    register: str
    made_on: date
    notice: str
    """The number of the version in force; empty where there is none."""
    points: tuple[PointShown, ...]
    for_others: tuple[PointShown, ...]
    """The record of 30(2); empty where the house processes for nobody."""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The record in the reader's language."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    context = {"shown": _shown(request), "pdf": documents.draws_pdf()}
    return render(request, "flow/record.html", context)


@staff_only
@require_safe
def as_pdf(request: VisitRequest) -> HttpResponse:
    """The same for the file."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    shown = _shown(request)
    return papers.answer("flow/record_paper.html", f"processing-{shown.made_on}", shown)


@staff_only
@require_safe
def as_json(request: VisitRequest) -> HttpResponse:
    """The same for a program, and for comparing two of them."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    shown = _shown(request)
    told = {
        "format": "talteen processing record 1",
        "register": shown.register,
        "made_on": shown.made_on.isoformat(),
        "notice": shown.notice,
        "article_30_1": {one.letter: list(one.lines) for one in shown.points},
        "article_30_2": {one.letter: list(one.lines) for one in shown.for_others},
    }
    raw = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    return downloads.attachment(raw, "application/json", f"processing-{shown.made_on}.json")


def _shown(request: VisitRequest) -> RecordShown:
    file, today = request.visit.house.register, request.visit.today
    language = Language(request.LANGUAGE_CODE[:2])
    in_force = published.in_force(today)
    text = in_force.text if in_force else {}
    return RecordShown(
        register=file.register.name[language],
        made_on=today,
        notice=in_force.number if in_force else "",
        points=tuple(_points(file, text, language)),
        for_others=tuple(_for_others(file, text, language)) if file.on_behalf_of else (),
    )


def _points(
    file: RegisterFile, notice: Mapping[str, object], language: Language
) -> Sequence[PointShown]:
    return (
        PointShown("a", _("Rekisterinpitäjä ja tietosuojavastaava"), _controller(file, language)),
        PointShown("b", _("Käsittelyn tarkoitukset"), _purposes(file, language)),
        PointShown("c", _("Rekisteröidyt ja tiedot"), _data(language)),
        PointShown("d", _("Vastaanottajat"), _recipients(file, language)),
        PointShown("e", _("Siirrot ETA-alueen ulkopuolelle"), _transfers(file, language)),
        PointShown("f", _("Poistamisen määräajat"), _retention(file)),
        PointShown("g", _("Turvatoimet"), _security(notice, language)),
    )


def _for_others(
    file: RegisterFile, notice: Mapping[str, object], language: Language
) -> Sequence[PointShown]:
    return (
        PointShown("a", _("Käsittelijä ja ne, joiden puolesta käsittelemme"), _parties(file)),
        PointShown("b", _("Mitä kunkin puolesta tehdään"), _behalf(file, language)),
        PointShown("c", _("Siirrot ETA-alueen ulkopuolelle"), _transfers(file, language)),
        PointShown("d", _("Turvatoimet"), _security(notice, language)),
    )


def _parties(file: RegisterFile) -> tuple[str, ...]:
    us, officer = file.controller, words.ROLES[Role.DPO]
    others = (
        f"{one.name}, {one.business_id}, {one.email}"
        + (f", {officer}: {one.dpo_email}" if one.dpo_email else "")
        for one in file.on_behalf_of
    )
    return (f"{us.name}, {us.business_id}, {us.email}, {officer}: {file.dpo.email}", *others)


def _behalf(file: RegisterFile, language: Language) -> tuple[str, ...]:
    return tuple(
        f"{one.name}: {one.processing[language]}"
        f" ({one.contract}, {wording.full_day(one.contract_on)})"
        for one in file.on_behalf_of
    )


def _controller(file: RegisterFile, language: Language) -> tuple[str, ...]:
    told = file.controller
    joint = [f"{one.name}, {one.business_id}" for one in told.joint]
    return (
        f"{told.name}, {told.business_id}, {told.postal_address[language]}, {told.email}, "
        f"{told.phone}",
        *joint,
        f"{words.ROLES[Role.DPO]}: {file.dpo.email}, {file.dpo.phone}",
    )


def _purposes(file: RegisterFile, language: Language) -> tuple[str, ...]:
    return tuple(
        f"{values.PURPOSES[one.key][language]}: {flow_words.BASES[one.basis]}"
        + (f", {one.interest[language]}" if one.interest else "")
        for one in file.purposes
    )


def _data(language: Language) -> tuple[str, ...]:
    return (
        _("Soittajat, puheluissa mainitut ihmiset ja asiakaspalvelijat."),
        languages.listed(categories.told(language), language),
        _("Puhelussa voi tulla esiin terveyttä, ruokavaliota tai vakaumusta koskevia tietoja."),
    )


def _recipients(file: RegisterFile, language: Language) -> tuple[str, ...]:
    processors = [
        f"{one.name}: {one.service[language]}, {flow_words.country(one.country)}, {one.contract}"
        + (f" ({', '.join(one.sub_processors)})" if one.sub_processors else "")
        for one in file.processors
    ]
    given = Recipient.objects.filter(disclosures__left_at__isnull=False).distinct()
    disclosed = [
        f"{row.name}: {disclosure_words.DOORS[Door(row.door)]}, {flow_words.country(row.country)}"
        for row in given.order_by("name")
    ]
    return (*processors, *disclosed)


def _transfers(file: RegisterFile, language: Language) -> tuple[str, ...]:
    if not file.transfers:
        return (_("Siirtoja ei ole."),)
    return tuple(
        f"{one.recipient}, {flow_words.country(one.country)}: "
        f"{flow_words.MECHANISMS[one.mechanism]}, {one.safeguards[language]}; "
        + _("tarkistus %(day)s, jäljennös: %(url)s")
        % {"day": wording.full_day(one.review_on), "url": one.copy_url}
        for one in file.transfers
    )


def _retention(file: RegisterFile) -> tuple[str, ...]:
    told = file.retention
    return (
        _("Puhelut %(n)s kuukautta alusta, varmuuskopiot mukaan luettuina") % {"n": told.months},
        _("Käyttöloki %(n)s kuukautta") % {"n": told.log_months},
        _("Pyynnöt ja luovutusten asiakirjat %(n)s kuukautta") % {"n": told.request_months},
        _("Laadunarvioinnit %(n)s kuukautta") % {"n": told.evaluation_months},
        _(
            "Tallennuskiellon ja myyntisoittojen kiellon tekninen tunniste siihen asti, kun "
            "henkilö pyytää poistamaan sen"
        ),
        _("Hävitystodistukset, joissa ei ole henkilötietoja, pysyvästi"),
    )


def _security(notice: Mapping[str, object], language: Language) -> tuple[str, ...]:
    """What the notice in force promises of security: the same text, and no other."""
    text = notice.get(language.value)
    clauses = text.get("clauses", []) if isinstance(text, dict) else []
    found = (
        sentence["text"]
        for clause in clauses
        if clause.get("id") == "17"
        for sentence in clause.get("sentences", [])
    )
    return tuple(found) or (_("Selostetta ei ole vielä julkaistu."),)
