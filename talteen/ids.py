"""Names of things. Ids are random UUIDs, so that they tell nothing about a caller, a day or an
order."""

from typing import NewType
from uuid import UUID, uuid4

from talteen.errors import InputError

RecordingId = NewType("RecordingId", UUID)
BlobId = NewType("BlobId", UUID)
HoldId = NewType("HoldId", UUID)
StaffId = NewType("StaffId", UUID)
CaseId = NewType("CaseId", UUID)
HouseId = NewType("HouseId", UUID)
PageId = NewType("PageId", UUID)
IntakeKeyId = NewType("IntakeKeyId", UUID)
SegmentId = NewType("SegmentId", UUID)


def new() -> UUID:
    """A fresh random id; wrap it in the type that it names: ``RecordingId(ids.new())``."""
    return uuid4()


def parse(text: str) -> UUID:
    """The id that ``text`` writes in its canonical form.

    Raises InputError on anything else: a second spelling of an id would be a second name.
    """
    try:
        value = UUID(text)
    except ValueError:
        value = None
    if value is None or str(value) != text:
        raise InputError("this is not an id", remedy="copy it whole from the page or the list")
    return value
