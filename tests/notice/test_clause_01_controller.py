"""1. Rekisterinpitäjä.

1.s1: Henkilötiedoistasi vastaa Suomen Osuuskauppojen keskuskunta SOK, Y-tunnus 0116323-1.
1.s2: Postiosoite: PL 1, 00088 S-RYHMÄ.
1.s3: Käyntiosoite: Fleminginkatu 34, 00510 Helsinki.
1.s4: Puhelin: 050 555 0180; sähköposti: kirjaamo@mara.example.
"""

import pytest

from talteen.errors import ConfigError
from talteen.notice import register_file
from talteen.notice.language import Language
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_the_controller_is_told_as_the_register_states_it(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    controller, told = register.file.controller, edition.notices[language].sentences

    assert controller.name in told["1.s1"]
    assert controller.business_id in told["1.s1"]
    assert controller.postal_address[language] in told["1.s2"]
    assert controller.visiting_address[language] in told["1.s3"]
    assert controller.email in told["1.s4"]


def test_no_text_carries_the_controller_itself(folder_texts: dict[str, str]) -> None:
    texts = {path: text for path, text in folder_texts.items() if path != REGISTER}

    assert [p for p, text in texts.items() if "Osuuskauppojen" in text or "0116323" in text] == []


@pytest.mark.parametrize("digit", "023456789")
def test_a_business_id_with_another_check_digit_is_refused(
    folder_texts: dict[str, str], digit: str
) -> None:
    with pytest.raises(ConfigError, match="wrong check digit"):
        register_file.read(folder_texts[REGISTER].replace("0116323-1", f"0116323-{digit}"))


def test_one_controller_is_not_told_to_be_several(edition: Edition) -> None:
    assert "1.s5" not in edition.notices[Language.FI].sentences
