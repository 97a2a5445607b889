"""What was said of a call is said for good, whenever the signaller is killed (decision 089)."""

from datetime import timedelta
from pathlib import Path

from talteen.engine.vault.journal_bodies import Why
from talteen.life.capture.ears import messages as say
from talteen.life.capture.facts import EvidenceSource, PauseEvidence
from talteen.life.capture.gate import PAUSE_ENDS_AFTER
from tests.kit.signallers import DIALOG, Fate, Node

KEY = "a key"
MICROSECOND = timedelta(microseconds=1)


def speaks(node: Node) -> None:
    """An agent pauses, and repeats it until somebody has heard it."""
    (live,) = node.signaller.board.calls
    paused = PauseEvidence(EvidenceSource.API, node.at)
    while KEY not in node.signaller.keys_of(live.recording):
        with node.alive():
            out = node.signaller.heard(live.recording, paused, node.now_s, node.at, key=KEY)
            node.carry_out(out)


def begins(node: Node) -> None:
    """A call that is being recorded."""
    node.says((DIALOG / "01-invite.sip").read_bytes())
    node.passes(0.2)
    node.says((DIALOG / "02-ack.sip").read_bytes().replace(b"srs-tag", node.tag().encode()))
    node.passes(20)


def goes_on(node: Node) -> int:
    """An agent pauses, and forgets it; gives how many things the signaller does meanwhile."""
    before = node.fate.step
    speaks(node)
    for _ in range(3):
        node.passes(50)
    node.says((DIALOG / "03-bye.sip").read_bytes().replace(b"srs-tag", node.tag().encode()))
    return node.fate.step - before


def test_a_pause_is_heard_once_and_ends_by_itself_whatever_is_killed(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = Node(tmp_path / "whole", Fate())
    begins(whole)
    for strike in range(1, goes_on(whole) + 1):
        folder = tmp_path / str(strike)
        folder.mkdir()
        node = Node(folder, Fate())
        begins(node)
        node.fate.strikes_at = node.fate.step + strike

        goes_on(node)

        assert node.deaths == 1, strike
        paused, resumed = told(node, say.Pause), told(node, say.Resume)
        assert len(paused) == 1, strike
        ends_ns = {at_ns - PAUSE_ENDS_AFTER // MICROSECOND * 1_000 for at_ns in resumed}
        assert ends_ns == paused, strike
        assert not node.signaller.board.dialogs, strike


def told(node: Node, kind: type[say.Pause] | type[say.Resume]) -> set[int]:
    """When the ear was told to pause, or to go on. A hold is how a call is closed."""
    return {one.at_ns for one in node.asked if isinstance(one, kind) and one.why is Why.PAUSE}
