"""[mailbox] and [sms]: where letters of requests arrive, and how a code reaches a telephone."""

from enum import Enum
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from talteen.config.sections import MailSection, Section
from talteen.errors import ConfigError

_HOST = r"^([A-Za-z0-9.:-]{1,253})?$"
S = TypeVar("S", bound="SmsSection")
_NAME = r"^[A-Za-z0-9 ._/-]{1,100}$"


class MailboxTls(Enum):
    """How the way to the mailbox is secured; there is no way in the clear."""

    TLS = "tls"
    STARTTLS = "starttls"


class MailboxSection(Section):
    """[mailbox]: the mailbox of contact.email, where requests arrive, over IMAP (RFC 9051)"""

    host: str = Field(default="", pattern=_HOST)
    """the IMAP server, as its certificate says it; left out: no mailbox is read"""
    port: int = Field(default=993, ge=1, le=65535)
    """its TCP port, 1 to 65535"""
    tls: MailboxTls = MailboxTls.TLS
    """"tls", or "starttls" for a server that begins in the clear"""
    ca_file: Path | None = None
    """the PEM file of the authority that its certificate is of; left out: this machine's own"""
    user: str = ""
    """the user name at the mailbox"""
    password_file: Path | None = None
    """the file that holds the password of mailbox.user"""
    folder: str = Field(default="INBOX", pattern=_NAME)
    """the folder that is read"""
    aside: str = Field(default="Automatic", pattern=_NAME)
    """the folder into which letters of machines are moved; it is made when there is none"""
    aside_days: int = Field(default=90, ge=7, le=365)
    """how many days a letter lies in mailbox.aside before it is deleted, 7 to 365"""


class SmsSection(Section):
    """[sms]: a gateway for text messages, by HTTPS POST of a JSON object"""

    url: str = Field(default="", pattern=r"^(https://[^@\s]{1,500})?$")
    """where the gateway takes messages, such as https://sms.example.fi/v1/messages; left out: no
    code goes by text message"""
    ca_file: Path | None = None
    """the PEM file of the authority that its certificate is of; left out: this machine's own"""
    token_file: Path | None = None
    """the file that holds the bearer token of the gateway"""
    sender: str = Field(default="", pattern=r"^([A-Za-z0-9 ]{1,11}|\+[0-9]{4,15})?$")
    """who it comes from: up to 11 letters and digits, or a number with its country code"""
    to_field: str = Field(default="to", pattern=r"^[A-Za-z_]{1,40}$")
    """what the gateway calls the receiver in its JSON"""
    from_field: str = Field(default="from", pattern=r"^[A-Za-z_]{1,40}$")
    """what it calls the sender"""
    text_field: str = Field(default="text", pattern=r"^[A-Za-z_]{1,40}$")
    """what it calls the text"""


class CallbackSection(SmsSection):
    """[callback]: a gateway that calls a number and reads a code aloud, by HTTPS POST of JSON"""

    url: str = Field(default="", pattern=r"^(https://[^@\s]{1,500})?$")
    """where the gateway takes calls, such as https://voice.example.fi/v1/calls; left out: no code
    is told by a call"""
    language_field: str = Field(default="language", pattern=r"^[A-Za-z_]{1,40}$")
    """what it calls the language to read in: fi, sv or en"""


def checked(mailbox: MailboxSection, mail: MailSection) -> MailboxSection:
    """A half-written section would be noticed when the first request is late."""
    if mailbox.host and not (mailbox.user and mailbox.password_file):
        raise ConfigError(
            "mailbox.user: is missing, or mailbox.password_file",
            remedy="write both: the user name, and the file that holds its password",
        )
    if mailbox.host and not mail.host:
        raise ConfigError(
            "mail.host: is missing",
            remedy="write [mail] too: by it goes the letter that tests the mailbox each day",
        )
    if mailbox.host and mailbox.folder == mailbox.aside:
        raise ConfigError(
            "mailbox.aside: is the folder that is read", remedy="write another folder"
        )
    return mailbox


def checked_gateway(sms: S, name: str) -> S:
    """A gateway without its token would be noticed when nobody gets a code."""
    if sms.url and not (sms.token_file and sms.sender):
        raise ConfigError(
            f"{name}.token_file: is missing, or {name}.sender",
            remedy="write both: the file that holds the token, and who messages come from",
        )
    return sms
