"""What is published, and what the register of today would print."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from talteen.clock import helsinki_date
from talteen.notice import text, versions
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.versions import Version
from talteen.oversight.prove.facts import NoticeFacts, VersionFact
from talteen.register import adoptions, balanced, shelf
from talteen.register import versions as published
from talteen.register.log import ledger_bytes
from talteen.register.log.ledger_kinds import NoticePublished
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import NoticeVersion

Text = Mapping[str, Any]


def notice(folder: Path, file: RegisterFile, now: datetime) -> NoticeFacts:
    """The versions, and the one in force beside what ``folder`` renders with the running file."""
    rows = {row.number: row for row in NoticeVersion.objects.order_by("valid_from")}
    entered = _entered()
    in_force = versions.in_force(published.history(), now)
    printed: Sequence[Text] = ()
    if in_force is not None:
        written = rows[in_force.number].text
        printed = [written[language.value] for language in Language if language.value in written]
    return NoticeFacts(
        number=in_force.number if in_force else "",
        versions=tuple(_version(row, entered.get(row.number)) for row in rows.values()),
        printed=_by_sentence([_sentences(one) for one in printed]),
        rendered=_by_sentence(_rendered(folder, file, in_force) if in_force else []),
        objection_apart=bool(printed) and all(map(_apart, printed)),
        adopted=adoptions.adopted(),
        review_months=balanced.review_months(helsinki_date(now)),
    )


def _entered() -> dict[str, tuple[NoticePublished, datetime]]:
    found = {}
    for raw in LedgerEntry.objects.filter(kind=NoticePublished.tag).values_list("raw", flat=True):
        read = ledger_bytes.read(bytes(raw))
        assert isinstance(read.entry, NoticePublished)
        found[str(read.entry.notice)] = (read.entry, read.at)
    return found


def _version(row: NoticeVersion, told: tuple[NoticePublished, datetime] | None) -> VersionFact:
    texts = [row.text[language.value] for language in Language if language.value in row.text]
    sentences = [_sentences(one) for one in texts]
    same = len(texts) == len(Language) and all(
        one.keys() == sentences[0].keys() and all(one.values()) for one in sentences
    )
    return VersionFact(
        number=row.number,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        legacy=row.legacy,
        purposes=tuple(row.purposes),
        entered_at=told[1] if told else None,
        as_entered=told is not None and _digest(texts) == bytes(told[0].sha256),
        same_sentences=same,
    )


def _digest(texts: Sequence[Text]) -> bytes:
    """As ``notice.text`` hashes an edition, from the text as it stands in the row."""
    return sha256(b"".join(sha256(_canonical(one)).digest() for one in texts)).digest()


def _canonical(document: Text) -> bytes:
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _rendered(folder: Path, file: RegisterFile, version: Version) -> list[Mapping[str, str]]:
    register = replace(shelf.read(folder).register, file=file)
    return [text.render(register, language, version).sentences for language in Language]


def _sentences(document: Text) -> dict[str, str]:
    return {one["id"]: one["text"] for clause in document["clauses"] for one in clause["sentences"]}


def _by_sentence(each: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    if not each:
        return {}
    return {name: tuple(one.get(name, "") for one in each) for name in each[0]}


def _apart(document: Text) -> bool:
    order = [clause["id"] for clause in document["clauses"]]
    return "objection" in order and order.index("objection") < order.index("1")
