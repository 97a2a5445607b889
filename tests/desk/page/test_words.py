"""Every choice that code knows has a word on the screens, in three languages."""

import pytest
from django.utils import translation

from talteen.desk.page import words
from talteen.life.capture.sidecar import SourceKind
from talteen.life.destroy.days import Stage
from talteen.life.destroy.rules import Reason
from talteen.life.use.rows import Direction, Standing
from talteen.notice.purposes import OPEN, Purpose, Role
from talteen.register.policy import Rule

CAPTURED = {kind.value for kind in SourceKind} - {SourceKind.PRIVATE.value}
"""A private call is never recorded, so its source is never shown."""


def test_no_role_purpose_state_or_rule_is_without_a_word() -> None:
    assert set(words.ROLES) == set(Role)
    assert set(words.PURPOSES) == set(Purpose)
    assert set(words.PURPOSE_HELP) >= OPEN
    assert set(words.STANDINGS) == set(Standing)
    assert set(words.STAGES) == set(Stage)
    assert set(words.DIRECTIONS) == set(Direction)
    assert set(words.RULES) == set(Rule)
    assert set(words.REASONS) == {reason.value for reason in Reason}
    assert set(words.SOURCES) == CAPTURED


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("rule", list(Rule))
def test_a_refusal_is_told_in_the_readers_language(rule: Rule, language: str) -> None:
    finnish = words.RULES[rule]
    with translation.override("fi"):
        before = (str(finnish.title), str(finnish.text))

    with translation.override(language):
        told = (str(finnish.title), str(finnish.text))

    assert told[0] != before[0]
    assert told[1] != before[1]
