"""Correcting the words of a call under a grant, and reading them a second time (REGISTER 14.9).

Only a purpose that opens what is covered lets anybody correct: a reader must see every word. Each
act is a row of the access log before it is kept.
"""

from collections.abc import Mapping
from datetime import datetime

from talteen.life.seal import door
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import revisions
from talteen.life.transcribe.history import Version
from talteen.life.transcribe.revision import Revision
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.models import Recording


def newest(vault: Vault, grant: Grant, now: datetime) -> Revision | None:
    """The words as people left them; None while only the machine has written."""
    return revisions.newest(door.open_for(vault, grant, now))


def versions(vault: Vault, grant: Grant, now: datetime) -> list[Version]:
    """Every version by people, oldest first, with what it changed; read in full by whoever asks.

    NotThereYet where there are no words, Denied for a purpose that never opens what is covered.
    """
    opened = door.open_for(vault, grant, now)
    _log(grant, "read", now)
    return revisions.versions(opened)


def revise(vault: Vault, grant: Grant, texts: Mapping[int, str], *, by: str, now: datetime) -> None:
    """Keep the text of the shown segments at these places, as ``by`` heard it."""
    opened = door.open_for(vault, grant, now)
    _log(grant, "correct", now)
    revisions.revise(opened, texts, by=by, now=now)


def check(vault: Vault, grant: Grant, *, by: str, now: datetime) -> None:
    """Keep that ``by`` has read the words against the sound. Conflict for who wrote them."""
    opened = door.open_for(vault, grant, now)
    _log(grant, "correct", now)
    revisions.check(opened, by=by, now=now)


def _log(grant: Grant, action: str, now: datetime) -> None:
    length = Recording.objects.only("length_ms").get(pk=grant.recording).length_ms
    access.log_unmasked(grant, action, start_ms=0, end_ms=length, at=now)
