"""15. Jos et halua, että puhelu tallennetaan.

15.s1: Sinulla ei ole velvollisuutta antaa tietoja puhelimessa.
15.s2: Jos kiellät tallennuksen, emme voi palvella sinua tällä linjalla, mutta saat saman
  palvelun muualta.
15.s3: Varaa ja kysy näin: sähköposti myyntipalvelu@mara.example, verkko
  https://varaa.mara.example, sovellus Varaukseni, toimipaikka hotellin tai ravintolan
  vastaanotto.
15.s4: Jos puhelin on vammasi tai sairautesi vuoksi ainoa mahdollinen tapa, palvelemme sinua
  numerossa 050 555 0183 ilman tallennusta.
15.s5: Kieltämisestä jää vain yksi luku päivän tilastoon, ei numeroasi eikä ääntäsi.
"""

import re

import pytest

from talteen.notice import check as checks
from talteen.notice import prompts, register_folder, text, values
from talteen.notice.check import Facts
from talteen.notice.language import Language
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Edition
from talteen.notice.versions import Version, Weight


@pytest.mark.parametrize("language", Language)
def test_every_other_way_to_be_served_is_told_and_spoken(
    edition: Edition, register: RegisterFolder, language: Language
) -> None:
    other, told = register.file.alternatives, edition.notices[language].sentences["15.s3"]
    spoken = values.spoken(register.file, language, register.speech[language])

    said = prompts.speak(register.prompts[language]["refused_answer"], spoken)

    for way in (other.email, other.web, other.app[language], other.visit[language]):
        assert way in told
    assert register.file.spoken.alternatives_email[language] in said


def test_the_line_without_recording_is_told_where_there_is_one(
    edition: Edition, register: RegisterFolder
) -> None:
    phone = register.file.alternatives.accessible_phone

    assert phone is not None
    assert phone in edition.notices[Language.FI].sentences["15.s4"]


def test_a_house_without_such_a_line_must_give_a_reason(
    folder_texts: dict[str, str], version: Version, facts: Facts
) -> None:
    without = re.sub(r"accessible_phone = .*\n", "", folder_texts[REGISTER])
    register = register_folder.assemble({**folder_texts, REGISTER: without})

    (finding,) = checks.check(text.edition(register, version), register, facts)

    assert (finding.id, finding.weight) == ("no_accessible_line", Weight.WARNING)
