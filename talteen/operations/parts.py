"""The parts of a house, each asked how it is: key holders, stores, log, witnesses, speech, node,
worker, queue, mail. Every question reads, or writes what it takes back at once.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import connection
from django.db.models import Min

from talteen import capturing, wiring
from talteen.clock import SystemClock
from talteen.engine.saml import NotSetUp, require_installed
from talteen.engine.tlog import note
from talteen.engine.vault.blobs import prove_put_if_absent
from talteen.errors import KeyGone, TalteenError
from talteen.life.capture.console import Client
from talteen.operations.findings import Finding, doubtful, well, wrong
from talteen.oversight import golive, holders, key_alarms
from talteen.oversight.golive import Condition, Looked
from talteen.register import house as houses
from talteen.register.database import jobs
from talteen.register.log import ledger, ledger_stamps, ledger_witnesses
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.post.message_models import OutgoingMessage
from talteen.wiring import House

SWEPT_WITHIN = timedelta(minutes=5)
PUBLISHED_WITHIN = timedelta(minutes=5)
MAILED_WITHIN = timedelta(hours=1)
QUEUED_AT_MOST = 1_000
"""More jobs than this that could be done now: workers do not keep up."""
Check = Callable[[House], Finding]


def of_holder(place: holders.Place) -> Check:
    """How the holder at ``place`` is; of the live one also whether it opens today's pages."""

    def check(house: House) -> Finding:
        found = {one.place: one for one in holders.look(house.vault, house.clock.now())}[place]
        name = f"holder:{place.value}"
        says = f"the {found.kind} holder of the {place.value} keys: {found.condition.value}"
        if not found.answers:
            remedy = {
                "sealed": "unseal it: docs/operators/key-holders.md",
                "credential": f"renew keys_{place.value}.credential_file",
            }.get(found.condition.value, f"start it, and see the settings of [keys_{place.value}]")
            return wrong(name, says, remedy)
        try:
            if place is holders.Place.LIVE:
                house.vault.root()
        except KeyGone:
            # A folder whose disk is not there looks like this too, and nobody should give up then.
            remedy = "see that [keys_live] names the right holder and its disk is there"
            return wrong(
                name,
                f"{says}, and the key of today is not in it: another holder, or destroyed",
                f"{remedy}; a key that was destroyed comes back from nowhere",
            )
        return well(name, f"{says} in {found.latency_ms} ms", latency_ms=found.latency_ms)

    return check


def ring(house: House) -> Finding:
    """What is wrong with the backup keys and their reaper, as the sweep sees it."""
    standing = key_alarms.standing()
    if standing:
        kinds = ", ".join(sorted({one.kind.value for one in standing}))
        return wrong("ring", f"the ring of backup keys: {kinds}", "talteen keys status")
    return well("ring", "the ring of backup keys is as it should be")


def store(house: House) -> Finding:
    """The blob store decides rolls, takes, gives and lets go."""
    prove_put_if_absent(wiring.store_of(house.config))
    return well("store", "the store takes, gives and lets go")


def log(house: House) -> Finding:
    """The log has a head that the house has signed, and what was entered is published."""
    head = ledger.head(house.log)
    if head is None:
        return wrong("log", "the log has no signed head", "talteen work")
    note.verify(head[1], house.log.keys)
    oldest = LedgerEntry.objects.filter(index=None).aggregate(at=Min("at"))["at"]
    if oldest is not None and house.now() - oldest > PUBLISHED_WITHIN:
        return doubtful(
            "log",
            f"entries wait since {oldest:%Y-%m-%d %H:%M} UTC to be published",
            "start 'talteen work', or see why its sweep fails",
        )
    return well("log", f"signed at {head[0].size} entries", entries=head[0].size)


def witnesses(house: House) -> Finding:
    """Somebody outside has seen the newest head."""
    named = wiring.witnesses_of(house.config)
    if not named.addresses:
        return doubtful(
            "witnesses",
            "nobody outside witnesses the log",
            "name witnesses in [[ledger.witnesses]]: docs/operators/witness.md",
        )
    against = [one.name for one in ledger_witnesses.standings(named) if one.trouble == "tampered"]
    if against:
        return wrong(
            "witnesses",
            f"{len(against)} witness(es) know another history of this log",
            "change nothing; docs/operators/runbooks/log-unwitnessed.md",
        )
    since = ledger_witnesses.missing_since(named)
    after = timedelta(seconds=house.config.ledger.unwitnessed_alarm_s)
    if since is not None and house.now() - since > after:
        return doubtful(
            "witnesses",
            f"heads lack their witnesses since {since:%Y-%m-%d %H:%M} UTC",
            "see that this machine reaches them: docs/operators/witness.md",
        )
    return well("witnesses", f"{named.needed} of {len(named.addresses)} have signed")


def stamps(house: House) -> Finding:
    """The time stamp that the settings ask for came."""
    stamping = wiring.stamping_of(house.config)
    since = ledger_stamps.missing_since(stamping)
    if since is not None and house.now() - since > timedelta(hours=1):
        return doubtful(
            "stamps",
            f"a time stamp is overdue since {since:%Y-%m-%d %H:%M} UTC",
            "see ledger.stamp_url: docs/operators/time-stamps.md",
        )
    return well("stamps", "time stamps are as the settings ask")


def speech(house: House) -> Finding:
    """The speech model is there, file by file. Without it calls are kept, and have no words."""
    try:
        folder = wiring.speech_model(house.config)
    except TalteenError as error:
        return doubtful("speech", error.happened, error.remedy)
    return well("speech", f"the speech model {folder.name} is whole")


def node(house: House) -> Finding:
    """The capture node of this machine answers at its console."""
    if not house.config.capture.address:
        return well("node", "no calls are taken in by SIPREC on this machine")
    with Client(capturing.folder(house.config).path) as console:
        told = console.calls()["node"]
    figures = {key: int(told[key]) for key in ("calls", "silent", "dropped", "ports_free")}
    if told["troubles"]:
        return wrong(
            "node",
            f"the node is in trouble: {', '.join(told['troubles'])}",
            "see the log of 'talteen capture': docs/operators/capture.md",
            **figures,
        )
    if not told["ports_free"]:
        return wrong("node", "no media port is free", "widen capture.ports", **figures)
    return well("node", f"{told['calls']} calls run, {told['ports_free']} ports free", **figures)


def worker(house: House) -> Finding:
    """Somebody sweeps for what is due."""
    last = houses.last_sweep()
    if last is None or SystemClock().now() - last > SWEPT_WITHIN:
        said = "never" if last is None else f"last at {last:%Y-%m-%d %H:%M} UTC"
        return wrong("worker", f"nothing sweeps for what is due ({said})", "talteen work")
    return well("worker", "a worker sweeps")


def queue(house: House) -> Finding:
    """Jobs are done, and none is set aside."""
    failed, ready = len(jobs.failed()), ready_jobs()
    if failed:
        return doubtful(
            "queue",
            f"{failed} jobs are set aside, {ready} wait",
            "see 'job' lines in the log of 'talteen work'",
            failed=failed,
            ready=ready,
        )
    if ready > QUEUED_AT_MOST:
        return doubtful(
            "queue",
            f"{ready} jobs wait",
            "start more workers: docs/operators/sizing.md",
            ready=ready,
        )
    return well("queue", f"{ready} jobs wait", ready=ready)


def mail(house: House) -> Finding:
    """Messages leave, where they are to."""
    oldest = OutgoingMessage.objects.filter(state="waiting").aggregate(at=Min("written_at"))["at"]
    if oldest is not None and house.now() - oldest > MAILED_WITHIN:
        why = "see [mail]" if house.config.mail.host else "name a mail server in [mail]"
        return doubtful("mail", f"messages wait since {oldest:%Y-%m-%d %H:%M} UTC", why)
    return well("mail", "no message waits too long")


def sign_in(house: House) -> Finding:
    """People come in by the controller's service, where one is set up."""
    try:
        if house.config.saml.issuer:
            require_installed()
    except NotSetUp as error:
        return doubtful("sign-in", error.happened, error.remedy)
    return well("sign-in", "what the sign-in service needs is installed")


def go_live(house: House) -> Finding:
    """What keeps recording off, and what somebody must do meanwhile (REGISTER 6.2)."""
    witnesses, machine_at = wiring.witnesses_of(house.config), SystemClock().now()
    asked = Looked(house.config, house.register, witnesses, house.clock.now(), machine_at)
    found = golive.look(asked)
    off, due = (", ".join(one.condition.value for one in of) for of in (found.off, found.asked))
    if [one.condition for one in found.off] == [Condition.NOTICE] and found.off[0].on:
        says = f"the notice comes into force on {found.off[0].on:%Y-%m-%d}"
        return doubtful("go-live", says, "wait: recording begins by itself")
    if off:
        return wrong("go-live", f"recording is off: {off}", "mend each on the page /go-live")
    if due:
        return doubtful("go-live", f"recording is on, and asks for: {due}", "see the page /go-live")
    return well("go-live", f"all {len(found.items)} conditions of recording are met")


CHECKS: Mapping[str, Check] = {
    "holder:live": of_holder(holders.Place.LIVE),
    "holder:ring": of_holder(holders.Place.RING),
    "ring": ring,
    "store": store,
    "log": log,
    "witnesses": witnesses,
    "stamps": stamps,
    "speech": speech,
    "node": node,
    "worker": worker,
    "queue": queue,
    "mail": mail,
    "sign-in": sign_in,
    "go-live": go_live,
}


def ready_jobs() -> int:
    """How many jobs could be done now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        return int(cursor.fetchone()[0])
