"""What tests of the promises share who follow a request over the pages: the people who answer it,
the person who asked, and words that two have read."""

import re
from dataclasses import dataclass

from django.test import Client

from talteen.ids import RecordingId
from talteen.life.answer import intake
from talteen.life.answer.models import SubjectRequest
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import masks, revisions
from talteen.life.transcribe.masking.layer import Decision, Verdict
from talteen.life.transcribe.masking.spans import Kind, Source, Span
from talteen.life.transcribe.words import Segment
from talteen.notice.purposes import Role
from talteen.register.models import Recording, Staff
from tests.desk.conftest import Desk
from tests.kit import transcripts

CODE = re.compile(r'<strong class="mono">([0-9A-Z ]+)</strong>')


@dataclass(slots=True)
class Asking:
    """One request, as its person and the two register contacts see it."""

    desk: Desk
    contact: Client
    other: Client
    code: str = ""
    package_code: str = ""

    @property
    def row(self) -> SubjectRequest:
        return intake.by_code(self.code)

    def act(self, what: str, *, by: Client | None = None, **typed: str) -> str:
        """One step on the page of the request; gives the page that follows."""
        path = f"/requests/{self.row.pk}/{what}"
        return (by or self.contact).post(path, typed, follow=True).content.decode()

    def package(self, **typed: str) -> str:
        """Make the package; gives the page."""
        page = self.act("package", **typed)
        self.package_code = CODE.findall(page)[0] if CODE.findall(page) else ""
        return page

    def as_person(self, path: str, **typed: str) -> object:
        """The person's own page, with both codes in the body of a form."""
        told = {"code": self.code, "package": self.package_code, **typed}
        return person().post(f"/my-data/{path}", told)


def person() -> Client:
    """A browser of somebody outside, in Finnish."""
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")


def asks(desk: Desk, call: Recording | None, right: str, **told: str) -> Asking:
    """Somebody asks for ``right`` by telephone, from the number of ``call``."""
    found = Asking(desk, desk.client(Role.REGISTER_CONTACT), _second(desk))
    if call is not None:
        number = desk.built.house.vault.entry(RecordingId(call.pk), desk.now).number
        told = {"number": number, "day": call.day.isoformat(), **told}
    typed = {"right": right, "via": "phone", "language": "fi", "name": "Kaisa L", **told}
    taken = found.contact.post("/requests/new", typed)
    found.code = CODE.findall(taken.content.decode())[0]
    return found


def known(asking: Asking) -> None:
    """The person is known, and so are the calls."""
    asking.act("identify", how="varausnumero täsmää")
    asking.act("scoped")


def read_by_two(
    desk: Desk, call: Recording, name: str, *, cut: tuple[int, int] | None = None
) -> Segment:
    """Two people have read the words of ``call``, and decided that words ``cut`` (a turn, a word of
    it) are somebody else's. Gives that turn."""
    vault, recording = desk.built.house.vault, RecordingId(call.pk)
    said = transcripts.of_call(name, call)
    transcripts.write(vault, recording, said, desk.now)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, desk.now)
    if cut is not None:
        turn = said.segments[cut[0]]
        word = turn.words[cut[1]]
        span = Span(
            Kind.THIRD_PARTY, turn.side, cut[1], cut[1], word.start_ms, word.end_ms, 0.9,
            Source.PERSON,
        )  # fmt: skip
        masks.decide(opened, [Decision(Verdict.ADDED, span, "r01", desk.now)], desk.now)
        opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, desk.now)
    revisions.revise(opened, {}, by="a01", now=desk.now)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, desk.now)
    revisions.check(opened, by="r01", now=desk.now)
    return said.segments[cut[0]] if cut else said.segments[0]


def _second(desk: Desk) -> Client:
    """The other register contact, who has the same right and is another person."""
    first = desk.reader(Role.REGISTER_CONTACT)
    other = Staff.objects.filter(role=Role.REGISTER_CONTACT.value).exclude(pk=first.pk).first()
    client = desk.client(Role.REGISTER_CONTACT)
    client.force_login(other)
    session = client.session
    session["sign_in"] = "demo"
    session.save()
    return client
