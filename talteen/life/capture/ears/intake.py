"""To whom an ear seals; who only reads or writes a node's files needs no ear for it."""

from dataclasses import dataclass, field

from talteen.ids import IntakeKeyId


@dataclass(frozen=True, slots=True)
class Intake:
    """To whom it is sealed: an intake key of this node and hour."""

    id: IntakeKeyId
    public: bytes = field(repr=False)
