"""What a process cannot have is told by the part that is missing, with what helps: an address, a
store that does not answer."""

import socket
from pathlib import Path

import pytest

from talteen import config as configs
from talteen import wiring
from talteen.config.metrics import MetricsSection
from talteen.errors import ConfigError, Unavailable
from talteen.operations import port


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_address_of_another_machine_is_not_called_taken() -> None:
    with pytest.raises(
        ConfigError, match=r"^metrics.port: 192\.0\.2\.1:9470 cannot be listened to"
    ):
        port.listen(MetricsSection(host="192.0.2.1"), 9470)
    with pytest.raises(ConfigError, match="write an address that this machine has"):
        port.free("web.port", "192.0.2.1", 8470, within_s=0)


def test_a_worker_does_not_begin_whose_store_does_not_answer(home: Path) -> None:
    (home / "secret").touch(mode=0o600)
    (home / "secret").write_text("x" * 20)
    (home / configs.FILE_NAME).write_text(
        f'[blobs]\nbucket = "house"\nendpoint = "http://127.0.0.1:{closed_port()}"\n'
        f'access_key = "a"\nsecret_key_file = "{home}/secret"\n'
    )

    with pytest.raises(Unavailable) as refused:
        wiring.prove_store(configs.load(home))

    assert str(refused.value) == (
        "the blob store does not answer (EndpointConnectionError);"
        " check blobs.endpoint, and the way to it"
    )
