"""The access log goes to a log server, over TLS (RFC 5424, RFC 5425).

At least once: syslog knows no receipt, so a line counts as sent when the connection took all of a
batch and was closed in order. A server that is away keeps nothing waiting but its own lines.
"""

import contextlib
import socket
import ssl
from datetime import datetime, timedelta
from importlib.metadata import version

import structlog
from django.db import transaction

from talteen.config import SyslogSection
from talteen.oversight.use import cef
from talteen.oversight.use.cef import Line
from talteen.oversight.use.models import UseState
from talteen.register.models import AccessEntry

log = structlog.get_logger()
AT_ONCE = 500
SETTLED = timedelta(minutes=1)
"""Numbers of lines are given before they are committed: younger ones may still have gaps."""
WAIT = timedelta(minutes=1)
TIMEOUT_S = 5.0


@transaction.atomic
def send(section: SyslogSection, now: datetime) -> int:
    """Give the server what it has not; returns how many lines. Nothing where none is named."""
    if not section.host:
        return 0
    UseState.objects.get_or_create(pk=1)
    state = UseState.objects.select_for_update().get(pk=1)
    if state.send_after is not None and now < state.send_after:
        return 0
    rows = AccessEntry.objects.filter(pk__gt=state.sent, at__lte=now - SETTLED)
    lines = [_line(row) for row in rows.order_by("pk")[:AT_ONCE]]
    if not lines:
        return 0
    try:
        _give(section, lines)
    except OSError:
        log.error("syslog.unavailable", count=len(lines))
        state.send_after = now + WAIT
        state.save(update_fields=["send_after"])
        return 0
    state.sent, state.send_after = lines[-1].id, None
    state.save(update_fields=["sent", "send_after"])
    return len(lines)


def _give(section: SyslogSection, lines: list[Line]) -> None:
    """Raises OSError (ssl.SSLError is one) where the server is not the right one, or not there."""
    context = ssl.create_default_context(cafile=section.ca_file)
    at = (section.host, section.port)
    with (
        socket.create_connection(at, timeout=TIMEOUT_S) as plain,
        context.wrap_socket(plain, server_hostname=section.host) as secure,
    ):
        told = version("talteen")
        own = socket.gethostname()
        for line in lines:
            secure.sendall(cef.framed(cef.message(line, host=own, version=told)))
        # RFC 5425 4.4: closed in order. Not every server says goodbye in return; one that cut the
        # connection off (a reset) has lost what it had not read, and gets the batch again.
        with contextlib.suppress(TimeoutError, ssl.SSLEOFError):
            secure.unwrap()


def _line(row: AccessEntry) -> Line:
    return Line(
        id=row.pk,
        at=row.at,
        staff=str(row.staff),
        role=row.role,
        purpose=row.purpose,
        case=row.case,
        recording=str(row.recording or ""),
        action=row.action,
        rule=row.rule,
        hits=row.hits,
    )
