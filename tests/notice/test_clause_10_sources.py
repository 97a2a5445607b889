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

from talteen.notice.register_folder import RegisterFolder
from talteen.notice.text import Notice


def test_every_register_that_we_call_from_is_named_and_no_other(
    finnish: Notice, register: RegisterFolder
) -> None:
    told = finnish.sentences["10.s4"]

    named = {source.key for source in register.file.sources if source.name.fi in told}

    assert named == {"outbound_business_register", "outbound_loyalty_register"}
    assert named == {source.key for source in register.file.sources if source.outbound}
