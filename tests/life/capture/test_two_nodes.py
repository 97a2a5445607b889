"""SIPp forks one session to two whole nodes of one house: the house has it once, and all of it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from talteen.engine.wire import rtp
from talteen.life.capture.acts import CAPTURED, RUNNING, TWIN
from talteen.life.capture.models import Promise
from talteen.life.seal import handover, together
from talteen.life.seal.acts import What
from talteen.life.seal.opening import opened
from talteen.register.models import Recording, Tally
from tests.kit import reception, sipp
from tests.kit.houses import Built
from tests.kit.nodes import caller_says
from tests.kit.reception import Reception

pytestmark = pytest.mark.django_db(transaction=True)


def without(packets: list[bytes], first: int, behind: int) -> list[bytes | None]:
    return [None if first <= at < behind else one for at, one in enumerate(packets)]


@contextmanager
def receptions(built: Built, folder: Path) -> Iterator[tuple[Reception, Reception]]:
    prompts = reception.of_the_house()
    with ExitStack() as stack:
        north, south = (
            stack.enter_context(
                reception.reception(built.house.vault, folder / name, prompts=prompts, name=name)
            )
            for name in ("north", "south")
        )
        yield north, south


def forked(
    stack: ExitStack, at: Reception, folder: Path, packets: list[bytes | None], last_words: str = ""
) -> object:
    """The client sends the session to one of its two recorders."""
    folder.mkdir()
    told_ms = reception.of_the_house()[0].length_ms or 0
    return stack.enter_context(
        sipp.calling(at.port, folder, packets, version="1", told_ms=told_ms, last_words=last_words)
    )


def test_one_session_on_two_nodes_is_one_recording_with_every_packet(
    built: Built, tmp_path: Path
) -> None:
    """Each node loses other packets, and the ear of one is killed in mid-call."""
    vault, packets = built.house.vault, caller_says(8.0)
    with receptions(built, tmp_path) as (north, south), ExitStack() as stack:
        clients = [
            forked(stack, north, tmp_path / "to-north", without(packets, 40, 80)),
            forked(stack, south, tmp_path / "to-south", without(packets, 200, 230)),
        ]
        reception.until_kept(north)
        reception.kill(north, "ear")
        assert [client.wait(60) for client in clients] == [0, 0]  # type: ignore[attr-defined]
        north.ended()
        south.ended()

        (first,) = reception.carried(built, north)
        assert handover.wait_for(vault, first, timedelta(seconds=20)) == timedelta(seconds=20)
        (other,) = reception.carried(built, south)
        assert {one.outcome for one in Promise.objects.all()} == {CAPTURED}
        assert handover.wait_for(vault, other, timedelta(seconds=20)) == timedelta(0)

        keys = [handover.bundle_of(vault, one) for one in (first, other)]
        calls = [opened(vault, key) for key in keys if key]
        session = together.alone(calls[0]).joined(calls[1])
        assert session is not None
        assert session.healed is not None
        assert (session.count.filled, session.count.lacking, session.count.disputed) == (40, 30, 0)
        slots = session.healed.streams[0].slots
        # As they arrived here or there: two clients on busy cores are not in step.
        assert sorted(slots.bytes_of(row) for row in range(len(slots))) == sorted(packets)
        assert len(rtp.columns(slots)) == len(packets)

        outcomes = [handover.take_in(vault, key, built.clock.at).what for key in keys if key]

    assert outcomes == [What.RECORDED, What.DUPLICATE]
    row = Recording.objects.get()
    assert not [one for one in row.marks if one["kind"] == "lost"]
    assert sorted(one.outcome for one in Promise.objects.all()) == ["recorded", TWIN]
    assert {one.recording for one in Promise.objects.all()} == {row.pk}


def test_a_refusal_that_only_one_node_hears_leaves_nothing_of_the_session(
    built: Built, tmp_path: Path
) -> None:
    vault, packets = built.house.vault, caller_says(4.0)
    with receptions(built, tmp_path) as (north, south), ExitStack() as stack:
        clients = [
            forked(stack, north, tmp_path / "to-north", list(packets)),
            forked(
                stack,
                south,
                tmp_path / "to-south",
                list(packets),
                "X-Recording-Refused: by=caller; how=key",
            ),
        ]
        assert [client.wait(60) for client in clients] == [0, 0]  # type: ignore[attr-defined]
        north.ended()
        south.ended()

        (recording,) = reception.carried(built, north)
        assert reception.carried(built, south) == []
        assert RUNNING not in {one.outcome for one in Promise.objects.all()}
        outcome = handover.take_in(vault, handover.key_of("north", recording), built.clock.at)

        assert outcome.what is What.TWIN
        assert not Recording.objects.exists()
        assert [one.count for one in Tally.objects.all()] == [1]
        reception.carried(built, north)
        assert handover.let_go(vault, built.clock.at) == 1
        assert not list(north.folder.journals.glob("*.envelope"))
