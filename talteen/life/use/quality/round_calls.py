"""Which other calls may stand in a calibration round beside the one that is open: of the same unit,
drawn lately, and nobody's secret to whoever opens the round."""

from datetime import datetime, timedelta

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.use import calls
from talteen.life.use.quality.models import CalibrationRound
from talteen.life.use.reach import Reader
from talteen.life.use.rows import Row
from talteen.register.models import Recording
from talteen.register.states import Lot

LATELY = timedelta(days=28)
MOST = 30


def offered(reader: Reader, recording: RecordingId, now: datetime) -> list[Row]:
    """The drawn calls of the last weeks that ``reader`` may list and open for quality, the latest
    first; without ``recording`` itself, and those that a round asks about already."""
    running = CalibrationRound.objects.filter(state="open", call__isnull=False)
    lines = Recording.objects.filter(pk=recording).values("line__unit")
    found = Recording.objects.filter(
        lot=Lot.DRAWN.value, line__unit__in=lines, day__gte=helsinki_date(now) - LATELY
    ).exclude(pk__in=running.values("call__recording"))
    ids = found.exclude(pk=recording).order_by("-started_at").values_list("pk", flat=True)
    rows = calls.rows_of(reader, [RecordingId(one) for one in ids[:MOST]], now=now)
    return [row for row in rows if row.opens and not row.holds]
