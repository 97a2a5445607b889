"""What becomes of passages and lists when their calls die, and of training records at their end."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, F

from talteen.life.use.coach.models import (
    PassageDone,
    Playlist,
    PlaylistEntry,
    PlaylistReader,
    TookPart,
)
from talteen.register.database.among import among
from talteen.register.passage_models import Passage


def forget(recordings: Collection[UUID]) -> None:
    """These calls die: so do their passages in every list, and lists that hold nothing else."""
    dying = list(Passage.objects.filter(recording__in=among(recordings)).values_list(flat=True))
    if not dying:
        return
    entries = PlaylistEntry.objects.filter(passage__in=dying)
    shrinking = dict(entries.values_list("playlist").annotate(n=Count("pk")).order_by())
    PassageDone.objects.filter(entry__in=entries).delete()
    entries.delete()
    for which, gone in shrinking.items():
        Playlist.objects.filter(pk=which).update(died=F("died") + gone)
    for row in Playlist.objects.filter(pk__in=list(shrinking), entries=None):
        let_go(row)
    Passage.objects.filter(pk__in=dying).delete()


def let_go(row: Playlist) -> None:
    """A list ends: its last passage has died, or its maker has no more use for it."""
    PassageDone.objects.filter(entry__playlist=row).delete()
    PlaylistEntry.objects.filter(playlist=row).delete()
    PlaylistReader.objects.filter(playlist=row).delete()
    row.delete()


def end(today: date) -> int:
    """Let go of training records whose term is over; gives how many."""
    return TookPart.objects.filter(ends_on__lte=today).delete()[0]
