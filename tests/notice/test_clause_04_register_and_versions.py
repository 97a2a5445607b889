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

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape

import pytest

from talteen.clock import start_of_day
from talteen.errors import ConfigError
from talteen.notice import employees, register_folder, text, versions
from talteen.notice.language import Language
from talteen.notice.purposes import STATUTORY, Purpose
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.retention import RetentionPolicy
from talteen.notice.text import Notice
from talteen.notice.versions import Approval, History, Version
from tests.desk.conftest import Desk, desk  # noqa: F401  (the fixture)

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


def filled_anew(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    assert old in texts[REGISTER]
    return {**texts, REGISTER: texts[REGISTER].replace(old, new, 1)}


@pytest.mark.django_db(transaction=True)
def test_agents_have_a_notice_of_their_own_in_three_languages(
    desk: Desk,  # noqa: F811
    register: RegisterFolder,
) -> None:
    client, terms = desk.client(), register.file.retention  # nobody is signed in

    for language in Language:
        said = client.get(f"/notice/employees/{language.value}").content.decode()
        told = text.for_employees(register, language)

        assert f'lang="{language.value}"' in said
        assert all(f'id="{name}"' in said for name in told.sentences)
        assert all(escape(sentence) in said for sentence in told.sentences.values())
        assert str(terms.months) in told.sentences["6.s1"]
        assert str(terms.evaluation_months) in told.sentences["6.s3"]
    assert client.get("/notice/employees").status_code == 200
    assert client.get("/notice/employees/de").status_code == 404
    assert client.cookies == {}


def test_the_employees_notice_tells_of_another_employer_only_where_there_is_one(
    folder_texts: dict[str, str],
) -> None:
    own = register_folder.assemble(folder_texts)
    employer = """[employees.employer]
name = "Puhelinpalvelu Oy"
arrangement = { fi = "sopimus", sv = "avtal", en = "agreement" }
[employees]"""
    other = register_folder.assemble(filled_anew(folder_texts, "[employees]", employer))

    assert "1.s4" not in text.for_employees(own, Language.FI).sentences
    assert "Puhelinpalvelu Oy" in text.for_employees(other, Language.FI).sentences["1.s4"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("cooperation_on = 2026-06-10\n", "", "cooperation_on: is missing"),
        ("cooperation_on = 2026-06-10", "cooperation_on = 2026-08-16", "before the dialogue"),
        ('email = "henkilosto@mara.example"', 'email = "henkilosto"', "is not an e-mail address"),
    ],
)
def test_recording_without_the_dialogue_with_the_staff_is_refused(
    folder_texts: dict[str, str], old: str, new: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        register_folder.assemble(filled_anew(folder_texts, old, new))


def test_a_sentence_for_employees_stands_in_all_languages_or_in_none(
    folder_texts: dict[str, str],
) -> None:
    path = employees.path(Language.SV)
    lost = next(line for line in folder_texts[path].splitlines() if line.startswith("s2 ="))

    with pytest.raises(ConfigError, match=r"0\.s2: is not in all languages"):
        register_folder.assemble({**folder_texts, path: folder_texts[path].replace(lost, "", 1)})


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
