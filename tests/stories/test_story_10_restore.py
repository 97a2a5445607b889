"""REGISTER I.10: yesterday's backup becomes a house again: the call that was destroyed today stays
dead in it, and the call that is held plays."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from talteen import config as configs
from talteen import wiring
from talteen.engine.postgres.cluster import APP, OWNER, Cluster
from talteen.register.models import Recording
from tests.desk.browser import doing
from tests.kit import recoveries
from tests.kit.recoveries import Recoveries
from tests.stories import answering, folder
from tests.stories.answering import unhurried  # noqa: F401  (the fixture)
from tests.stories.conftest import Story, press, told

pytestmark = [pytest.mark.browser, pytest.mark.drill, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def elsewhere(postgres: Cluster) -> Iterator[Recoveries]:
    """Empty databases, gone afterwards."""
    with recoveries.recoveries(postgres) as made:
        yield made


def test_the_call_destroyed_today_stays_dead_and_the_held_one_plays(
    story: Story, elsewhere: Recoveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.on("2026-11-24 10:30")
    dies, kept = (story.call_in(name, whole=False) for name in ("001", "012"))
    story.on("2027-02-12 10:00")
    number = answering.number_of(story, kept)
    asked = answering.ask(story, "access", kept, who="Kaisa Lehtovaara", number=number)
    story.on("2027-02-16 20:00")
    backup, first = story.folder / "backup", story.house.config.home
    settled(elsewhere, first, story, str(elsewhere.reach().parameters["dbname"]))
    assert folder.talteen("backup", str(backup), home=first).returncode == 0
    story.night()
    assert "hävit" in told(story.desk("Eila", f"/calls/{dies.pk}")).lower()

    # The machine with the database burns. The sound, the keys and the ring lie elsewhere.
    new = story.folder / "new"
    new.mkdir(mode=0o700)
    shutil.copytree(first / "keys-house", new / "keys-house")
    name = elsewhere.empty_database()
    settled(elsewhere, new, story, name)
    done = json.loads(folder.talteen("restore", str(backup), "--json", home=new).stdout)
    assert (done["roll_files_applied"], done["damaged"]) == (1, [])
    with elsewhere.on(name):
        house = wiring.build(configs.load(new))
        monkeypatch.setattr(wiring, "house", lambda: house)
        story.house = house
        story.on("2027-02-17 09:00")
        doing.sign_in(story.windows["Eila"], "Eila")  # no session is in a backup
        assert "Puhelu hävitettiin" in told(story.desk("Eila", f"/calls/{dies.pk}"))
        assert "eikä puhelu avaudu täällä enää kenellekään" in told(
            story.desk("Mauri", f"/certificates/{dies.pk}")
        )
        plays(story, kept, asked)


def settled(elsewhere: Recoveries, home: Path, story: Story, name: str) -> None:
    """What the operator writes into talteen.toml: the database, and where sound and keys lie."""
    cluster, paths = elsewhere.cluster, story.house.config.paths
    for role, file in ((APP, "app"), (OWNER, "owner")):
        password = cluster.passfile(role).read_text().strip().rsplit(":", 1)[-1]
        (home / f"{file}.password").write_text(password)
        (home / f"{file}.password").chmod(0o600)
    (home / "talteen.toml").write_text(f"""
[house]
born = "demo"
[database]
url = "postgresql:///{name}?host={cluster.sockets}&port=5432"
password_file = "{home}/app.password"
owner_password_file = "{home}/owner.password"
[paths]
blobs = "{paths.blobs}"
keys_live = "{paths.keys_live}"
keys_ring = "{paths.keys_ring}"
""")


def plays(story: Story, call: Recording, asked: answering.Asked) -> None:
    """Eila, who answers the request, hears the call that it keeps."""
    page = story.desk("Eila", f"/calls/{call.pk}")
    page.locator('input[value="data_subject_request"]').check()
    page.select_option("#asia", asked.reference)
    press(page, "Avaa puhelu")
    page.keyboard.press("Space")
    story.windows["Eila"].until("document.getElementById('aani')?.currentTime > 0.3")
