"""What goes with a document that leaves the house: a signed manifest (REGISTER 11.2). Pure.

It says which document this is (its hash), of which call and which stretch, for what purpose and on
what basis, for whom, and who asked and who approved. It is a signed note (C2SP), signed by the
house as its certificates are, so that whoever holds both can check them offline
(docs/formats/export-manifest.md). It names no person but by staff code, and says nothing of what
was said.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from talteen.engine.tlog import note
from talteen.engine.tlog.note import Signer, VerifierKey
from talteen.errors import Tampered
from talteen.notice import purposes
from talteen.notice.purposes import Purpose

HEAD = "talteen export manifest 1"


class Receiver(Enum):
    """What the receiver is. Only three doors lead out."""

    SUBJECT = "subject"
    """The person who was recorded, or whoever they have chosen to act for them."""
    AUTHORITY = "authority"
    COUNSEL = "counsel"
    """The controller's own lawyer, in a named case."""
    INSURER = "insurer"
    """The controller's own insurer, in a named case."""


DOORS: Mapping[Purpose, tuple[Receiver, ...]] = {
    Purpose.DATA_SUBJECT_REQUEST: (Receiver.SUBJECT,),
}
"""To whom words may leave from the page of a call; everybody else's door is a disclosure, with a
name, a ground and two persons (``life.answer.disclose``)."""
_DISCLOSED = frozenset({Receiver.AUTHORITY, Receiver.COUNSEL, Receiver.INSURER})


def needs_second(receiver: Receiver) -> bool:
    """Whether two people decide that it leaves: every disclosure (REGISTER D, I15). The copy of
    the person's own call goes by their right; there the second person is its second reader."""
    return receiver in _DISCLOSED


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a manifest says."""

    export: UUID
    recording: UUID
    start_ms: int
    end_ms: int
    """The stretch of the recording that the document covers."""
    form: str
    layer: str
    state: str
    """How far people had come with the words: machine_draft, corrected, checked."""
    purpose: Purpose
    case: str
    receiver: Receiver
    asked_by: str
    approved_by: str
    """Empty where one person was enough."""
    left_at: datetime
    file: str
    document: bytes
    """Its SHA-256."""
    size_bytes: int

    def lines(self) -> list[tuple[str, str]]:
        """Names and values in the order of the file."""
        terms = purposes.TERMS[self.purpose]
        return [
            ("export", str(self.export)),
            ("recording", str(self.recording)),
            ("range-ms", f"{self.start_ms}-{self.end_ms}"),
            ("form", self.form),
            ("layer", self.layer),
            ("state", self.state),
            ("purpose", self.purpose.value),
            ("basis", f"GDPR {terms.basis.value}, notice {terms.sentence}"),
            ("case", self.case),
            ("receiver", self.receiver.value),
            ("asked-by", self.asked_by),
            ("approved-by", self.approved_by or "-"),
            ("left-at", self.left_at.astimezone(UTC).isoformat(timespec="seconds")),
            ("file", self.file),
            ("bytes", str(self.size_bytes)),
            ("sha256", self.document.hex()),
        ]


def signed(manifest: Manifest, signer: Signer) -> bytes:
    """The manifest as one file."""
    body = "".join(f"{name}: {value}\n" for name, value in manifest.lines())
    return note.sign(f"{HEAD}\n{body}", signer).to_bytes()


def checked(raw: bytes, document: bytes, keys: Sequence[VerifierKey]) -> dict[str, str]:
    """What the manifest ``raw`` says, if one of ``keys`` signed it and it is about ``document``.

    Raises Tampered where it is not.
    """
    told = note.parse(raw)
    note.verify(told, keys)
    head, *lines = told.text.splitlines()
    said = dict(line.partition(": ")[::2] for line in lines)
    if head != HEAD or said.get("sha256") != hashlib.sha256(document).hexdigest():
        raise Tampered(
            "this manifest is about another document", remedy="compare the files that came together"
        )
    return said
