"""What one node knew of a refusal or a pause holds for what the other kept."""

from datetime import timedelta

import pytest

from talteen import course
from talteen.clock import helsinki_date
from talteen.demo.material import SpokenCall
from talteen.life.capture.acts import TWIN
from talteen.life.destroy.models import Destruction
from talteen.life.seal.acts import What
from talteen.oversight import register_side
from talteen.oversight.records import mapping
from talteen.register.log import ledger_kinds
from talteen.register.models import Recording, Tally
from tests.kit import nodes
from tests.kit.houses import Built
from tests.kit.nodes import Node
from tests.life.seal.two_nodes.pairs import Recorded, threatened

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = 'format = 1\n[lines]\nrecorded = { "+358505550170" = "rooms" }\n'


def test_a_refusal_that_comes_late_takes_the_sealed_recording_with_it(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], told, media).ended()
    first.take_in()
    Recorded(built, pair[1], told, media).refused(timedelta(seconds=40))

    course.sweep(built.house, built.clock.now())

    assert not Recording.objects.exists()
    assert Destruction.objects.get().reason == ledger_kinds.Reason.REFUSAL.value
    assert {(one.kind, one.count) for one in Tally.objects.all()} == {("refused", 1)}
    assert first.promise.outcome == TWIN


def test_a_threat_that_one_node_knows_of_is_parked_though_the_other_was_refused(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    """15.6: what one node alone would have followed. The refusal is the other's, the law is one."""
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], threatened(told), media).promised()
    Recorded(built, pair[1], told, media).refused(timedelta(seconds=35))
    first.ended()

    assert first.take_in().what is What.PARKED
    assert Recording.objects.get().progress == "parked"


def test_a_late_refusal_shuts_a_threatened_recording_and_ends_it_where_the_caller_said_no(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    """15.3, 15.6: what came before the refusal is kept for its day, and nothing after it is."""
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], threatened(told), media).ended()
    first.take_in()
    before = Recording.objects.get()
    refused_after = timedelta(seconds=40)
    Recorded(built, pair[1], told, media).refused(refused_after)

    assert Recording.objects.get().progress == "parked"
    course.sweep(built.house, built.clock.now())

    row = Recording.objects.get()
    assert row.progress == "parked"
    assert row.ended_at <= first.at + refused_after < before.ended_at
    assert first.promise.outcome == "parked"
    assert {(one.kind, one.count) for one in Tally.objects.all()} == {("refused", 1)}
    course.sweep(built.house, built.clock.now())
    assert Recording.objects.get().length_ms == row.length_ms


def test_a_late_refusal_before_the_threat_was_marked_destroys(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], threatened(told, 45_000), media).ended()
    first.take_in()
    Recorded(built, pair[1], told, media).refused(timedelta(seconds=30))

    course.sweep(built.house, built.clock.now())

    assert not Recording.objects.exists()
    assert Destruction.objects.get().reason == ledger_kinds.Reason.REFUSAL.value


def test_a_session_that_one_node_refused_is_one_call_in_the_balance(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    first = Recorded(built, pair[0], told, media).promised()
    Recorded(built, pair[1], told, media).refused(timedelta(seconds=40))
    first.ended()
    first.take_in()
    day = helsinki_date(first.at)
    known = register_side.of_day(day, mapping.read(HOUSE))

    assert [one.outcome.value for one in known.promised.until(None)] == ["refused"]


def test_one_refusal_that_both_nodes_heard_is_counted_once(
    built: Built, pair: tuple[Node, Node], call: SpokenCall
) -> None:
    told, media = nodes.told_of(call), nodes.spoken(call)
    for node in pair:
        Recorded(built, node, told, media).refused(timedelta(seconds=40))

    assert {(one.kind, one.count) for one in Tally.objects.all()} == {("refused", 1)}
