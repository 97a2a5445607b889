"""A mailbox over IMAP (RFC 9051), on a verified way: what lies there, and how it goes from there.

What is read stays unread on the server: nothing there says how far the house has come, so that no
other program that opens the mailbox can hide a letter from it.
"""

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from talteen.config import MailboxSection, MailboxTls
from talteen.errors import Unavailable

LARGEST = 10 * 1024 * 1024
"""Bytes of a letter; of a larger one only the beginning is fetched."""
_TIMEOUT_S = 30.0
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
"""As RFC 9051 writes them, whatever the locale."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Lying:
    """One letter in the mailbox."""

    uid: str
    arrived_at: datetime
    """When the server took it in (INTERNALDATE): not what the letter says of itself."""
    raw: bytes = field(repr=False)
    whole: bool
    """False where it was larger than ``LARGEST`` and is cut."""


class Mailbox:
    """An open mailbox. Every method raises Unavailable where the server does not answer as it
    should."""

    def __init__(self, server: imaplib.IMAP4, folder: str, aside: str) -> None:
        self._server, self._folder, self._aside = server, folder, aside
        with _told():
            _, (said, *_rest) = server.capability()  # more than before the sign-in (RFC 9051 6.1.1)
        self._expunges_one = b"UIDPLUS" in bytes(said or b"").upper().split()

    def letters(self) -> Iterator[Lying]:
        """What lies in the folder, oldest first, one at a time; also what somebody has marked as
        deleted: it has arrived all the same."""
        with _told():
            (found,) = self._asked("SEARCH", "ALL")
        for uid in (found or b"").split():
            with _told():
                lying = self._fetched(uid.decode())
            if lying is not None:
                yield lying

    def remove(self, uid: str) -> None:
        """The letter goes from the mailbox, now."""
        with _told():
            self._asked("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
            if self._expunges_one:
                self._asked("EXPUNGE", uid)  # RFC 4315: of nobody else's letters
            else:
                self._server.expunge()

    def copy_aside(self, uid: str) -> None:
        """A copy of the letter lies in the other folder."""
        with _told():
            self._server.create(_quoted(self._aside))  # refused where there is one
            self._asked("COPY", uid, _quoted(self._aside))

    def empty_aside(self, before: date) -> int:
        """Delete what the server took in before ``before`` and lies in the other folder; how many.
        The folder that is read stays selected."""
        with _told():
            state, _ = self._server.select(_quoted(self._aside))
            if state != "OK":  # nothing was ever moved there
                self._server.select(_quoted(self._folder))
                return 0
            day = f"{before.day}-{_MONTHS[before.month - 1]}-{before.year}"
            (found,) = self._asked("SEARCH", "BEFORE", day)
            old = [one.decode() for one in (found or b"").split()]
            for uid in old:
                self._asked("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
            if old:
                self._server.expunge()
            self._server.select(_quoted(self._folder))
        return len(old)

    def _fetched(self, uid: str) -> Lying | None:
        """None where somebody else took it away meanwhile."""
        what = f"(INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{LARGEST}>)"
        answer = self._asked("FETCH", uid, what)
        bodies = [one[1] for one in answer if isinstance(one, tuple)]
        if not bodies:
            return None
        about = b" ".join(one[0] if isinstance(one, tuple) else one or b"" for one in answer)
        size, came = _SIZE.search(about), imaplib.Internaldate2tuple(about)
        if size is None or came is None:
            raise imaplib.IMAP4.error("no size or date")
        arrived_at = datetime.fromtimestamp(time.mktime(came), UTC)
        return Lying(uid, arrived_at, bodies[0], int(size[1]) <= LARGEST)

    def _asked(self, command: str, *told: str) -> list[Any]:
        state, answer = self._server.uid(command, *told)
        if state != "OK":
            raise imaplib.IMAP4.error(command)
        return answer


@contextmanager
def opened(settings: MailboxSection, password: str) -> Iterator[Mailbox]:
    """The mailbox of ``settings``. Raises Unavailable where it cannot be opened."""
    with _told():
        server = _connected(settings)
    try:
        with _told():
            server.login(settings.user, password)
            state, _ = server.select(_quoted(settings.folder))
            if state != "OK":
                raise imaplib.IMAP4.error("no such folder")
        yield Mailbox(server, settings.folder, settings.aside)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _connected(at: MailboxSection) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=str(at.ca_file) if at.ca_file else None)
    if at.tls is MailboxTls.TLS:
        return imaplib.IMAP4_SSL(at.host, at.port, ssl_context=context, timeout=_TIMEOUT_S)
    server = imaplib.IMAP4(at.host, at.port, timeout=_TIMEOUT_S)
    try:
        server.starttls(context)
    except BaseException:
        server.shutdown()
        raise
    return server


def _quoted(folder: str) -> str:
    return f'"{folder}"'


@contextmanager
def _told() -> Iterator[None]:
    """What the server says may quote a letter: none of it is told on."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError):
        raise Unavailable(
            "the mailbox cannot be read now", remedy="look at [mailbox] and its server's log"
        ) from None
