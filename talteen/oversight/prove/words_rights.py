"""The words of the proofs of what people were spared and given (``judging_rights``)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from talteen.oversight.prove.said import Words

WORDS: Mapping[str, Words] = {
    "not_recorded": Words(
        _("Tallennettuja %(bad)s, puheluita %(all)s, numeroita listalla %(listed)s"),
        _("Viikon puheluiden numerot verrattiin listaan; yksikään numero ei näy missään."),
    ),
    "not_sold_to": Words(
        _("Myyntisoittoja tai selvittämättä %(bad)s, soittoja %(all)s, kieltoja %(stops)s"),
        _("Kuukauden soitot numeroihin, joihin ei soiteta myyntiasioissa, ja mitä ne olivat."),
    ),
    "confided": Words(
        _("Auenneita tai avoimia %(bad)s, viestejä %(all)s"),
        _("Koe: viestin lukemista kokeili %(doors)s ihmistä, yksi kustakin muusta tehtävästä."),
    ),
    "by_word": Words(
        _("Myöhään kirjattuja %(bad)s, suullisia pyyntöjä %(all)s"),
        _("Puhelimessa tai toimipaikassa sanotut pyynnöt ja se, milloin ne kirjattiin."),
    ),
    "everybody": Words(
        _("Kiinni jääneitä tai torjuttuja %(bad)s, puheluita %(all)s"),
        _("Koe: puhelut, jotka talo soitti tai joissa puhutaan muista, aukeavat pyynnöstä."),
    ),
    "agents_told": Words(
        _("Kuittaamattomilta tallennettu %(bad)s, asiakaspalvelijoita %(all)s, versio %(version)s"),
        _("Työntekijöiden seloste on voimassa, ja tallennetut ovat kuitanneet sen."),
    ),
    "not_kept": Words(
        _("Äänellisiä %(bad)s, odotuksia ja neuvonpitoja %(all)s"),
        _("Uusimpien tallenteiden aaltokuva avattiin: noissa kohdissa se on hiljaa."),
    ),
    "paused": Words(
        _("Äänellisiä %(bad)s, taukoja %(all)s"),
        _("Uusimpien tallenteiden aaltokuva avattiin: tauolla molemmat puolet ovat hiljaa."),
    ),
    "covered": Words(
        _("Muuhun avattuja tai jäljellä %(bad)s, peitettyjen avauksia %(all)s, poistoja %(cuts)s"),
        _("Peitetyn näyttämiset kuukauden ajalta, ja poistetun äänen vanhat tavut."),
    ),
    "categorised": Words(
        _("Ilman tietoryhmää %(bad)s %(which)s"),
        _("Tallenteiden taulun kentät ja se, minkä tietoryhmän kukin kertoo."),
    ),
    "group_link": Words(
        _(
            "Puuttuu %(bad)s, kieliä %(all)s, arvioituja varaustyyppejä %(types)s, ryhmävarauksia "
            "%(groups)s"
        ),
        _(
            "Valmis teksti ryhmälle: osoite ja julkaistu seloste joka kielellä. Kahden hyväksymä "
            "arvio jokaisesta varaustyypistä: miksi vieraille ei kerrota yksitellen."
        ),
    ),
    "source_known": Words(
        _("Ilman nimettyä lähdettä %(bad)s, talon soittamia %(all)s"),
        _("Puhelut, jotka talo soitti, ja rekisteri, josta numero saatiin."),
    ),
    "copies": Words(
        _("Puuttuu %(bad)s, siirtoja %(all)s"),
        _("Siirtojen suojatoimien jäljennökset, jotka seloste lupaa."),
    ),
    "known_lightly": Words(
        _("Vikoja %(bad)s, kysymyksiä %(all)s, tunnistuspalveluita %(offered)s"),
        _("Kuukauden kysymykset siitä, kuka pyytää: kysyttiinkö korttia tai henkilötunnusta."),
    ),
    "sound_given": Words(
        _("Vajaita %(bad)s, äänen kanssa annettuja %(all)s"),
        _("Luovutetut paketit, joissa on ääni: onko siinä jokainen puhelu."),
    ),
    "cut_by_two": Words(
        _("Ilman toista ihmistä tai vieraan puhelulla %(bad)s, poistoja sisältäviä %(all)s"),
        _("Luovutetut paketit: kuka poistoista päätti, ja ovatko puhelut pyytäjän."),
    ),
    "corrected": Words(
        _("Korjaamatta %(bad)s, hyväksyttyjä oikaisuja %(all)s"),
        _("Kuukauden oikaisut verrattiin käyttölokin korjauksiin."),
    ),
    "kept_for_claim": Words(
        _("Pitämättä tai rajoittamatta %(bad)s, puheluita %(all)s"),
        _("Puhelut, joita pyytäjä tarvitsee omaan oikeusvaateeseensa."),
    ),
}
