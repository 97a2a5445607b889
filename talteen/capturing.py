"""Puts the capture node of this machine together by its config, without the rest of the house: it
needs no database, no key holder and no framework."""

import json
from typing import TYPE_CHECKING

from talteen import config as configs
from talteen import house_keys
from talteen.config import Config
from talteen.ids import HouseId
from talteen.life.capture.node_files import Folder
from talteen.life.capture.parties import OwnSide

if TYPE_CHECKING:
    from talteen.life.capture.node import Node  # who only looks for its files needs no sockets


def folder(config: Config) -> Folder:
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
        folder=folder(config),
        house=house,
        name=told.node,
        signing_seed=house_keys.read(config, "capture.ed25519"),
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
    from talteen.register.programs.webhook import Secret

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


def _do_not_record_key(config: Config) -> bytes:
    """What the capture node asks the do-not-record list with; empty until the house has told it."""
    path = house_keys.folder(config) / house_keys.DO_NOT_RECORD
    return path.read_bytes() if path.exists() else b""
