"""12. Siirrot Euroopan talousalueen ulkopuolelle.

12.s1: Tietojasi ei siirretä Euroopan talousalueen ulkopuolelle, eikä niihin ole sieltä
  etäyhteyttä.
"""

from datetime import timedelta

import pytest

from talteen.errors import ConfigError
from talteen.notice import coverage, register_file
from talteen.notice.language import Language
from talteen.notice.law import EEA
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_that_nothing_leaves_the_eea_is_told_while_nobody_is_outside(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    told = [s for s in edition.notices[language].sentences if s.startswith("12.")]

    assert told == ["12.s1"]
    assert {processor.country for processor in register.file.processors} <= EEA


@pytest.mark.parametrize("country", ["US", "GB", "CH", "IN"])
def test_a_processor_outside_without_a_transfer_record_is_refused(
    folder_texts: dict[str, str], country: str
) -> None:
    outside = folder_texts[REGISTER].replace('country = "FI"', f'country = "{country}"', 1)

    with pytest.raises(ConfigError, match=f"{country} is outside the EEA"):
        register_file.read(outside)


def test_a_machine_in_no_record_is_nobodys_and_a_lapsed_one_gets_nothing_new(
    register: RegisterFolder,
) -> None:
    file = register.file
    review = file.processors[0].review_on
    assert review is not None

    assert coverage.party(file, "s3.us-east-1.amazonaws.com") is None
    assert coverage.lapses(file, review) == ()
    late = coverage.lapse_of(file, file.processors[0].name, review + timedelta(days=1))
    assert late is not None
    assert late.why is coverage.Why.REVIEW_PAST
