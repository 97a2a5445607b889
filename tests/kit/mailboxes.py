"""A real IMAP server on loopback with one mailbox, over verified TLS, and the post that puts
letters into it."""

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from talteen.config import MailboxSection, MailboxTls
from talteen.register.post import imap
from talteen.register.post.imap import Mailbox
from tests.kit import processes
from tests.kit.certificates import Authority

USER, PASSWORD = "requests", "of-the-test"
_SERVER = """
import asyncio
from functools import partial
from pymap import config
from pymap.main import main

# A password that everybody knows needs no half a million rounds at each login.
config.BuiltinHash = partial(config.BuiltinHash, rounds=1)
start = asyncio.start_server

async def started(*given, **named):
    server = await start(*given, **named)
    print("ready", flush=True)
    return server

asyncio.start_server = started
main()
"""


@dataclass(frozen=True, slots=True)
class Office:
    """The mailbox, and the post that fills it."""

    settings: MailboxSection

    def opened(self) -> AbstractContextManager[Mailbox]:
        """As the house opens it."""
        return imap.opened(self.settings, PASSWORD)

    def deliver(self, letter: EmailMessage | bytes, at: datetime, flags: str = "") -> None:
        """The server takes in a letter at this instant, under these flags."""
        raw = letter if isinstance(letter, bytes) else letter.as_bytes(policy=policy.SMTP)
        with self._post() as post:
            state, _ = post.append("INBOX", flags, imaplib.Time2Internaldate(at), raw)
            assert state == "OK"

    def empty(self) -> None:
        """Nothing lies there any more."""
        with self._post() as post:
            for folder in ("INBOX", "Automatic"):
                if post.select(folder)[0] == "OK":
                    post.store("1:*", "+FLAGS", r"(\Deleted)")
                    post.expunge()

    def lying(self, folder: str = "INBOX") -> int:
        """How many letters lie in a folder."""
        with self._post() as post:
            state, (count,) = post.select(folder, readonly=True)
            return int(count) if state == "OK" else 0

    @contextmanager
    def _post(self) -> Iterator[imaplib.IMAP4]:
        context = ssl.create_default_context(cafile=str(self.settings.ca_file))
        post = imaplib.IMAP4(self.settings.host, self.settings.port, timeout=20)
        post.starttls(context)
        post.login(USER, PASSWORD)
        try:
            yield post
        finally:
            post.logout()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Run the server until the end of the block; its files lie in ``folder``."""
    authority = Authority(folder / "authority")
    certificate, key = authority.issue(x509.IPAddress(ip_address("127.0.0.1")))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = ("--host", "127.0.0.1", "--port", str(port), "--cert", str(certificate))
    user = ("dict", "--demo-user", USER, "--demo-password", PASSWORD)
    with processes.python(_SERVER, *told, "--key", str(key), *user) as server:
        assert server.said == "ready"
        yield Office(
            MailboxSection(
                host="127.0.0.1",
                port=port,
                tls=MailboxTls.STARTTLS,
                ca_file=authority.file,
                user=USER,
            )
        )
