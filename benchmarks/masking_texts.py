"""The held-out texts themselves: what is to be covered, what is not, and what is special.

They were written after the detectors and have not been used to better them; who betters a detector
writes new ones. A slot is filled by ``masking_sentences``; ``name_case`` is bent in Finnish.
"""

TEMPLATES = {
    "fi": """
Tarvitsetteko vielä henkilötunnuksen, se on {identity}.
Laskua varten minun sotu on {identity}, näin.
Kirjaa siihen {identity}, niin löydätte minut.
Käykö Visa, siinä lukee {card} ja nimi.
Uusi kortti on {card}, vanha meni kiinni.
Raha pitäisi saada takaisin, tili on {iban}.
IBAN menee {iban}, kirjoita huolella.
Voiko minulle soittaa takaisin, {phone} on kännykkä.
Laita numeroksi {phone}, kiitos.
Vaimon puhelin on {phone}.
Kuitin voi laittaa meiliin {email} ihan rauhassa.
Osoitteeni on {email}, siihen kaikki posti.
Millä nimellä se löytyy, no {name} varmaan.
Sukunimi on {name}, etunimi tulee perässä.
Hei, {name} täällä.
Onko {name_case} huone jo valmis?
Terveisin {name}, palataan asiaan.
Lasku kuuluu lähettää {name_case} työpaikalle.
Mieheni {name} hakee avaimen illalla.
Kaverini {name} on samassa huoneessa.
""",
    "sv": """
Behöver ni personbeteckningen, den är {identity}.
För räkningen är mitt personnummer {identity}, så där.
Skriv {identity}, så hittar ni mig.
Går det med Visa, där står {card} och namnet.
Det nya kortet är {card}, det gamla spärrades.
Jag vill ha pengarna tillbaka, kontot är {iban}.
IBAN är {iban}, skriv noga.
Kan ni ringa upp mig, {phone} är mobilen.
Sätt numret {phone}, tack.
Min frus telefon är {phone}.
Kvittot kan mejlas till {email} när ni hinner.
Min adress är {email}, skicka allt dit.
Vilket namn står den på, nå {name} antagligen.
Efternamnet är {name}, förnamnet kommer sedan.
Hej, {name} här.
Är rummet för {name} redan klart?
Hälsningar {name}, vi hörs.
Räkningen ska till {name} på jobbet.
Min man {name} hämtar nyckeln i kväll.
Min kompis {name} bor i samma rum.
""",
    "en": """
Do you still need the identity code, it is {identity}.
For the invoice my personal identity code is {identity}, like that.
Write {identity} and you will find me.
Do you take Visa, it says {card} and the name.
The new card is {card}, the old one was blocked.
I want the money back, the account is {iban}.
The IBAN goes {iban}, write it with care.
Could you call me back, {phone} is my mobile.
Put down the number {phone}, please.
My wife can be reached at {phone}.
The receipt can be mailed to {email} any time.
My address is {email}, send it all there.
What name is it under, well {name} probably.
The surname is {name}, the first name comes next.
Hi, {name} here.
Is the room for {name} ready yet?
Regards from {name}, talk to you later.
The invoice should go to {name} at work.
My husband {name} picks up the key tonight.
My friend {name} stays in the same room.
""",
}
"""What must be covered."""
NEUTRAL = {
    "fi": """
Haluaisin kysyä, mitä maksaa kolmen hengen huone elokuussa.
Meillä on paketti, johon kuuluu illallinen ja kylpylälippu.
Bussi lähtee asemalta kello 9.45 ja on perillä puoli yhdeltätoista.
Se tekee yhteensä kolmesataaneljäkymmentä euroa kahdelta yöltä.
Ikävä kyllä tuo viikonloppu on jo täynnä, mutta seuraava on vapaa.
Rauha tuli taloon vasta, kun naapurihuoneen juhlat loppuivat.
Aamu oli sumuinen, ja näkymä järvelle jäi näkemättä.
Huoneessa 318 ei toimi televisio eikä jääkaappi.
Pyydän, että kaksi lapsen sänkyä tuodaan jo ennen iltaa.
Turusta tullaan junalla ja Oulusta lennetään.
Kuinka monta asiakasta saliin mahtuu, jos pöydät otetaan pois?
Ruusu ja kortti vietiin huoneeseen, niin kuin sovittiin.
Voiko lahjakortin käyttää myös ravintolassa sunnuntaina?
Sovitaan niin, että maksan puolet nyt ja puolet lähtiessä.
Kauppa on kiinni itsenäisyyspäivänä 6.12. ja jouluna.
Ei haittaa, vaikka joudutte odottamaan hetken linjalla.
Tilasin eilen kaksi pulloa kuohuvaa ja hedelmiä, kello oli ehkä seitsemän.
Uima-allas on remontissa viikosta 34 viikkoon 40.
Minulla ei ole kiire, voin soittaa myöhemmin uudestaan.
Hinta nousi vuodessa sadasta eurosta sataanviiteentoista.
Meidän ryhmä tulee Virosta laivalla maanantaina.
Koski on aivan hotellin takana, ja sen ääni kuuluu parvekkeelle.
Siivooja löysi sateenvarjon ja punaisen laukun.
Sain viestin, että varaus on vahvistettu, mutta päivä on väärä.
Lähtö on viimeistään kahdeltatoista, aamiainen loppuu kymmeneltä.
""",
    "sv": """
Jag ville fråga vad ett rum för tre kostar i augusti.
Vi har ett paket med middag och biljett till badet.
Bussen går från stationen klockan 9.45 och är framme halv elva.
Det blir sammanlagt trehundrafyrtio euro för två nätter.
Tyvärr är den helgen redan full, men nästa är ledig.
Det blev frid i huset först när grannarna slutade festa.
Morgonen var dimmig och vi såg inte sjön.
I rum 318 fungerar varken teven eller kylskåpet.
Jag ber att två barnsängar förs dit före kvällen.
Från Vasa tar man tåget och från Uleåborg flyget.
Hur många kunder ryms i salen om borden tas bort?
En ros och ett kort fördes till rummet som vi kom överens om.
Kan man använda presentkortet också i restaurangen på söndag?
Vi säger så att jag betalar hälften nu och hälften när vi åker.
Butiken är stängd på självständighetsdagen 6.12 och på julen.
Det gör inget att ni får vänta en stund på linjen.
Jag beställde två flaskor skumvin och frukt, klockan var kanske sju.
Simbassängen renoveras från vecka 34 till vecka 40.
Jag har ingen brådska, jag kan ringa igen senare.
Priset steg på ett år från hundra till hundrafemton euro.
Vår grupp kommer från Estland med båt på måndag.
Forsen ligger bakom hotellet och hörs ut på balkongen.
Städaren hittade ett paraply och en röd väska.
Jag fick besked att bokningen är bekräftad, men dagen är fel.
Utcheckning senast klockan tolv, frukosten slutar klockan tio.
""",
    "en": """
I wanted to ask what a room for three costs in August.
We have a package with dinner and a ticket to the spa.
The bus leaves the station at 9.45 and gets there at half past ten.
That makes three hundred and forty euros for two nights.
Sadly that weekend is full already, but the next one is free.
There was no peace in the house until the neighbours stopped their party.
The dawn was misty and we could not see the lake.
In room 318 neither the television nor the fridge works.
I ask that two cots be brought there before the evening.
From Turku you take the train and from Oulu you fly.
How many guests fit in the hall if the tables are taken out?
A bottle and a note were taken to the room as we agreed.
Can the gift card be used in the restaurant on Sunday too?
Let us say that I pay half now and half when we leave.
The shop is closed on Independence Day, 6 December, and at Christmas.
It does not matter if you have to hold the line for a while.
I ordered two bottles of sparkling wine and fruit, it was seven or so.
The pool is being renovated from week 34 to week 40.
I am in no hurry, I can call again later.
The price rose in a year from one hundred to one hundred and fifteen euros.
Our group comes from Estonia by boat on Monday.
The rapids are right behind the hotel and you hear them on the balcony.
The cleaner found an umbrella and a red bag.
I got a message that the booking is confirmed, but the day is wrong.
Checkout is at twelve at the latest, breakfast ends at ten.
""",
}
"""What looks like something and is nothing."""
SPECIAL = {
    "fi": """
mun poika ei voi syödä gluteenia, hänellä on keliakia
äidillä on astma ja kalallekin allergia
saisiko laktoosittomia annoksia neljä
olen vegaani, mitä ruokalistalla on minulle
pääseekö pyörätuolilla suoraan saunaan
onko siellä invavessa ja leveät ovet
vaimolla on epilepsia, joten ei vilkkuvia valoja
me vietetään ramadania, joten syömme vasta illalla
tarjoillaanko teillä kosher ruokaa
siskollani on kuulolaite, onko siellä induktiosilmukka
lääkkeet pitäisi saada kylmään, hän on diabeetikko
hän toipuu leikkauksesta eikä jaksa kävellä
""",
    "sv": """
min son tål inte gluten, han har celiaki
mamma har astma och är allergisk mot fisk
kan vi få fyra laktosfria portioner
jag är vegan, vad finns det för mig
kommer man in med rullstol ända till bastun
finns där en handikapptoalett och breda dörrar
min fru har epilepsi, så inga blinkande lampor
vi firar ramadan, så vi äter först på kvällen
serverar ni koscher eller halal
min syster har hörapparat, finns det en slinga
medicinen måste vara kall, hon är diabetiker
han återhämtar sig från en operation
""",
    "en": """
my son cannot have gluten, he is a coeliac
my mother has asthma and a fish allergy
could we get four lactose-free portions
i am vegetarian, what is there for me
can you get into the sauna in a wheelchair
is there an accessible toilet and wide doors
my wife has epilepsy, so no flashing lights
we keep ramadan, so we eat late in the evening
do you serve kosher or halal food
my sister wears a hearing aid, is there a loop
the medication must be kept cold, she is diabetic
he is recovering from surgery and cannot walk
""",
}
"""Passages to close, in lower case, as they are spoiled afterwards."""
