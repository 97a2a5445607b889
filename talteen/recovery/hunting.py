"""``talteen drill --hunt``: words, numbers and keys of the newest calls, looked for in every file.

A living call is the best marker: what it says is known, and must stand nowhere in clear, neither
while it lives nor afterwards (DESIGN 0.3). Its words, its number and the keys that open it are read
into memory, and every place is searched: data folder and WAL, index, logs, blobs, every version of
every object in a bucket, temporary folders, and what the operator names beside them (replicas,
dumps, a browser's profile). Each time a random mark is first planted in every place and in every
spelling: a hunt that does not find that has found nothing.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from talteen import wiring
from talteen.config import Config
from talteen.engine import hunt as hunts
from talteen.engine.hunt import Hunted, Sighting
from talteen.engine.hunt.net import Net
from talteen.engine.vault.blobs.s3 import S3Store
from talteen.engine.vault.entries import Kind
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.life.capture.ears.memory import cores_are_off, swap_is_off
from talteen.life.seal import door
from talteen.life.seal.door import NotThereYet, Step
from talteen.life.transcribe import words
from talteen.register.models import Recording
from talteen.register.states import Progress
from talteen.wiring import House

CALLS = 3
OF_ALL = (Path("/var/tmp"),)  # noqa: S108
"""Where any program may leave something, beside the folder for what is temporary."""
LONG_WORD = 9
"""Letters of a word that is not met by chance."""
PLANTED = "talteen-planted-mark"


@dataclass(frozen=True, slots=True)
class Report:
    """What a hunt has found, and what it stands on."""

    markers: int
    places: tuple[str, ...]
    files: int
    size_bytes: int
    sightings: tuple[Sighting, ...]
    """Of what must stand nowhere; and of the planted mark, where it was left to be seen."""
    blind: tuple[str, ...]
    """Places and spellings in which the planted mark was not found."""
    unread: tuple[str, ...]
    swap_off: bool
    cores_off: bool
    without_words: bool
    """No call had a transcript: the hunt knew numbers and keys alone."""

    @property
    def ok(self) -> bool:
        """Nothing was found, everything was looked at, and nothing leaves by the back door."""
        seen = not (self.sightings or self.blind or self.unread)
        return seen and self.markers > 0 and self.swap_off and self.cores_off

    def told(self) -> dict[str, object]:
        """As JSON has it. A marker is told by its name, never by what it is."""
        return {
            "ok": self.ok,
            "markers": self.markers,
            "places": list(self.places),
            "files": self.files,
            "bytes": self.size_bytes,
            "found": [f"{one.marker} ({one.spelling}) in {one.place}" for one in self.sightings],
            "not_found_though_planted": list(self.blind),
            "unread": list(self.unread),
            "swap_off": self.swap_off,
            "core_dumps_off": self.cores_off,
            "words_known": not self.without_words,
        }


def hunt(
    house: House, now: datetime, *, also: tuple[Path, ...] = (), keep_planted: bool = False
) -> Report:
    """Hunt in every place of ``house`` and in ``also``. Nothing that is looked for is written.

    ``keep_planted``: report the planted mark as what it is, a fault, to see the drill turn red.
    """
    markers = markers_of(house, now)
    places = places_of(house.config, also)
    plant = {PLANTED: os.urandom(24).hex().encode()}
    spellings = hunts.spelled(plant)[PLANTED]
    net, hunted = hunts.net_of({**markers, **plant}), Hunted()
    with _planted(places, spellings):
        for place in places:
            hunts.in_folder(place, net, hunted, leave_out=_leaves_out(house.config, place))
        _in_bucket(house, net, hunted)
    met = [one for one in hunted.sightings if one.marker == PLANTED]
    found = [one for one in hunted.sightings if one.marker != PLANTED]
    return Report(
        markers=len(markers),
        places=tuple(map(str, places)),
        files=hunted.files,
        size_bytes=hunted.size_bytes,
        sightings=tuple([*found, *met] if keep_planted else found),
        blind=tuple(_blind(places, met, spellings)),
        unread=tuple(hunted.unread),
        swap_off=swap_is_off(),
        cores_off=cores_are_off(),
        without_words=not any(name.startswith("word") for name in markers),
    )


def markers_of(house: House, now: datetime) -> dict[str, bytes]:
    """What must stand nowhere: long words, numbers and keys of the newest living calls.

    Words that the register's own texts hold are left out: they are public.
    """
    public = _public_words(house.config)
    found: dict[str, bytes] = {}
    living = Recording.objects.filter(progress=Progress.SEALED.value).order_by("-started_at")
    for number, pk in enumerate(living.values_list("pk", flat=True)[:CALLS], 1):
        with suppress(TalteenError):
            found |= dict(_of_call(house, RecordingId(pk), now, f"call {number}", public))
    root = house.vault.root()
    found |= {"tombstone key": root.tombstone_key}
    found |= {f"shard key {day}": key for day, key in root.shards.items()}
    found |= {f"intake key {n}": secret.seed for n, secret in enumerate(root.intake, 1)}
    return found


def _of_call(
    house: House, recording: RecordingId, now: datetime, name: str, public: set[str]
) -> Iterator[tuple[str, bytes]]:
    opened = door.open_for_step(house.vault, recording, Step.DRILL, now)
    yield f"key of {name}", opened.entry.dek
    if len(opened.entry.number) >= LONG_WORD:
        yield f"number of {name}", opened.entry.number.encode()
        yield f"number of {name}, as dialled", opened.entry.number[4:].encode()
    if opened.has(Kind.CALLER_SOUND):
        yield f"sound of {name}", opened.whole(Kind.CALLER_SOUND)[2000:2064]
    with suppress(NotThereYet):
        told = words.from_bytes(opened.whole(Kind.TRANSCRIPT))
        said = {w.text.strip(".,?!:;").lower() for s in told.segments for w in s.words}
        for count, word in enumerate(sorted(said - public), 1):
            if len(word) >= LONG_WORD:
                yield f"word {count} of {name}", word.encode()


def _public_words(config: Config) -> set[str]:
    """Every word of the register's texts and of the interface."""
    texts = [p for p in config.paths.register.rglob("*") if p.suffix in (".toml", ".md", ".txt")]
    texts += list((Path(__file__).parents[1] / "desk" / "locale").rglob("*.po"))
    found: set[str] = set()
    for path in texts:
        for word in path.read_text(encoding="utf-8", errors="ignore").split():
            found.add(word.strip(".,?!:;\"'()").lower())
    return found


# --- places ---------------------------------------------------------------------------------------


def places_of(config: Config, also: tuple[Path, ...]) -> tuple[Path, ...]:
    """Every folder in which something of a call could lie, none inside another."""
    paths = config.paths
    told = [paths.state, paths.blobs, Path(tempfile.gettempdir()), *OF_ALL, *also]
    real = sorted({path.resolve() for path in told if path.is_dir()})
    return tuple(one for one in real if not any(one != o and one.is_relative_to(o) for o in real))


def _leaves_out(config: Config, place: Path) -> Callable[[Path], bool]:
    """In folders that all programs share only what is this user's own is read; and the telephone
    system's own files are not ours, nor are the keys' own folders data.
    """
    shared = place in (Path(tempfile.gettempdir()).resolve(), *OF_ALL)
    apart = [config.paths.keys_live, config.paths.keys_ring, config.home / "keys-house"]
    apart += [config.home / "drop", config.paths.register]

    def leave_out(path: Path) -> bool:
        if any(path.is_relative_to(one) for one in apart):
            return True
        return shared and path.lstat().st_uid != os.geteuid()

    return leave_out


@contextmanager
def _planted(places: tuple[Path, ...], spellings: dict[str, bytes]) -> Iterator[None]:
    """A random mark in every spelling, in a file of every place, as long as the hunt lasts."""
    with ExitStack() as stack:
        for place in places:
            with suppress(OSError):
                file = stack.enter_context(
                    tempfile.NamedTemporaryFile(dir=place, prefix="talteen-hunt-")
                )
                file.write(bytes(4096) + b"\0".join(spellings.values()))
                file.flush()
        yield


def _blind(
    places: tuple[Path, ...], met: list[Sighting], spellings: dict[str, bytes]
) -> Iterator[str]:
    for place in places:
        here = {one.spelling for one in met if Path(one.place).parent == place}
        yield from (f"{spelling} in {place}" for spelling in spellings if spelling not in here)


def _in_bucket(house: House, net: Net, hunted: Hunted) -> None:
    """Every version of every object: what was replaced or deleted may still be read there."""
    store = wiring.store_of(house.config)
    if isinstance(store, S3Store):
        for name, blocks in store.versions():
            hunts.in_blocks(name, blocks, net, hunted)
