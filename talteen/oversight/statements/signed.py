"""A statement as one file of text that the key of the log signs (docs/formats/statement.md)."""

from collections.abc import Sequence

from talteen.engine.tlog import note
from talteen.engine.tlog.note import Signer, VerifierKey
from talteen.errors import Tampered
from talteen.oversight.statements.values import FORMAT, Statement


def signed(statement: Statement, signer: Signer) -> bytes:
    """The file: a head, a line a count, and the signature."""
    body = "".join(f"{name}: {value}\n" for name, value in statement.lines())
    return note.sign(f"{FORMAT}\n{body}", signer).to_bytes()


def checked(raw: bytes, keys: Sequence[VerifierKey]) -> dict[str, str]:
    """What the file says, if one of ``keys`` signed it. Raises Tampered where it does not hold."""
    told = note.parse(raw)
    note.verify(told, keys)
    head, *lines = told.text.splitlines()
    if head != FORMAT:
        raise Tampered("this is no statement", remedy="take the file that was given out")
    return dict(line.partition(": ")[::2] for line in lines)
