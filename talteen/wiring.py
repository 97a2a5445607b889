"""The only file that chooses classes: from a config to a House, and what a house is made of.

A key holder, blob store or speech engine of another kind is one file in its folder and one line
here.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.x509 import Certificate, load_pem_x509_certificates

from talteen import carriers, keyholders
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
from talteen.life.capture.node_files import Folder
from talteen.life.capture.parties import OwnSide
from talteen.life.destroy import applied
from talteen.life.destroy.shortening import Shortening
from talteen.life.seal.looking import Looks
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import indexing, model_store, whisper
from talteen.life.transcribe.model_store import ModelFolder, Permission
from talteen.life.transcribe.speech import Transcriber
from talteen.life.transcribe.whisper import Device, How
from talteen.notice.particulars import RegisterFile
from talteen.oversight.flow import gate
from talteen.register import ledger_witnesses, shelf
from talteen.register.house import HouseClock
from talteen.register.ledger_stamps import Stamping
from talteen.register.ledger_store import Log
from talteen.register.ledger_witnesses import Witnesses
from talteen.register.messages import MessageSender
from talteen.register.models import House as HouseRow
from talteen.register.models import NoticeVersion

if TYPE_CHECKING:
    from talteen.life.capture.node import Node  # with all of SIP: the pages need none of it

log = structlog.get_logger()

NODE = "import"
"""Under which name this machine hands in recordings."""
SIGNING = ("house", "node", "log", "capture")
"""The signing keys of a house: for roll files, for its own envelopes, for the log, and for the
envelopes of the capture node of this machine."""

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
    row = _house_row()
    born = Born(row.born_as)
    file = shelf.read(config.paths.register).register.file
    gate.check(config, file)
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


def house_id() -> HouseId:
    """Whose database this is. Raises ConfigError where it holds no house."""
    return HouseId(_house_row().id)


def _house_row() -> HouseRow:
    row = HouseRow.objects.first()
    if row is None:
        raise ConfigError("this database holds no house", remedy="make one with 'talteen init'")
    return row


def node_folder(config: Config) -> Folder:
    """Where the capture node of this machine keeps its files."""
    return Folder(config.paths.state / "node")


def own_side(config: Config) -> OwnSide:
    """What belongs to the house at the telephone."""
    told = config.capture
    return OwnSide(
        frozenset(one.lower() for one in told.own_domains),
        frozenset(told.own_extensions),
        told.number_ranges,
    )


def node_of(config: Config, house: HouseId) -> "Node":
    """The capture node of this machine, as it is started."""
    from talteen.life.capture.node import Node

    told = config.capture
    tls = (told.tls_certificate_file, told.tls_key_file)
    return Node(
        folder=node_folder(config),
        house=house,
        name=told.node,
        signing_seed=_secret(config, "capture.ed25519"),
        address=told.address,
        sip_port=told.sip_port,
        media_ports=told.media_ports,
        peers=told.peers,
        own=own_side(config),
        ears=told.ears,
        ring_bytes=told.ring_bytes,
        do_not_record_key=_do_not_record_key(config),
        tls_port=told.tls_port,
        tls_files=(str(tls[0]), str(tls[1])) if tls[0] and tls[1] else None,
        client_ca=str(told.tls_client_ca_file or ""),
        media_from=told.media_from,
        silent_after_s=told.silent_after_s,
        exchange=exchange_of(config),
    )


def exchange_of(config: Config) -> dict[str, str]:
    """What the node's process that speaks to the exchange is told; nothing where there is none.

    Raises ConfigError for a command that Talteen may not send, and for a secret that is none.
    """
    from talteen.life.capture.sources.ami import Command
    from talteen.register.webhook import Secret

    told = config.exchange
    words: dict[str, str] = {}
    for written in told.commands.values():
        Command.of(written)
    if told.host and told.secret_file:
        secret = configs.read_secret(told.secret_file, key="exchange.secret_file")
        words |= {"host": told.host, "port": str(told.port), "user": told.user, "secret": secret}
        words |= {"tls": "yes" if told.tls else "", "commands": json.dumps(told.commands)}
    if told.webhook_url and told.webhook_secret_file:
        secret = configs.read_secret(told.webhook_secret_file, key="exchange.webhook_secret_file")
        Secret.read(secret)
        words |= {"webhook_url": told.webhook_url, "webhook_secret": secret}
    return words


def log_of(config: Config, file: RegisterFile) -> Log:
    """The log of this register, signed by the house."""
    origin = origin_of(file)
    secrets = secrets_of(config)
    former = secrets / FORMER
    lines = former.read_text().splitlines() if former.exists() else []
    signer = Ed25519Signer(origin, signing_key(config, "log"))
    quantum = None
    if (secrets / QUANTUM_SIGNING).exists():
        quantum = log_signers(origin, lambda name: _secret(config, name))[1]
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
    path = secrets_of(config) / FORMER
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
        signer=signing_key(config, "house"),
        node=NODE,
        node_signer=signing_key(config, "node"),
        live=keyholders.live(config, _secret(config, LIVE_CREDENTIAL)),
        backup=keyholders.backup(config, _secret(config, RESTORE_PUBLIC)),
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


DO_NOT_RECORD = "do-not-record.key"
LIVE_CREDENTIAL, RESTORE_PUBLIC = "live.credential", "restore.public"


def secrets_of(config: Config) -> Path:
    """Where the house keeps what it signs with and what opens its live holder: outside all data."""
    return config.home / "keys-house"


def signing_key(config: Config, name: str) -> Ed25519PrivateKey:
    """The signing key called ``name``, one of SIGNING."""
    return Ed25519PrivateKey.from_private_bytes(_secret(config, f"{name}.ed25519"))


def origin_of(file: RegisterFile) -> str:
    """The name of the log of this register: a host and the register's key, as C2SP wants it."""
    host = file.notice.archive_url.split("//", 1)[-1].split("/", 1)[0]
    return f"{host}/{file.key}"


def _secret(config: Config, name: str) -> bytes:
    path = secrets_of(config) / name
    try:
        return path.read_bytes()
    except OSError:
        raise ConfigError(
            f"keys-house/{name}: cannot be read", remedy="make a house with 'talteen init'"
        ) from None


def _do_not_record_key(config: Config) -> bytes:
    """What the capture node asks the do-not-record list with; empty until the house has told it."""
    path = secrets_of(config) / DO_NOT_RECORD
    return path.read_bytes() if path.exists() else b""


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
