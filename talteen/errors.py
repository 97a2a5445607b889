"""Every error that a person or a program can meet, as one small tree.

A class is chosen by *what the reader must do next*, not by where it happened. Each error carries a
message (what happened) and a remedy (what to do), never personal data, and knows how it is told at
each edge: the exit status of a command, the HTTP status of a page or an RFC 9457 problem.
"""

from typing import ClassVar


class TalteenError(Exception):
    """Something that we can name went wrong. ``str(error)`` is one line: what happened; what to
    do."""

    slug: ClassVar[str] = "error"
    """Stable name for RFC 9457 ``type`` and for logs."""
    exit_status: ClassVar[int] = 2
    http_status: ClassVar[int] = 500

    def __init__(self, happened: str, *, remedy: str) -> None:
        super().__init__(f"{happened}; {remedy}")
        self.happened = happened
        self.remedy = remedy


class ConfigError(TalteenError):
    """A key of ``talteen.toml`` or ``register.toml`` is missing or wrong. The message begins
    with the key."""

    slug = "config"


class InputError(TalteenError):
    """What was handed in cannot be used as it is: a file, a form, a request."""

    slug = "input"
    http_status = 422


class Missing(TalteenError):
    """There is nothing of this id here, or not any more: it was never born, or it has ended."""

    slug = "missing"
    http_status = 404


class NotAllowed(TalteenError):
    """The person, the purpose and the recording do not fit together. Says the rule and who may."""

    slug = "not-allowed"
    http_status = 403


class NoLongerOpens(TalteenError):
    """The recording is past its cutoff, being destroyed, or destroyed. Nothing brings it back."""

    slug = "no-longer-opens"
    http_status = 410


class Conflict(TalteenError):
    """Somebody else was first (another vault rolled, the state changed). Read again and decide
    anew."""

    slug = "conflict"
    http_status = 409


class Tampered(TalteenError):
    """Stored bytes are not what was stored: a torn, flipped, moved or forged page, blob, tile
    or file."""

    slug = "tampered"


class Unavailable(TalteenError):
    """A part we depend on does not answer now (key holder, blob store, database). Trying later
    may help."""

    slug = "unavailable"
    http_status = 503


class KeyGone(TalteenError):
    """The key was destroyed. This is the promise kept, and permanent: do not retry."""

    slug = "key-gone"
    http_status = 410


class DiskFull(Unavailable):
    """The disk reserve is reached: intake stops, destruction goes on."""

    slug = "disk-full"
    http_status = 507
