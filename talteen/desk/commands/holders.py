"""``talteen holders``: asks both key holders now, and says what they are and since when."""

from typing import TYPE_CHECKING

from talteen.desk.ground import database, startup

if TYPE_CHECKING:
    from talteen.oversight.holders import Health


def holders() -> int:
    """Ask both key holders. Exit status 0: both answer; 1: one of them does not."""
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.oversight import holders as watched

        house = wiring.house(config)
        found = watched.look(house.vault, house.clock.now())
    for one in found:
        print(line(one))
    return 0 if all(one.answers for one in found) else 1


def line(one: "Health") -> str:
    """A holder in one line: where, of which kind, how it is, how long it took, since when."""
    words = f"{one.place.value:5} {one.kind:8} {one.condition.value:11} {one.latency_ms:>6} ms"
    return f"{words}  since {one.since:%Y-%m-%d %H:%M} UTC" + (
        "" if one.answers or one.answered_at is None else f", served {one.answered_at:%d.%m. %H:%M}"
    )
