"""``talteen prove``: from a house to the report on its notice, in one language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from talteen.oversight.prove import gather, report
from talteen.oversight.prove.gather import Keeps
from talteen.oversight.prove.report import Report
from talteen.register import published, shelf


def prove(house: Keeps, now: datetime, language: str) -> Report:
    """The notice in force, sentence by sentence, held against ``house`` as it is ``now``.

    ``language`` is "fi", "sv" or "en": of the notice's own words. Without a version in force the
    report has no clauses.
    """
    facts = gather.facts(house, now)
    version = published.version(facts.notice.number) if facts.notice.number else None
    text: Mapping[str, Any] = version.text[language] if version else {"clauses": []}
    return report.report(
        facts,
        shelf.read(house.config.paths.register).register.promises,
        {clause["id"]: clause["title"] for clause in text["clauses"]},
        {one["id"]: one["text"] for clause in text["clauses"] for one in clause["sentences"]},
    )
