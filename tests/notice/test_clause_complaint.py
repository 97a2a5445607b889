"""Valitus tietosuojavaltuutetulle.

complaint.s1: Jos käsittelemme tietojasi mielestäsi väärin, voit tehdä valituksen
  tietosuojavaltuutetulle.
complaint.s2: Tietosuojavaltuutetun toimisto: käyntiosoite Lintulahdenkuja 4, 00530 Helsinki,
  postiosoite PL 800, 00531 Helsinki, puhelinvaihde 029 566 6700, sähköposti tietosuoja@om.fi,
  verkossa https://tietosuoja.fi.
complaint.s3: Voit valittaa myös sen EU- tai ETA-maan valvontaviranomaiselle, jossa asut,
  työskentelet tai jossa väärä käsittely tapahtui, ja voit viedä asian tuomioistuimeen.
"""

import pytest

from talteen.notice.language import Language
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_the_authority_is_told_with_every_way_to_reach_it(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    authority, told = register.file.authority, edition.notices[language].sentences["complaint.s2"]

    for way in (
        authority.name[language],
        authority.visiting_address[language],
        authority.postal_address[language],
        authority.phone[language],
        authority.email,
        authority.url[language],
    ):
        assert way in told
