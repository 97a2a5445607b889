"""Oikeutesi vastustaa.

objection.s1: Sinulla on oikeus vastustaa puhelusi tallentamista ja tallenteen käyttöä milloin
  tahansa.
objection.s2: Puhelun alussa riittää, että painat 9, sanot ”ei” tai lopetat puhelun.
objection.s3: Kesken puhelun riittää, että sanot sen asiakaspalvelijalle: tallennus loppuu heti,
  ja siihen asti tallennettu osa tuhotaan.
objection.s4: Puhelun jälkeen riittää viesti osoitteeseen tietosuoja.mara@sok.fi; kerro siinä,
  mikä tilanteessasi puhuu käsittelyä vastaan.
objection.s5: Emme käytä tallennetta sinä aikana, kun harkitsemme asiaa.
objection.s6: Jos emme pysty osoittamaan huomattavan tärkeää ja perusteltua syytä emmekä
  tarvitse tallennetta oikeusvaateeseen, poistamme sen.
objection.s7: Voit samalla pyytää, ettei numerostasi tulevia puheluita enää tallenneta.
objection.s8: Jos kiellät suoramarkkinoinnin, lopetamme myyntisoitot numeroosi heti eikä sinun
  tarvitse perustella kieltoa.
"""

import pytest

from talteen.notice import clauses
from talteen.notice.language import Language
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Edition


@pytest.mark.parametrize("language", Language)
def test_the_right_to_object_stands_apart_right_after_the_first_layer(
    edition: Edition, language: Language
) -> None:
    order = [clause.id for clause in edition.notices[language].clauses]

    assert order[:2] == [clauses.FIRST_LAYER, clauses.OBJECTION]


@pytest.mark.parametrize("language", Language)
def test_the_key_that_refuses_is_the_same_in_the_notice_and_in_the_announcement(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    key = register.file.keys.refuse
    spoken = register.speech[language].digits[key]

    assert str(key) in edition.notices[language].sentences["objection.s2"]
    assert spoken in register.inbound(language).text.lower()


def test_an_objection_is_sent_to_the_address_that_is_read(
    edition: Edition, register: RegisterFolder
) -> None:
    assert register.file.contact.email in edition.notices[Language.FI].sentences["objection.s4"]
