"""No connector without its record; nothing new to one that has lapsed, while what is there is read
and deleted (11.1, 12.2). A real house, whose record is let lapse."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from talteen import config as configs
from talteen import course, wiring
from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.config.sections import BlobsSection, MailSection
from talteen.config.syslog import SyslogSection
from talteen.engine.vault.blobs.s3 import connect
from talteen.errors import ConfigError
from talteen.life.destroy.models import Destruction
from talteen.life.seal import opening, stored
from talteen.notice.particulars import RegisterFile
from talteen.oversight.flow import connectors, gate, telling
from talteen.oversight.flow.connectors import What
from talteen.oversight.flow.gate import Lapsed
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Sink
from talteen.wiring import House
from tests.desk.conftest import BORN, TODAY
from tests.kit import houses, s3
from tests.kit.houses import Built

FAR = """
[blobs]
bucket = "calls"
endpoint = "https://s3.HERE"
access_key = "id"
secret_key_file = "/nowhere"
[mail]
host = "mail.HERE"
sender = "talteen@mara.example"
[syslog]
host = "log.HERE"
[exchange]
host = "pbx.mara.example"
secret_file = "/nowhere"
[keys_live]
kind = "openbao"
address = "https://bao.HERE:8200"
credential_file = "/nowhere"
[capture]
address = "10.20.0.5"
peers = ["10.20.0.0/24"]
[database]
url = "postgresql://db.HERE:5432/talteen?sslmode=verify-full"
"""


pytestmark = pytest.mark.django_db(transaction=True)


def written(home: Path, here: str = "mallikonesali.example") -> Config:
    (home / "talteen.toml").write_text(FAR.replace("HERE", here))
    return configs.load(home)


@pytest.fixture
def built(home: Path) -> Built:
    return houses.build(home, born_at=BORN)


def lapsed(file: RegisterFile, built: Built) -> RegisterFile:
    """The review of the data centre was yesterday."""
    yesterday = helsinki_date(built.clock.now()) - timedelta(days=1)
    first, *others = file.processors
    return replace(file, processors=(replace(first, review_on=yesterday), *others))


def test_every_setting_that_leads_outside_is_a_connector(home: Path) -> None:
    found = {one.what: one.host for one in connectors.of(written(home))}

    assert found == {
        What.DATABASE: "db.mallikonesali.example",
        What.STORE: "s3.mallikonesali.example",
        What.KEYS_LIVE: "bao.mallikonesali.example",
        What.MAIL: "mail.mallikonesali.example",
        What.EXCHANGE: "pbx.mara.example",
        What.TRUNK: "10.20.0.0/24",
        What.ACCESS_LOG: "log.mallikonesali.example",
    }


def test_what_amazon_runs_has_amazons_name(home: Path) -> None:
    (home / "talteen.toml").write_text(
        '[blobs]\nbucket = "calls"\naccess_key = "id"\nsecret_key_file = "/n"\n'
        '[keys_ring]\nkind = "kms"\ncredential_file = "/c"\nregion = "eu-west-1"\n'
    )
    assert [one.host for one in connectors.of(configs.load(home))] == [
        "s3.eu-north-1.amazonaws.com",
        "kms.eu-west-1.amazonaws.com",
    ]


def test_a_standby_of_the_database_needs_its_record_too(home: Path, built: Built) -> None:
    url = (
        "postgresql://db.mallikonesali.example:5432,db.elsewhere.example/talteen?hostaddr=192.0.2.7"
    )
    (home / "talteen.toml").write_text(f'[database]\nurl = "{url}&sslmode=verify-full"\n')
    config = configs.load(home)

    hosts = {one.host for one in connectors.of(config)}

    assert hosts == {"db.mallikonesali.example", "db.elsewhere.example", "192.0.2.7"}
    with pytest.raises(ConfigError, match="192"):
        gate.check(config, built.house.register)


def test_a_machine_that_no_record_names_is_refused_in_one_line(home: Path, built: Built) -> None:
    register = built.house.register
    gate.check(written(home), register)
    with pytest.raises(ConfigError) as refused:
        gate.check(written(home, "elsewhere.example"), register)
    assert str(refused.value).startswith("database.url: db.elsewhere.example is in no record")
    assert "[[processors]]" in refused.value.remedy


def test_a_house_does_not_start_on_it(home: Path, built: Built) -> None:
    config = replace(built.house.config, syslog=SyslogSection(host="log.elsewhere.example"))
    with pytest.raises(ConfigError, match=r"syslog\.host: log\.elsewhere\.example is in no"):
        wiring.build(config, clock=built.clock)
    known = replace(config, syslog=SyslogSection(host="log.malliryhma.example"))
    assert wiring.build(known, clock=built.clock).config is known


def test_a_lapse_stops_new_calls_while_old_ones_are_read_and_destroyed(built: Built) -> None:
    old = houses.recorded(built, "008", TODAY)
    house = _lapsing(built)
    with pytest.raises(Lapsed, match=r"blobs\.endpoint: the record of Mallikonesali Oy has lapsed"):
        houses.recorded(replace(built, house=house), "003", TODAY)
    assert Recording.objects.get().pk == old

    row = Recording.objects.get()
    course.roll(house, built.clock.now())  # keys are renewed all the same
    assert house.vault.entry(old, built.clock.now()).dek
    houses.erase(replace(built, house=house), old)
    course.sweep(house, built.clock.now())

    assert Destruction.objects.get().pk == row.pk
    assert not Recording.objects.exists()


def _lapsing(built: Built) -> House:
    """The same house, whose store is named as the data centre's, and whose record lapses."""
    there = BlobsSection(bucket="calls", endpoint="https://s3.mallikonesali.example")
    config = replace(built.house.config, blobs=there)
    file = lapsed(built.house.register, built)
    today = helsinki_date(built.clock.now())
    vault = built.house.vault
    blobs = gate.guarded(vault.blobs, config, file, lambda: today)
    return replace(built.house, config=config, register=file, vault=replace(vault, blobs=blobs))


def test_messages_wait_while_their_server_has_no_record_that_carries(built: Built) -> None:
    now = built.clock.now()
    mail = MailSection(host="mail.mallikonesali.example")
    house = replace(built.house, config=replace(built.house.config, mail=mail), sender=Sink())
    assert gate.sender(house, now) is house.sender
    late = replace(house, register=lapsed(house.register, built))
    assert gate.sender(late, now) is None
    course.sweep(late, now)
    assert OutgoingMessage.objects.filter(state="waiting").exists()


def test_those_who_answer_for_it_are_told_before_and_when_it_lapses_once(built: Built) -> None:
    now, config = built.clock.now(), built.house.config
    file = built.house.register
    OutgoingMessage.objects.all().delete()
    assert telling.remind(config, file, now) == 0
    soon = helsinki_date(now) + timedelta(days=29)
    first, *others = file.processors
    near = replace(file, processors=(replace(first, review_on=soon), *others))
    assert telling.remind(config, near, now) == 2
    assert telling.remind(config, near, now + timedelta(days=1)) == 0
    assert telling.remind(config, lapsed(file, built), now) == 2
    told = OutgoingMessage.objects.order_by("written_at").last()
    assert told is not None
    assert "Mallikonesali Oy" in told.body


def test_a_lapse_stops_new_sound_in_a_real_store_and_nothing_else(
    built: Built, home: Path, tmp_path: Path
) -> None:
    config, file = written(home), built.house.register
    today = helsinki_date(built.clock.now())
    with s3.seaweed(tmp_path) as server:
        inner = connect(s3.bucket(server))
        store = gate.guarded(inner, config, file, lambda: today)
        store.put(f"{stored.BLOBS}before", [b"sealed"])

        stopped = gate.guarded(inner, config, lapsed(file, built), lambda: today)
        for new in (stored.BLOBS, opening.PREFIX):
            with pytest.raises(Lapsed):
                stopped.put(f"{new}after", [b"sealed"])

        assert list(inner.keys()) == [f"{stored.BLOBS}before"]
        stopped.put("rolls/1", [b"destruction waits for no contract"])
        assert stopped.read(f"{stored.BLOBS}before") == b"sealed"
        stopped.delete([f"{stored.BLOBS}before"])
        assert list(inner.keys()) == ["rolls/1"]
