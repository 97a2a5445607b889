"""2. Tietosuojavastaava.

2.s1: Tietosuojavastaavan tavoitat osoitteesta tietosuojavastaava@sok.fi ja numerosta 050 555
  0181.
2.s2: Hänelle voit kirjoittaa luottamuksellisesti: viestiäsi eivät lue esihenkilöt eivätkä
  asiakaspalvelijat.
2.s3: Tietosuojavastaava neuvoo ja valvoo, mutta ei päätä pyynnöistä.
"""

import tomllib
from pathlib import Path

import pytest

from talteen.notice import purposes
from talteen.notice.language import Language
from talteen.notice.purposes import OPEN, Purpose, Role
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_the_officer_is_reached_from_the_notice_and_from_every_letter(
    edition: Edition, register: RegisterFolder, mara: Path, language: Language
) -> None:
    letters = tomllib.loads((mara / "texts" / language.value / "letters.toml").read_text())

    assert register.file.dpo.email in edition.notices[language].sentences["2.s1"]
    assert "{dpo.email}" in letters["common"]["footer"]


def test_the_officer_opens_no_recording_to_decide_about_it() -> None:
    assert purposes.purposes_of(Role.DPO) == (Purpose.BREACH_INVESTIGATION,)
    assert not OPEN & set(purposes.purposes_of(Role.DPO))


def test_the_officer_approves_no_balancing_test(register: RegisterFolder) -> None:
    tests = [purpose.assessment for purpose in register.file.purposes if purpose.assessment]

    assert Role.DPO not in {role for test in tests for role in (test.author, test.approver)}
