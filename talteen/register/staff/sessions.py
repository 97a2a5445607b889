"""Sessions, of which the database knows a hash only: what a copy of it holds opens none (``web``).

The cookie carries 160 random bits, so a plain SHA-256 keeps it: there is nothing to guess. Only
what touches rows is told apart here; the rest is Django's.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.utils import timezone

_LENGTH = 40
"""What Django's column has room for: 160 of the 256 bits."""
_LIVES = timedelta(seconds=settings.SESSION_COOKIE_AGE)
PROLONGED_EVERY = timedelta(minutes=1)
"""A session in use is written anew so often, and not with each piece of sound that is asked for:
its half hour of rest ends at most so much early."""


def row_of(key: str) -> str:
    """Under which name the session with the cookie ``key`` stands in the database."""
    return hashlib.sha256(b"talteen session 1\0" + key.encode()).hexdigest()[:_LENGTH]


class SessionStore(db.SessionStore):
    """Django's sessions in the database, named by the hash of their key.

    Its methods for asynchronous views would write the key itself, so there are none.
    """

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(session_key=row_of(self.session_key or ""))
        row = found.filter(expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        elif row.expire_date - timezone.now() < _LIVES - PROLONGED_EVERY:
            self.modified = True
        return row

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this cookie."""
        return super().exists(row_of(session_key))

    def create_model_instance(self, data: Any) -> Any:
        """The row of this session."""
        row = super().create_model_instance(data)
        row.session_key = row_of(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this cookie, or this one."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(row_of(key))

    async def _never(self, *_: object, **__: object) -> Any:
        raise NotImplementedError("sessions are read by synchronous views")

    aload = acreate_model_instance = _aget_session_from_db = adelete = aexists = _never
