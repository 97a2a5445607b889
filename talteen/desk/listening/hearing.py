"""The machine's hearing of one call, on its page: how it came through, why there are no words, and
the button that has them written in another language.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from talteen import course
from talteen.desk.listening import speech_words
from talteen.desk.page import purpose, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest
from talteen.life.transcribe.language import ALLOWED
from talteen.life.transcribe.words import Note, NotSpeech, Transcript
from talteen.life.use.rows import Wordless
from talteen.register import policy
from talteen.register.policy import Rule
from talteen.register.refusals import Denied


@dataclass(frozen=True, slots=True)
class SideShown:
    """What a reader must know of one side."""

    side: str
    notes: tuple[words.Text, ...]
    likelier: str


@dataclass(frozen=True, slots=True)
class HearingShown:
    """What stands beside the words of a call."""

    sides: tuple[SideShown, ...]
    not_speech: tuple[NotSpeech, ...]
    language: str
    others: tuple[str, ...]
    """Languages in which the words may be asked for."""
    trouble: words.Text = ""
    given_up: bool = False
    again_at: datetime | None = None
    asked: str = ""


def shown(transcript: Transcript | None, wordless: Wordless | None, spoken: str) -> HearingShown:
    """What is said of ``transcript``, or of the work on it where there is none."""
    language = transcript.language if transcript else spoken
    return HearingShown(
        sides=tuple(_sides(transcript)),
        not_speech=transcript.not_speech if transcript else (),
        language=language,
        others=tuple(one for one in ALLOWED if one != language or transcript is None),
        trouble=speech_words.TROUBLES.get(wordless.trouble, "") if wordless else "",
        given_up=wordless is not None and wordless.given_up,
        again_at=wordless.again_at if wordless else None,
        asked=wordless.asked if wordless else "",
    )


def _sides(transcript: Transcript | None) -> Iterable[SideShown]:
    for each in transcript.sides if transcript else ():
        if each.notes:
            notes = [note for note in Note if note in each.notes]
            told = tuple(speech_words.NOTES[note.value] for note in notes)
            yield SideShown(each.side.value, told, each.likelier)


@staff_only
@require_POST
def write_again(request: VisitRequest, recording: UUID) -> HttpResponse:
    """Have the words written in another language; it is in the access log before it is done."""
    grant = purpose.needed_grant(request, recording)
    if policy.masks_caller(grant.purpose):
        raise Denied(Rule.MASKED)  # the old words die: not for those who only look at the work
    course.rewrite(grant, request.POST.get("language", ""), request.visit.now)
    return redirect("call", recording=recording)
