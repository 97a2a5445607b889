"""What a person may ask for (REGISTER 14.1, 14.14, 14.16)."""

from talteen.notice import rights
from talteen.notice.rights import Ground, Right


def test_access_is_answered_before_erasure() -> None:
    asked = [Right.ERASURE, Right.ACCESS, Right.ERASURE, Right.OBJECTION]

    assert rights.in_order(asked) == (Right.ACCESS, Right.OBJECTION, Right.ERASURE)


def test_every_right_has_its_article() -> None:
    assert set(rights.ARTICLES) == set(Right)


def test_only_portability_does_not_apply() -> None:
    assert {Right.PORTABILITY} == rights.NOT_APPLICABLE
    assert Ground.BASIS_DOES_NOT_CARRY_IT in rights.grounds_against(Right.PORTABILITY)


def test_erasure_is_refused_for_a_claim_or_a_duty_and_access_for_neither() -> None:
    own = {Ground.LEGAL_CLAIM, Ground.LEGAL_OBLIGATION}

    assert own <= set(rights.grounds_against(Right.ERASURE))
    assert not own & set(rights.grounds_against(Right.ACCESS))
