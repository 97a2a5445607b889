"""6. Käsittelyn oikeusperuste.

6.s1: Tallentaminen ja ne kohdan 5 käyttötarkoitukset, joita laki ei edellytä, perustuvat
  oikeutettuun etuun (tietosuoja-asetus 6 artikla 1 kohta f).
6.s2: Pyyntöihin ja viranomaisille vastaaminen sekä loukkausten tutkiminen perustuvat
  lakisääteiseen velvoitteeseen (6 artikla 1 kohta c).
6.s3: Rekisterinpitäjä voi tallentaa omat puhelunsa, koska se on itse viestinnän osapuoli (laki
  sähköisen viestinnän palveluista 136 §).
"""

import pytest

from talteen.errors import ConfigError
from talteen.notice import register_file
from talteen.notice.purposes import Basis, Purpose
from talteen.notice.register_folder import REGISTER, RegisterFolder

FIRST_FIVE = {
    Purpose.RIGHTS_OF_PARTIES,
    Purpose.CORRECTNESS,
    Purpose.TRAINING,
    Purpose.SERVICE_QUALITY,
    Purpose.GUIDANCE,
}


def test_the_first_five_purposes_rest_on_legitimate_interest_and_the_rest_on_law(
    register: RegisterFolder,
) -> None:
    bases = {purpose.key: purpose.basis for purpose in register.file.purposes}

    assert {p for p, basis in bases.items() if basis is Basis.LEGITIMATE_INTEREST} == FIRST_FIVE
    assert set(bases) - FIRST_FIVE == {
        p for p, basis in bases.items() if basis is Basis.LEGAL_OBLIGATION
    }


@pytest.mark.parametrize("key", ["rights_of_parties", "authority", "service_quality"])
def test_what_no_register_is_without_is_asked_for(folder_texts: dict[str, str], key: str) -> None:
    said = folder_texts[REGISTER]
    cut = said.index(f'[[purposes]]\nkey = "{key}"')
    ends = min(
        at for at in (said.find("[[purposes]]", cut + 1), said.find("[assessments]")) if at > cut
    )
    with pytest.raises(ConfigError, match=f"{key} is missing"):
        register_file.read(said[:cut] + said[ends:])


def test_a_purpose_on_another_basis_is_refused(folder_texts: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"does not carry rights_of_parties"):
        register_file.read(folder_texts[REGISTER].replace('"6(1)(f)"', '"6(1)(c)"', 1))
