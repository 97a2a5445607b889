"""7. Mikä etumme on ja miten sitä punnittiin.

7.s1: Osapuolten oikeudet: meillä ja sinulla on tarve voida osoittaa, mitä puhelussa sovittiin,
  koska puhelusta ei muuten jää jälkeä.
7.s2: Palvelun oikeellisuus: virhe varauksessa, hinnassa tai ajankohdassa on voitava korjata
  ennen kuin siitä tulee haittaa.
7.s3: Koulutus, laatu ja ohjeistus: haluamme palvella paremmin, ja siihen riittää pieni
  satunnainen otos.
7.s4: Jokaisesta käyttötarkoituksesta on tehty oma tasapainotesti, joka tarkistetaan vähintään
  12 kuukauden välein.
7.s5: Saat tasapainotestien tiivistelmän pyytämällä tai osoitteesta
  https://puhelut.mara.example/notice/balancing-tests.
"""

from dataclasses import replace
from datetime import date, timedelta
from html import escape
from urllib.parse import urlsplit

import pytest

from talteen.errors import ConfigError
from talteen.notice import check as checks
from talteen.notice import register_file, text
from talteen.notice.check import Facts
from talteen.notice.purposes import Purpose
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Notice
from talteen.notice.versions import Version
from tests.desk.conftest import Desk, desk  # noqa: F401  (the fixture)


def test_each_balanced_purpose_has_a_test_and_an_interest_of_its_own(
    register: RegisterFolder,
) -> None:
    balanced = [purpose for purpose in register.file.purposes if purpose.assessment]

    assert len({p.assessment.id for p in balanced if p.assessment}) == len(balanced) == 5
    assert len({p.interest.fi for p in balanced if p.interest}) == 5


def test_a_purpose_without_its_test_is_refused(folder_texts: dict[str, str]) -> None:
    file = folder_texts[REGISTER]
    first_test = next(line for line in file.splitlines() if line.startswith("assessment ="))

    with pytest.raises(ConfigError, match=r"assessment: is missing for rights_of_parties"):
        register_file.read(file.replace(first_test, "", 1))


def test_a_test_older_than_twelve_months_stops_the_notice(
    register: RegisterFolder, version: Version, facts: Facts
) -> None:
    late = replace(version, valid_from=date(2027, 9, 1))
    on_the_day = replace(facts, today=late.valid_from - timedelta(days=1))

    found = checks.check(text.edition(register, late), register, on_the_day)

    bookings = {"assessment.meeting_or_tour", "assessment.private_celebration"}
    assert {finding.id for finding in found} - {"assessment.DPIA-1"} - bookings == {
        f"assessment.{purpose.value}"
        for purpose in (
            Purpose.RIGHTS_OF_PARTIES,
            Purpose.CORRECTNESS,
            Purpose.TRAINING,
            Purpose.SERVICE_QUALITY,
            Purpose.GUIDANCE,
        )
    }


@pytest.mark.django_db(transaction=True)
def test_the_summary_of_the_tests_is_where_the_notice_says(
    finnish: Notice,
    register: RegisterFolder,
    desk: Desk,  # noqa: F811
) -> None:
    address = register.file.assessments.summary_url
    assert address in finnish.sentences["7.s5"]

    answer = desk.client().get(urlsplit(address).path)  # nobody is signed in

    said = answer.content.decode()
    assert answer.status_code == 200
    for purpose in register.file.purposes:
        if purpose.assessment and purpose.interest:
            test = register.assessments.test(purpose.assessment.id)
            assert test is not None
            assert purpose.interest.fi in said
            assert escape(test.conclusion.fi) in said
