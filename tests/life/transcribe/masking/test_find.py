"""What names or numbers a person is covered, in three languages, however it is said."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.transcribe.masking import find, iban
from talteen.life.transcribe.masking.identity import CHECK_CHARACTERS, luhn
from talteen.life.transcribe.masking.inflection import stems, uninflected
from talteen.life.transcribe.masking.spans import Found, Kind, joined
from talteen.life.transcribe.words import Side
from tests.life.transcribe.masking.says import covered, kinds, proposed, segment


@pytest.mark.parametrize(
    ("text", "language", "wanted", "kind"),
    [
        ("Tunnus on 131052-308T kiitos", "fi", "131052-308T", "identity_code"),
        (
            "se on nolla yksi nolla yksi nolla nolla, viiva, yhdeksän nolla yksi hoo joo",
            "fi",
            "nolla yksi nolla yksi nolla nolla viiva yhdeksän nolla yksi hoo",
            "identity_code",
        ),
        ("Mitt personnummer är 640823-3234 tack", "sv", "640823-3234", "identity_code"),
        ("Se on 4111 1111 1111 1111 sitten", "fi", "4111 1111 1111 1111", "card"),
        ("Tilille FI21 1234 5600 0007 85 kiitos", "fi", "FI21 1234 5600 0007 85", "iban"),
        (
            "konto F I två ett, tolv trettiofyra femtiosex noll noll noll noll noll sju åttiofem",
            "sv",
            "F I två ett tolv trettiofyra femtiosex noll noll noll noll noll sju åttiofem",
            "iban",
        ),
        ("Soita 040 123 4567 illalla", "fi", "040 123 4567", "phone"),
        (
            "ring noll femtio, öö fem fem fem, noll ett, noll två då",
            "sv",
            "noll femtio öö fem fem fem noll ett noll två",
            "phone",
        ),
        ("posti on pekka piste rantanen ät esimerkki piste fi", "fi", None, "email"),
        ("skriv till lars punkt ekman snabel-a exempel punkt fi tack", "sv", None, "email"),
        ("it is rachel dot goldman at example dot org thanks", "en", None, "email"),
        ("Osoite on Koivukuja 7 B 12, 20140 Turku kiitos", "fi", None, "address"),
        ("Jag bor på Strandgatan fyra, Ekenäs", "sv", "Strandgatan fyra Ekenäs", "address"),
        ("Send it to Twelve Fern Lane, Pitlochry", "en", "Twelve Fern Lane Pitlochry", "address"),
        ("kanta-asiakasnumero on 6041 7392", "fi", "6041 7392", "loyalty"),
        ("varausnumero on koo är neljä kahdeksan kaksi", "fi", None, "booking"),
        ("varaus on nimellä virtanen", "fi", "virtanen", "name"),
        ("Puhuin Matti Korhosen kanssa", "fi", "Matti Korhosen", "name"),
        ("min fru Annika kommer sen", "sv", "Annika", "third_party"),
    ],
)
def test_what_names_or_numbers_a_person_is_covered(
    text: str, language: str, wanted: str | None, kind: str
) -> None:
    found = [one.kind.value for one in proposed(text, language)]

    assert found == [kind]
    assert covered(text, language) == (wanted or covered(text, language))


def test_an_address_that_is_spelled_out_is_covered_to_its_end() -> None:
    said = "Posti on pekka piste rantanen ät esimerkki piste fi kiitos"

    assert covered(said) == "pekka piste rantanen ät esimerkki piste fi"


def test_a_number_word_that_was_misheard_by_a_letter_is_still_a_number() -> None:
    said = "nolla visi nolla, visi visi visi, nolla yksi yksi kaksi joo"

    assert covered(said) == said.replace(",", "").removesuffix(" joo")


def test_prices_dates_times_rooms_and_towns_are_not_covered() -> None:
    said = "Huone 205 maksaa 125,50 euroa, tulo 24.12. kello 16.30 Tampereelta junalla."

    assert covered(said) == ""


def test_a_word_that_is_a_name_too_is_covered_only_as_a_name() -> None:
    assert covered("toivottavasti toivo ei ole mennyt") == ""
    assert covered("varaus on nimellä toivo laine") == "toivo laine"
    assert covered("we have a rose here", "en") == ""


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("kirjoita se nimelle satu tenhunen", "fi", "satu tenhunen"),
        ("puhuin eilen kaisla oravaisen kanssa", "fi", "kaisla oravaisen"),
        ("varaus on laineen nimissä", "fi", "laineen"),
        ("mitt namn är disa dahlskog, tack", "sv", "disa dahlskog"),
        ("jag talade med ebba stenbacka i går", "sv", "ebba stenbacka"),
        ("it should be in saoirse banerjee's name", "en", "saoirse banerjee's"),
        ("my name is bill castle and we come on friday", "en", "bill castle"),
        ("i talked with gerald almond about the rate", "en", "gerald almond"),
        ("it should be in darcy nix's name", "en", "darcy nix's"),
    ],
)
def test_a_name_without_capitals_is_known_by_its_neighbours(
    text: str, language: str, name: str
) -> None:
    assert covered(text, language) == name


def test_what_follows_on_a_name_that_is_asked_for_need_be_none() -> None:
    assert covered("nimi on sama kuin viimeksi") == ""
    assert covered("varaus on eri nimellä, kiitos moikka") == ""
    assert covered("the name is wrong on the list", "en") == ""
    assert covered("mitt namn står redan på listan", "sv") == ""


def test_what_people_say_behind_a_name_is_no_family_name() -> None:
    assert covered("ask nigel to call me and tell alice thanks", "en") == "nigel | alice"
    assert covered("Please tell Nigel castle tours are full", "en") == "Nigel"


def test_a_hotel_is_no_person() -> None:
    assert covered("Varasin huoneen Hotelli Kaislasta.") == ""


def test_a_question_of_the_other_side_says_what_the_answer_is() -> None:
    asked = segment("Mikä on varausnumero?", side=Side.AGENT)
    answered = segment("Se on 48217, kiitos.", at_ms=3_000)

    (span,) = find.proposed([asked, answered])

    assert (span.side, span.kind, span.first, span.last) == (Side.CALLER, Kind.BOOKING, 2, 2)
    assert (span.start_ms, span.end_ms) == (3_700, 4_000)


@given(st.dates().filter(lambda day: day.year >= 1900), st.integers(2, 899))
def test_every_identity_code_is_known_by_its_check(born: object, serial: int) -> None:
    date = f"{born:%d%m%y}"
    code = f"{date}-{serial:03}{CHECK_CHARACTERS[int(f'{date}{serial:03}') % 31]}"

    assert kinds(f"Se on {code} joo") == [Kind.IDENTITY_CODE]


def test_checks_know_the_published_examples() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert iban.proved("GB82WEST12345698765432")
    assert not iban.proved("GB82WEST12345698765433")


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("virtaselle", "virtanen"),
        ("pekan", "pekka"),
        ("lahdelta", "lahti"),
        ("järveltä", "järvi"),
        ("marin", "mari"),
        ("laineen", "laine"),
        ("johanssonille", "johansson"),
    ],
)
def test_finnish_cases_of_a_name_lead_back_to_it(form: str, name: str) -> None:
    known = stems([name])

    assert any(stem in known for stem in uninflected(form))


founds = st.builds(
    lambda first, more, kind: Found(kind, first, first + more, 0.9),
    st.integers(0, 30),
    st.integers(0, 5),
    st.sampled_from(Kind),
)


@given(st.lists(founds, max_size=12))
def test_what_any_detector_found_stays_covered_once(found: list[Found]) -> None:
    kept = joined(found)

    def words(some: list[Found]) -> set[int]:
        return {at for one in some for at in range(one.first, one.last + 1)}

    assert words(kept) == words(found)
    assert all(one.last < other.first for one, other in itertools.pairwise(kept))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("yhdellä on pähkinä all ergia ja", "fi"),
        ("hän on kelia akikko", "fi"),
        ("tarvitaan es teetön huone", "fi"),
        ("vi behöver rullstool till salen", "sv"),
        ("jag är allergiskk mot ägg", "sv"),
        ("one of us is koeliac", "en"),
        ("we need a weelchair ramp", "en"),
        ("onko teillä halal-lihaa", "fi"),
    ],
)
def test_a_passage_on_health_or_belief_is_found_though_misheard(text: str, language: str) -> None:
    assert Kind.SPECIAL in kinds(text, language)


def test_a_special_passage_is_the_whole_sentence() -> None:
    said = "Meitä on kuusi. Yksi on keliaakikko. Kiitos paljon."

    (span,) = [one for one in proposed(said) if one.kind is Kind.SPECIAL]

    assert (span.first, span.last) == (3, 5)
