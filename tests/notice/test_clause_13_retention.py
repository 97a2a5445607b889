"""13. Kuinka kauan tietoja säilytetään.

13.s1: Tallenne hävitetään viimeistään, kun puhelun alkamispäivästä on kulunut 3 kuukautta.
13.s2: Määräaika koskee ääntä, tekstiä ja kaikkea niistä tehtyä, myös varmuuskopioita.
13.s3: Jotta varmuuskopiotkin ehtivät hävitä ajoissa, puhelua ei voi enää kuunnella eikä lukea
  viimeisten 7 vuorokauden aikana.
13.s4: Hävittäminen on automaattista, eikä kukaan voi lykätä sitä omalla päätöksellään.
13.s5: Yksittäisen puhelun hävittäminen keskeytetään vain näistä syistä: reklamaatio, nimetty
  oikeusvaade, viranomaisen määräys, oma pyyntösi säilyttää tallenne, vireillä oleva
  tietopyyntösi tai tietoturvaloukkauksen selvittäminen.
13.s6: Keskeytys koskee vain nimettyä puhelua, ja siitä alkaen puhelua saa käyttää vain siihen
  asiaan, jonka vuoksi se säilytetään.
13.s7: Keskeytyksen tarve tarkistetaan vähintään 90 päivän välein.
13.s8: Kun asia on käsitelty, puhelu hävitetään heti, jos sen määräaika on jo mennyt;
  viimeinenkin varmuuskopio häviää viimeistään 7 vuorokautta sen jälkeen.
13.s9: Kun pyydät tietojasi, puhelusi säilytetään vastaamista varten, kunnes olet saanut
  vastauksen, ja enintään 14 päivää sen jälkeen.
13.s10: Jos kiellät tallennuksen kesken puhelun, siihen asti tallennettu osa tuhotaan heti.
13.s11: Jos puhelussa on uhattu jotakuta, kielletty tallenne voidaan sulkea enintään 24
  tunniksi, jotta kaksi henkilöä ehtii arvioida, tarvitaanko sitä oikeusvaateeseen.
13.s12: Merkinnät tallenteiden käsittelystä säilytetään 24 kuukautta, pyyntöjen perustiedot 36
  kuukautta ja laadunarvioinnit 12 kuukautta.
13.s13: Tallennuskiellon tekninen tunniste säilytetään, kunnes pyydät poistamaan sen; tarve
  tarkistetaan vuosittain.
13.s14: Hävittämisestä jää pysyvä todiste, jossa ei ole henkilötietoja.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import HELSINKI
from talteen.errors import ConfigError
from talteen.notice import register_file, retention
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.retention import RetentionPolicy
from talteen.notice.text import Notice

calls = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))


def test_the_time_that_is_told_is_the_time_that_runs(
    finnish: Notice, register: RegisterFolder
) -> None:
    policy = register.file.retention.policy

    assert f"kulunut {policy.months} kuukautta" in finnish.sentences["13.s1"]
    assert f"viimeisten {policy.margin_days} vuorokauden" in finnish.sentences["13.s3"]
    assert f"{policy.margin_days} vuorokautta sen jälkeen" in finnish.sentences["13.s8"]


@given(calls)
def test_a_recording_is_gone_when_three_months_have_passed_since_the_day_of_the_call(
    start: datetime,
) -> None:
    day = start.astimezone(HELSINKI).date()
    gone = retention.due(start, RetentionPolicy()).astimezone(HELSINKI)

    months_between = (gone.year - day.year) * 12 + gone.month - day.month

    assert months_between == 3
    assert gone.day <= day.day
    assert (gone.hour, gone.minute, gone.second) == (0, 0, 0)


@given(calls)
def test_it_opens_for_nobody_in_the_last_seven_days(start: datetime) -> None:
    life = retention.lifetime(start, RetentionPolicy())

    closed = life.due_at.astimezone(HELSINKI).date() - life.cutoff_at.astimezone(HELSINKI).date()

    assert closed == timedelta(days=7)
    assert life.cutoff_at > start


def test_backup_copies_of_keys_have_time_to_die_before_the_promise_ends(
    folder_texts: dict[str, str], register: RegisterFolder
) -> None:
    assert register.file.retention.margin_days >= retention.least_margin_days([timedelta(days=6)])
    with pytest.raises(ConfigError, match=r"retention\.margin_days: 6 is less than 7"):
        register_file.read(folder_texts[REGISTER].replace("margin_days = 7", "margin_days = 6"))


@given(calls, st.integers(1, 3), st.integers(1, 28))
def test_no_decision_puts_destruction_off(start: datetime, months: int, margin_days: int) -> None:
    promised = retention.lifetime(start, RetentionPolicy())

    changed = retention.rederived(promised, start, RetentionPolicy(months, margin_days))

    assert changed.due_at <= promised.due_at
    assert changed.cutoff_at <= promised.cutoff_at


@pytest.mark.parametrize("months", [4, 6, 12])
def test_a_register_that_would_keep_longer_does_not_start(
    folder_texts: dict[str, str], months: int
) -> None:
    with pytest.raises(ConfigError, match=rf"retention\.months: {months} is more than 3"):
        register_file.read(folder_texts[REGISTER].replace("months = 3 ", f"months = {months} "))


def test_the_other_periods_that_are_told_are_those_of_the_register(
    finnish: Notice, register: RegisterFolder
) -> None:
    kept, told = register.file.retention, finnish.sentences

    assert f"{register.file.hold.review_days} päivän" in told["13.s7"]
    assert f"enintään {register.file.request.hold_tail_days} päivää" in told["13.s9"]
    assert f"enintään {register.file.capture.threat_hours} tunniksi" in told["13.s11"]
    for months in (kept.log_months, kept.request_months, kept.evaluation_months):
        assert f"{months} kuukautta" in told["13.s12"]
