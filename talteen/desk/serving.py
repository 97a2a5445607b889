"""The server of the pages: one process that listens and never loads Django, and those that answer.

Each of these has a socket of its own at the same port (SO_REUSEPORT, socket(7)), so the kernel
shares out connections; what they have to know of each other is in ``operations.together``.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels
from granian.server import MPServer

from talteen.config import Config
from talteen.life.capture.ears.inheritance import end_with_parent
from talteen.operations import port, together
from talteen.operations.together import Together

log = structlog.get_logger()
App = Callable[..., Any]
# A stalled player holds its answer; those still open when we stop are cut after this.
_STREAMS_MAY_END_S = 3
_FALLEN_ARE_TOLD_S = 0.1


def serve(config: Config) -> None:
    """Answer until SIGTERM or Ctrl-C. ConfigError where the port of pages or figures is taken."""
    web, metrics = config.web, config.metrics
    port.free("web.port", web.host, web.port)
    figures = port.listen(metrics, metrics.port + 1) if metrics.port else None
    ours, count = Together(figures), together.wanted(web)
    # What is in common is inherited: a process that is not forked would not have it.
    multiprocessing.set_start_method("fork", force=True)
    _Server(
        ours,
        "talteen.desk.wsgi:application",
        address=web.host,
        port=web.port,
        interface=Interfaces.WSGI,
        workers=count,
        respawn_failed_workers=True,
        blocking_threads=-(-web.threads // count),
        workers_kill_timeout=_STREAMS_MAY_END_S,
        ssl_cert=web.tls_certificate_file,
        ssl_key=web.tls_key_file,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.warning,
        log_dictconfig={"formatters": {}, "handlers": {}, "loggers": {"_granian": {}}},
    ).serve(target_loader=partial(_begin, ours, os.getpid()), wrap_loader=False)


def _begin(ours: Together, parent: int) -> App:
    """What a process does before it answers."""
    # It has the signal handlers of the process that listens, which end nothing here, until granian
    # sets its own: behind all that is loaded, which may wait for tables.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    # That one may be killed: without this its processes would keep the port for ever.
    end_with_parent()
    if os.getppid() != parent:
        raise SystemExit
    ours.enter()
    with ours.starting():
        from talteen.desk import wsgi

        return wsgi.application


class _Server(MPServer):
    """Granian, which starts anew what has ended; here it says so."""

    def __init__(self, ours: Together, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ours = ours

    def _respawn_workers(self, workers: list[int], *args: Any, **kwargs: Any) -> None:
        fallen = [at for at in self._fallen() if at in workers]
        self._ours.restarted(len(fallen))
        for at in fallen:
            log.warning(
                "process.replaced",
                process="web",
                pid=self.wrks[at].inner.pid,
                exit_status=self.wrks[at].inner.exitcode,
                restarts=self._ours.restarts,
            )
        super()._respawn_workers(workers, *args, **kwargs)
        # Granian copies its list of the fallen and then clears it, list and bell: who falls between
        # these would never be started again.
        time.sleep(_FALLEN_ARE_TOLD_S)
        self.interrupt_children += [
            at for at in self._fallen() if at not in self.interrupt_children
        ]
        if self.interrupt_children:
            self.main_loop_interrupt.set()

    def _fallen(self) -> list[int]:
        return [at for at, one in enumerate(self.wrks) if one.inner.exitcode is not None]
