"""4. Rekisteri ja selosteen versio.

4.s1: Rekisterin nimi on SOK Matkailu- ja ravitsemiskaupan myyntipalveluiden keskitetyt
  puhelutallenteet.
4.s2: Rekisterissä on puheluita seuraavilta linjoilta: Huonevaraukset, Pöytävaraukset,
  Ryhmävaraukset ja Kanta-asiakaspalvelu.
4.s3: Puheluusi sovelletaan sitä selosteen versiota, joka oli voimassa, kun puhelu alkoi.
4.s4: Uusi versio ei koskaan pidennä aiempien puheluiden säilytysaikaa eikä anna niille uutta
  käyttötarkoitusta.
4.s5: Seloste koskee soittajia, henkilöitä, joille me soitamme, henkilöitä, joista puhelussa
  puhutaan, ja yritysasiakkaiden yhteyshenkilöitä.
4.s6: Asiakaspalvelijoillamme on oma selosteensa.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from talteen.clock import start_of_day
from talteen.notice import versions
from talteen.notice.purposes import STATUTORY, Purpose
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.retention import RetentionPolicy
from talteen.notice.text import Notice
from talteen.notice.versions import Approval, History, Version

CHANGE = date(2027, 1, 1)


def with_successor(first: Version, second: Version) -> History:
    history: History = ()
    for draft in (first, second):
        history = versions.publish(
            history,
            draft,
            approval=Approval("r01", "o01", dpo_opinion_on=date(2026, 11, 1)),
            findings=(),
            today=date(2026, 11, 24),
        )
    return history


def midnight(day: date) -> datetime:
    return start_of_day(day)


def test_the_lines_of_the_register_are_named(finnish: Notice, register: RegisterFolder) -> None:
    named = [
        line.name.fi for line in register.file.lines if line.name.fi in finnish.sentences["4.s2"]
    ]

    assert named == [line.name.fi for line in register.file.recorded_lines]


def test_a_call_is_under_the_version_in_force_when_it_began(version: Version) -> None:
    history = with_successor(version, replace(version, number="3", valid_from=CHANGE))

    on_the_eve = versions.in_force(history, midnight(CHANGE) - timedelta(milliseconds=1))
    at_midnight = versions.in_force(history, midnight(CHANGE))

    assert on_the_eve is not None
    assert at_midnight is not None
    assert (on_the_eve.number, at_midnight.number) == ("2", "3")


@pytest.mark.parametrize("months", [1, 2, 3])
def test_a_new_version_never_lengthens_the_life_of_an_earlier_call(
    version: Version, months: int
) -> None:
    policy = RetentionPolicy(months=months)
    newer = replace(version, number="3", valid_from=CHANGE, policy=policy)
    history = with_successor(version, newer)
    started_at = midnight(date(2026, 12, 1))

    before = versions.lifetime(history, history[0], started_at=started_at, now=started_at)
    after = versions.lifetime(history, history[0], started_at=started_at, now=midnight(CHANGE))

    assert after.due_at <= before.due_at
    assert after.cutoff_at <= before.cutoff_at


def test_a_new_version_gives_earlier_calls_no_new_purpose(version: Version) -> None:
    narrow = replace(version, purposes=STATUTORY | {Purpose.RIGHTS_OF_PARTIES})
    history = with_successor(narrow, replace(version, number="3", valid_from=CHANGE))

    allowed = versions.purposes_open(history, history[0], midnight(date(2027, 2, 1)))

    assert allowed == narrow.purposes


def test_the_groups_that_are_told_are_those_that_the_register_has(
    finnish: Notice, register: RegisterFolder
) -> None:
    """Whom we call is told exactly while the register names whence numbers are taken to call; how
    each of them asks: ``life/answer/test_promises.py``."""
    told, sources = finnish.sentences["4.s5"], register.file.sources

    assert ("joille me soitamme" in told) == any(one.outbound for one in sources)
    assert ("yritysasiakkaiden" in told) == (
        "outbound_business_register" in {s.key for s in sources}
    )
    assert "henkilöitä, joista puhelussa" in told
