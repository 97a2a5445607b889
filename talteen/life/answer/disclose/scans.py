"""The scan of a paper in the file of a disclosure: the order itself, beside what was typed of it.

Sealed under the key of the file as every paper of it is, and gone with it. What it is and its hash
stand in a paper of their own: the page that lists papers need not open megabytes.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, Missing, NotAllowed
from talteen.life.answer.disclose import papers
from talteen.life.answer.disclose.models import DisclosurePaper
from talteen.life.answer.disclose.steps import DECIDERS, OFFICER, PREPARERS, locked
from talteen.life.seal.vault import Vault
from talteen.notice import scans as law
from talteen.notice.requests import check_reasons
from talteen.notice.scans import Media
from talteen.register.models import Staff

KIND, CONTENT = "scan", "scanned"
MOST = 20
"""Of one file."""
_READERS = PREPARERS | DECIDERS | OFFICER


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper as it was scanned."""

    media: Media
    content: bytes = field(repr=False)


def add(
    vault: Vault, disclosure: UUID, what: str, content: bytes, *, by: Staff, now: datetime
) -> DisclosurePaper:
    """Put a scan into the file. ``what`` says which paper it is.

    NotAScan for another file than a whole PDF, PNG or JPEG, InputError without ``what``, Conflict
    for one paper too many, NotAllowed for another role than who prepares.
    """
    what, media = check_reasons(what), law.media_of(content)
    with transaction.atomic():
        row = locked(disclosure, by)
        if row.papers.filter(kind=KIND).count() >= MOST:
            raise Conflict("this file has as many scans as it takes", remedy="scan them together")
        kept = {"file": base64.b64encode(content).decode()}
        body = papers.write(vault, row, CONTENT, kept, by=by, now=now, name=media.value)
        told = {"text": what, "sha256": sha256(content).hexdigest(), "content": str(body.pk)}
        return papers.write(vault, row, KIND, told, by=by, now=now, name=media.value)


def read(vault: Vault, disclosure: UUID, paper: UUID, *, by: Staff) -> Scan:
    """The scan that ``paper`` of kind ``KIND`` names. Missing where there is none, or its file was
    closed; NotAllowed for who does not work on disclosures."""
    if by.role not in {one.value for one in _READERS}:
        raise NotAllowed("the file is read by who works on it", remedy="ask the register contact")
    of_open = DisclosurePaper.objects.filter(disclosure=disclosure, disclosure__forgotten_at=None)
    named = of_open.filter(pk=paper, kind=KIND).first()
    body = of_open.filter(pk=papers.read(vault, named)["content"]).first() if named else None
    if body is None:
        raise Missing("there is no such paper", remedy="look at the file again")
    return Scan(Media(body.name), base64.b64decode(papers.read(vault, body)["file"]))
