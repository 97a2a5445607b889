"""Messages to the person of a request: sealed under the key of its file until they leave (13.3).

No message says what was asked or found (12.5): that something came, and where to read it.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from talteen import ids
from talteen.ids import BlobId, CaseId
from talteen.life.answer.models import SubjectRequest
from talteen.life.seal import case_files
from talteen.life.seal.vault import Vault
from talteen.register.post import messages
from talteen.register.post.messages import Channel, Message, Sealed, Unseal


def post(
    vault: Vault,
    request: SubjectRequest,
    channel: Channel,
    message: Message,
    now: datetime,
    *,
    not_after: datetime | None = None,
) -> None:
    """Have ``message`` carried out, in the caller's transaction. Its ``key`` names no person."""
    paper = BlobId(ids.new())
    told = {"to": message.to, "subject": message.subject, "body": message.body}
    told |= {"language": message.language} if message.language else {}
    sealed = case_files.seal(vault, CaseId(request.pk), paper, told)
    row = Sealed(message.key, channel, paper, request.pk, sealed, not_after)
    messages.write_sealed(row, now)


def opener(vault: Vault) -> Unseal:
    """What opens such a message again, to send it."""

    def unseal(file: UUID, paper: UUID, sealed: bytes) -> Mapping[str, str]:
        return case_files.unseal(vault, CaseId(file), BlobId(paper), sealed)

    return unseal
