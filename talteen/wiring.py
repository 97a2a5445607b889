"""The only file that chooses classes: from a config to a House, and what a house is made of.

A key holder, blob store or speech engine of another kind is one file in its folder and one line
here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.x509 import Certificate, load_pem_x509_certificates

from talteen import carriers, house_keys, keyholders
from talteen import config as configs
from talteen.clock import Clock, SteadyClock, SystemClock, helsinki_date
from talteen.config import Born, Config
from talteen.config.sections import ModelEntry
from talteen.engine.stamp import Authority
from talteen.engine.tlog import note
from talteen.engine.tlog.note import Ed25519Signer, MlDsa44Signer, VerifierKey
from talteen.engine.vault.blobs import BlobStore, prove_put_if_absent, s3
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.engine.vault.holders import HolderAway, Reaper, proving
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import ConfigError
from talteen.ids import HouseId
from talteen.life.answer import packages
from talteen.life.destroy import applied
from talteen.life.destroy.shortening import Shortening
from talteen.life.seal.looking import Looks
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import indexing, model_store, whisper
from talteen.life.transcribe.model_store import ModelFolder, Permission
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.whisper import Device, How
from talteen.life.transcribe.word_list import LISTS
from talteen.notice.particulars import RegisterFile
from talteen.oversight.flow import gate
from talteen.register import house as houses
from talteen.register import shelf
from talteen.register.house import HouseClock
from talteen.register.log import ledger_witnesses
from talteen.register.log.ledger_stamps import Stamping
from talteen.register.log.ledger_store import Log
from talteen.register.log.ledger_witnesses import Witnesses
from talteen.register.models import NoticeVersion
from talteen.register.post.messages import MessageSender

log = structlog.get_logger()

NODE = "import"
"""Under which name this machine hands in recordings."""
QUANTUM_SIGNING = "log.mldsa44"
"""The seed of the log's second key, which signs checkpoints only."""
LOG_KEYS = ("log.ed25519", QUANTUM_SIGNING)
FORMER = "log.former"
"""The public keys that signed the log before, a line each."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything that acts need of one house. They take the parts, not the whole."""

    config: Config
    id: HouseId
    born: Born
    clock: Clock
    steady: SteadyClock | None
    """Sees whether the clock was set while this process ran. None where it is meant to be moved."""
    vault: Vault
    reaper: Reaper
    log: Log
    register: RegisterFile
    shards: Path
    sender: MessageSender | None
    """How messages leave; None where no mail server is named: they wait."""
    text_sender: MessageSender | None
    """How text messages do; None where no gateway is named."""
    call_sender: MessageSender | None
    """How a code is read aloud over the telephone; None where no gateway is named."""
    ring: Looks
    """What was seen of the ring: it is not asked at every sweep."""
    shortening: Shortening
    """On which day it was looked whether a new notice ends calls earlier."""
    speech: Callable[[], Transcriber] = field(repr=False)
    """Loads the speech model once a process, when it is first asked for."""

    def now(self) -> datetime:
        """The time in this house: its clock, and never before its last roll."""
        return self.vault.time(self.clock.now())


@cache
def house(config: Config | None = None) -> House:
    """The house of this process: at TALTEEN_HOME, on the database that Django is set up for."""
    return build(config or configs.load())


def build(config: Config, *, clock: Clock | None = None) -> House:
    """Put a house together from ``config``. Its database, keys and register must exist
    (``init``)."""
    row = houses.row()
    born = Born(row.born_as)
    file = shelf.read(config.paths.register).register.file
    gate.check(config, file)
    LISTS.keep_in(config.paths.words)
    return House(
        config=config,
        id=HouseId(row.id),
        born=born,
        clock=clock or HouseClock(),
        steady=SteadyClock() if born is Born.LIVE else None,
        vault=vault_of(config, file, HouseId(row.id), born),
        reaper=keyholders.reaper(config),
        log=log_of(config, file),
        register=file,
        shards=config.paths.index,
        sender=carriers.mail(config, born),
        text_sender=carriers.text(config, born),
        call_sender=carriers.call(config, born),
        ring=Looks(),
        shortening=Shortening(),
        speech=cache(lambda: whisper.load(speech_model(config), _how(config))),
    )


def log_of(config: Config, file: RegisterFile) -> Log:
    """The log of this register, signed by the house."""
    origin = origin_of(file)
    secrets = house_keys.folder(config)
    former = secrets / FORMER
    lines = former.read_text().splitlines() if former.exists() else []
    signer = Ed25519Signer(origin, house_keys.signing(config, "log"))
    quantum = None
    if (secrets / QUANTUM_SIGNING).exists():
        quantum = log_signers(origin, lambda name: house_keys.read(config, name))[1]
    keys = tuple(note.parse_key(line) for line in lines)
    return Log(origin, signer, store_of(config), former=keys, quantum_signer=quantum)


def log_signers(origin: str, read: Callable[[str], bytes]) -> tuple[Ed25519Signer, MlDsa44Signer]:
    """The two that sign the log, from what ``read`` gives for each of LOG_KEYS."""
    first, second = map(read, LOG_KEYS)
    return (
        Ed25519Signer(origin, Ed25519PrivateKey.from_private_bytes(first)),
        MlDsa44Signer(origin, MLDSA44PrivateKey.from_seed_bytes(second)),
    )


def write_former(config: Config, keys: Sequence[VerifierKey]) -> None:
    """Remember public keys that signed the log and do so no more; whole or not at all."""
    path = house_keys.folder(config) / FORMER
    making = path.with_suffix(".making")
    making.write_text("".join(f"{key}\n" for key in dict.fromkeys(keys)))
    making.replace(path)


def witnesses_of(config: Config) -> Witnesses:
    """Who witnesses the log."""
    told = config.ledger
    addresses = ledger_witnesses.addresses([(one.url, one.keys) for one in told.witnesses])
    return Witnesses(addresses, told.quorum, told.witness_timeout_s)


def stamping_of(config: Config) -> Stamping:
    """Which authority stamps the log, and how often. ConfigError for roots that are none."""
    told = config.ledger
    every = timedelta(seconds=told.stamp_every_s)
    if told.stamp_roots_file is None:
        return Stamping(every=every)
    authority = Authority(told.stamp_url, _roots(told.stamp_roots_file))
    return Stamping(authority, every, told.witness_timeout_s)


@cache
def _roots(path: Path) -> tuple[Certificate, ...]:
    """Read once a process: a file that goes away while the house runs stops nothing."""
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        raise ConfigError(
            "ledger.stamp_roots_file: holds no certificates that can be read",
            remedy="put the root certificates of the authority there, in PEM",
        ) from None


def vault_of(config: Config, file: RegisterFile, house: HouseId, born: Born) -> Vault:
    """The vault of a house, with the holders and the store that its operator chose."""
    margin_days = file.retention.margin_days
    vault = Vault(
        house=house,
        signer=house_keys.signing(config, "house"),
        node=NODE,
        node_signer=house_keys.signing(config, "node"),
        live=keyholders.live(config, house_keys.read(config, house_keys.LIVE_CREDENTIAL)),
        backup=keyholders.backup(config, house_keys.read(config, house_keys.RESTORE_PUBLIC)),
        blobs=gate.guarded(
            store_of(config), config, file, lambda: helsinki_date(HouseClock().now())
        ),
        ring=timedelta(days=config.ring.days),
        margin_days=margin_days,
        months=file.retention.months,
        reserve=Reserve(config.paths.blobs),
        # A movable clock would be overruled by the machine's: a demo house has only its own.
        clocks=(SystemClock(),) if born is Born.LIVE else (),
        on_apply=lambda roll: _apply(roll, margin_days),
    )
    vault.before_roll = partial(indexing.carry, vault, config.paths.index)
    return vault


def _apply(roll: RollFile, margin_days: int) -> None:
    """What a roll file does to the rows, and to packages that died with a call."""
    applied.apply(roll, margin_days=margin_days)
    packages.forget([gone.recording for gone in roll.destroyed], roll.at)


def origin_of(file: RegisterFile) -> str:
    """The name of the log of this register: a host and the register's key, as C2SP wants it."""
    host = file.notice.archive_url.split("//", 1)[-1].split("/", 1)[0]
    return f"{host}/{file.key}"


def store_of(config: Config) -> BlobStore:
    """Where the sealed bytes of this house lie."""
    told = config.blobs
    if told.bucket and told.secret_key_file:
        secret = configs.read_secret(told.secret_key_file, key="blobs.secret_key_file")
        return s3.connect(
            s3.Place(told.bucket, told.endpoint, told.region, told.prefix, told.access_key, secret)
        )
    config.paths.blobs.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FolderStore(config.paths.blobs)


def prove_store(config: Config) -> None:
    """Prove that the blob store decides rolls and lets things die, before it is trusted.

    Raises ConfigError where a bucket would keep what is destroyed, Unavailable where it is no store
    for rolls, or does not answer.
    """
    store = store_of(config)
    prove_put_if_absent(store)
    if isinstance(store, s3.S3Store):
        from talteen.engine.vault.blobs.erasable import prove_erasable

        prove_erasable(store)


def prove_holders(config: Config, vault: Vault) -> None:
    """Prove both key holders before they are trusted; ConfigError names the setting that is wrong.

    A ring that does not answer keeps no house from starting: destruction does not wait for it.
    """
    try:
        keyholders.prove_ring(config, vault.backup)
    except HolderAway as error:
        log.error("ring.unavailable", reason=error.slug)
    proving.prove_live(vault.live)


def speech_model(config: Config) -> ModelFolder:
    """The folder of the speech model, checked file by file, and permitted if it is not ours."""
    return model_store.folder(
        config.speech.model_dir,
        cache=config.paths.state / "models",
        permissions=[_permitted(entry) for entry in config.speech.models],
    )


def _how(config: Config) -> How:
    told = config.speech
    return How(told.threads, Device(told.device.value), told.batch)


def _permitted(entry: ModelEntry) -> Permission:
    """The entry of an operator for a model of their own: only under a notice that was published."""
    permission = model_store.permission(entry.model_dump())
    today = helsinki_date(HouseClock().now())
    if not NoticeVersion.objects.filter(
        number=permission.notice, legacy=False, valid_from__lte=today
    ).exists():
        raise ConfigError(
            f"speech.models.notice: no version {permission.notice} of the notice is in force",
            remedy="publish the version that mentions the model, then name it (REGISTER 16.6)",
        )
    return permission
