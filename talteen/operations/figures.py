"""Every figure that monitoring is told: its name, what it means, and all values that its label may
have. Pure.

Nothing personal can stand in a figure, as a matter of form: a figure is a number, a label is one of
a few words that are written here or in an enumeration of the house, and a test walks over them.
What this table does not list is not told (REGISTER I21).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from talteen.life.capture.effects import Trouble


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    name: str
    says: str
    label: str = ""
    values: tuple[str, ...] = ()
    """All that the label may be; none where there is no label."""
    counts: bool = False
    """It only grows (until its process begins anew): rates are made of it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A figure at one moment."""

    figure: str
    value: float
    label: str = ""


CALLS = ("recorded", "lawful", "underway", "lost", "turned_away")
JOBS = ("ready", "later", "doing", "failed")
PLACES = ("live", "ring")
DISKS = ("blobs", "state", "keys_live", "keys_ring")
KEY_ALARMS = (
    "reaper_silent",
    "key_late",
    "key_lost",
    "key_revived",
    "roll_unbacked",
    "ring_away",
)
"""``oversight.keys.Kind``, which is not pure; a test compares."""
CERTIFICATES = (
    "web.tls_certificate_file",
    "capture.tls_certificate_file",
    "capture.tls_client_ca_file",
    "ledger.stamp_roots_file",
)


def _table(*figures: Figure) -> Mapping[str, Figure]:
    return {one.name: one for one in figures}


HOUSE = _table(
    Figure("talteen_database_up", "1: the database lets this machine in and has its tables"),
    Figure("talteen_calls_today", "calls of today, by what became of them", "outcome", CALLS),
    Figure("talteen_calls_lost_unexplained", "lost calls that nobody has explained yet"),
    Figure("talteen_seal_waiting", "calls that have ended and are not sealed yet"),
    Figure("talteen_seal_oldest_seconds", "how long the oldest of them has waited"),
    Figure("talteen_destruction_overdue", "recordings past their cutoff by more than an hour"),
    Figure("talteen_destruction_oldest_seconds", "how long the oldest is past its cutoff"),
    Figure("talteen_destruction_bytes_waiting", "destroyed recordings whose bytes are still there"),
    Figure("talteen_certificates_overdue", "destroyed recordings past their due, uncertified"),
    Figure("talteen_roll_age_seconds", "since the keys were renewed last"),
    Figure("talteen_sweep_age_seconds", "since a worker last swept for what is due"),
    Figure("talteen_jobs", "jobs of the queue, by their state", "state", JOBS),
    Figure("talteen_jobs_oldest_ready_seconds", "how long the oldest job that could be done waits"),
    Figure("talteen_workers", "workers that say that they live"),
    Figure("talteen_words_given_up", "recordings whose words the machine has given up"),
    Figure("talteen_holder_up", "1: the key holder answers", "place", PLACES),
    Figure("talteen_holder_seconds", "how long its answer took", "place", PLACES),
    Figure("talteen_holder_seen_age_seconds", "since it was last looked at", "place", PLACES),
    Figure(
        "talteen_key_alarm",
        "1: this alarm about the keys stands",
        "kind",
        KEY_ALARMS,
    ),
    Figure("talteen_reaper_age_seconds", "since the reaper of backup keys went round"),
    Figure("talteen_ledger_entries", "entries of the published log"),
    Figure("talteen_ledger_unpublished_seconds", "how long the oldest entry waits to be published"),
    Figure("talteen_ledger_unwitnessed_seconds", "since when heads lack their witnesses"),
    Figure("talteen_ledger_contradicted", "witnesses that know another history of the log"),
    Figure("talteen_stamp_overdue_seconds", "since when a time stamp of the log is overdue"),
    Figure("talteen_backup_age_seconds", "since the last backup was made on this machine"),
    Figure("talteen_drill_ok", "1: the last weekly drill proved what it must"),
    Figure("talteen_drill_age_seconds", "since the last weekly drill"),
    Figure("talteen_damage", "places of stored bytes that are not what was stored"),
    Figure("talteen_requests_open", "requests of data subjects that are not closed"),
    Figure("talteen_requests_overdue", "those of them whose lawful last day has passed"),
    Figure("talteen_request_nearest_days", "days until the nearest lawful last day"),
    Figure("talteen_breaches_open", "breaches that are not closed"),
    Figure("talteen_breach_hours_left", "of the 72 hours of the breach that has fewest left"),
    Figure("talteen_mail_waiting", "messages that wait to be sent"),
    Figure("talteen_mail_oldest_seconds", "how long the oldest of them has waited"),
    Figure("talteen_mail_refused", "messages that a mail server has refused for good"),
    Figure("talteen_clock_skew_seconds", "this clock against the database's: above 0 it is ahead"),
)
"""Read from the database, by any machine that reaches it."""

NODE = _table(
    Figure("talteen_node_up", "1: the capture node of this machine answers"),
    Figure("talteen_node_calls", "calls that run on it now"),
    Figure("talteen_node_silent_streams", "streams that bring nothing though a call is recorded"),
    Figure("talteen_node_ports_free", "pairs of media ports that are free"),
    Figure("talteen_node_packets_total", "packets that its ears took in", counts=True),
    Figure("talteen_node_packets_dropped_total", "packets that the kernel dropped", counts=True),
    Figure("talteen_node_behind_seconds", "how far the slowest ear is behind its round"),
    Figure("talteen_node_ears", "its ears that say how they are"),
    Figure(
        "talteen_node_trouble",
        "1: it takes no new calls, for this reason",
        "reason",
        tuple(one.value.replace(" ", "_") for one in Trouble),
    ),
)
"""Told by the node's console, where this machine captures."""

MACHINE = _table(
    Figure("talteen_disk_free_bytes", "room that is left for this house", "disk", DISKS),
    Figure("talteen_disk_least_bytes", "room below which it stops working", "disk", DISKS),
    Figure(
        "talteen_certificate_days_left",
        "until it expires; below 0 since then",
        "setting",
        CERTIFICATES,
    ),
    Figure("talteen_build", "always 1: this exporter answers"),
)
"""Of this machine, whatever the database does."""

WEB = _table(
    Figure(
        "talteen_web_requests_total",
        "requests that were answered, by class of status",
        "status",
        ("1xx", "2xx", "3xx", "4xx", "5xx"),
        counts=True,
    ),
    Figure("talteen_web_processes", "processes of the pages that answer"),
    Figure(
        "talteen_web_restarts_total",
        "processes of the pages that ended by themselves and were started anew",
        counts=True,
    ),
)
"""Told by the processes of the pages, each the sum of all, beside the histogram ``SECONDS``."""

SECONDS = "talteen_web_request_seconds"
"""A histogram: how long answers took until their first byte."""
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

ALL: Mapping[str, Figure] = {**HOUSE, **NODE, **MACHINE, **WEB}
NAMES = frozenset({*ALL, *(f"{SECONDS}_{end}" for end in ("bucket", "count", "sum"))})
"""Every name that a query may ask for."""


@dataclass(slots=True)
class Told:
    """Samples that were checked against the table: what it does not know is left out."""

    samples: list[Sample] = field(default_factory=list)

    def tell(self, figure: str, value: float, label: str = "") -> None:
        """Take one. KeyError for a figure that does not exist; a label that is none of its words
        is left out."""
        known = ALL[figure]
        if label in (known.values or ("",)):
            self.samples.append(Sample(figure, float(value), label))
