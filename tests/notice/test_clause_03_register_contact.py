"""3. Rekisteriasioiden yhteyshenkilö.

3.s1: Pyynnöt ja kysymykset: tietosuoja.mara@sok.fi, 050 555 0182, SOK MaRa tietosuoja, PL 1,
  00088 S-RYHMÄ tai lomake https://puhelut.mara.example/my-data.
3.s2: Voit esittää pyynnön myös puhelimessa tai toimipaikassa: sanat saat valita itse, eikä
  lomaketta tai allekirjoitusta tarvita.
3.s3: Pyyntösi katsotaan saapuneeksi heti, kun se on tullut meille jollakin näistä tavoista.
3.s4: Tehtävää hoitaa aina vähintään kaksi ihmistä.
"""

import pytest

from talteen.errors import ConfigError
from talteen.notice import register_file
from talteen.notice.language import Language
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_every_way_to_ask_is_told(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    contact, told = register.file.contact, edition.notices[language].sentences["3.s1"]

    assert contact.email in told
    assert contact.phone in told
    assert contact.postal_address[language] in told
    assert register.file.notice.portal_url in told


def test_two_people_look_after_requests(register: RegisterFolder) -> None:
    assert len(set(register.file.contact.people)) >= 2


def test_a_register_with_one_person_is_refused(folder_texts: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"contact\.people: has fewer than 2"):
        register_file.read(folder_texts[REGISTER].replace('["r01", "r02"]', '["r01"]'))
