"""The browser's part of a passkey: a question in the page, an answer in a form (``passkey.js``).

The question is kept in the session until it is answered, once and within minutes. No address of
its own answers a script: the form posts to the page that asked.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from talteen.clock import SystemClock
from talteen.desk.page.visit import VisitRequest
from talteen.register.models import Staff
from talteen.register.staff import factors, passkeys
from talteen.register.staff.passkeys import Made, NotProved, Place, State

ASKED = "passkey"
"""Session key: the question that waits, and since when."""
LIVES = timedelta(minutes=5)
_LONGEST = 16_384


def place(request: VisitRequest) -> Place:
    """The house as the browser of this request knows it."""
    host = request.get_host().rsplit(":", 1)[0]
    name = request.visit.house.register.controller.name
    return Place(host, f"{request.scheme}://{request.get_host()}", name)


def sent(request: HttpRequest) -> bool:
    """Whether the form brings a passkey's answer."""
    return bool(request.POST.get("credential"))


def ask_new(request: VisitRequest, person: Staff) -> str:
    """The question for a new passkey of ``person``, as JSON for the page."""
    where = place(request)
    have = factors.credentials_of(person, where.host)
    options, state = passkeys.ask_new(where, person.pk, person.code, person.name, have)
    return _kept(request, options, state)


def made(request: VisitRequest) -> Made:
    """The new passkey that the form brings. NotProved where it answers no question of ours."""
    return passkeys.made(place(request), _state(request), _answer(request))


def ask(request: VisitRequest, person: Staff | None = None) -> str:
    """The question for any passkey of this house, or for one of ``person``; empty where that
    person has none here."""
    where = place(request)
    have = factors.credentials_of(person, where.host) if person else None
    if have == []:
        return ""
    return _kept(request, *passkeys.ask(where, have))


def whose(request: VisitRequest) -> Staff:
    """Whose passkey the form brings the answer of. NotProved where none holds."""
    now = SystemClock().now()
    return factors.passkey_accepts(place(request), _state(request), _answer(request), now)


def answers(request: VisitRequest, person: UUID) -> bool:
    """Whether the form brings the answer of a passkey of ``person``."""
    try:
        return whose(request).pk == person
    except NotProved:
        return False


def _kept(request: HttpRequest, options: object, state: State) -> str:
    request.session[ASKED] = {"state": state, "at": SystemClock().now().isoformat()}
    return json.dumps(options)


def _state(request: HttpRequest) -> State:
    """Asked once, answered once."""
    kept = request.session.pop(ASKED, None)
    if not kept or SystemClock().now() - datetime.fromisoformat(kept["at"]) > LIVES:
        raise NotProved
    state: State = kept["state"]
    return state


def _answer(request: HttpRequest) -> object:
    raw = request.POST.get("credential", "")
    if len(raw) > _LONGEST:
        raise NotProved
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise NotProved from None
