"""The balancing tests and the impact assessment: what their texts must say, and what is refused."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import ConfigError
from talteen.notice import assessments, check, register_folder, text
from talteen.notice.assessments import BALANCING, HIGH, IMPACT, Level, level
from talteen.notice.check import Facts
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.versions import Version

GRADES = st.integers(1, 4)


def planted(texts: Mapping[str, str], path: str, old: str, new: str) -> dict[str, str]:
    assert old in texts[path]
    return {**texts, path: texts[path].replace(old, new, 1)}


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (BALANCING, 'id = "LIA-5"', 'id = "LIA-6"', "LIA-5 of guidance is not in"),
        (BALANCING, 'sentence = "0.s2"', 'sentence = "0.s99"', r"0\.s99 is not in the notice"),
        (BALANCING, "impact.sv =", "impact.se =", "se: is not a key of this file"),
        (BALANCING, 'id = "LIA-2"', 'id = "LIA-1"', "LIA-1 stands there 2 times"),
        (IMPACT, "severity = 3", "severity = 5", "5 is more than 4"),
        (IMPACT, 'approver = "owner"', 'approver = "register_contact"', "is the author too"),
        (IMPACT, "review_months = 12", "review_months = 24", "24 is more than 12"),
        (IMPACT, "left_likelihood = 1", "left_likelihood = 4", "weighs more after the measures"),
        (IMPACT, 'sentence = "13.s2"', 'sentence = "13.s98"', "is not in the notice"),
        (IMPACT, "[advice]", "[advise]", "advise: is not a key"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(
    folder_texts: dict[str, str], path: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        register_folder.assemble(planted(folder_texts, path, old, new))


def test_a_high_risk_that_is_left_needs_the_authority_to_be_asked_first(
    folder_texts: dict[str, str],
) -> None:
    risky = planted(
        folder_texts,
        IMPACT,
        "left_likelihood = 1\nleft_severity = 3",
        "left_likelihood = 3\nleft_severity = 3",
    )
    with pytest.raises(ConfigError, match="36\\(1\\)"):
        register_folder.assemble(risky)

    asked = planted(
        risky, IMPACT, "review_months", "prior_consultation_on = 2026-09-01\nreview_months"
    )

    assert register_folder.assemble(asked).assessments.impact.prior_consultation_on


def test_an_impact_assessment_past_its_review_stops_the_next_notice(
    register: RegisterFolder, version: Version, facts: Facts
) -> None:
    impact = register.assessments.impact
    assert not impact.stale_on(date(2027, 8, 31))
    assert impact.stale_on(date(2027, 9, 1))

    old = register_folder.reviewed_as_of(register, date(2025, 11, 25))
    found = check.check(text.edition(old, version), old, facts)

    assert "assessment.DPIA-1" in {one.id for one in found}


def test_no_balancing_test_stands_without_a_purpose(folder_texts: dict[str, str]) -> None:
    sixth = folder_texts[BALANCING].split("[[tests]]")[-1].replace("LIA-5", "LIA-6")
    texts = {**folder_texts, BALANCING: f"{folder_texts[BALANCING]}\n[[tests]]{sixth}"}

    with pytest.raises(ConfigError, match="LIA-6: no purpose names it"):
        register_folder.assemble(texts)


@given(GRADES, GRADES)
def test_a_risk_never_weighs_less_when_it_is_likelier_or_worse(likely: int, severe: int) -> None:
    order = [Level.LOW, Level.MIDDLE, Level.HIGH]
    here = order.index(level(likely, severe))

    assert here >= order.index(level(max(1, likely - 1), severe))
    assert here >= order.index(level(likely, max(1, severe - 1)))
    assert (level(likely, severe) is Level.HIGH) == (likely * severe >= HIGH)


def test_every_measure_points_at_a_sentence_that_is_printed(
    register: RegisterFolder, folder_texts: dict[str, str]
) -> None:
    found = assessments.read(
        folder_texts[BALANCING], folder_texts[IMPACT], sentences=register.promises
    )
    named = [m.sentence for test in found.tests for m in test.safeguards]
    named += [m.sentence for risk in found.impact.risks for m in risk.measures]

    assert len(named) > 20
    assert set(named) <= set(register.promises)
