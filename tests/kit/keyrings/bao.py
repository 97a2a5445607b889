"""A real OpenBao server on loopback, set up as docs/operators/key-holders.md says."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import urllib3

from talteen.engine.vault.holders import two_persons
from talteen.engine.vault.holders.bao_client import Client
from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.openbao import (
    DATES,
    BaoBackupHolder,
    BaoLiveHolder,
    BaoReaper,
    Transit,
)
from tests.kit.keyrings import Ring, Setting, secret
from tests.kit.keyrings.policies import BAO_POLICIES
from tests.kit.processes import until
from tests.kit.s3 import free_port

_CONF = """
storage "raft" {{ path = "{folder}/raft"  node_id = "one" }}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_disable = true
}}
api_addr = "http://127.0.0.1:{port}"
cluster_addr = "http://127.0.0.1:{cluster}"
"""


@dataclass(slots=True)
class Bao:
    """One server, its root token and its unseal key."""

    folder: Path
    address: str
    root: str = field(default="", repr=False)
    unseal_key: str = field(default="", repr=False)
    _process: "subprocess.Popen[bytes] | None" = None

    # --- the server -----------------------------------------------------------------------

    def start(self) -> None:
        """Run it. It is sealed."""
        program = Path(sys.executable).with_name("bao")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "server", f"-config={self.folder / 'bao.hcl'}"], stdout=log, stderr=log
            )
        until(self._answers, within_s=60)

    def stop(self) -> None:
        """End it, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def init(self) -> None:
        made = self.api("POST", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
        self.root, (self.unseal_key,) = made["root_token"], made["keys_base64"]

    def unseal(self) -> None:
        self.api("POST", "sys/unseal", {"key": self.unseal_key})
        self.until_open()

    def until_open(self) -> None:
        """Wait until it serves."""
        until(lambda: self._health() == 200, within_s=60)

    def seal(self) -> None:
        self.api("POST", "sys/seal", {})

    def api(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """As its administrator; fails the test where the server refuses."""
        answer = urllib3.request(
            method,
            f"{self.address}/v1/{path}",
            json=body,
            headers={"X-Vault-Token": self.root},
            timeout=60,
            retries=False,
        )
        assert answer.status in (200, 204), (path, answer.status, answer.data)
        return answer.json() if answer.data else {}

    def _health(self) -> int:
        return urllib3.request("GET", f"{self.address}/v1/sys/health", retries=False).status

    def _answers(self) -> bool:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            return self._health() in (200, 429, 501, 503)
        return False

    # --- places ---------------------------------------------------------------------------

    def token(self, policy: str, *, mount: str) -> str:
        """A token with one of the policies of the operators' page, and no other right."""
        name = f"{mount}-{policy}"
        text = BAO_POLICIES[policy].replace("talteen-live", mount).replace("talteen-ring", mount)
        self.api("POST", f"sys/policies/acl/{name}", {"policy": text})
        made = self.api(
            "POST",
            "auth/token/create-orphan",
            {"policies": [name], "no_default_policy": True, "period": "72h"},
        )
        token: str = made["auth"]["client_token"]
        return token

    def transit(self, mount: str, token: str) -> Transit:
        return Transit(Client(self.address, lambda: token), mount)

    def mount(self, *, ring: bool = False) -> str:
        """A new transit mount; for a ring, its dates beside it."""
        mount = f"m-{uuid4().hex[:12]}"
        self.api("POST", f"sys/mounts/{mount}", {"type": "transit"})
        if ring:
            options = {"type": "kv", "options": {"version": "1"}}
            self.api("POST", f"sys/mounts/{mount}{DATES}", options)
        return mount

    def live(self) -> Callable[[], BaoLiveHolder]:
        mount = self.mount()
        token = self.token("live", mount=mount)
        return lambda: BaoLiveHolder(self.transit(mount, token))

    def ring(self, made: RestoreCredential) -> Ring:
        mount = self.mount(ring=True)
        tokens = {name: self.token(name, mount=mount) for name in ("backup", "reaper", "restore")}
        keys = {name: self.transit(mount, token) for name, token in tokens.items()}
        return Ring(
            BaoBackupHolder(keys["backup"], made.public),
            BaoReaper(keys["reaper"]),
            two_persons.open_restore(keys["restore"].decrypt, *made.shares),
        )

    def setting(self, folder: Path) -> Setting:
        live, ring = self.mount(), self.mount(ring=True)
        at = {name: live if name == "live" else ring for name in BAO_POLICIES}
        files = {
            name: secret(folder, f"{name}.token", self.token(name, mount=mount))
            for name, mount in at.items()
        }
        said = f'kind = "openbao"\naddress = "{self.address}"'
        return Setting(
            f'[keys_live]\n{said}\nmount = "{live}"\ncredential_file = "{files["live"]}"\n'
            f'[keys_ring]\n{said}\nmount = "{ring}"\ncredential_file = "{files["backup"]}"\n'
            f'reaper_credential_file = "{files["reaper"]}"\n',
            files["restore"],
        )


@contextmanager
def server(folder: Path) -> Iterator[Bao]:
    """A server with raft storage, unsealed."""
    (folder / "raft").mkdir(parents=True)
    port = free_port()
    conf = _CONF.format(folder=folder, port=port, cluster=free_port())
    (folder / "bao.hcl").write_text(conf)
    made = Bao(folder, f"http://127.0.0.1:{port}")
    made.start()
    try:
        made.init()
        made.unseal()
        yield made
    finally:
        made.stop()


places = server
