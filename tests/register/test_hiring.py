"""The first two are entered by whoever sets a house up; then two decide who joins."""

import pytest

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff import hiring, people

pytestmark = pytest.mark.django_db


def hire(code: str, by: tuple[str, str] | None = None) -> Staff:
    return hiring.hire(code, "Aino Esimerkki", Role.DPO, "fi", by=by)


def test_a_new_house_gets_its_two_and_they_decide_about_the_third() -> None:
    hire("r01")
    hire("r02")
    assert [one.code for one in people.two_of("r01", "r02")] == ["r01", "r02"]

    with pytest.raises(NotAllowed, match="people who decide"):
        hire("r03")
    with pytest.raises(NotAllowed, match="cannot be two"):
        hire("r03", ("r01", "r01"))
    with pytest.raises(InputError, match="unknown"):
        hire("r03", ("r01", "r03"))
    third = hire("r03", ("r01", "r02"))

    assert not third.has_usable_password()
    with pytest.raises(Conflict):
        hire("r03", ("r01", "r02"))


@pytest.mark.parametrize(
    ("code", "name", "language"), [("R 1", "A", "fi"), ("r1", " ", "fi"), ("r1", "A", "de")]
)
def test_what_is_no_code_name_or_language_enters_nobody(
    code: str, name: str, language: str
) -> None:
    with pytest.raises(InputError):
        hiring.hire(code, name, Role.DPO, language)
    assert not Staff.objects.exists()
