"""Every part in every state, from prepared values: what the browser tests photograph, and a
designer reads.

Only in a demo house. Nothing here comes from the register: the values are written out below.
"""

from datetime import UTC, date, datetime, timedelta
from math import sin
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.destruction.calendar import DayShown
from talteen.desk.evaluation.evaluation_form import Asked, Choice
from talteen.desk.listening.player import PlayerShown, Stretch
from talteen.desk.listening.turn_html import Voices
from talteen.desk.listening.turns import Kind, Piece, Turn
from talteen.desk.page import drawing
from talteen.desk.page.drawing import Tick
from talteen.desk.page.purpose import Working
from talteen.desk.page.visit import VisitRequest
from talteen.desk.recordings.call import GrantShown
from talteen.desk.recordings.listing import HitShown, RowShown
from talteen.ids import RecordingId
from talteen.life.destroy.days import Day, Stage
from talteen.life.use.listen import Lanes
from talteen.life.use.quality.form import Kind as Question
from talteen.life.use.rows import Direction, HoldShown, LineName, Mark, Row, Standing
from talteen.notice.purposes import Purpose

NOW = datetime(2026, 11, 24, 12, 26, tzinfo=UTC)
_TABLES = LineName("tables", "Ravintolavaraukset", "Bordsbokningar", "Table bookings")
_ID = RecordingId(UUID("00000000-0000-4000-8000-000000000001"))


@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The parts."""
    if not request.visit.demo:
        raise Http404("only in a demo house")
    working = Working(Purpose.RIGHTS_OF_PARTIES, "R-2026-031")
    context = {
        "now": NOW,
        "rows": _rows(),
        "grant": _grant(),
        "player": _player(),
        "turns": _turns(),
        "voices": Voices("Aino Salmela", "Soittaja"),
        "row": _row(Standing.READY),
        "asked": _asked(),
        "guide": {"working": working, "now": NOW},
        "days": _days(),
        "rings": [drawing.ring(ticks) for ticks in _rings()],
        "hold": HoldShown("R-2026-031", date(2026, 12, 15)),
        "swatches": ("kuusi", "lakka", "kanerva", "sammal", "kelo", "pihlaja", "ink", "edge"),
    }
    return render(request, "styleguide/page.html", context)


def _asked() -> tuple[Asked, ...]:
    """A question as it is answered, with a remark, where something lacks, and one that decides."""

    def one(
        number: int, text: str, answer: str, kind: Question = Question.NORMAL, **told: Any
    ) -> Asked:
        scale = ("1", "2", "3", "4", "5", "na")
        choices = (
            Choice(each, "ei koske" if each == "na" else each, each == answer) for each in scale
        )
        empty = {"anchors": (), "remark": "", "at_ms": None, "lack": "", "condition": ""}
        known = {"number": number, "id": f"q{number}", "text": text, "kind": kind}
        return Asked(choices=tuple(choices), **{**empty, **known, **told})

    anchors = ("1: nimi jää sanomatta", "5: talo ja oma nimi heti alussa")
    return (
        one(1, "Tervehtiikö asiakaspalvelija nimellään?", "5", anchors=anchors),
        one(2, "Kerrotaanko ehto ennen hintaa?", "2", remark="Hinta tuli ensin", at_ms=83_000),
        one(3, "Toistetaanko varaus lopuksi?", "", lack="Vastaa tähän."),
        one(4, "Kerrotaanko tallennuksesta oikein?", "na", Question.FATAL, condition="q1"),
    )


def _lanes(bars: int) -> Lanes:
    """Two lanes that look like talk: each side in turns, with rises and falls."""
    loud = [abs(sin(bar * 0.9) * sin(bar * 0.23 + 1)) ** 0.8 for bar in range(bars)]
    turn = [sin(bar * 0.085) for bar in range(bars)]
    pairs = list(zip(loud, turn, strict=True))
    return Lanes(
        agent=[peak if whose > 0.1 else 0.0 for peak, whose in pairs],
        caller=[peak if whose < -0.15 else 0.0 for peak, whose in pairs],
    )


def _row(standing: Standing, *, days_left: int = 78, hold: bool = False) -> Row:
    due = NOW + timedelta(days=days_left)
    return Row(
        recording=_ID,
        started_at=datetime(2026, 11, 10, 7, 42, tzinfo=UTC),
        day=date(2026, 11, 10),
        length_ms=378_000,
        agent="Aino Salmela",
        line=_TABLES,
        language="fi",
        direction=Direction.INBOUND,
        cutoff_at=due - timedelta(days=7),
        due_at=due,
        days_left=days_left,
        soon=days_left <= 21,
        standing=standing,
        holds=int(hold or standing is Standing.HELD),
        own_holds=(HoldShown("R-2026-031", date(2026, 12, 15)),) if hold else (),
    )


def _rows() -> list[RowShown]:
    shore = drawing.shore(_lanes(66), 66, width=330, height=40)
    hits = (
        HitShown(137_000, "…veloitamme", "varausmaksun", "kaksikymmentä euroa"),
        HitShown(141_000, "Pitääkö", "varausmaksu", "maksaa nyt?", unsure=True),
    )
    return [
        RowShown(_row(Standing.READY), shore, hits, more=2),
        RowShown(_row(Standing.READY, days_left=9), shore),
        RowShown(_row(Standing.READY, hold=True), shore),
        RowShown(_row(Standing.TRANSCRIBING), shore),
        RowShown(_row(Standing.READY)),
        RowShown(_row(Standing.SEALING)),
        RowShown(_row(Standing.HELD)),
        RowShown(_row(Standing.RESTRICTED)),
        RowShown(_row(Standing.KEYLESS, days_left=5)),
    ]


def _grant() -> GrantShown:
    return GrantShown(
        purpose=Purpose.RIGHTS_OF_PARTIES,
        case="R-2026-031",
        view="Kaikki näkyy, vain tämän asian ihmisille.",
        until=NOW + timedelta(minutes=23),
        minutes=23,
        seconds=23 * 60,
    )


def _player() -> PlayerShown:
    pause = Mark("pause", 158_000, 196_000)
    return PlayerShown(
        sound="",
        shore=drawing.shore(_lanes(420), 420, width=1260, height=100),
        length_ms=378_000,
        scale=tuple(63_000 * step for step in range(7)),
        gaps=(Stretch(527, 127, "0.4180", pause),),
        both=(Stretch(145, 3, "0.1150", None), Stretch(750, 3, "0.5952", None)),
        silences="55000-82000",
        saved_ms=72_000,
        agent="Aino Salmela",
        caller="Soittaja",
        label="Kuuntelu",
    )


def _turns() -> list[Turn]:
    pause = Mark("pause", 158_000, 196_000)
    return [
        _turn(
            Kind.CALLER, 141_000, Piece("Pitääkö varausmaksu maksaa", False), Piece("nyt?", True)
        ),
        _turn(Kind.AGENT, 147_000, Piece("Neljältä uudelta kyllä, eli kahdeksankymmentä.", False)),
        Turn(Kind.EVENT, pause.start_ms, pause.end_ms, mark=pause),
        _turn(Kind.CALLER, 201_000, Piece("Tack, det passar bra.", False), language="sv"),
    ]


def _turn(kind: Kind, start_ms: int, *pieces: Piece, language: str = "fi") -> Turn:
    words = sum(len(piece.text.split()) for piece in pieces)
    starts = tuple(500 * word for word in range(words))
    return Turn(kind, start_ms, start_ms + 500 * words, language, pieces, starts)


def _days() -> list[DayShown]:
    cells = (
        (date(2026, 8, 24), Stage.GONE, 388, 0, 0),
        (date(2026, 8, 31), Stage.KEYLESS, 418, 0, 0),
        (date(2026, 9, 2), Stage.TONIGHT, 409, 1, 1),
        (date(2026, 9, 28), Stage.LIVING, 379, 30, 0),
        (date(2026, 10, 20), Stage.LIVING, 371, 66, 3),
        (date(2026, 11, 23), Stage.LIVING, 396, 99, 0),
        (date(2026, 11, 24), Stage.TODAY, 187, 100, 0),
        (date(2026, 11, 25), Stage.COMING, 0, 0, 0),
    )
    return [
        DayShown(Day(day, stage, calls, day + timedelta(days=91), left, holds), "#", first=True)
        for day, stage, calls, left, holds in cells
    ]


def _rings() -> list[list[Tick]]:
    return [
        [Tick.KEYLESS] * 8 + [Tick.NEXT] + [Tick.ON] * 83,
        [Tick.EMPTY] * 40 + [Tick.ON] * 52,
    ]
