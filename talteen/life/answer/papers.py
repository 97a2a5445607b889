"""The sealed papers of a request's file: written once, read by those who answer it.

A paper is a small JSON object of texts. It opens with the key of the file, which dies with the file
(``retention.request_months`` after the end); nothing of it stands in a column, a log or the ledger.
"""

from datetime import datetime

from talteen import ids
from talteen.ids import BlobId, CaseId
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.life.seal import case_files
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice.letters import Written
from talteen.register.models import Staff


def write(
    vault: Vault,
    request: SubjectRequest,
    kind: str,
    texts: Texts,
    *,
    by: Staff | None,
    now: datetime,
    name: str = "",
) -> RequestPaper:
    """Put a paper into the file, in the caller's transaction. KeyGone where it was closed."""
    paper = BlobId(ids.new())
    return RequestPaper.objects.create(
        id=paper,
        request=request,
        kind=kind,
        name=name,
        at=now,
        by=by,
        sealed=case_files.seal(vault, CaseId(request.pk), paper, texts),
    )


def read(vault: Vault, paper: RequestPaper) -> Texts:
    """What stands in ``paper``. KeyGone once its file was closed."""
    case, sealed = CaseId(paper.request_id), bytes(paper.sealed)
    return case_files.unseal(vault, case, BlobId(paper.pk), sealed)


def write_letter(
    vault: Vault,
    request: SubjectRequest,
    name: str,
    letter: Written,
    *,
    by: Staff | None,
    now: datetime,
) -> RequestPaper:
    """Put a letter into the file, as it leaves."""
    texts = {"subject": letter.subject, "text": "\n\n".join(letter.paragraphs)}
    return write(vault, request, "letter", texts, by=by, now=now, name=name)
