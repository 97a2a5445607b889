"""Real S3 servers on loopback: SeaweedFS, and moto for what SeaweedFS does not do."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.blobs.s3 import Place, connect
from tests.kit.processes import until

ACCESS, SECRET = "talteen", os.urandom(16).hex()


@contextlib.contextmanager
def seaweed(folder: Path) -> Iterator[Place]:
    """SeaweedFS with one master, one volume server, one filer and its S3 door."""
    identity = {
        "name": "talteen",
        "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    ports = {name: free_port() for name in ("s3", "master", "volume", "filer")}
    words = [f"-dir={folder}", "-s3", f"-s3.config={folder / 's3.json'}", "-ip=127.0.0.1"]
    words += [f"-{'s3' if n == 's3' else n}.port={port}" for n, port in ports.items()]
    words += [f"-{n}.port.grpc={free_port()}" for n in ("s3", "master", "volume", "filer")]
    words += ["-volume.max=1000", "-master.volumeSizeLimitMB=64", "-ip.bind=127.0.0.1"]
    words += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    program = Path(sys.executable).with_name("weed")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, "server", *words], stdout=log, stderr=log)
    with _stopped(server):
        yield _place(f"http://127.0.0.1:{ports['s3']}")


_MOTO = """
import sys
from moto.moto_server import werkzeug_app as moto
from werkzeug.serving import run_simple
app = moto.DomainDispatcherApplication(moto.create_backend_app)
run_simple("127.0.0.1", int(sys.argv[1]), app, request_handler=moto.MotoRequestHandler)
"""


@contextlib.contextmanager
def moto() -> Iterator[Place]:
    """moto: buckets with every setting that Amazon's have.

    It answers one after the other: it looks whether a key is there and then writes it, without a
    lock between, where Amazon's lets one of many writers win.
    """
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", _MOTO, str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with _stopped(server):
        yield _place(f"http://127.0.0.1:{port}")


EXPIRES = {
    "Rules": [
        {
            "ID": "old",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        }
    ]
}
"""Old versions go after a day."""


def bucket(
    server: Place, *, versioned: bool = False, locked: bool = False, expires: bool = False
) -> Place:
    """A new bucket there."""
    made = replace(server, bucket=f"b-{uuid4().hex}")
    client = connect(made).client
    client.create_bucket(Bucket=made.bucket, ObjectLockEnabledForBucket=locked)
    if versioned:
        client.put_bucket_versioning(
            Bucket=made.bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    if expires:
        client.put_bucket_lifecycle_configuration(
            Bucket=made.bucket,
            LifecycleConfiguration=EXPIRES,  # type: ignore[arg-type]
        )
    return made


def _place(endpoint: str) -> Place:
    until(lambda: _answers(endpoint), within_s=60)
    return Place("", endpoint, access_key=ACCESS, secret_key=SECRET)


def _answers(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(endpoint, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _stopped(server: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
