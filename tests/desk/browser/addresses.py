"""Every address of the route table, with an example of the furnished house in its places, and the
people before whom it is looked at.

Nothing is listed that the table already says: an address gets its reader from ``doors``, and what
its places mean from ``Examples``. A new address whose places mean nothing here is looked at as the
page that says that there is no such thing, and fails as that (``STATUS``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from talteen.desk import urls
from talteen.desk.page.doors import BY_TOKEN, DOORS, Deed
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.officer_models import OfficerMessage
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold, NoticeVersion, Recording, Staff
from talteen.register.spared.sales_call_models import SalesCall
from tests.desk.browser import furnishing
from tests.desk.browser.conftest import Served
from tests.desk.browser.furnishing import Furnished
from tests.desk.evaluation.test_calibration import edited
from tests.desk.outflow.test_disclosure_pages import POLICE

OPENED = {"call": "Eila", "call-correct": "Eila", "call-history": "Eila"}
"""Looked at by somebody who has opened the call, besides."""
SEEN_BY: Mapping[str, tuple[str, ...]] = {
    "quality": ("Anna", "Leena"),
    "calls": ("Eila", "Leena"),
    "call": ("Eila",),
    "call-purpose": ("Eila",),
    "call-correct": (),
    "call-history": (),
    "people": ("Ossi", "Dina"),
    "personnel-openings": ("Helka", "Eila"),
    "breach": ("Dina", "Eila"),
    "holds": ("Eila", "Riitta", "Ilkka"),
    "hold-case": ("Eila", "Dina"),
    "passages": ("Anna", "Leena", "Kaarlo"),
    "passage": ("Kaarlo",),
    "playlist": ("Kaarlo",),
    "coaching": ("Sari", "Tuomas", "Kaarlo"),
    "article": ("Anna", "Leena"),
    "article-write": ("Leena",),
    "calibration-round": ("Leena",),
    "my-use": ("Eila", "Mauri"),
    "notice-changes": ("Pirkko", "Mauri"),
    "prove": ("Dina",),
    "request": ("Eila", "Dina"),
    "purpose": ("Eila", "Ossi"),
}
"""Where roles see different things at one address, or not everybody of a role may read."""
FILES = frozenset(
    """safeguards-copy call-sound passage-sound call-facts quality-file study-file request-attached
    my-data-sound evidence-bundle verifier processing-record-json prove-json notice-json
    ledger-checkpoint certificate-file day-file month-file statement-file saml-metadata notice-pdf
    balancing-tests-pdf assessment-file go-live-file processing-record-pdf
    disclosure-scan""".split()
)
"""Addresses that answer with a file, where they answer."""
PARTS = frozenset({"live-part", "my-call-part", "demo-progress", "demo-time"})
"""Addresses that answer with a part of a page, which is on its page."""
STATUS = {
    "oidc": HTTPStatus.NOT_FOUND,
    "oidc-confirm": HTTPStatus.NOT_FOUND,
    "saml": HTTPStatus.NOT_FOUND,
    "saml-confirm": HTTPStatus.NOT_FOUND,
    "saml-ended": HTTPStatus.NOT_FOUND,
    "oidc-callback": HTTPStatus.UNPROCESSABLE_ENTITY,
    "oidc-done": HTTPStatus.UNPROCESSABLE_ENTITY,
    "saml-done": HTTPStatus.UNPROCESSABLE_ENTITY,
    "my-data-identified": HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""A house without a sign-in service says so: these pages are looked at too."""
ELSEWHERE = {
    "sign-in-second": "a password was given first: test_accounts",
    "join-password": "the code of an invitation: test_accounts",
    "join-factor": "a password was chosen: test_accounts",
    "oidc-join": "a sign-in service: test_oidc",
    "saml-join": "a sign-in service: test_saml",
    "request-print": "a letter that was decided: tests/notice/test_clause_14_rights",
    "breach-letter": "a letter that was written to somebody: tests/stories/test_story_09",
}
"""Pages behind something that people must have done just before, and which test does it."""


DURABLE = frozenset({"do-not-record-entry"})
"""What is handed in here is written down whatever happens afterwards: nothing could be undone."""
FILLED: Mapping[str, Mapping[str, str]] = {
    "my-data": {"right": "access", "language": "fi", "name": "Kaisa L", "day": "2026-11-20"},
    "officer-write": {"text": "Saako puheluitani kuunnella?", "reach": ""},
    "request-new": {"right": "access", "via": "letter", "language": "fi", "name": "Kaisa L"},
    "disclosure-new": POLICE,
    "study-new": {"what": "look", "question": "Toistetaanko?", "means_yes": "Toistetaan."},
}
"""Forms that are answered with a page of their own, with what is typed into them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """An address as one person sees it."""

    name: str
    path: str
    reader: str
    client: Client
    """Their session."""
    opened: bool = False
    status: HTTPStatus = HTTPStatus.OK

    @property
    def slug(self) -> str:
        """For the name of a picture."""
        return f"{self.name}-{self.reader or 'anybody'}{'-opened' if self.opened else ''}".lower()

    def __str__(self) -> str:
        return f"{self.name} ({self.reader or 'anybody'}{', opened' if self.opened else ''})"


@dataclass(slots=True)
class People:
    """A session each: what somebody chose or opened is still open at their next page."""

    served: Served
    _clients: dict[tuple[str, bool], Client] = field(default_factory=dict)

    def opens_at_once(self, name: str) -> None:
        """The person of this name has opened the call wherever they are looked at."""
        self._clients[name, False] = self.client(name, opened=True)

    def client(self, name: str, *, opened: bool = False) -> Client:
        """The session of the person of this name; nobody: a stranger."""
        if (name, opened) not in self._clients:
            client = furnishing.at_desk(name) if name else Client(HTTP_HOST="localhost")
            if opened:
                self._open(client)
            self._clients[name, opened] = client
        return self._clients[name, opened]

    def _open(self, client: Client) -> None:
        """Open the spoken call for the case of the house, and lift what is covered."""
        call, case = self.served.spoken.pk, self.served.case
        asked = {"purpose": "rights_of_parties", "case": case}
        furnishing.send(client, "/purpose", asked)
        furnishing.send(client, f"/calls/{call}/open", asked)
        furnishing.send(client, f"/calls/{call}/layer", {"layer": "full"})


def asked(served: Served) -> None:
    """What the rooms do not hold yet: a person asks, and an authority; a form has two versions; two
    calls went to people who are not called to sell."""
    contact, leena = furnishing.at_desk("Eila"), furnishing.at_desk("Leena")
    told = {"right": "access", "via": "letter", "language": "fi", "name": "Kaisa L"}
    furnishing.send(contact, "/requests/new", told, 200)
    furnishing.send(contact, "/disclosures/new", POLICE, 200)
    editor = "/quality/forms/restaurant/edit"
    form = edited(leena.get(editor).content.decode())
    said = next(name for name in form if name.endswith("-text-fi"))
    leena.post(editor, {**form, said: f"{form[said]} Heti alussa?", "do": "publish"})
    for verdict in ("", "sale"):
        called(served.spoken, verdict)


def called(call: Recording, verdict: str) -> None:
    """A call like this one to somebody who is not called to sell."""
    SalesCall.objects.create(
        day=call.day, began_at=None if verdict else call.started_at, line=call.line,
        agent=call.agent, noticed_on=call.day, verdict=verdict,
        settled_at=call.started_at if verdict else None,
    )  # fmt: skip


def sights(served: Served, made: Furnished, people: People) -> Iterator[Sight]:
    """Every page that can be read, for everybody before whom it is looked at."""
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        if name in BY_TOKEN | FILES | PARTS | ELSEWHERE.keys():
            continue
        if DOORS[name].reads is None:
            continue
        path = example(pattern, served, made)
        status = STATUS.get(name, HTTPStatus.OK)
        for reader in readers(name, Deed.READ):
            yield Sight(name, path, reader, people.client(reader), status=status)
        if reader := OPENED.get(name):
            client = people.client(reader, opened=True)
            yield Sight(name, path, reader, client, opened=True)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a form was answered with: a page, while what it did is undone."""

    sight: Sight
    template: str
    headers: Mapping[str, str]
    body: bytes


def answers(served: Served, made: Furnished, language: str) -> Iterator[Answered]:
    """The pages that forms are answered with: each form handed in empty, and some filled."""
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        if name in BY_TOKEN | DURABLE or DOORS[name].says is None:
            continue
        path = example(pattern, served, made)
        for form in ({}, *([FILLED[name]] if name in FILLED else [])):
            if found := handed_in(name, path, form, served, language):
                yield found


def handed_in(
    name: str, path: str, form: Mapping[str, str], served: Served, language: str
) -> Answered | None:
    """The page that answers ``form``; None where one is sent on, or gets a file."""
    (reader, *_) = readers(name, Deed.SAY) or ("Eila",)
    with transaction.atomic():
        client = People(served).client(reader)
        client.cookies["language"] = language
        answer = client.post(path, form)
        transaction.set_rollback(True)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    if not html or not answer.content or 300 <= answer.status_code < 400:
        return None
    template = answer.templates[0].name if answer.templates else ""
    status = HTTPStatus(answer.status_code)
    sight = Sight(f"{name}, {'filled' if form else 'empty'}", path, reader, client, status=status)
    return Answered(sight, template, dict(answer.headers), answer.content)


def readers(name: str, deed: Deed) -> tuple[str, ...]:
    """Before whom the address is looked at; everybody's first page for all who have one."""
    who = DOORS[name].of(deed)
    if not isinstance(who, frozenset):
        return ("",)
    if name == "home":
        return tuple(first_of(role) for role in Role if first_of(role))
    if name in SEEN_BY:
        return SEEN_BY[name]
    return (next(first_of(role) for role in Role if role in who),)


def first_of(role: Role) -> str:
    """Somebody in this role, as the first word of their name; nobody: empty."""
    found = Staff.objects.filter(role=role.value, is_active=True).order_by("code").first()
    return found.name.partition(" ")[0] if found else ""


def example(pattern: URLPattern, served: Served, made: Furnished) -> str:
    """The address with something of the house in its places."""
    standing = examples(str(pattern.name), served, made)
    written = re.sub(
        r"<(\w+:\w+)>",
        lambda place: str(standing.get(place[1], UUID(int=0))),
        str(pattern.pattern),
    )
    return f"/{written}"


def examples(name: str, served: Served, made: Furnished) -> Mapping[str, object]:
    """What stands for each place of an address."""
    destroyed = name in ("certificate", "certificate-file")
    two_versions = name in ("form-version", "form-diff")
    return {
        "uuid:recording": served.gone if destroyed else served.spoken.pk,
        "uuid:breach": made.breach,
        "uuid:study": made.study,
        "uuid:article": made.article,
        "uuid:passage": made.passage,
        "uuid:playlist": made.playlist,
        "uuid:case": Case.objects.get(reference=served.case).pk
        if name == "hold-case"
        else SubjectRequest.objects.latest("pk").case_id,
        "uuid:message": OfficerMessage.objects.latest("pk").pk,
        "uuid:disclosure": Disclosure.objects.latest("pk").pk,
        "uuid:hold": Hold.objects.latest("pk").pk,
        "int:number": 1 if name in ("article-version", "form-version") else made.revealed,
        "int:before": 1,
        "int:after": 2,
        "slug:number": NoticeVersion.objects.filter(legacy=name == "prove-old")
        .latest("valid_from")
        .number,
        "uuid:call": SalesCall.objects.filter(verdict="").latest("pk").pk,
        "slug:form": "restaurant" if two_versions else "hotel",
        "slug:language": "sv",
        "day:day": served.day_gone,
        "day:monday": served.day_gone,
        "month:month": "2026-08",
        "clause:name": "13",
        "statement:kind": "month",
        "span:span": "2026-11",
        "notice_act:what": "propose",
        "assessment_act:what": "propose",
        "entry:reference": "E-00000000",
        "entry_act:what": "confirm",
        "str:paper": "0",
        "slug:what": "nothing",
    }
