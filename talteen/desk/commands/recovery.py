"""Backup, restore and drills. What a backup can open is decided by the keys that are left."""

import json as jsons
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from talteen import config as configs
from talteen.clock import SystemClock
from talteen.config import Config, Role
from talteen.desk.commands import present
from talteen.desk.ground import database, place, startup
from talteen.errors import InputError

if TYPE_CHECKING:
    from talteen.engine.postgres.dump import Reach
    from talteen.engine.tlog.note import Checkpoint
    from talteen.engine.vault.holders import RestoreHolder
    from talteen.recovery.restore import Laid, Restored
    from talteen.recovery.trying import Tried
    from talteen.wiring import House


def backup(to: Path, *, with_blobs: bool = False, json: bool = False) -> None:
    """Back this house up into the new folder TO, while it runs. No key is in it.

    Begun again after a crash, it goes on where it was.

    Parameters
    ----------
    to
        A folder that does not exist yet; until it is whole it is called TO.unfinished.
    with_blobs
        Copy the sealed sound out of a bucket too; a folder's is always copied.
    json
        Say what was done as JSON.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.recovery import backup as backups
        from talteen.recovery import taken

        house = wiring.house(config)
        bucket = "" if with_blobs else config.blobs.bucket
        source = backups.Source(house, _reach(config), bucket)
        with _told("Backing up") as step:
            head = backups.take(source, to.absolute(), house.now(), step)
        taken.note(config.paths.state, SystemClock().now())
    figures = {
        "generation": head.generation,
        "log_entries": head.log_size,
        "files": head.files,
        "bytes": head.size_bytes,
        "blobs": head.blobs.value,
    }
    _say(figures, as_json=json)


def restore(
    at: Path,
    *,
    from_ring: bool = False,
    by: tuple[str, str] | None = None,
    credential: Path | None = None,
    witnessed: Path | None = None,
    json: bool = False,
) -> int:
    """Make the empty house at TALTEEN_HOME the one that the backup AT is of.

    It needs keys-house and the newest live key, which are never in a backup. Done again after a
    crash, it goes on where it was. Exit 1 where recordings are damaged: they are named.

    Parameters
    ----------
    at
        A folder that 'talteen backup' has finished.
    from_ring
        The live key is lost: two persons open the ring, each with a share, for its newest key.
    by
        With --from-ring: the staff codes of these two persons.
    credential
        With --from-ring: a file with the credential of the restore, which a key service asks for.
    witnessed
        A checkpoint that somebody outside has seen: the log must not end before it.
    json
        Say what was done as JSON.
    """
    if from_ring and by is None:
        raise InputError("the ring takes two persons", remedy="name them: --by CODE CODE")
    at = at.absolute()
    config = _with_settings(startup.ready(), at)
    place.prepare(config)
    startup.django()
    from talteen.recovery import restore as restores

    found = restores.open_backup(config, at)
    with database.running(config):
        with _told("Checking") as step:
            laid = restores.lay_files(config, found, seen=lambda _: step("file"))
        reach = _reach(_as_owner(config))
        restores.load_database(config, found, reach, is_empty=_is_empty(reach))
        with startup.migrating():
            pass
        done = _open(config, laid, from_ring, by, credential, witnessed)
    _say_restored(done, as_json=json)
    return 1 if done.damaged or done.unlisted else 0


def drill(
    *,
    weekly: bool = False,
    check: bool = False,
    attempt: Annotated[tuple[Path, UUID] | None, Parameter(name="--try", negative="")] = None,
    from_ring: bool = False,
    by: tuple[str, str] | None = None,
    credential: Path | None = None,
    hunt: bool = False,
    plant: bool = False,
    also: tuple[Path, ...] = (),
    json: bool = False,
) -> int:
    """Prove what backups and disks no longer hold. Exit 1 where a drill is red.

    Parameters
    ----------
    weekly
        What the house does by itself every week: the dead stay dead, a held call plays.
    check
        Read every stored byte and name what is damaged: which recording, which bytes.
    attempt
        A backup and a recording: does the one open the other, with the newest live key?
    from_ring
        With --try: with every key of the ring too, as an act of two persons.
    by
        With --from-ring: the staff codes of these two persons.
    credential
        With --from-ring: a file with the credential of the restore, which a key service asks for.
    hunt
        Look for words, numbers and keys of the newest calls in every file that there is.
    plant
        With --hunt: leave a planted marker where it is, to see the hunt turn red.
    also
        With --hunt: more folders, such as a replica, a dump or a browser's profile.
    json
        Say what was found as JSON.
    """
    chosen = [name for name, is_on in _chosen(weekly, check, attempt, hunt) if is_on]
    if len(chosen) != 1:
        raise InputError(
            "a drill is one of --weekly, --check, --try and --hunt", remedy="name one of them"
        )
    if from_ring and by is None:
        raise InputError("the ring takes two persons", remedy="name them: --by CODE CODE")
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring

        house = wiring.house(config)
        if weekly:
            return _weekly(house, as_json=json)
        if check:
            return _check(house, as_json=json)
        if attempt is not None:
            ring = _ring(house, by, credential) if from_ring and by else None
            return _try(house, attempt[0].absolute(), attempt[1], ring, as_json=json)
        return _hunt(house, plant=plant, also=also, as_json=json)


def _chosen(weekly: bool, check: bool, attempt: object, hunt: bool) -> tuple[tuple[str, bool], ...]:
    return (
        ("weekly", weekly),
        ("check", check),
        ("try", attempt is not None),
        ("hunt", hunt),
    )


# --- within a restore -----------------------------------------------------------------------------


def _with_settings(config: Config, at: Path) -> Config:
    """The operator's settings; those of the backup where the new house has none yet."""
    mine, theirs = config.home / configs.FILE_NAME, at / configs.FILE_NAME
    if mine.exists() or not theirs.is_file():
        return config
    shutil.copyfile(theirs, mine)
    return configs.load(config.home)


def _as_owner(config: Config) -> Config:
    return replace(config, database=config.database.model_copy(update={"role": Role.OWNER}))


def _reach(config: Config) -> "Reach":
    """The way of PostgreSQL's own programs to the database of this house."""
    from talteen.engine.postgres import binaries
    from talteen.engine.postgres.dump import Reach

    place = database.settings(config)
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER"}
    told = {key: str(place[name]) for key, name in names.items() if place[name]}
    told |= {key: str(value) for key, value in place["OPTIONS"].items() if key != "pool"}
    return Reach(binaries.find(config.pg.bin), told, place.get("PASSWORD", ""))


def _is_empty(reach: "Reach") -> bool:
    """Whether no house lives in the database yet."""
    import psycopg
    from psycopg import conninfo

    where = conninfo.make_conninfo(**reach.parameters)
    with psycopg.connect(where, password=reach.password or None) as connection:
        row = connection.execute("SELECT to_regclass('public.house')").fetchone()
    return row is None or row[0] is None


def _open(
    config: Config,
    laid: "Laid",
    from_ring: bool,
    by: tuple[str, str] | None,
    credential: Path | None,
    witnessed: Path | None,
) -> "Restored":
    from talteen import wiring
    from talteen.recovery import restore as restores

    house = wiring.house(config)
    ring = _ring(house, by, credential) if from_ring and by else None
    seen = _checkpoint(house, witnessed) if witnessed else None
    with _told("Opening") as step:
        return restores.open_house(house, laid, ring=ring, witnessed=seen, progress=step)


def _ring(house: "House", by: tuple[str, str], secret: Path | None) -> "RestoreHolder":
    """The ring, opened by two persons who are here: each types the share that they were given."""
    from talteen import keyholders
    from talteen.engine.vault.holders import credential
    from talteen.register.staff import people

    people.two_of(*by)
    one, other = (credential.read_share(present.unseen(f"Share of {code}: ")) for code in by)
    return keyholders.restore(house.config, one, other, secret)


def _checkpoint(house: "House", path: Path) -> "Checkpoint":
    from talteen.engine.tlog import note

    try:
        signed = note.parse(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read ({error.strerror})", remedy="give the path of a file"
        ) from None
    note.verify(signed, house.log.keys)
    return note.parse_checkpoint(signed.text)


def _say_restored(done: "Restored", *, as_json: bool) -> None:
    figures: dict[str, object] = {
        "generation_found": done.generation_found,
        "generation_reached": done.generation_reached,
        "roll_files_applied": done.applied,
        "relisted": done.relisted,
        "unlisted": done.unlisted,
        "destroyed": done.destroyed,
        "by_ring": done.by_ring,
        "damaged": [str(one) for one in done.damaged],
    }
    _say(figures, as_json=as_json)


# --- drills ---------------------------------------------------------------------------------------


def _weekly(house: "House", *, as_json: bool) -> int:
    from talteen.oversight import drills
    from talteen.register.log import ledger

    drill = drills.weekly(house.vault, house.now())
    drills.note(drill, house.now())
    ledger.publish(house.log, house.now())
    figures: dict[str, object] = {
        "verdict": drill.verdict.value,
        "dead": drill.dead,
        "revived": sorted(map(str, drill.revived)),
        "controls": drill.controls,
        "played": drill.played,
        "roll_files": drill.files,
    }
    _say(figures, as_json=as_json)
    return 0 if drill.ok else 1


def _check(house: "House", *, as_json: bool) -> int:
    from talteen.oversight import integrity

    places = integrity.check(house.vault, house.log, house.register, house.now())
    _say({"damaged": [str(place) for place in places]}, as_json=as_json)
    return 1 if places else 0


def _try(
    house: "House",
    at: Path,
    recording: UUID,
    ring: "RestoreHolder | None",
    *,
    as_json: bool,
) -> int:
    from talteen.engine.postgres import binaries
    from talteen.ids import RecordingId
    from talteen.oversight import drills
    from talteen.recovery import restore, trying
    from talteen.register.log import ledger, ledger_recovery

    found = restore.open_backup(house.config, at)
    tries = trying.Trying(house.vault, found, binaries.find(house.config.pg.bin))
    tried = tries.attempt(RecordingId(recording), house.now(), ring=ring)
    if ring is not None:
        use = ledger_recovery.RingUse.DRILL
        opened = ledger_recovery.RingOpened(use=use, generation=house.vault.row().n)
        ledger.enter(opened, house.now())
    drills.note(tried.drill, house.now())
    ledger.publish(house.log, house.now())
    _say(_tried(tried, recording), as_json=as_json)
    return 0 if tried.ok else 1


def _tried(tried: "Tried", recording: UUID) -> dict[str, object]:
    return {
        "recording": str(recording),
        "opening": tried.opening.value,
        "control": str(tried.control),
        "control_opening": tried.control_opening.value,
        "keys": tried.drill.kind.value,
        "roll_files": tried.drill.files,
    }


def _hunt(house: "House", *, plant: bool, also: tuple[Path, ...], as_json: bool) -> int:
    from talteen.recovery import hunting

    report = hunting.hunt(house, house.now(), also=also, keep_planted=plant)
    _say(report.told(), as_json=as_json)
    return 0 if report.ok else 1


# --- telling --------------------------------------------------------------------------------------


def _say(figures: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print(jsons.dumps(figures))
        return
    console = Console()
    for name, value in figures.items():
        if isinstance(value, list):
            console.print(f"{name.replace('_', ' ')}: {len(value)}", highlight=False)
            for one in value:
                console.print(f"  {one}", markup=False, highlight=False)
        else:
            console.print(f"{name.replace('_', ' ')}: {value}", markup=False, highlight=False)


@contextmanager
def _told(what: str) -> Iterator[Callable[[str], None]]:
    """A bar of files, on a terminal, and the name of the step that it is in."""
    columns = (TextColumn("{task.description:22}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True, quiet=not sys.stderr.isatty())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(what, total=None)

        def step(name: str) -> None:
            if name == "file":
                bar.advance(task)
            else:
                bar.update(task, description=f"{what}: {name}")

        yield step
