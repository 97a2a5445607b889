"""The same by real SIPREC: our own recording client, a whole node in processes of its own, real
packets at the pace of a telephone, and the announcement recognised by its sound."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from talteen.errors import Unavailable
from talteen.life.destroy.models import Destruction
from talteen.life.seal import handover
from talteen.operations.synthetic import path
from talteen.operations.synthetic.path import Way, Words
from talteen.register.ledger_kinds import Reason
from talteen.register.models import Recording
from talteen.wiring import House
from tests.kit import houses, reception
from tests.kit.houses import Built
from tests.kit.reception import Reception

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]


@pytest.fixture
def built(home: Path) -> Built:
    return houses.of_now(home)


@contextmanager
def node_of(built: Built, *, hears: bool = True) -> Iterator[tuple[House, Reception]]:
    """The house with a capture node on this machine."""
    config = built.house.config
    sounds = config.paths.register / "sounds"
    known = {
        one.key: sounds / f"{one.key.partition('@')[0]}.wav" for one in reception.of_the_house()
    }
    with reception.reception(
        built.house.vault,
        config.paths.state / "node",
        prompts=reception.of_the_house(),
        sounds={key: file for key, file in known.items() if file.exists()} if hears else None,
    ) as at:
        told = {
            "address": "127.0.0.1",
            "sip_port": at.port,
            "peers": ("127.0.0.0/8",),
            "own_domains": ("keskus.example",),
        }
        capture = config.capture.model_copy(update=told)
        yield replace(built.house, config=replace(config, capture=capture)), at


@contextmanager
def taking_in(built: Built, at: Reception) -> Iterator[None]:
    """What the worker does: the node's notes are carried, its calls taken in."""
    over = threading.Event()

    def work() -> None:
        try:
            while not over.wait(0.5):
                for call in reception.carried(built, at):
                    key = handover.key_of(at.name, call)
                    handover.take_in(built.house.vault, key, datetime.now(UTC))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def test_a_call_by_siprec_is_heard_sealed_opened_and_destroyed(built: Built) -> None:
    steps: dict[str, int] = {}
    with node_of(built) as (house, at), taking_in(built, at):
        walked = path.walk(
            house,
            Way.SIPREC,
            model=False,
            worker=True,
            tell=lambda step, done, of: steps.update({step: done}),
        )

    assert (walked.way, walked.words) == (Way.SIPREC, Words.NO_MODEL)
    assert walked.heard_s > 12, "both sides spoke for six seconds each"
    assert not Recording.objects.exists()
    assert [row.reason for row in Destruction.objects.all()] == [Reason.SYNTHETIC.value]
    assert steps["speaking"] > 1_000, "it was told how far it is"


def test_a_node_that_does_not_know_the_sound_keeps_nothing_and_is_named(built: Built) -> None:
    with (
        node_of(built, hears=False) as (house, _),
        pytest.raises(Unavailable, match="did not hear its announcement"),
    ):
        path.walk(house, Way.SIPREC, model=False, worker=True, tell=lambda *_: None)

    assert not Recording.objects.exists()


def test_a_node_that_is_gone_is_named_with_what_to_do(built: Built) -> None:
    with node_of(built) as (house, at):
        at.holder.kill()
        at.holder.wait()
        with pytest.raises(Unavailable, match="start 'talteen capture'"):
            path.walk(house, Way.SIPREC, model=False, worker=True, tell=lambda *_: None)
