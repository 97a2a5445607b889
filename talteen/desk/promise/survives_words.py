"""The words of what outlives a call: each kind of thing, what it holds, how long."""

from django.utils.translation import gettext_lazy as _

from talteen.desk.page.words import Text
from talteen.life.destroy.outliving import About, Fate, Trace, Until

FATES: dict[Fate, Text] = {
    Fate.DIES: _("häviää puhelun mukana"),
    Fate.LOSES_CALL: _("jää lukuina"),
    Fate.OUTLIVES: _("jää"),
    Fate.HOUSE: _("ei koske puhelua"),
}

TRACES: dict[Trace, tuple[Text, Text]] = {
    Trace.CONTENT: (
        _("Ääni, teksti, aaltokuva ja hakemisto"),
        _(
            "Myös peitot, korjaukset, otteet, soittolistat ja talossa odottavat viennit. Mitään ei "
            "jää."
        ),
    ),
    Trace.EVALUATION: (
        _("Laadunarviointi"),
        _("Vastaukset, lomake, asiakaspalvelija, arvioija ja viikko tai neljännes. Ei puhelua."),
    ),
    Trace.REMARKS: (
        _("Huomautukset ja erimielisyyden perustelu"),
        _("Ne ovat puhelun oman avaimen alla ja häviävät sen kanssa."),
    ),
    Trace.LESSON: (
        _("Oppi"),
        _("Enintään 280 merkkiä arvioijan omin sanoin, arvioinnin rinnalla."),
    ),
    Trace.COACHING: (
        _("Tavoite ja osallistuminen koulutukseen"),
        _(
            "Mitä asiakaspalvelija ja lähiesihenkilö sopivat, ja minä päivänä hän osallistui "
            "koulutukseen."
        ),
    ),
    Trace.SCRIPT: (
        _("Esitetty kohtaus"),
        _("Keksitty, kahden ihmisen hyväksymä. Kukaan ei sanonut sitä puhelussa."),
    ),
    Trace.GUIDANCE: (
        _("Ohje ja sen kuittaukset"),
        _("Teksti, vastuuhenkilö ja versiot; perustasta vain puhelujen määrä ja viikot."),
    ),
    Trace.STUDY: (
        _("Tutkimuksen raportti"),
        _("Osuudet ryhmistä, joissa on kymmenen puhelua ja viisi asiakaspalvelijaa."),
    ),
    Trace.SAMPLE: (
        _("Viikon arvonta"),
        _("Siemen, ja montako puhelua kultakin asiakaspalvelijalta oli mukana ja arvottiin."),
    ),
    Trace.ACCESS: (
        _("Käsittelyn loki"),
        _(
            "Kuka avasi minkä tunnuksen, milloin ja miksi. Lokia lukeva voi sen avulla päätellä, "
            "mistä tunnuksesta arviointi tehtiin."
        ),
    ),
    Trace.CERTIFICATE: (
        _("Pöytäkirja ja hävittämistodistus"),
        _("Satunnainen tunnus, päivä, linja ja salakirjoituksen tiiviste."),
    ),
    Trace.CASE: (
        _("Pyynnön tai reklamaation asiakirjat"),
        _("Soittajan oma asia omassa rekisterissään: mitä pyydettiin ja mitä vastattiin."),
    ),
    Trace.OBJECTION: (
        _("Tallentamisen vastustus"),
        _("Numeron avaimellinen tiiviste, jotta seuraavaa puhelua ei tallenneta."),
    ),
    Trace.COUNTS: (
        _("Lukumäärät ja täsmäytys"),
        _("Montako puhelua päivässä ja linjalla, ja mitä niille tapahtui."),
    ),
}

ABOUTS: dict[About, Text] = {
    About.NOBODY: _("ei kenestäkään"),
    About.STAFF: _("talon väestä"),
    About.CALLER: _("soittajasta"),
}

UNTILS: dict[Until, Text] = {
    Until.NOT: _("ei lainkaan"),
    Until.EVALUATION_TERM: _("arvioinnin säilytysajan"),
    Until.LOG_TERM: _("lokin säilytysajan"),
    Until.REQUEST_TERM: _("pyynnön säilytysajan"),
    Until.WITHDRAWN: _("kunnes vastustus perutaan"),
    Until.FOR_GOOD: _("pysyvästi"),
}
