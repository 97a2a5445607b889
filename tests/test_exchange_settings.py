"""[exchange]: what an operator writes is what the node's process is told, or is refused by name."""

import json
from pathlib import Path

import pytest

from talteen import capturing
from talteen import config as configs
from talteen.errors import ConfigError
from talteen.life.capture.sources.exchange import worker_of

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cywgbG9uZw=="
WHOLE = """
[exchange]
host = "pbx.example"
secret_file = "{home}/ami"
webhook_url = "https://pbx.example/talteen"
webhook_secret_file = "{home}/hook"

[exchange.commands.announce]
Action = "Redirect"
Channel = "{{channel}}"
"""


@pytest.fixture
def written(home: Path) -> Path:
    """A house with both secrets."""
    for name, secret in (("ami", "a secret"), ("hook", SECRET)):
        (home / name).write_text(secret)
        (home / name).chmod(0o600)
    return home


def loaded(home: Path, text: str) -> configs.Config:
    (home / "talteen.toml").write_text(text.format(home=home))
    return configs.load(home)


def test_without_an_exchange_none_is_spoken_to(home: Path) -> None:
    assert capturing.exchange_of(configs.load(home)) == {}


def test_what_is_written_reaches_the_process(written: Path) -> None:
    words = capturing.exchange_of(loaded(written, WHOLE))
    worker = worker_of({"folder": str(written), **words})

    assert worker.where is not None
    assert worker.hook is not None
    assert (worker.where.host, worker.where.port, worker.where.user) == (
        "pbx.example", 5038, "talteen"
    )  # fmt: skip
    assert set(worker.where.commands) == {"announce"}
    assert worker.hook.url == "https://pbx.example/talteen"
    assert "a secret" not in repr(worker)
    assert SECRET not in repr(worker)
    assert json.loads(words["commands"])["announce"]["Action"] == "Redirect"


@pytest.mark.parametrize(
    ("wrong", "right", "named"),
    [
        ('secret_file = "{home}/ami"\n', "", "exchange.secret_file"),
        ("https://pbx.example", "http://pbx.example", "exchange.webhook_url"),
        ("https://pbx.example", "https://user@pbx.example", "exchange.webhook_url"),
        ('webhook_secret_file = "{home}/hook"\n', "", "exchange.webhook_secret_file"),
        ("commands.announce", "commands.call", "exchange.commands"),
        ("Redirect", "Originate", "exchange.commands"),
        ("{{channel}}", "{{number}}", "exchange.commands"),
        ("{home}/hook", "{home}/ami", "webhook secret"),
    ],
)
def test_what_cannot_work_is_refused_by_its_key(
    written: Path, wrong: str, right: str, named: str
) -> None:
    text = WHOLE.replace(wrong, right, 1)
    assert text != WHOLE

    with pytest.raises(ConfigError, match=named) as refused:
        capturing.exchange_of(loaded(written, text))
    assert "a secret" not in str(refused.value)
