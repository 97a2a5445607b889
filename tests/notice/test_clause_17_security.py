"""17. Turvatoimet ja vaikutukset.

17.s1: Jokainen puhelu salataan jo vastaanotettaessa, eikä salaamatonta ääntä tai tekstiä
  kirjoiteta levylle.
17.s2: Hävittäminen tarkoittaa, että puhelun salausavain tuhotaan: sen jälkeen kukaan ei voi
  avata tallennetta, emme mekään.
17.s3: Tallenteen avaaminen vaatii voimassa olevan työtehtävän, salassapitositoumuksen,
  koulutuksen, vahvan kirjautumisen ja nimetyn tarkoituksen.
17.s4: Jokaisesta kuuntelusta, lukemisesta, hausta ja luovutuksesta jää merkintä, jota kukaan ei
  voi huomaamatta muuttaa.
17.s5: Tallennetta ei voi ladata omalle koneelle, ja luovutukseen tarvitaan kaksi ihmistä.
17.s6: Varmuuskopion palautus ei herätä hävitettyä puhelua henkiin, ja tämä kokeillaan
  säännöllisesti.
17.s7: Valitsemme alihankkijat huolellisesti ja tarkistamme ne vuosittain.
17.s8: Jos tietoja joutuisi vääriin käsiin, seurauksena voisi olla esimerkiksi yksityisasian
  paljastuminen tai huijausyritys.
17.s9: Ilmoitamme tietoturvaloukkauksesta tietosuojavaltuutetulle 72 tunnin kuluessa siitä, kun
  se tuli ilmi, paitsi jos riski on epätodennäköinen, ja sinulle viipymättä, jos riskisi on
  suuri.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from talteen.notice import law, limits
from talteen.notice.text import Notice
from talteen.notice.versions import Version

moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))


@given(moments)
def test_the_authority_is_told_of_a_breach_within_72_hours_of_knowing(aware_at: datetime) -> None:
    assert limits.breach_limit(aware_at) - aware_at == timedelta(hours=72)


def test_the_hours_that_are_told_are_those_of_the_law_on_the_day(
    finnish: Notice, version: Version
) -> None:
    hours = law.BREACH_HOURS.on(version.valid_from)

    assert f"{hours} tunnin kuluessa" in finnish.sentences["17.s9"]
