"""One house on many machines: a folder each, with what its role needs and no more."""

import secrets
import shutil
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from tests.drills.machines.database import Pair
from tests.drills.machines.hosts import DESK, DOMAIN, Host
from tests.drills.machines.services import Holder, Store
from tests.kit.certificates import Authority

WEB_PORT = 8470
_TALTEEN = (sys.executable, "-m", "talteen.desk.cli")
_COMMON = """[house]
born = "demo"
[database]
url = "postgresql://{databases}/talteen?sslmode=verify-full&sslrootcert={ca}"
[blobs]
bucket = "{bucket}"
endpoint = "{endpoint}"
access_key = "{access}"
secret_key_file = "{secret}"
[jobs]
heartbeat_seconds = 2.0
{keys}
"""
_CAPTURE = """[capture]
address = "{address}"
node = "{name}"
peers = ["{desk}/32"]
own_domains = ["keskus.example"]
fallback_line = "rooms"
fallback_agent = "a01"
agents = {{ "7103" = "a03" }}
twin_wait_s = 5
"""
_WEB = """[web]
host = "0.0.0.0"
names = ["{name}", "puhelut.{domain}"]
tls_certificate_file = "{certificate}"
tls_key_file = "{key}"
secret_key_file = "{secret}"
"""


@dataclass(slots=True)
class Homes:
    """The folders of the house, one a machine; that of the desk is the drill's own."""

    folder: Path
    authority: Authority
    common: str = ""
    passwords: dict[str, Path] = field(default_factory=dict)
    """Of the roles of the database, a file each."""

    @property
    def desk(self) -> Path:
        return self.folder / "desk"

    def write_common(
        self, pair: Pair, store: Store, holder: Holder, passwords: dict[str, Path]
    ) -> None:
        """What all machines are told alike, and the desk's own folder."""
        secret = self.folder / "s3-secret"
        secret.write_text(store.place.secret_key)
        secret.chmod(0o600)
        both = sorted((pair.first, pair.standby), key=lambda one: one.host.name)
        self.common = _COMMON.format(
            databases=",".join(f"{one.host.full_name}:5432" for one in both),
            ca=self.authority.file,
            bucket=store.place.bucket,
            endpoint=store.place.endpoint,
            access=store.place.access_key,
            secret=secret,
            keys=holder.told(self.folder).toml,
        )
        self.passwords = passwords
        self.desk.mkdir(mode=0o700)
        (self.desk / "talteen.toml").write_text(self._knowing("owner", "app"))
        (self.folder / "session-key").write_text(secrets.token_hex(32))
        (self.folder / "session-key").chmod(0o600)

    def _knowing(self, *roles: str) -> str:
        """What all are told, with the passwords of these roles and of no other."""
        keys = {
            role: "password_file" if role == "app" else f"{role}_password_file" for role in roles
        }
        told = "".join(f'{keys[role]} = "{self.passwords[role]}"\n' for role in roles)
        return self.common.replace("[database]\n", f"[database]\n{told}")

    def give(self, host: Host, *roles: str, more: str = "", node: bool = False) -> Path:
        """A folder for ``host``: settings with the passwords of ``roles``, the register, and the
        house's signing keys. A capture node makes a key of its own at its first start."""
        home = self.folder / host.name
        home.mkdir(mode=0o700)
        (home / "talteen.toml").write_text(self._knowing(*roles) + more)
        for name in ("keys-house", "register"):
            shutil.copytree(self.desk / name, home / name)
        if node:
            (home / "keys-house" / "capture.ed25519").unlink()
        return home

    def capture(self, host: Host) -> None:
        """Take in calls there, and hand them over."""
        more = _CAPTURE.format(address=host.address, name=host.name, desk=DESK)
        home = self.give(host, "capture", "work", more=more, node=True)
        # Once, by somebody who has that login; no process of the machine keeps it.
        env = {"TALTEEN_DATABASE_PASSWORD_FILE": str(self.passwords["app"])}
        host.run(*_TALTEEN, "capture", "--enrol", env={**env, "TALTEEN_HOME": str(home)})
        self._role(host, home, "capture")
        self._role(host, home, "work")

    def web(self, host: Host) -> None:
        """Answer people there."""
        names = [x509.DNSName(one) for one in (host.full_name, "localhost")]
        certificate, key = self.authority.issue(*names)
        more = _WEB.format(
            name=host.full_name,
            domain=DOMAIN,
            certificate=certificate,
            key=key,
            secret=self.folder / "session-key",
        )
        self._role(host, self.give(host, "web", more=more), "serve")

    def work(self, host: Host) -> None:
        """Do jobs and sweep there."""
        self._role(host, self.give(host, "work"), "work")

    def _role(self, host: Host, home: Path, name: str) -> None:
        log = self.folder / f"{host.name}-{name}.log"
        host.keep(name, log, *_TALTEEN, name, env={"TALTEEN_HOME": str(home)})


def found(home: Path) -> datetime:
    """Make the house from the desk, a month ago; its clock then shows the machine's time. Django
    must be set up, the tables be there."""
    from talteen.clock import SystemClock
    from talteen.register import house as houses
    from tests.kit import houses as kit

    now = datetime.now(UTC)
    kit.build(home, born_at=now - timedelta(days=30))
    at = SystemClock().now()
    houses.set_clock(at, machine_at=at)
    return at
