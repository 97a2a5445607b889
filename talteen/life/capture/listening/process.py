"""The process that hears prompts: ``python -m talteen.life.capture.listening.process``.

Started by the holder, at the other end of a line that the holder keeps. Its word (inheritance) is
``folder``, of the node's files. It holds callers' sound in memory only: of the calls that wait, and
a minute of it at most.
"""

import os
import select
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from talteen.errors import ConfigError
from talteen.life.capture import node_log as log
from talteen.life.capture.ears import memory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.inheritance import Inheritance, inherit, socket_of
from talteen.life.capture.hearing import Repertoire, learn
from talteen.life.capture.listening import prompts
from talteen.life.capture.listening.room import Room
from talteen.life.capture.node_files import Folder
from talteen.life.capture.sip_sockets import SIGNALLER

_LOOK_MS = 100
_NICENESS = 5
"""Ears and signaller go first: a prompt that is heard a second later is heard as well."""


class Prompts:
    """The prompts of the node, learnt anew when their files have changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[tuple[str, int], ...] = ()
        self._learnt = learn({})

    def known(self) -> Repertoire:
        """As they are now. Where the new ones cannot be read, those before."""
        seen = tuple(sorted((p.name, p.stat().st_mtime_ns) for p in self._folder.glob("*.wav")))
        if seen != self._seen:
            self._seen = seen
            try:
                self._learnt = learn(prompts.read(self._folder))
            except ConfigError as error:
                log.error("hearing.prompts", code=error.slug)
        return self._learnt


class Process:
    """The room, on its line."""

    def __init__(self, left: Inheritance) -> None:
        self._line = Line(socket_of(left.listening[SIGNALLER]))
        self._room = Room(Prompts(Folder(Path(left.words["folder"])).prompts).known)
        self.stopping = False
        self._line.say(say.Ready(left.restarted, 0))

    def run(self) -> None:
        """Until told to stop."""
        poll = select.poll()
        poll.register(self._line.end, select.POLLIN)
        while not self.stopping:
            for message in self._line.heard():
                for found in self._room.told(message, time.monotonic()):
                    self._line.say(found)
            for question in self._room.due(time.monotonic()):
                self._line.say(question)
            self._line.push()
            poll.poll(_LOOK_MS)


def main() -> int:
    """The process."""
    left = inherit()
    memory.no_core()
    memory.lock()
    memory.retained()
    os.nice(_NICENESS)
    process = Process(left)

    def stop(number: int, frame: FrameType | None) -> None:
        process.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # draining: calls that run are listened to
    process.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
