"""The sealed papers of a breach's file: written once, read by those who work on it.

The key of the file is made with the first paper. A house whose key holder does not answer still
takes a report: without its words, which whoever reports is told (``report``).
"""

from datetime import datetime

from talteen import ids
from talteen.ids import BlobId, CaseId
from talteen.life.seal import case_files
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.oversight.breaches.models import Breach, BreachPaper
from talteen.register.models import Staff


def open_file(vault: Vault, breach: Breach, now: datetime) -> None:
    """Make the key of its file, in a roll, if it has none yet. Not inside a transaction.

    Raises Unavailable while the key holder is away.
    """
    if not breach.has_file:
        case_files.open_file(vault, CaseId(breach.pk), now)
        Breach.objects.filter(pk=breach.pk).update(has_file=True)
        breach.has_file = True


def write(
    vault: Vault,
    breach: Breach,
    kind: str,
    texts: Texts,
    *,
    by: Staff | None,
    now: datetime,
    name: str = "",
) -> BreachPaper:
    """Put a paper into the file. KeyGone where it has no key (``open_file``), or none any more."""
    paper = BlobId(ids.new())
    return BreachPaper.objects.create(
        id=paper,
        breach=breach,
        kind=kind,
        name=name,
        at=now,
        by=by,
        sealed=case_files.seal(vault, CaseId(breach.pk), paper, texts),
    )


def read(vault: Vault, paper: BreachPaper) -> Texts:
    """What stands in ``paper``. KeyGone once its file was closed."""
    case, sealed = CaseId(paper.breach_id), bytes(paper.sealed)
    return case_files.unseal(vault, case, BlobId(paper.pk), sealed)


def newest(vault: Vault, breach: Breach, kind: str, name: str = "") -> Texts:
    """The newest paper of this kind and name; an empty one where there is none."""
    found = breach.papers.filter(kind=kind, name=name).order_by("-at", "-pk").first()
    return read(vault, found) if found and found.sealed else {}
