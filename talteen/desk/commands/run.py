"""``talteen up``, and what it runs: first ``migrate``, then ``serve``, ``work`` and ``reap``.

On one machine ``up`` does everything. On many, each unit runs one role, over an external database.
"""

import os
from functools import partial

from talteen import keyholders, traces
from talteen.clock import SystemClock
from talteen.config import Born, Config, Role
from talteen.desk.ground import place, reaping, startup, supervise
from talteen.desk.ground.supervise import Child, Stop
from talteen.engine.vault.holders import pulse
from talteen.errors import NotAllowed
from talteen.life.transcribe import memory

SWEEP_EVERY_S = 10.0
REAP_EVERY_S = 30.0
INDEX_EVERY_S = 60.0
"""How often the word index of this machine is compared with what lives."""
BACKGROUND = 10
"""The niceness of work that nobody waits for at a screen: beside people who listen it gets a tenth
of a core that both want, and all that they leave. What is due has days (decision 262). Where it
starves it stands back no longer (299)."""


def up() -> None:
    """Run this house on this machine: database, pages and worker, until SIGTERM or Ctrl-C.

    ConfigError, with nothing started, where somebody else has a port of pages or figures."""
    from talteen.operations import port

    config = startup.ready()
    place.prepare(config)
    with supervise.stop_signals() as asked, place.owned(config):
        port.refuse_taken(config)
        while not asked.is_set():
            _run(config, asked)


def serve() -> None:
    """Serve the pages. The database must run and be migrated."""
    config = startup.ready()
    startup.as_role(config, Role.WEB)  # the process that answers reads it
    place.prepare(config)
    _refuse_expired(config)
    from talteen.desk import serving

    serving.serve(config)


def work() -> None:
    """Do the jobs of the queue, and sweep for what is due. The database must run."""
    config = startup.ready()
    place.prepare(config)
    place.stay_in_memory(config)
    standing = place.stand_back(BACKGROUND)  # however it was started
    memory.bound(config.speech.memory_mib)
    startup.as_role(config, Role.WORK)
    traces.configure(config.traces, "work")
    startup.django()
    from talteen.desk.ground import database

    database.stand_back(config, BACKGROUND)
    database.wait_for_tables()
    from talteen import course, waking, wiring
    from talteen.operations import clocks
    from talteen.register import house as houses
    from talteen.register.database import jobs

    index = supervise.Seldom(INDEX_EVERY_S)

    def sweep() -> None:
        standing.look()
        house = wiring.house()
        waking.keep_up(house)
        with traces.span("sweep") as span:
            swept = course.sweep(house, house.now())
            span.tell(destroyed=swept.destroyed, certified=swept.certified)
        while houses.next_turn(SystemClock().now()):  # a visitor has sent a demo's clock on
            jobs.check_stop()
            course.sweep(house, house.now())
        course.words_again(house, house.now())
        if index.is_due():
            course.tend_index(house, house.now())
        houses.swept(SystemClock().now())

    clocks.refuse_skew()
    wiring.stamping_of(config)
    wiring.prove_store(config)
    course.look_at_holders(wiring.house())
    wiring.prove_holders(config, wiring.house().vault)
    waking.wake(wiring.house())
    houses.swept(SystemClock().now())
    jobs.work(
        jobs.Knobs(config.jobs.workers, config.jobs.heartbeat_seconds),
        beside=jobs.Beside(sweep, SWEEP_EVERY_S),
    )


def reap() -> None:
    """Let backup keys die on their date. Needs the ring and nothing else: no database, no other
    part of the house, and no credential but the reaper's own where the ring is a service.
    """
    config = startup.ready()
    if config.house.born is Born.DEMO:
        raise NotAllowed(
            "a demo house has a clock of its own, and its sweep lets its keys die",
            remedy="run 'talteen work'",
        )
    reaper, clock = keyholders.reaper(config), SystemClock()
    alive = partial(pulse.beat, config.paths.keys_ring)
    with supervise.stop_signals() as asked:
        reaping.keep(reaper, clock, asked, every_s=REAP_EVERY_S, alive=alive)


def migrate() -> None:
    """Bring the tables to the form of this release. Takes the role of their owner.

    Refused while a process of the release before is at work that would miss what a step takes away.
    """
    os.environ["TALTEEN_DATABASE_ROLE"] = Role.OWNER.value
    config = startup.ready()
    place.prepare(config)
    from talteen.desk.ground import database

    with database.running(config):
        startup.django()
        if database.tables_are_current():
            _rights_alone()
            return
        from django.core.management import call_command

        from talteen.operations import upgrade

        upgrade.refuse()
        call_command("migrate", interactive=False, verbosity=0)


def _rights_alone() -> None:
    """As at nearly every start: no step waits. A release may change rights without a step."""
    from django.db import connection

    from talteen.register.database import rights

    rights.lay(connection)


def _run(config: Config, asked: Stop) -> None:
    """Everything once, in order, until somebody asks to stop or the database is gone."""
    from talteen.desk.ground import database

    wanted = [
        Child("web", supervise.talteen("serve")),
        Child("worker", supervise.talteen("work"), niceness=BACKGROUND),
    ]
    if config.watch.folder is not None:
        wanted.append(Child("watch", supervise.talteen("watch"), niceness=BACKGROUND))
    if config.metrics.port:
        wanted.append(Child("metrics", supervise.talteen("metrics"), niceness=BACKGROUND))
    if config.house.born is Born.LIVE:
        wanted.append(Child("reaper", supervise.talteen("reap"), niceness=BACKGROUND))
    # The pages start beside the migration and wait for its tables; whatever nobody waits for at a
    # screen starts behind both.
    with database.running(config) as alive, supervise.children(wanted, at_once=1):
        # In a process of its own: only that one takes the role of the tables' owner.
        if supervise.run(supervise.talteen("migrate"), asked):
            raise startup.NotMigrated("the tables were not migrated", remedy="see the line above")
        supervise.watch(wanted, asked, while_alive=alive)


def _refuse_expired(config: Config) -> None:
    """Pages are not served with a certificate that has expired: people would learn to click on."""
    from talteen.operations import certificates

    for one in certificates.named(config):
        if one.setting == "web.tls_certificate_file":
            certificates.refuse_expired(one, SystemClock().now())
