"""What a signaller wants done after an input, as its shell does it."""

from dataclasses import dataclass, field

from talteen.engine.wire.effects import Close, Send
from talteen.life.capture.effects import Tell, Wish
from talteen.life.capture.note import Note


@dataclass(slots=True)
class Out:
    """What is to be done after one input."""

    sends: list[Send | Close] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, other: "Out") -> None:
        """What is to be done after another input, behind it."""
        self.sends += other.sends
        self.tells += other.tells
        self.notes += other.notes
        self.wishes += other.wishes
        self.warnings += other.warnings
