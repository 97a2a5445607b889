"""What carries messages out of a house, and where letters come in, by its config."""

from contextlib import AbstractContextManager

from talteen import config as configs
from talteen.config import Born, Config
from talteen.register.post import imap
from talteen.register.post.gateway import GatewaySender
from talteen.register.post.imap import Mailbox
from talteen.register.post.mail import SmtpSender
from talteen.register.post.messages import MessageSender, Sink


def mail(config: Config, born: Born) -> MessageSender | None:
    """What carries mail; None where no server is named. A demo house keeps its own, whatever its
    file says."""
    if born is Born.DEMO:
        return Sink()
    if not config.mail.host:
        return None
    secret = config.mail.password_file
    password = configs.read_secret(secret, key="mail.password_file") if secret else ""
    return SmtpSender(config.mail, password)


def text(config: Config, born: Born) -> MessageSender | None:
    """What carries text messages; None where no gateway is named, and never in a demo house."""
    if born is Born.DEMO:
        return Sink()
    secret = config.sms.token_file
    if not config.sms.url or secret is None:
        return None
    return GatewaySender(config.sms, configs.read_secret(secret, key="sms.token_file"))


def call(config: Config, born: Born) -> MessageSender | None:
    """What calls a number and reads a code aloud; None where no such gateway is named. The house
    itself originates no call (J12)."""
    secret = config.callback.token_file
    if born is Born.DEMO or not config.callback.url or secret is None:
        return None
    return GatewaySender(config.callback, configs.read_secret(secret, key="callback.token_file"))


def mailbox(config: Config) -> AbstractContextManager[Mailbox]:
    """The mailbox of requests, to be opened. Raises ConfigError without its password."""
    secret = config.mailbox.password_file
    password = configs.read_secret(secret, key="mailbox.password_file") if secret else ""
    return imap.opened(config.mailbox, password)
