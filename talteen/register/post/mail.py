"""Messages over SMTP (RFC 5321), on a verified way."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from hashlib import sha256

from talteen.config import MailSection, MailTls
from talteen.errors import InputError, Unavailable
from talteen.register.post.messages import Message

_TIMEOUT_S = 20.0
_PERMANENT = 500
"""From this reply code on, asking again changes nothing (RFC 5321 4.2.1)."""


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Gives messages to the mail server of ``settings``, one connection a message."""

    settings: MailSection
    password: str = field(default="", repr=False)
    keeps: bool = False

    def send(self, message: Message) -> None:
        """Hand ``message`` over. Raises Unavailable, or InputError where it is refused for good."""
        try:
            with self._connected() as server:
                server.send_message(_written(message, self.settings.sender))
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if codes and min(codes) >= _PERMANENT:
                raise InputError(
                    "a mail address is refused", remedy="correct it in register.toml"
                ) from None
            raise _unavailable() from None
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= _PERMANENT and not isinstance(
                error, smtplib.SMTPAuthenticationError
            ):
                raise InputError(
                    "the mail server refuses a message", remedy="read its log"
                ) from None
            raise _unavailable() from None
        except (OSError, smtplib.SMTPException):
            raise _unavailable() from None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        at, context = self.settings, ssl.create_default_context()
        if at.tls is MailTls.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                at.host, at.port, timeout=_TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(at.host, at.port, timeout=_TIMEOUT_S)
        with server:
            if at.tls is MailTls.STARTTLS:
                server.starttls(context=context)
            if at.user:
                server.login(at.user, self.password)
            yield server


def _written(message: Message, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message.to, message.subject
    mail["Message-ID"] = f"<{_name_of(message)}@{sender.rpartition('@')[2]}>"
    # RFC 3834: no out-of-office reply shall come back.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail


def _name_of(message: Message) -> str:
    """The same for the same message, whoever sends it again: after a crash between the server's
    answer and our commit, or from a database that was restored (RFC 5322 3.6.4; decision 148). One
    to a person outside is named by chance: what it says cannot be guessed from its name.
    """
    if message.name is not None:
        return message.name.hex
    told = "\0".join((message.key, message.to, message.subject, message.body))
    return sha256(told.encode()).hexdigest()[:40]


def _unavailable() -> Unavailable:
    return Unavailable("the mail server takes no mail now", remedy="look at [mail] and its log")
