"""The agent's strip: one's own running call, and what one may do about it (REGISTER 6.4, 8.1, 13.6,
15, E.5).

Nothing here is assumed: what the page says after a press is what the node answered. A press of
somebody whose call it is not gets the answer of a call that does not exist. Without a node the page
says so, and what to do instead.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from talteen import capturing
from talteen.clock import helsinki_date
from talteen.desk.page import failures, said, wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.promise import notice
from talteen.desk.reception import live_words
from talteen.errors import InputError, Missing, TalteenError, Unavailable
from talteen.ids import RecordingId
from talteen.life.capture.console import Client, State
from talteen.life.hold import complaint
from talteen.life.hold.complaint import Ended
from talteen.life.use import listed, underway
from talteen.life.use.rows import LineName
from talteen.life.use.underway import Told, Underway
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.notice.wording import PLACEHOLDER
from talteen.register.models import Line

SAID = "my_call"
"""Session key: what was pressed last, when by the machine's clock, and what the node answered."""
_BODIES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "pause": ("pause", {"by": "agent"}),
    "resume": ("resume", {"by": "agent"}),
    "refusal": ("refusal", {"way": "agent"}),
    "threat": ("event", {"type": "threat"}),
    "private": ("event", {"type": "private"}),
    "voicemail": ("event", {"type": "voicemail"}),
}
"""Act -> what the console is told."""
COMPLAINT = "complaint"
TOLD = "told"
"""The agent has read the script of an outbound call, in a language that they name."""
_ASKED = ("refusal", "private")
"""Acts that are asked once more: what they destroy, nobody brings back."""
SERVED_ELSEWHERE = timedelta(minutes=3)
"""For how long the other ways stand on the page after a refusal: they are read aloud."""
ACTS = frozenset({*_BODIES, COMPLAINT, TOLD})
_PAUSABLE = frozenset({State.RECORDING, State.HELD})
_MS = timedelta(milliseconds=1)
_UNTOLD = frozenset({State.ANNOUNCING.value, "unannounced"})
_OVER = frozenset({State.ENDING, State.REFUSED, State.NOT_RECORDED})


@dataclass(frozen=True, slots=True)
class Script:
    """What the agent reads to somebody whom they have called (6.4)."""

    language: str
    name: str
    """Of the language, in itself."""
    text: str
    here: bool
    """It is in the language of the page."""


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One running call of the agent."""

    call: Underway
    line: LineName | None
    complaint: bool
    asks: str
    """The act that the agent has pressed and not confirmed yet."""
    scripts: tuple[Script, ...]
    """What is read before an outbound call is recorded, while it waits for that."""
    at: datetime
    """The node's time."""

    @property
    def running_ms(self) -> int:
        return max((self.at - self.call.started) // _MS, 0)

    @property
    def left_ms(self) -> int:
        """Until the pause ends by itself."""
        return max((self.call.until - self.at) // _MS, 0) if self.call.until else 0

    @property
    def state(self) -> str:
        """Nothing plays to somebody whom the agent tells."""
        return "unannounced" if self.scripts else self.call.shown

    @property
    def pausable(self) -> bool:
        return self.call.state in _PAUSABLE

    @property
    def paused(self) -> bool:
        return self.call.state is State.PAUSED and self.call.reason == "pause"

    @property
    def over(self) -> bool:
        return self.call.state in _OVER


@dataclass(frozen=True, slots=True)
class EndedShown:
    """One own call that has ended."""

    call: Ended
    line: LineName | None

    @property
    def length_ms(self) -> int:
        return max((self.call.ended - self.call.started) // _MS, 0)


@dataclass(frozen=True, slots=True)
class Said:
    """What a press came to."""

    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """How the same service is to be had without a recording, as the register says it (15.2)."""

    email: str
    web: str
    app: str
    visit: str
    phone: str
    """The line that records nothing; empty where there is none."""


@dataclass(frozen=True, slots=True)
class StripShown:
    """The page."""

    at: datetime
    there: bool
    """A node answers."""
    calls: tuple[OwnCall, ...]
    ended: tuple[EndedShown, ...]
    """Own calls that ended within the hour: a complaint often comes to mind then."""
    said: Said | None
    elsewhere: Elsewhere | None
    """For whom has just refused."""
    next: str
    """What the page asks next: the question that is open stays open."""

    @property
    def missing(self) -> int:
        """How many of the calls lack a voice."""
        return sum(bool(one.call.missing) for one in self.calls)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The strip, whole."""
    return _drawn(request, "my_call/page.html")


@staff_only
@require_safe
def part(request: VisitRequest) -> HttpResponse:
    """What changes of it."""
    return _drawn(request, "my_call/_now.html")


def _drawn(request: VisitRequest, template: str) -> HttpResponse:
    if Role(reader(request).role) is not Role.AGENT:
        return failures.forbidden(request)
    return render(request, template, {"shown": _shown(request)})


@staff_only
@require_POST
def act(request: VisitRequest, recording: UUID, what: str) -> HttpResponse:
    """One press. Missing where it is not the agent's own call, or it does not run any more."""
    if Role(reader(request).role) is not Role.AGENT:
        return failures.forbidden(request)
    if what not in ACTS:
        raise Http404
    call = RecordingId(recording)
    try:
        state = _done(request, call, what)
    except TalteenError as error:
        came_to = {"error": error.slug}
    else:
        came_to = {"call": str(call), "state": state}
    said.keep(request, SAID, what=what, **came_to)
    return redirect("my-call-part" if request.headers.get("Talteen-Part") else "my-call")


def _done(request: VisitRequest, call: RecordingId, what: str) -> str:
    """Do it; gives the state that the node tells after it."""
    who = reader(request)
    if what == COMPLAINT:
        return _complained(request, call)
    folder = capturing.folder(request.visit.house.config)
    with Client(folder.path) as client:
        told = underway.read(client.calls())
        underway.own_call(told, who, call)
        wanted, body = _BODIES[what] if what in _BODIES else _announced(request, told.node.at)
        return str(client.say(wanted, call, body)["state"])


def _announced(request: VisitRequest, at: datetime) -> tuple[str, Mapping[str, str]]:
    """The script was read to its end when the button was pressed; ``at`` is the node's time."""
    language = request.POST.get("language", "")
    script = underway.script_of(language, helsinki_date(at))
    when = at.isoformat()
    named = {"version": script.key, "language": language}
    return "announcement", {**named, "start": when, "end": when, "way": "agent"}


def _complained(request: VisitRequest, call: RecordingId) -> str:
    """Of a call that runs, or of one that has ended, for which no node is needed."""
    who, now = reader(request), request.visit.now
    try:
        told = underway.ask(capturing.folder(request.visit.house.config))
        own = underway.own_call(told, who, call)
    except (Missing, Unavailable) as error:
        try:
            complaint.mark_ended(call, who, now)
        except Missing:
            raise error from None
        return "ended"
    complaint.mark(call, who, now)
    return own.state.value


def _shown(request: VisitRequest) -> StripShown:
    folder = capturing.folder(request.visit.house.config)
    address = reverse("my-call-part")
    lines = {one.slug: listed.line_name(one) for one in Line.objects.all()}
    ended = tuple(_ended(request, lines))
    try:
        told = underway.ask(folder)
    except Unavailable:
        return StripShown(
            request.visit.now, False, (), ended, _said(request, None), _elsewhere(request), address
        )
    at = told.node.at
    own = tuple(
        OwnCall(
            one,
            lines.get(one.line),
            complaint.marked(one.call),
            _asks(request, one),
            tuple(_scripts(request, one, at)),
            at,
        )
        for one in underway.own(told, reader(request))
    )
    for one in own:
        if one.asks:
            address += f"?{urlencode({one.asks: str(one.call.call)})}"
    said_last, elsewhere = _said(request, told), _elsewhere(request)
    return StripShown(at, True, own, ended, said_last, elsewhere, address)


def _asks(request: VisitRequest, call: Underway) -> str:
    """Which act the page asks about once more."""
    return next((one for one in _ASKED if request.GET.get(one) == str(call.call)), "")


def _scripts(request: VisitRequest, call: Underway, at: datetime) -> Iterator[Script]:
    """While somebody whom the agent called has not been told: the page's language first."""
    if not call.outbound or call.shown not in _UNTOLD:
        return
    page, name = Language(wording.language()), reader(request).name.split()[0]
    for language in sorted(Language, key=lambda one: one is not page):
        with suppress(InputError):
            script = underway.script_of(language.value, helsinki_date(at))
            brand = request.visit.house.register.spoken.brand[language]
            text = _read_aloud(script.text, {"agent.first_name": name, "brand.spoken": brand})
            yield Script(language.value, notice.NAMES[language.value], text, language is page)


def _read_aloud(text: str, known: Mapping[str, str]) -> str:
    """The script with the places filled that the house knows; the agent says the others."""
    return PLACEHOLDER.sub(lambda one: known.get(one[1], "…"), text).replace("….", "…")


def _ended(request: VisitRequest, lines: Mapping[str, LineName]) -> Iterator[EndedShown]:
    for one in complaint.ended(reader(request), request.visit.now):
        yield EndedShown(one, lines.get(one.line))


def _elsewhere(request: VisitRequest) -> Elsewhere | None:
    """While an agent tells the caller: for some minutes after a refusal."""
    last = said.last(request, SAID, within=SERVED_ELSEWHERE)
    if last is None or "error" in last or last["what"] != "refusal":
        return None
    ways, language = request.visit.house.register.alternatives, Language(wording.language())
    phone = ways.accessible_phone or ""
    return Elsewhere(ways.email, ways.web, ways.app[language], ways.visit[language], phone)


def _said(request: VisitRequest, told: Told | None) -> Said | None:
    """What the last press came to, for a while after it."""
    last = said.last(request, SAID)
    if last is None:
        return None
    if "error" in last:
        return Said(str(live_words.FAILED.get(last["error"], live_words.NOT_TAKEN)), done=False)
    what, state = last["what"], last["state"]
    if what == "refusal" and state == State.REFUSED.value and _gone(told, last["call"]):
        return Said(str(live_words.BURNT), done=True)
    expected = live_words.EXPECTED.get(what)
    if expected is not None and state not in expected:
        return Said(str(live_words.OTHERWISE[what]), done=what == "refusal")
    return Said(str(live_words.DONE[what]), done=True)


def _gone(told: Told | None, call: str) -> bool:
    """The node has let go of it: the ear has said that nothing of it is left."""
    return told is not None and all(str(one.call) != call for one in told.calls)
