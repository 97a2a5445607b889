"""10. Mistä tiedot saadaan.

10.s1: Saamme tiedot sinulta itseltäsi puhelun aikana.
10.s2: Ryhmävarauksessa tietosi voi kertoa varauksen tekijä.
10.s3: Pyydämme varauksen tekijää kertomaan tästä selosteesta ryhmälle ja annamme hänelle
  valmiin tekstin linkkeineen.
10.s4: Kun me soitamme, numerosi on poimittu jostakin näistä rekistereistä: matkailu- ja
  ravitsemiskaupan yritysasiakasrekisteri ja S-Card-kanta-asiakasrekisteri.
10.s5: Kerromme lähteen soittaessamme, ja voit kysyä sitä myös jälkeenpäin.
10.s6: Tietoja ei kerätä julkisista lähteistä.
"""

import pytest

from talteen.life.answer.models import SubjectRequest
from talteen.notice import requests
from talteen.notice.language import Language
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.requests import Stage
from talteen.notice.rights import Right
from talteen.notice.text import Notice
from talteen.register.models import Recording
from tests.desk.conftest import Desk
from tests.notice import answering


def test_every_register_that_we_call_from_is_named_and_no_other(
    finnish: Notice, register: RegisterFolder
) -> None:
    told = finnish.sentences["10.s4"]

    named = {source.key for source in register.file.sources if source.name.fi in told}

    assert named == {"outbound_business_register", "outbound_loyalty_register"}
    assert named == {source.key for source in register.file.sources if source.outbound}


@pytest.mark.parametrize("language", Language)
def test_whoever_calls_says_from_which_register_the_number_is_before_they_record(
    register: RegisterFolder, language: Language
) -> None:
    script = register.outbound(language).text
    recorded = {Language.FI: "Tallennan", Language.SV: "spelar in", Language.EN: "I record"}

    assert 0 < script.index("{call.source}") < script.index(recorded[language])
    assert all(one.name[language] for one in register.file.sources if one.outbound)


@pytest.mark.django_db(transaction=True)
def test_where_the_number_came_from_is_answered_alone_and_only_to_its_holder(desk: Desk) -> None:
    letters = {one.letter for one in requests.answers(Right.INFORMATION, Stage.RECEIVED)}
    assert "source_told" not in letters  # not before it is known who asks
    call = desk.call("008")
    Recording.objects.filter(pk=call.pk).update(source="outbound_loyalty_register")
    asking = answering.asks(desk, call, "information")
    answering.known(asking)

    page = asking.act("prepare", answer="source_told.granted")

    assert "oli poimittu tästä rekisteristä: S-Card-kanta-asiakasrekisteri." in page
    assert "Vastaus on noudettavissa" in asking.act("decide")  # one person, no opinion
    told = answering.person().post("/my-data/follow", {"code": asking.code}).content.decode()
    assert "S-Card-kanta-asiakasrekisteri" in told
    assert SubjectRequest.objects.get().rights == ["information"]
