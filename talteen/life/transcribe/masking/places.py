"""Towns that stand in addresses: those of Faker 40.63 (MIT) for Finland and Sweden, their Swedish
names in Finland and some large ones of English-speaking countries added by hand.

A town alone is nobody's address, and is masked only where a street or a postcode stands before it.
Many are family names too (Lahti, Salo): alone they count as the town.
"""

from functools import lru_cache

from talteen.life.transcribe.masking.inflection import stems, uninflected

TOWNS = frozenset(
    """
Aberdeen Akaa Alajärvi Alavieska Alavus Alingsås Asikkala Askola Aura Bath Belfast Birmingham
Björneborg Borgå Borlänge Borås Boston Bradford Brighton Bristol Brändö Cambridge Cardiff
Chicago Cork Coventry Denver Dublin Dundee Eckerö Edinburgh Ekenäs Enonkoski Enontekiö Esbo
Eskilstuna Espoo Eura Eurajoki Evijärvi Exeter Falun Finström Forssa Fredrikshamn Föglö Galway
Geta Glasgow Grankulla Gävle Göteborg Haapajärvi Haapavesi Hailuoto Halmstad Halsua Hamina
Hammarland Hangö Hankasalmi Hanko Harjavalta Hartola Hattula Hausjärvi Heinola Heinävesi
Helsingborg Helsingfors Helsinki Hirvensalmi Hollola Honkajoki Houston Huittinen Humppila
Hyrynsalmi Hyvinkää Hämeenkyrö Hämeenlinna Ii Iisalmi Iitti Ikaalinen Ilmajoki Ilomantsi Imatra
Inari Ingå Inkoo Inverness Isojoki Isokyrö Jakobstad Janakkala Joensuu Jokioinen Jomala Joroinen
Joutsa Juuka Juupajoki Juva Jyväskylä Jämijärvi Jämsä Järvenpää Jönköping Kaarina Kaavi Kajaani
Kalajoki Kalmar Kangasala Kangasniemi Kankaanpää Kannonkoski Kannus Karijoki Karis Karkkila
Karleby Karlskoga Karlskrona Karlstad Karstula Karvia Kaskinen Kauhajoki Kauhava Kauniainen
Kaustinen Keitele Kemi Kemijärvi Keminmaa Kemiönsaari Kempele Kerava Kervo Keuruu Kihniö Kimito
Kinnula Kirkkonummi Kitee Kittilä Kiuruvesi Kivijärvi Kokemäki Kokkola Kolari Konnevesi
Kontiolahti Korsholm Korsnäs Kotka Kouvola Kristianstad Kristiinankaupunki Kristinestad
Kruunupyy Kuhmo Kuhmoinen Kumlinge Kuopio Kuortane Kurikka Kustavi Kuusamo Kyrkslätt Kyyjärvi
Kärkölä Kärsämäki Kökar Lahti Lahtis Laihia Laitila Landskrona Lapinjärvi Lapinlahti Lappajärvi
Lappeenranta Lapua Laukaa Leeds Leicester Lemi Lemland Lempäälä Leppävirta Lestijärvi Lidingö
Lidköping Lieksa Lieto Liminka Linköping Liperi Liverpool Lohja Loimaa Lojo London Loppi Loviisa
Lovisa Luhanka Luleå Lumijoki Lumparland Lund Luoto Luumäki Maalahti Maarianhamina Malmö
Manchester Mariehamn Marttila Masku Melbourne Merijärvi Merikarvia Miehikkälä Mikkeli Motala
Muhos Multia Muonio Mustasaari Muurame Mynämäki Myrskylä Mäntsälä Mänttä-Vilppula Mäntyharju
Mölndal Naantali Nakkila Newcastle Nivala Nokia Norrköping Norwich Nottingham Nousiainen Nurmes
Nurmijärvi Nykarleby Nyköping Nyslott Närpes Närpiö Orimattila Oripää Orivesi Oulainen Oulu
Outokumpu Oxford Padasjoki Paimio Paltamo Parainen Pargas Parikkala Parkano Pelkosenniemi Pello
Perho Pertunmaa Petäjävesi Pieksämäki Pielavesi Pietarsaari Pihtipudas Pirkkala Piteå Pitlochry
Plymouth Polvijärvi Pomarkku Pori Pornainen Porvoo Posio Pudasjärvi Pukkila Punkalaidun Puolanka
Puumala Pyhtää Pyhäjoki Pyhäjärvi Pyhäntä Pyhäranta Pälkäne Pöytyä Raahe Raasepori Raisio
Rantasalmi Ranua Raseborg Rauma Raumo Rautalampi Rautavaara Rautjärvi Reisjärvi Riihimäki
Ristijärvi Rovaniemi Ruokolahti Ruovesi Rusko Rääkkylä Saarijärvi Salla Salo Saltvik Sandviken
Sastamala Sauvo Savitaipale Savonlinna Savukoski Seattle Seinäjoki Sheffield Sibbo Sievi
Siikainen Siikajoki Siikalatva Siilinjärvi Simo Sipoo Siuntio Skellefteå Skövde Sodankylä Soini
Somero Sonkajärvi Sotkamo Sottunga Stockholm Sulkava Sund Sundsvall Suomussalmi Suonenjoki
Sydney Sysmä Säkylä Södertälje Taipalsaari Taivalkoski Taivassalo Tammela Tammerfors Tampere
Tavastehus Tervo Tervola Teuva Tohmajärvi Toholampi Toivakka Tornio Toronto Trelleborg
Trollhättan Träskända Turku Tuusniemi Tuusula Tyrnävä Uddevalla Uleåborg Ulvila Umeå Uppsala
Urjala Utajärvi Utsjoki Uurainen Uusikaarlepyy Uusikaupunki Vaala Vaasa Valkeakoski Valtimo
Vanda Vantaa Varberg Varkaus Vasa Vehmaa Vesanto Vesilahti Veteli Vieremä Vihti Viitasaari
Villmanstrand Vimpeli Virolahti Virrat Värdö Västerås Växjö Vöyri Ylitornio Ylivieska Ylöjärvi
York Ypäjä Ähtäri Ängelholm Äänekoski Åbo Örebro Örnsköldsvik Östersund
""".casefold().split()
)

NOT_PEOPLE = frozenset(
    """
january february march april may june july august september october november december monday
tuesday wednesday thursday friday saturday sunday scotland england wales ireland britain germany
france spain italy norway denmark estonia russia finland sweden europe america canada australia
english finnish swedish german french spanish italian russian estonian norwegian danish british
american christmas easter hotel visa mastercard amex suomi ruotsi norja tanska viro venäjä saksa
ranska espanja italia suomen ruotsin suomesta ruotsista suomeen ruotsiin suomessa ruotsissa
englanti eurooppa amerikka sverige finland norge danmark estland tyskland frankrike spanien
italien ryssland europa amerika tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu
elokuu syyskuu lokakuu marraskuu joulukuu maanantai tiistai keskiviikko torstai perjantai lauantai
sunnuntai joulu juhannus pääsiäinen januari februari mars april maj juni juli augusti september
oktober november december måndag tisdag onsdag torsdag fredag lördag söndag jul påsk midsommar
internet wifi google whatsapp facebook
""".split()
)
"""Proper names of months, days, countries, languages and wares: no list makes people of them."""
_STEMS = stems(TOWNS)


@lru_cache(maxsize=20_000)
def is_town(text: str) -> bool:
    """Whether ``text`` (folded) is a town, in whatever case of Finnish."""
    return text in TOWNS or any(stem in _STEMS for stem in uninflected(text))
