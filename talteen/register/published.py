"""The notice as it was published: every version, read only, as values for the public pages
(REGISTER 4.1-4.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from talteen.register.models import NoticeVersion


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable version of the notice."""

    number: str
    legacy: bool
    """An older text, taken in with its findings; it binds no new call."""
    valid_from: date
    valid_to: date | None
    """The first day on which it is no longer in force."""
    sha256: str
    text: Mapping[str, Any]
    """By language: ``notice.text.as_json``, clauses and sentences as printed."""

    @property
    def last_day(self) -> date | None:
        """The last day in force; None while no end is set."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    def ended(self, on: date) -> bool:
        """Whether it was in force before ``on`` and is so no more."""
        return self.valid_to is not None and self.valid_to <= on


def in_force(on: date) -> Published | None:
    """The version in force on the Helsinki day ``on``; None before the first one."""
    begun = NoticeVersion.objects.filter(valid_from__lte=on).exclude(legacy=True)
    row = begun.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("-valid_from").first()
    return _published(row) if row else None


def version(number: str) -> Published | None:
    """The version of this number; None if there never was one."""
    row = NoticeVersion.objects.filter(pk=number).first()
    return _published(row) if row else None


def all_versions() -> list[Published]:
    """Every version, newest first."""
    return [_published(row) for row in NoticeVersion.objects.order_by("-valid_from", "-number")]


def _published(row: NoticeVersion) -> Published:
    return Published(
        number=row.number,
        legacy=row.legacy,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        sha256=bytes(row.sha256).hex(),
        text=row.text,
    )
