"""``talteen prove``: the notice, sentence by sentence, held against this house."""

import json as jsons
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from talteen.clock import SystemClock, helsinki_date
from talteen.config import Config
from talteen.desk.commands import demo as demos
from talteen.desk.ground import database, startup
from talteen.errors import InputError, Missing

if TYPE_CHECKING:
    from talteen.oversight.prove.report import ClauseProof, Report, SentenceProof

LANGUAGES = ("fi", "sv", "en")


Flag = Annotated[bool, Parameter(negative="")]
DEMO_CALLS = ("023", "011", "001")
"""Of a throw-away house: three months old, some weeks old, and of the newest day."""


def prove(*, clause: str = "", language: str = "fi", json: Flag = False, demo: Flag = False) -> int:
    """Hold each sentence of the notice in force against this house, now. Stores nothing.

    Exit status 0: nothing is red; 1: a sentence does not hold; 2: it could not be tried.

    Parameters
    ----------
    clause
        One clause only: 1 to 18, 0 for the first layer, objection or complaint.
    language
        Of the words: fi, sv or en.
    json
        Print the report for programs (docs/formats/prove.md).
    demo
        Hold it against a house that is made for the answer, lives three months, and is thrown away.
    """
    if language not in LANGUAGES:
        raise InputError("this is no language of the notice", remedy="write fi, sv or en")
    if demo:
        with demos.thrown_away() as (config, _shares):
            _live(config)
            return _tell(config, clause, language, as_json=json)
    config = startup.ready()
    with database.running(config):
        startup.django()
        return _tell(config, clause, language, as_json=json)


def _tell(config: Config, clause: str, language: str, *, as_json: bool) -> int:
    """Prove and print; the exit status."""
    from django.utils.translation import override

    from talteen import wiring
    from talteen.oversight.prove import proving, report

    house = wiring.house(config)
    with override(language):
        made = _of(proving.prove(house, house.now(), language), clause)
        if as_json:
            print(jsons.dumps(report.as_json(made), ensure_ascii=False))
        else:
            _print(made)
    return 1 if made.red else 0


def _live(config: Config) -> None:
    """Three months with a few calls: each comes on its own day, and what is due is destroyed."""
    from talteen import course, wiring
    from talteen.demo import days, material
    from talteen.register import house as houses

    house, today_at = wiring.house(config), demos.arrival(SystemClock().now())
    calls = [
        one for one in material.calls(helsinki_date(today_at)) if one.name.startswith(DEMO_CALLS)
    ]

    def move(to: datetime) -> None:
        houses.set_clock(to, machine_at=SystemClock().now())

    for _moment in days.live_through(
        house, calls, config.home / "drop", until=today_at, move=move, tally=days.Tally()
    ):
        pass
    course.sweep(house, house.now())
    houses.swept(SystemClock().now())


def _of(made: "Report", clause: str) -> "Report":
    """The report, or the one clause of it that was asked for."""
    from dataclasses import replace

    if not made.clauses:
        raise Missing("no notice is in force here", remedy="publish one, or wait for its first day")
    if not clause:
        return made
    only = made.clause(clause)
    if only is None:
        raise InputError("the notice has no such clause", remedy="write 1 to 18, or objection")
    return replace(made, clauses=(only,))


def _print(made: "Report") -> None:
    console = Console(highlight=False)
    for clause in made.clauses:
        _print_clause(console, clause)
    counts = ", ".join(f"{verdict.value} {n}" for verdict, n in made.verdicts().items())
    console.print(f"{made.version}: {counts}", markup=False, soft_wrap=True)


def _print_clause(console: Console, clause: "ClauseProof") -> None:
    console.print(
        f"{clause.id}  {clause.title}  {clause.verdict.value}", markup=False, soft_wrap=True
    )
    for one in clause.sentences:
        console.print(
            f"  {one.id:<14}{one.verdict.value:<17}{_evidence(one)}", markup=False, soft_wrap=True
        )


def _evidence(one: "SentenceProof") -> str:
    """What it rests on, in a line."""
    from talteen.oversight.prove import words

    if one.proof is not None:
        return words.found(one.proof.kind, one.figures)
    if one.owner is not None:
        return f"{one.owner.value}: {one.promise.evidence}"
    return one.test or one.why_not
