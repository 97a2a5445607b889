"""The store of sealed bytes and the holder of keys, each on its own machine."""

import json
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3
from cryptography import x509

from talteen.engine.vault.blobs.s3 import Place
from tests.drills.machines.hosts import Host, until
from tests.kit import s3
from tests.kit.certificates import Authority
from tests.kit.keyrings import Setting
from tests.kit.keyrings.bao import Bao

_S3, _BAO = 8333, 8200
_BAO_CONF = """
storage "raft" {{ path = "{folder}/raft"  node_id = "one" }}
listener "tcp" {{
  address = "{address}:8200"
  cluster_address = "{address}:8201"
  tls_cert_file = "{certificate}"
  tls_key_file = "{key}"
}}
api_addr = "https://{name}:8200"
cluster_addr = "https://{name}:8201"
"""


@dataclass(slots=True)
class Store:
    """SeaweedFS, kept alive by its machine. What is acknowledged outlives its process."""

    host: Host
    folder: Path
    place: Place = field(init=False)

    def start(self) -> None:
        """Run it and make the house's bucket."""
        self.folder.mkdir()
        access, secret = "talteen", secrets.token_hex(16)
        identity = {
            "name": access,
            "credentials": [{"accessKey": access, "secretKey": secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        told = self.folder / "s3.json"
        told.write_text(json.dumps({"identities": [identity]}))
        words = [f"-dir={self.folder}", "-s3", f"-s3.config={told}", f"-s3.port={_S3}"]
        words += [f"-ip={self.host.address}", "-ip.bind=0.0.0.0", "-volume.max=200"]
        words += ["-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0", "-s3.port.lance=0"]
        program = Path(sys.executable).with_name("weed")
        self.host.keep("weed", self.folder / "weed.log", program, "server", *words, env={})
        endpoint = f"http://{self.host.full_name}:{_S3}"
        until(lambda: s3._answers(endpoint), "the store answers")
        self.place = s3.bucket(Place("", endpoint, access_key=access, secret_key=secret))

    def answers(self) -> bool:
        return s3._answers(self.place.endpoint)


@dataclass(slots=True)
class Holder(Bao):
    """OpenBao over TLS. When it has been away it is sealed, until somebody opens it."""

    host: Host = field(kw_only=True)
    authority: Authority = field(kw_only=True)
    _http: urllib3.PoolManager = field(init=False)

    def found(self) -> None:
        """Make it, start it, open it."""
        (self.folder / "raft").mkdir(parents=True)
        certificate, key = self.authority.issue(x509.DNSName(self.host.full_name))
        conf = _BAO_CONF.format(
            folder=self.folder,
            address=self.host.address,
            name=self.host.full_name,
            certificate=certificate,
            key=key,
        )
        (self.folder / "bao.hcl").write_text(conf)
        self._http = urllib3.PoolManager(ca_certs=str(self.authority.file), retries=False)
        program = Path(sys.executable).with_name("bao")
        told = f"-config={self.folder / 'bao.hcl'}"
        self.host.keep("bao", self.folder / "bao.log", program, "server", told, env={})
        until(self._answers, "the key holder answers")
        self.init()
        self.unseal()

    def until_open(self) -> None:
        until(lambda: self._answers() and self._health() == 200, "the key holder is open")

    def told(self, folder: Path) -> Setting:
        """What a house must be told of it, with its tokens in ``folder``."""
        made = self.setting(folder)
        line = f'ca_file = "{self.authority.file}"\nkind = "openbao"'
        return Setting(made.toml.replace('kind = "openbao"', line), made.restore)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(
            method,
            f"{self.address}/v1/{path}",
            json=body,
            headers={"X-Vault-Token": self.root},
            timeout=60,
        )
        assert answer.status in (200, 204), (path, answer.status, answer.data)
        return answer.json() if answer.data else {}

    def _health(self) -> int:
        return self._http.request("GET", f"{self.address}/v1/sys/health", timeout=2).status

    def is_up(self) -> bool:
        """It answers, sealed or open."""
        return self._answers()


def holder(host: Host, folder: Path, authority: Authority) -> Holder:
    """An OpenBao that is open, with nothing in it."""
    made = Holder(folder, f"https://{host.full_name}:{_BAO}", host=host, authority=authority)
    made.found()
    return made
