"""11. Kuka tietoja saa.

11.s1: Meillä tietoja käsittelevät vain ne, joiden työtehtävä sitä vaatii, ja vain nimettyyn
  tarkoitukseen.
11.s2: Puolestamme tietoja käsittelevät seuraavat palveluntarjoajat: Mallikonesali Oy
  (palvelinsali, Kuopio, Suomi) ja Malliryhmän Tietopalvelut Oy (tietotekninen tuki, Helsinki,
  Suomi).
11.s3: Myös saman konsernin tai ryhmän yhtiöt, jotka tuottavat meille palveluita, ovat tässä
  luettelossa.
11.s4: Jokaisen kanssa on kirjallinen sopimus, ja tietoja saa käsitellä vain ohjeidemme mukaan.
11.s5: Viranomaiselle luovutamme tietoja vain, kun laki siihen velvoittaa tai oikeuttaa, pyyntö
  on yksilöity ja kaksi henkilöä on hyväksynyt luovutuksen.
11.s6: Riidassa voimme antaa yksittäisen puhelun omalle asianajajallemme tai
  vakuutusyhtiöllemme.
11.s7: Emme myy tietoja emmekä luovuta niitä muille.
11.s8: Kerromme pyynnöstä nimeltä, kenelle juuri sinun tietojasi on luovutettu, ellei laki vaadi
  meitä vaikenemaan.
"""

import pytest

from talteen.errors import ConfigError
from talteen.notice import purposes, register_file
from talteen.notice.purposes import Role
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Notice


def test_only_roles_with_a_purpose_open_anything() -> None:
    assert {role for role in Role if not purposes.purposes_of(role)} == {
        Role.ADMIN,
        Role.OWNER,
        Role.AUDITOR,
    }


def test_every_processor_is_named_companies_of_the_group_too(
    finnish: Notice, register: RegisterFolder
) -> None:
    told, processors = finnish.sentences["11.s2"], register.file.processors

    assert [p.name for p in processors if p.name not in told] == []
    assert any(p.group_company for p in processors)


@pytest.mark.parametrize("key", ["contract = ", "contract_on = ", "country = ", "place = "])
def test_a_processor_without_its_papers_is_refused(folder_texts: dict[str, str], key: str) -> None:
    file = folder_texts[REGISTER]
    line = next(line for line in file.splitlines() if line.startswith(key))

    with pytest.raises(ConfigError, match=r"processors\.0\.\w+: is missing \(GDPR 28\(3\)"):
        register_file.read(file.replace(line, "", 1))
