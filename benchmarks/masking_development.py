"""Sentences on which the recogniser of names is developed: never a figure to quote.

What is quoted comes from ``masking_sentences``, on which nothing is tuned. These sentences, names
and neutral lines are others: whoever betters a detector looks at what is missed here.

    python -m benchmarks.masking_development [language]     prints what is missed and what is spilt
"""

import random
import sys
from collections.abc import Iterable, Iterator

from benchmarks.masking import covered, recall
from benchmarks.masking_sentences import Sentence

SEED, ROUNDS = 7, 30
LINES = {
    "fi": """
Päivää, täällä {name}, soitan viikonlopun varauksesta.
Minun nimeni on {name} ja tulemme perjantaina.
Voisitko etsiä varauksen nimellä {name}?
Varaus taitaa olla {genitive} nimissä.
Puhuin eilen {genitive} kanssa hinnasta.
Se on {name}, niin kuin sanottu.
Siskoni {name} tulee meidän kanssa.
Laittakaa se {allative}, hän maksaa.
Sain viestin {ablative} tänä aamuna.
Kiitos {name}, hyvää illanjatkoa.
Onhan {name} töissä huomenna?
{name} soittelee hotellista, hei.
Huoneeseen tulevat minä ja {name}.
Esimieheni {name} hyväksyy laskun.
Kirjoita siihen vaikka {name}.
""",
    "sv": """
God dag, det är {name} som ringer om helgen.
Mitt namn är {name} och vi kommer på fredag.
Kan du söka bokningen på {name}?
Bokningen borde stå på {genitive} namn.
Jag talade med {name} i går om priset.
Min syster {name} kommer med oss.
Sätt det på {name}, hon betalar.
Jag fick besked av {name} i morse.
Tack {name}, ha en bra kväll.
Är {name} på jobb i morgon?
I rummet bor jag och {name}.
Min förman {name} godkänner fakturan.
Skriv till exempel {name} där.
Hej, jag heter {name}.
""",
    "en": """
Good morning, this is {name} calling about the weekend.
My name is {name} and we arrive on Friday.
Could you look for a booking under {name}?
It should be in {genitive} name.
I talked with {name} yesterday about the rate.
My sister {name} is coming along.
Put it on {name}, she will pay.
I heard from {name} this morning.
Thank you {name}, have a nice evening.
Will {name} be at work tomorrow?
It is me and {name} in the room.
My manager {name} approves the invoice.
Just write {name} there.
Hello, I am {name}.
""",
}
NAMES = {
    "fi": (
        "Aino Satu Kaisla Eevi Sulo Ilta Tahvo Vilina Jorma Taneli Armi Lumia Nuppu Rauni Toivo "
        "Onni Säde Tuisku Väinö Marketta Jusa Piitu Elmeri Taika Unelma "
        "Sisu Martta Hilma Kalle Reko",
        "Virtala Kettula Pöntinen Lahti Laine Salmi Kivi Kuikka Harjunpää Tolppanen Rautakorpi "
        "Suokas Nikkanen Jäppinen Ylä-Outinen Vuorisalo Hakomäki Pellikka Tenhunen Sorsa "
        "Myyryläinen Kaartinen Oravainen Valli Heiskala Suvanto Koskinen Mäki Aalto Törmänen",
    ),
    "sv": (
        "Ann-Britt Gun Ebba Sixten Ture Disa Rut Folke Maj-Lis Björn Sten Ylva Tindra Viggo Lage "
        "Saga Loke Siv Stig Vera Helmer Tuva Liv My Algot",
        "Söderholm Nygård Kullberg Ek Sandås Wikman Fagernäs Lillsunde Stenbacka Öst Knuts "
        "Snickars Lång Rosendal Björk Frisk Ahlnäs Höglund Modig Häggblom Sund Wik Dahlskog Ståhl",
    ),
    "en": (
        "Grace Alice Hope Ruth Imogen Percival Tamsin Rowan Ivy Jarvis Nigel Blythe Kit Rosalind "
        "Dawn Angus Mercy Clive Piers Saoirse Una Hamish Pearl Faith Bill Mark",
        "Abernathy Cole Winterbourne Baker Stone Featherstone Hargreaves Young Okafor Pemberton "
        "Castle Hollingworth Bird Cartwright Nkemelu Marsh Underhill Frost Banerjee Quigley Wood "
        "Summers Ashdown Pike",
    ),
}
CENSUS = (
    """
Adolph Aida Al Alisa Althea Amalia Ana Annabelle Antonio Arlene Ashley Bert Berta Bobby Boris
Brent Carrie Catrina Christian Christie Claire Clement Clifford Corey Courtney Danelle Delia Dewey
Drew Earnest Eddie Eduardo Eli Elijah Elma Errol Fanny Fatima Felecia Filomena Fred Gay Graciela
Herlinda Humberto Irma Irving Isabel Ismael Jacqueline Jaime Jami Janna Jarvis Jesse Joyce Judy
Julianna Karrie Kathrine Kelly Kristi Latonya Leah Leonor Les Leslie Libby Lilian Linda Lula Mandi
Marcie Marguerite Marie Marion Marsha Mellisa Meredith Merlin Michael Micheal Michele Miriam Mirna
Monica Neil Nichole Nicole Normand Owen Pam Pat Patricia Pricilla Quincy Rena Renata Rodolfo
Roxanne Sammie Savannah Seth Shane Shanon Sharon Shelia Sophie Stacy Tammy Taylor Twyla Ulysses
Van Vernon Vesta Vikki Young Zelma
""".split(),
    """
Abdullah Abraham Agosto Ahumada Alley Alonso Andujar Angel Arwood Ash Avelar Bader Bancroft Bank
Bartel Bartlett Baty Bayles Beatty Bengtson Benson Berg Bishop Blaser Bliss Booze Borne Boston
Braddy Briones Brodsky Bruns Bucher Bumgarner Burnell Byington Byler Camarillo Camden Canady Capel
Cassel Castor Champion Chartier Chatham Chavis Chesser Chism Clawson Cloninger Collazo Craig
Cumberbatch Cunha Dail Darden Delafuente Dennard Detweiler Dodson Dominguez Drews Dunham Ealey
Eckhoff Eldredge Erdmann Etheridge Fee Fessler Field Finkelstein Fleshman Frances Franklin
Friedman Frierson Fryar Fyfe Gaspard Gatto Gilkey Gish Glenn Goodman Greenman Greer Grullon Gust
Hammock Hammonds Hardy Harness Hatley Haywood Her Herod Herr Hertel Hiers Higley Hillis Himes Ho
Hodge Hood Hornbuckle Hoskins Hoskinson Hotaling Humphrey Humphreys Ickes Johannsen John Kasper
Kaul Key Klaus Kobayashi Kornegay Lamp Land Landau Lasley Lassiter Law Lawler Lease Leiva Lemire
Leung Lomeli Loney Lowman Lumpkins Machado Mapp Mascarenas Mast Matthes Mcclanahan Mcelhaney
Mendelson Mendiola Merino Montemayor Morrell Mosqueda Muldrow Mullings Musso Nagy Nakagawa Narron
Natoli Newland Nickerson Nickles Oller Ollis Orange Orndorff Ortego Parish Parkhurst Parmenter
Payan Pearson Peoples Pernell Philbrook Pieper Pinard Polen Poulsen Reavis Resto Revels Robbins
Rude Rudolph Ruffin Runkle Sammons Santana Savoy Schechter Schick Schmit Schreiber Seitz Sewell
Shahan Smelser Soileau Sokol Solano Speer Springfield Standridge Stansbury Staten Stephen Stickler
Stlaurent Straub Stroud Styron Suber Swilley Swink Tandy Thibodeau Tipton Titus Tomlinson Towns
Townsley Trigg Unruh Vandiver Vitale Vowell Waits Wakeman Warr Wayman Weiss Wigfall Winfield
Winget Winston Wirtz Wolfgang Wolford Wyant Zamora Zeno
""".split(),
)
"""English first and last names drawn by lot from the 2,400 and 12,000 most common ones of the US
census of 1990 (package names 0.3.0, MIT), without any that the held-out sentences have. It showed
what is lost in lower case: mostly family names that are rare words of the language, on no list."""
NEUTRAL = {
    "fi": """
minun nimeni on siinä listalla jo valmiina
nimi on sama kuin viimeksi
varaus on eri nimellä mutta samassa huoneessa
se on kyllä hyvä niin
siskoni tulee vasta lauantaina junalla
mieheni haluaa lisätyynyn ja peiton
täällä on kaunis ilta ja lämmin sauna
tässä on vielä yksi asia kesken
kiitos paljon avusta ja hyvää päivänjatkoa
puhuin eilen vastaanoton kanssa hinnasta
laittakaa se samaan laskuun kiitos
sukunimi on kirjoitettu väärin
olen tulossa myöhään illalla
kuka siellä on töissä huomenna
lapseni nukkuu samassa sängyssä
huone oli siisti ja aamiainen runsas
toivon että saatte sen kuntoon
onneksi pilvet väistyivät ja aurinko paistoi
meidän koira tulee mukaan onko se mahdollista
""",
    "sv": """
mitt namn står redan på listan
det är samma namn som senast
bokningen står på ett annat namn
det är bra så tack
min syster kommer först på lördag med tåg
min man vill ha en extra dyna och täcke
här är en vacker kväll och varm bastu
det är ännu en sak kvar
tack så mycket för hjälpen och ha det bra
jag talade med receptionen i går om priset
sätt det på samma räkning tack
efternamnet är fel skrivet
jag kommer sent i kväll
vem är på jobb i morgon
mitt barn sover i samma säng
rummet var rent och frukosten god
vi hoppas på sol och lång sommar
björken utanför fönstret var stor och grön
""",
    "en": """
my name is already on the list
the name is the same as last time
the booking is under a different name
it is fine like that thank you
my sister only comes on saturday by train
my husband wants an extra pillow and blanket
it is a lovely evening and the sauna is warm
there is one more thing to do
thank you very much for your help and have a good day
i talked with the front desk yesterday about the rate
put it on the same bill please
the surname is spelled wrong
i am coming late in the evening
who is at work tomorrow
my child sleeps in the same bed
the room was clean and breakfast was rich
we hope for sun and a long summer
this is about the stone wall by the marsh and the young birds
i am calling from the car park by the bakery
""",
}


def filled(language: str) -> Iterator[Sentence]:
    """Every line ``ROUNDS`` times with other names."""
    firsts, lasts = (each.split() for each in NAMES[language])
    return _filled(language, firsts, lasts)


def of_a_census() -> Iterator[Sentence]:
    """The English lines with names as common as people's."""
    return _filled("en", *CENSUS)


def _filled(language: str, firsts: list[str], lasts: list[str]) -> Iterator[Sentence]:
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        for line in LINES[language].strip().splitlines():
            yield _fill(language, line, chance, firsts, lasts)


def _fill(
    language: str, line: str, chance: random.Random, firsts: list[str], lasts: list[str]
) -> Sentence:
    name = [chance.choice(firsts), chance.choice(lasts)]
    if chance.random() < 0.25:
        name = [chance.choice(name)]
    words: list[str] = []
    wanted: list[tuple[str, int, int]] = []
    for part in line.split():
        if "{" not in part:
            words.append(part)
            continue
        slot, after = part[1:].split("}")
        said = [*name[:-1], _bent(name[-1], language, slot)]
        wanted.append(("name", len(words), len(words) + len(said)))
        words += [*said[:-1], said[-1] + after]
    return Sentence(language, tuple(words), tuple(wanted))


def _bent(name: str, language: str, case: str) -> str:
    if case == "name":
        return name
    if language != "fi":
        return f"{name}'s" if language == "en" else f"{name.rstrip('s')}s"
    ending = {"genitive": "n", "allative": "lle", "ablative": "lta"}[case]
    stem = f"{name[:-3]}se" if name.endswith("nen") else name
    stem = {"Lahti": "Lahde", "Kivi": "Kive", "Mäki": "Mäe", "Aalto": "Aallo"}.get(stem, stem)
    return stem + ending


def lower(one: Sentence) -> Sentence:
    """The same without capitals."""
    return Sentence(one.language, tuple(map(str.lower, one.words)), one.wanted)


def _show(language: str, sentences: Iterable[Sentence]) -> None:
    cased = [(one, covered(one)) for one in sentences]
    small = [(one, covered(one)) for one in map(lower, (one for one, _ in cased))]
    print(f"{language}: cased {recall(cased, 'name'):.3f}, lower {recall(small, 'name'):.3f}")
    for (one, words), (_, upper) in zip(small, cased, strict=True):
        for _, first, stop in one.wanted:
            if not set(range(first, stop)) <= words:
                found = set(range(first, stop)) <= upper
                print("  ", "lower" if found else "BOTH ", " ".join(one.words), sorted(words))
    for line in NEUTRAL[language].strip().splitlines():
        one = Sentence(language, tuple(line.split()), ())
        if words := covered(one):
            print("   FALSE", line, [one.words[at] for at in sorted(words)])


if __name__ == "__main__":
    for each in sys.argv[1:] or NAMES:
        _show(each, filled(each))
    _show("en", of_a_census())
