"""The sealed papers of a disclosure's file: written once, read by those who work on it."""

from datetime import datetime

from talteen import ids
from talteen.ids import BlobId, CaseId
from talteen.life.answer.disclose.models import Disclosure, DisclosurePaper
from talteen.life.seal import case_files
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.register.models import Staff


def write(
    vault: Vault,
    disclosure: Disclosure,
    kind: str,
    texts: Texts,
    *,
    by: Staff | None,
    now: datetime,
    name: str = "",
) -> DisclosurePaper:
    """Put a paper into the file, in the caller's transaction. KeyGone where it was closed."""
    paper = BlobId(ids.new())
    return DisclosurePaper.objects.create(
        id=paper,
        disclosure=disclosure,
        kind=kind,
        name=name,
        at=now,
        by=by,
        sealed=case_files.seal(vault, CaseId(disclosure.pk), paper, texts),
    )


def read(vault: Vault, paper: DisclosurePaper) -> Texts:
    """What stands in ``paper``. KeyGone once its file was closed."""
    case, sealed = CaseId(paper.disclosure_id), bytes(paper.sealed)
    return case_files.unseal(vault, case, BlobId(paper.pk), sealed)


def newest(vault: Vault, disclosure: Disclosure, kind: str) -> Texts:
    """The newest paper of this kind; an empty one where there is none."""
    found = disclosure.papers.filter(kind=kind).order_by("-at", "-pk").first()
    return read(vault, found) if found and found.sealed else {}
