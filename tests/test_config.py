"""The operator's file: read whole, told in one line what is wrong in it, never with a secret."""

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talteen import config
from talteen.config import Born, Level, Role
from talteen.errors import ConfigError


def write(home: Path, text: str) -> None:
    (home / "talteen.toml").write_text(text)


def test_a_house_without_a_file_has_the_defaults(home: Path) -> None:
    found = config.load()

    assert found.home == home
    assert found.house.born is Born.LIVE
    assert found.ring.days == 6
    assert found.paths.state == home / "state"
    assert found.paths.register == home / "register"
    assert found.database.role is Role.APP


def test_the_file_is_read(home: Path) -> None:
    write(home, '[house]\nborn = "demo"\n[web]\nport = 9001\nnames = ["a.example.fi"]\n')

    found = config.load()

    assert found.house.born is Born.DEMO
    assert (found.web.port, found.web.names) == (9001, ("a.example.fi",))


def test_the_environment_stands_above_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, '[web]\nport = 9001\nthreads = 8\n[log]\nlevel = "error"\n')
    monkeypatch.setenv("TALTEEN_WEB_PORT", "9002")
    monkeypatch.setenv("TALTEEN_SPEECH_MODEL_DIR", "/srv/model")

    found = config.load()

    assert (found.web.port, found.web.threads) == (9002, 8)
    assert found.speech.model_dir == Path("/srv/model")
    assert found.log.level is Level.ERROR


@pytest.mark.parametrize(
    ("text", "begins", "says"),
    [
        ("[web]\nport = 99999", "web.port: ", "1 to 65535"),
        ('[house]\nborn = "maybe"', "house.born: ", '"live" or "demo"'),
        ("[web]\nprot = 1", "web.prot: there is no such setting", "spelling"),
        ("[wbe]\nport = 1", "wbe: there is no such setting", "spelling"),
        ("web = 3", "web: ", "table"),
        ("[ring]\ndays = 0", "ring.days: ", "1 to 30"),
        ("[web]\nport = ", "talteen.toml: ", "TOML"),
        ('[web]\ntls_certificate_file = "/c"', "web.tls_key_file: is missing", "both"),
        ("[web]\nprocesses = 40", "web.processes: ", "1 to 32"),
        ("[web]\nprocesses = 8\nthreads = 12", "web.processes: 8 ", "write 6 or less"),
        ('[database]\nurl = "postgresql://u:p@h/d"', "database.url: ", "password_file"),
        ('[database]\nurl = "host=h password=p"', "database.url: ", "password_file"),
        (
            '[capture]\naddress = "192.0.2.1"\npeers = ["sbc.example"]',
            "capture.peers: ",
            "tls_client_ca_file",
        ),
        (
            '[capture]\naddress = "192.0.2.1"\npeers = ["::/0"]\ntls_client_ca_file = "/c"',
            "capture.tls_client_ca_file: ",
            "tls_key_file",
        ),
        ('[paths]\nkeys_live = "state/keys"', "paths.keys_live: ", "never hold a key"),
        ('[paths]\nkeys_ring = "blobs"', "paths.keys_ring: ", "never hold a key"),
        ('[paths]\nkeys_restore = "keys-live/r"', "paths.", "never hold a key"),
        ('[paths]\nstate = "keys-live/state"', "paths.keys_live: ", "never hold a key"),
    ],
)
def test_every_error_begins_with_its_key_and_says_what_to_write(
    home: Path, text: str, begins: str, says: str
) -> None:
    write(home, text)

    with pytest.raises(ConfigError) as wrong:
        config.load()

    assert str(wrong.value).startswith(begins)
    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_key_folder_reached_by_a_link_into_the_data_is_refused(home: Path) -> None:
    (home / "blobs").mkdir()
    (home / "keys-live").symlink_to(home / "blobs")

    with pytest.raises(ConfigError, match=r"^paths\.keys_live: "):
        config.load()


def test_a_misspelt_variable_is_an_error_and_no_silent_default(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALTEEN_WEB_PROT", "9002")

    with pytest.raises(ConfigError, match=r"^TALTEEN_WEB_PROT: there is no such setting"):
        config.load()


def test_a_wrong_variable_is_told_under_its_key(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALTEEN_RING_DAYS", "soon")

    with pytest.raises(ConfigError, match=r"^ring\.days: ") as wrong:
        config.load()
    assert "soon" not in str(wrong.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_is_a_config_or_one_typed_error(home: Path, text: str) -> None:
    (home / "talteen.toml").write_bytes(text.encode("utf-8", "surrogatepass"))

    try:
        config.load()
    except ConfigError as error:
        assert ": " in str(error)


def test_a_secret_comes_from_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("sala\n")
    secret.chmod(0o600)

    assert config.read_secret(secret, key="database.password_file") == "sala"


@pytest.mark.parametrize(("text", "mode"), [("sala", 0o644), ("", 0o600), (None, 0)])
def test_a_secret_that_is_open_empty_or_missing_is_refused_by_its_key(
    tmp_path: Path, text: str | None, mode: int
) -> None:
    secret = tmp_path / "password"
    if text is not None:
        secret.write_text(text)
        secret.chmod(mode)

    with pytest.raises(ConfigError, match=r"^database\.password_file: ") as wrong:
        config.read_secret(secret, key="database.password_file")
    assert "sala" not in str(wrong.value)


def test_reading_the_config_makes_nothing(home: Path) -> None:
    config.load()

    assert list(home.iterdir()) == []
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
