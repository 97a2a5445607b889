"""[ledger]: who witnesses the log, and which authority stamps its heads with the time."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field

from talteen.config.sections import Section
from talteen.errors import ConfigError


class WitnessEntry(Section):
    """One witness, by C2SP tlog-witness."""

    url: str
    keys: tuple[str, ...]


class LedgerSection(Section):
    """[ledger]: the log of what the house did, and who vouches for it (J17)"""

    witnesses: tuple[WitnessEntry, ...] = ()
    """tables [[ledger.witnesses]]: the url of a witness and its keys (vkeys) in a list"""
    quorum: int = Field(default=0, ge=0, le=16)
    """how many witnesses must have signed for a head to count as witnessed, 0 to 16; 0: all"""
    witness_timeout_s: float = Field(default=5, gt=0, le=60)
    """for how many seconds a witness is waited for, at most 60"""
    unwitnessed_alarm_s: int = Field(default=3600, ge=60, le=604800)
    """seconds without enough witnesses, or without a stamp due, to an alarm, 60 to 604800"""
    stamp_url: str = ""
    """the web address of a time-stamp authority by RFC 3161; left out: heads are not stamped"""
    stamp_roots_file: Path | None = None
    """the PEM file with the root certificates under which the authority is believed"""
    stamp_every_s: int = Field(default=86400, ge=60, le=604800)
    """how many seconds lie between two stamps, 60 to 604800"""


def checked(section: LedgerSection) -> LedgerSection:
    """``section`` if it can be worked with; raises ConfigError, whose text begins with the key."""
    for one in section.witnesses:
        if not _is_web_address(one.url) or urlsplit(one.url).query:
            raise ConfigError(
                "ledger.witnesses.url: is no web address",
                remedy="write it like https://witness.example/w1",
            )
        if not one.keys:
            raise ConfigError(
                "ledger.witnesses.keys: is empty",
                remedy="write the keys that the witness's page shows",
            )
    if section.quorum > len(section.witnesses):
        raise ConfigError(
            "ledger.quorum: is more than there are witnesses",
            remedy="name more witnesses, or lower it",
        )
    if section.stamp_url and not _is_web_address(section.stamp_url):
        raise ConfigError(
            "ledger.stamp_url: is no web address", remedy="write it like https://tsa.example/tsr"
        )
    if bool(section.stamp_url) != (section.stamp_roots_file is not None):
        raise ConfigError(
            "ledger.stamp_roots_file: is missing, or ledger.stamp_url",
            remedy="name both: the authority, and the certificates to believe it under",
        )
    return section


def _is_web_address(url: str) -> bool:
    at = urlsplit(url)
    return at.scheme in ("http", "https") and bool(at.hostname) and not at.username
