"""From the folder of a capture node into the house: notes, bundles, and which keys it still needs.

Runs wherever the node's folder, the database and the blob store can be reached: in the worker of a
house on one machine. It may be killed anywhere and called again. Capture never waits for it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog

from talteen import traces
from talteen.engine.vault import bundle
from talteen.engine.vault.blobs.guarded import NotNow
from talteen.engine.vault.journals import Journals
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import carrying, node_files, notes, unrecorded
from talteen.life.capture.carrying import Silent
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.node_files import Folder
from talteen.life.capture.note import Note
from talteen.life.seal import handover
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault
from talteen.register.spared import do_not_record

NOTES_KEPT = timedelta(days=31)
"""How long a node keeps notes that the register has taken in: a database that was restored from a
backup of this age takes them in again. Into an older one kept calls come back by ``relist``."""

log = structlog.get_logger()


@traces.span("carry")
def carry(
    vault: Vault,
    name: str,
    folder: Folder,
    now: datetime,
    *,
    captured: Callable[[RecordingId], None],
    silent: Silent = lambda note: None,
) -> int:
    """Take in what the node has noted, and offer the calls that ended; gives the count of notes.

    ``captured`` runs in the transaction in which a call is known to wait in the store, ``silent``
    in that in which a stream of one is known to bring nothing.
    """
    if not rows.Node.objects.filter(name=name).exists():
        return 0
    _give_intake(name, folder)
    node_files.write_session_key(folder, vault.session_key())
    tell_do_not_record(vault, name, folder)
    start = carrying.read_to(name)
    taken = carrying.take(
        name,
        _offering(vault, name, folder, start),
        mac_of=lambda call: vault.origin_mac(call.bytes),
        captured=captured,
        silent=silent,
    )
    notes.let_go(folder.notes, now - NOTES_KEPT, carrying.read_to(name))
    _let_go(vault, folder, now)
    _tell_needs(name, folder, now)
    return taken


def tell_do_not_record(vault: Vault, name: str, folder: Folder) -> None:
    """Let the node know whom not to record, as the list is now (6.9). The node looks twice a
    second."""
    unrecorded.write(folder.unrecorded, vault.do_not_record_key(), name, do_not_record.snapshot())


def _offering(vault: Vault, name: str, folder: Folder, start: int) -> Iterator[tuple[int, Note]]:
    """The notes; the bundle of a call that ended is in the store before its note is taken.

    The folder of the journals is read once for all calls, after the last of them has been noted:
    then all that they have is there. What is noted meanwhile is for the next turn.
    """
    until, journals, listed = notes.end(folder.notes), Journals(folder.journals), None
    for end, note in notes.read(folder.notes, start, until):
        if note.fate == "ended" and note.call is not None:
            listed = listed or journals.listed()
            content = bundle.bundle(journals, note.call, listed)
            try:
                vault.blobs.put(handover.key_of(name, note.call), content)
            except NotNow as error:
                log.warning("carry.waits", reason=error.slug)
                return  # this call and those behind it stay, sealed, with their node
        yield end, note


def _let_go(vault: Vault, folder: Folder, now: datetime) -> None:
    """Calls whose packets nobody needs any more leave the node (``handover.done``), and so do the
    files in which nothing else lies."""
    journals = Journals(folder.journals)
    journals.forget(*handover.done(vault, journals.recordings(), now))
    journals.sweep()


def _tell_needs(name: str, folder: Folder, now: datetime) -> None:
    needed = Journals(folder.journals).intake_keys()
    knows = node_files.read_known(folder)
    rows.Node.objects.filter(name=name).update(
        seen_at=now, knows=knows, needs=sorted(str(key) for key in needed)
    )


def _give_intake(name: str, folder: Folder) -> None:
    """The newest intake key of the node, where it does not have it yet."""
    row = rows.IntakeKey.objects.filter(node=name, closed_n=None).order_by("-born_n").first()
    if row is None:
        return
    if not folder.intake.exists() or node_files.read_intake(folder).id != row.id:
        node_files.write_intake(folder, Intake(IntakeKeyId(row.id), bytes(row.public)))


def last_seen(name: str) -> datetime | None:
    """When the notes of the node were last taken in; None where there is no such node."""
    row = rows.Node.objects.filter(name=name).first()
    return row.seen_at if row else None
