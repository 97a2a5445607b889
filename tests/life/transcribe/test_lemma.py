"""Words are found in every form that people say them in."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talteen.life.transcribe import lemma
from talteen.life.transcribe.lemma import Kind, Term
from talteen.life.transcribe.voikko import Reading, reading

FINNISH = """
varauksen=varaus varauksia=varaus varaukseen=varaus ryhmävaraukseen=varaus pöytävarauksen=varaus
häävaraus=varaus huoneenvaraus=huone hotellihuoneita=huone perhehuoneeseen=huone huoneissa=huone
kahden=kaksi hengen=henki allergioita=allergia pähkinäallergia=allergia pähkinäallergiaa=pähkinä
keliakiaa=keliakia gluteenittomia=gluteeniton laktoosittoman=laktoositon peruutusehdot=ehto
peruutusehtoja=peruutus peruutuksen=peruutus peruutettiin=peruuttaa saapumispäivää=päivä
saapumispäivänä=saapuminen lähtöpäivä=päivä aamiaista=aamiainen aamiaisella=aamiainen
aamiaiset=aamiainen illallista=illallinen lounaalle=lounas ravintolassa=ravintola
tilausravintola=ravintola ravintolaillallinen=illallinen kylpyläpaketti=paketti
kylpylään=kylpylä saunavuoron=vuoro saunassa=sauna yöpymistä=yöpyminen yötä=yö
lisävuoteita=vuode lastensänky=sänky lastensänkyä=lapsi pysäköintipaikan=pysäköinti
autopaikkaa=paikka avaimet=avain avainkortti=kortti hyvityksen=hyvitys hintaa=hinta
hinnat=hinta ryhmätarjouksen=tarjous lahjakorttia=kortti maksukortilla=maksu
luottokorttinumero=numero puhelinnumero=puhelin sähköpostiin=sähköposti
laskutusosoitteeseen=osoite laskun=lasku lemmikkieläimet=eläin koiran=koira
matkatavarat=tavara valitusta=valitus valitukset=valitus asiakkaan=asiakas
kanta-asiakas=asiakas halal-lihaa=liha vastaanotossa=vastaanotto viikonloppuna=viikonloppu
juhannuksena=juhannus sviitissä=sviitti kokoustiloja=tila kokouspaketteihin=kokous
siivouksen=siivous majoitusliikkeessä=majoitus vahvistuksen=vahvistus
tallennetaan=tallentaa varasin=varata työmatkalla=matka
"""
SWEDISH = """
bokningen=bokning bokningar=bokning rumsbokning=rum rumsbokningen=bokning gruppbokningar=bokning
bordsbokning=bord frukosten=frukost hotellrummet=rum enkelrum=rum dubbelrummen=rum
avbokningsregler=regel avbokningsregler=avbokning allergier=allergi nötallergi=allergi
middagen=middag parkeringsplatsen=plats parkeringsplats=parkering incheckningen=incheckning
konferenslokalen=lokal husdjuret=djur fakturaadressen=adress presentkortet=kort barnsängen=säng
gästerna=gäst återbetalningen=betalning restaurangen=restaurang weekendpaket=paket
telefonnumret=nummer kvitton=kvitto klagomålet=klagomål nycklarna=nyckel
"""
ENGLISH = """
bookings=booking children=child rooms=room allergies=allergy cancelling=cancel refunded=refund
guests=guest parties=party arrived=arrive keys=key complaints=complaint breakfasts=breakfast
was=be paid=pay
"""


def _beyond_surface(form: str, language: str) -> set[str]:
    by_word = lemma.terms(form, language)
    return {term.text for word in by_word for term in word if term.kind is not Kind.SURFACE}


def _misses(table: str, language: str) -> tuple[list[str], int]:
    rows = [row.split("=") for row in table.split()]
    missed = [
        f"{form}={wanted} {found}"
        for form, wanted in rows
        if wanted not in (found := _beyond_surface(form, language))
    ]
    return missed, len(rows)


@pytest.mark.parametrize(
    ("table", "language", "at_least"),
    [(FINNISH, "fi", 60), (SWEDISH, "sv", 20), (ENGLISH, "en", 10)],
)
def test_nine_of_ten_forms_that_guests_say_lead_to_the_word_itself(
    table: str, language: str, at_least: int
) -> None:
    missed, asked = _misses(table, language)

    assert asked >= at_least
    assert len(missed) <= asked / 10, missed


def test_a_term_says_how_it_stands_for_its_word() -> None:
    (word,) = lemma.terms("Ryhmävaraukseen", "fi")

    assert word == [
        Term(Kind.SURFACE, "ryhmävaraukseen"),
        Term(Kind.LEMMA, "ryhmävaraus"),
        Term(Kind.PART, "ryhmä"),
        Term(Kind.PART, "varaus"),
    ]


def test_every_word_keeps_its_place() -> None:
    said = "No, halal-lihaa pyysin 2 kertaa!"

    by_word = lemma.terms(said, "fi")

    assert [word[0].text for word in by_word] == ["no", "halal", "lihaa", "pyysin", "2", "kertaa"]


def test_words_that_only_look_like_compounds_stay_whole() -> None:
    whole = ["ravintola", "asiakas", "majoitus", "sunnuntai"]

    parts = {word: lemma.forms(word, "fi").parts for word in whole}

    assert parts == dict.fromkeys(whole, ())


def test_a_language_that_we_do_not_know_is_kept_as_said() -> None:
    (word,) = lemma.terms("Reservierungen", "de")

    assert word == [Term(Kind.SURFACE, "reservierungen"), Term(Kind.LEMMA, "reservierungen")]


def test_a_letter_written_in_two_ways_is_one_letter() -> None:
    composed = "Yötä"
    decomposed = unicodedata.normalize("NFD", composed)

    assert composed != decomposed
    assert lemma.terms(composed, "fi") == lemma.terms(decomposed, "fi")


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(["fi", "sv", "en", "xx"]))
def test_every_term_of_any_text_is_letters_digits_and_marks(text: str, language: str) -> None:
    by_word = lemma.terms(text, language)

    for term in (term for word in by_word for term in word):
        assert term.text == lemma.folded(term.text)
        assert lemma.words(term.text) == [term.text]


@settings(deadline=None)
@given(st.text(max_size=40))
@example("\u0f52")
def test_a_word_has_its_place_in_the_text_as_written(text: str) -> None:
    at_places = [word for a, b in lemma.spans(text) for word in lemma.words(text[a:b])]

    assert at_places == lemma.words(text)


def test_speech_is_taken_in_faster_than_twenty_thousand_words_a_second() -> None:
    said = [row.split("=")[0] for row in FINNISH.split()] * 400
    lemma.terms("varaus", "fi")

    began = time.process_time()
    for word in said:
        lemma.terms(word, "fi")
    took_s = time.process_time() - began

    assert len(said) / took_s >= 20_000


def test_voikko_readings_are_cut_where_its_structure_cuts() -> None:
    answer = {"BASEFORM": "ryhmävaraus", "STRUCTURE": "=ppppp=pppppppppp", "CLASS": "nimisana"}

    assert reading(answer) == Reading("ryhmävaraus", ("ryhmä", "varaus"))
    assert reading({"BASEFORM": "varaus", "STRUCTURE": "=ppppppppp"}) == Reading("varaus")


@pytest.mark.parametrize("word", ["parkkipirkolta", "veneenveistäjät", "korvapuustien"])
def test_a_word_whose_part_leads_back_to_itself_is_taken_apart_once(word: str) -> None:
    assert lemma.forms(word, "fi").surface == word


def test_what_was_met_is_asked_once_and_a_full_memory_begins_anew() -> None:
    asked: list[str] = []

    def found(chunk: str) -> lemma.Columns:
        asked.append(chunk)
        return chunk, chunk, ""

    met = lemma.Met(found, most=2)

    assert [met[chunk][0] for chunk in ("yksi", "yksi", "kaksi", "kolme", "yksi")] == [
        "yksi", "yksi", "kaksi", "kolme", "yksi"
    ]  # fmt: skip
    assert asked == ["yksi", "kaksi", "kolme", "yksi"]
    assert len(met) == 2
