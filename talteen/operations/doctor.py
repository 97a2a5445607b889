"""``talteen doctor``: every part of a house is asked how it is, then a call walks the path."""

from collections.abc import Callable, Iterator

from talteen.clock import helsinki_date
from talteen.operations import clocks, parts
from talteen.operations.findings import Finding, State, doubtful, well, wrong
from talteen.operations.machine import Asked, guarded
from talteen.operations.synthetic import path
from talteen.operations.synthetic.entering import NotInForce
from talteen.operations.synthetic.path import Walked, Way, Words
from talteen.register import balanced
from talteen.wiring import House

Tell = Callable[[str, int, int], None]
CALL = "call"
_NEEDED = frozenset({"holder:live", "store", "disk:blobs", "disk:state"})
"""Without these the call would only fail again, in other words."""


def of_house(house: House, asked: Asked, so_far: list[Finding], tell: Tell) -> Iterator[Finding]:
    """The parts of the house, then the call. ``so_far``: whoever takes a finding adds it there
    before asking for the next."""
    yield guarded("clock:database", clocks.of_database)
    for name, check in parts.CHECKS.items():
        tell(name, 0, 1)
        found = guarded(name, lambda check=check: check(house))  # type: ignore[misc]
        yield found
    yield _call(house, asked, {one.name: one for one in so_far}, tell)


def _call(house: House, asked: Asked, found: dict[str, Finding], tell: Tell) -> Finding:
    if not asked.call:
        return well(CALL, "no call was placed: --no-call")
    missing = [name for name in sorted(_NEEDED) if _fails(found, name)]
    if missing:
        return wrong(CALL, f"no call was placed: {', '.join(missing)}", "mend that first")
    if not balanced.may_record(helsinki_date(house.clock.now())):
        return wrong(CALL, "no call was placed: recording is off", "see the page /go-live")
    way = Way.SIPREC if house.config.capture.address else Way.FILE
    worker = not _fails(found, "worker")
    if way is Way.SIPREC and (_fails(found, "node") or not worker):
        return wrong(
            CALL,
            "no call was placed: node or worker do not answer",
            "start 'talteen capture' and 'talteen work' first",
        )
    model = found["speech"].state is State.OK
    return guarded(CALL, lambda: _walked(house, way, model=model, worker=worker, tell=tell))


def _fails(found: dict[str, Finding], name: str) -> bool:
    return name in found and found[name].state is State.FAULT


def _walked(house: House, way: Way, *, model: bool, worker: bool, tell: Tell) -> Finding:
    try:
        return _told(path.walk(house, way, model=model, worker=worker, tell=tell))
    except NotInForce as error:
        return doubtful(CALL, error.happened, error.remedy)


def _told(walked: Walked) -> Finding:
    dies = walked.certificate_from
    says = (
        f"a synthetic call came by {walked.way.value}, was sealed, opened"
        f" ({walked.heard_s:.0f} s), words: {walked.words.value}; destroyed, opens nowhere;"
        f" certificate {f'from {dies:%Y-%m-%d %H:%M} UTC' if dies else 'at the next sweep'}"
    )
    figures = {"heard_s": walked.heard_s, "words": walked.count, "seconds": walked.seconds}
    match walked.words:
        case Words.WRITTEN | Words.NO_MODEL:
            return well(CALL, says, **figures)
        case Words.NONE_HEARD:
            return doubtful(
                CALL, says, "see whether the model fits the language: docs/operators/speech.md"
            )
        case Words.LATE:
            return doubtful(CALL, says, "start more workers: docs/operators/sizing.md")
