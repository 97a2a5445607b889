"""Group ``search``: whether a word is found in the forms in which people say it.

The forms are held out: they were written for this and are none of those on which the lemmas were
developed (``tests/life/transcribe/test_lemma.py``). Each stands in a passage of its own, in an
index as the product makes it, and is looked for by its base form, or by a part of the compound that
it is. A form is found only if its own passage is.
With and without the native analyser (libvoikko, GPL, the operator's to install); where it is absent
its row says so.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from benchmarks import Judged, Row, house, lacking
from talteen.life.transcribe import index, lemma, shard_file, voikko
from talteen.life.transcribe.index import Passage, Shard
from talteen.life.transcribe.query import parse
from talteen.life.transcribe.voikko import Reading

GROUP = "search"
FINNISH = """
sängyn=sänky sänkyjä=sänky sängyssä=sänky peiton=peitto tyynyjä=tyyny tyynyt=tyyny pyyhkeet=pyyhe
pyyhkeitä=pyyhe pyyhettä=pyyhe kylpypyyhkeet=pyyhe ikkunan=ikkuna ikkunasta=ikkuna ovea=ovi oven=ovi
parvekkeella=parveke parvekkeen=parveke merinäköalalla=näköala kerroksessa=kerros kerrokseen=kerros
hissin=hissi hissiä=hissi portaita=porras käytävällä=käytävä aulassa=aula respan=respa
kylpyhuoneessa=kylpyhuone suihkussa=suihku suihkun=suihku ammetta=amme hanasta=hana vettä=vesi
veden=vesi lämmityksen=lämmitys ilmastointi=ilmastointi ilmastoinnin=ilmastointi valot=valo
lampun=lamppu televisiota=televisio kaukosäädin=säädin verkkoon=verkko salasanan=salasana
tietokoneella=tietokone puhelimen=puhelin puhelimesta=puhelin laturia=laturi johdon=johto
takin=takki takkia=takki kengät=kenkä kenkiä=kenkä laukun=laukku laukkuja=laukku lompakon=lompakko
silmälasit=lasi sormuksen=sormus passin=passi passia=passi henkilökorttia=kortti ajokortti=kortti
rahaa=raha rahat=raha euroja=euro eurolla=euro kuittia=kuitti kuitin=kuitti kuitissa=kuitti
summasta=summa summan=summa alennusta=alennus alennuksen=alennus alennuskoodi=koodi etuja=etu
jäsenetu=etu bonuksia=bonus pisteitä=piste pisteeni=piste maksun=maksu maksua=maksu maksoin=maksaa
maksetaan=maksaa maksettu=maksaa veloitettiin=veloittaa veloituksen=veloitus ennakkomaksua=maksu
käteisellä=käteinen pankkitilille=tili tilin=tili viitenumeroa=numero eräpäivän=päivä
muistutuksen=muistutus perintään=perintä sopimuksen=sopimus sopimusehdot=ehto takuuta=takuu
hotellin=hotelli hotelliin=hotelli hotellilla=hotelli hotellista=hotelli kylpylähotelli=hotelli
mökissä=mökki mökin=mökki loma-asunto=asunto asunnon=asunto majoittua=majoittua majoitumme=majoittua
yövyimme=yöpyä yöpyisi=yöpyä nukuttiin=nukkua nukkunut=nukkua herätyksen=herätys herättää=herättää
saapuvat=saapua saavumme=saapua lähtevät=lähteä lähdemme=lähteä lähtisimme=lähteä tulisi=tulla
tulemme=tulla menisimme=mennä ajetaan=ajaa ajoimme=ajaa bussilla=bussi junalla=juna junasta=juna
lentokentältä=kenttä lentokentälle=lento taksia=taksi taksin=taksi asemalta=asema asemalle=asema
rautatieasema=asema kadulla=katu katua=katu keskustassa=keskusta rannalla=ranta järven=järvi
metsään=metsä latuja=latu hiihtoladut=latu laskettelurinne=rinne golfkentän=kenttä
uima-altaalla=allas altaan=allas kuntosalilla=sali hierontaa=hieronta hieronnan=hieronta
hoitoja=hoito hoidon=hoito kampaajalle=kampaaja lasten=lapsi lapsille=lapsi lapsen=lapsi
lapsenlapset=lapsi vauvalle=vauva vauvan=vauva vanhempia=vanhempi äidin=äiti isälle=isä
miehen=mies miehelle=mies vaimon=vaimo vaimolle=vaimo ystävien=ystävä ystävälle=ystävä
vieraita=vieras vieraiden=vieras hääparin=pari häävieraat=vieras juhlien=juhla juhliin=juhla
syntymäpäiviä=päivä syntymäpäiväkakku=kakku kakkua=kakku kukkia=kukka kukkakimppu=kimppu
musiikkia=musiikki bändin=bändi tanssia=tanssi pöydän=pöytä pöytiä=pöytä pöytään=pöytä
tuolit=tuoli tuoleja=tuoli syöttötuoli=tuoli keittoa=keitto keitossa=keitto lihaa=liha lihan=liha
kanaa=kana kalaa=kala kalan=kala lohta=lohi lohen=lohi leipää=leipä leivän=leipä juustoa=juusto
maitoa=maito maidoton=maidoton kahvia=kahvi kahvin=kahvi teetä=tee viiniä=viini viinin=viini
olutta=olut oluen=olut ruokaa=ruoka ruoan=ruoka ruokalista=lista ruokavalio=ruoka listalla=lista
kasvisruokaa=ruoka jälkiruokaa=ruoka annoksen=annos annokset=annos
lautasen=lautanen haarukat=haarukka
"""
SWEDISH = """
sängen=säng sängar=säng dubbelsäng=säng extrasängen=säng kudden=kudde kuddar=kudde handdukar=handduk
handduken=handduk fönstret=fönster dörren=dörr balkongen=balkong våningen=våning hissen=hiss
trappan=trappa duschen=dusch badrummet=badrum badkar=kar vattnet=vatten värmen=värme lampan=lampa
lösenordet=ord telefonen=telefon telefoner=telefon laddaren=laddare jackan=jacka jackor=jacka
skorna=sko väskan=väska väskor=väska plånboken=plånbok glasögonen=glasögon ringen=ring passet=pass
körkortet=kort pengarna=pengar kvittot=kvitto summan=summa rabatten=rabatt rabatter=rabatt
rabattkoden=kod poängen=poäng bonusen=bonus betalade=betala betalas=betala betalning=betalning
kontot=konto bankkontot=konto fakturan=faktura fakturor=faktura förfallodagen=dag villkoren=villkor
bokningsvillkor=villkor avtalet=avtal hotellet=hotell hotell=hotell spahotell=hotell stugan=stuga
stugor=stuga lägenheten=lägenhet nätter=natt natten=natt anländer=anlända ankomsten=ankomst
ankomstdagen=dag avresan=avresa reser=resa rest=resa kommer=komma kom=komma åker=åka bussen=buss
tåget=tåg tågen=tåg flygplatsen=plats flyget=flyg taxin=taxi stationen=station
järnvägsstationen=station gatan=gata stranden=strand sjön=sjö skogen=skog bassängen=bassäng
gymmet=gym massagen=massage
behandlingar=behandling barnet=barn barnen=barn barnstol=stol barnbarnen=barn bebisen=bebis
föräldrarna=förälder mamman=mamma frun=fru mannen=man vänner=vän vännen=vän bröllopet=bröllop
bröllopsgäster=gäst festen=fest födelsedagen=dag tårtan=tårta blommor=blomma musiken=musik
bordet=bord borden=bord stolar=stol soppan=soppa köttet=kött kycklingen=kyckling fisken=fisk
laxen=lax brödet=bröd osten=ost mjölken=mjölk kaffet=kaffe vinet=vin maten=mat matsedeln=sedel
efterrätten=rätt portionen=portion möten=möte mötet=möte mötesrummet=rum projektorn=projektor
"""
TABLES = {"fi": (FINNISH, ">=0.95", ">=0.9"), "sv": (SWEDISH, ">=0.95", ">=0.9")}
"""Forms, and the share to find with the native analyser and without."""
row = partial(Row, GROUP, judged=Judged.OURS)


def rows() -> Iterator[Row]:
    """Finnish, of which the native analyser knows the forms, and Swedish, of which it does not."""
    installed = bool(voikko.readings("varaus"))
    with house.folder() as folder:
        for language, (table, with_it, without) in TABLES.items():
            pairs = [pair.split("=") for pair in table.split()]
            share = partial(found, folder, language, [(form, base) for form, base in pairs])
            name = f"{len(pairs)} forms that were held out, {language}, found by their base forms"
            if language == "fi" and not installed:
                yield lacking(GROUP, f"{name} with libvoikko (share)", "no libvoikko", with_it)
            elif language == "fi":
                yield row(f"{name} with libvoikko (share)", share(), None, with_it)
            with read_by(nothing):
                yield row(f"{name} by the word lists alone (share)", share(), None, without)


def found(folder: Path, language: str, pairs: list[tuple[str, str]]) -> float:
    """The share of ``pairs`` of which the base form finds the form's passage."""
    path, key = folder / "forms.words", os.urandom(shard_file.KEY_BYTES)
    passages = [
        (UUID(int=at + 1), [Passage(UUID(int=at + 1), index.SIDES[0], 0, 900, form, language)])
        for at, (form, _) in enumerate(pairs)
    ]
    index.rebuild(path, key, passages)
    with Shard.open(path, key) as shard:
        hits = [{hit.recording for hit in shard.find(parse(base))} for _, base in pairs]
    return sum(UUID(int=at + 1) in hit for at, hit in enumerate(hits)) / len(pairs)


def nothing(word: str) -> tuple[Reading, ...]:
    """What the native analyser says where it is not installed."""
    return ()


@contextmanager
def read_by(analyser: Callable[[str], tuple[Reading, ...]]) -> Iterator[None]:
    """Let ``analyser`` be the native one meanwhile."""
    own = voikko.readings
    lemma.forms.cache_clear()
    lemma.columns.cache_clear()
    voikko.readings = analyser  # type: ignore[assignment]
    try:
        yield
    finally:
        voikko.readings = own
        lemma.forms.cache_clear()
        lemma.columns.cache_clear()
