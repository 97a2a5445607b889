"""11. Kuka tietoja saa.

11.s1: Meillä tietoja käsittelevät vain ne, joiden työtehtävä sitä vaatii, ja vain nimettyyn
  tarkoitukseen.
11.s2: Puolestamme tietoja käsittelevät seuraavat palveluntarjoajat: Mallikonesali Oy
  (palvelinsali, Kuopio, Suomi) ja Malliryhmän Tietopalvelut Oy (tietotekninen tuki, Helsinki,
  Suomi).
11.s3: Myös saman konsernin tai ryhmän yhtiöt, jotka tuottavat meille palveluita, ovat tässä
  luettelossa.
11.s4: Jokaisen kanssa on kirjallinen sopimus, ja tietoja saa käsitellä vain ohjeidemme mukaan.
11.s5: Viranomaiselle luovutamme tietoja vain, kun laki siihen velvoittaa tai oikeuttaa, pyyntö
  on yksilöity ja kaksi henkilöä on hyväksynyt luovutuksen.
11.s6: Riidassa voimme antaa yksittäisen puhelun omalle asianajajallemme tai
  vakuutusyhtiöllemme.
11.s7: Emme myy tietoja emmekä luovuta niitä muille.
11.s8: Kerromme pyynnöstä nimeltä, kenelle juuri sinun tietojasi on luovutettu, ellei laki vaadi
  meitä vaikenemaan.
"""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from talteen.errors import ConfigError, Conflict, InputError, NotAllowed
from talteen.notice import disclosures, purposes, register_file
from talteen.notice.disclosures import (
    Asking,
    DisclosureStage,
    Door,
    Opinion,
    Refusal,
    Stretch,
)
from talteen.notice.purposes import Role
from talteen.notice.register_folder import REGISTER, RegisterFolder
from talteen.notice.text import Notice


def test_only_roles_with_a_purpose_open_anything() -> None:
    assert {role for role in Role if not purposes.purposes_of(role)} == {
        Role.ADMIN,
        Role.OWNER,
        Role.AUDITOR,
    }


def test_every_processor_is_named_companies_of_the_group_too(
    finnish: Notice, register: RegisterFolder
) -> None:
    told, processors = finnish.sentences["11.s2"], register.file.processors

    assert [p.name for p in processors if p.name not in told] == []
    assert any(p.group_company for p in processors)


@pytest.mark.parametrize("key", ["contract = ", "contract_on = ", "country = ", "place = "])
def test_a_processor_without_its_papers_is_refused(folder_texts: dict[str, str], key: str) -> None:
    file = folder_texts[REGISTER]
    line = next(line for line in file.splitlines() if line.startswith(key))

    with pytest.raises(ConfigError, match=r"processors\.0\.\w+: is missing \(GDPR 28\(3\)"):
        register_file.read(file.replace(line, "", 1))


def test_an_authority_gets_nothing_without_a_ground_named_calls_and_two_persons() -> None:
    order = Asking(Door.AUTHORITY, "FI", signed=True, statute="Pakkokeinolaki 7 luku 1 §")
    assert disclosures.lacks(order) is None
    assert disclosures.lacks(replace(order, statute=" ")) is Refusal.NO_STATUTE
    assert disclosures.lacks(replace(order, signed=False)) is Refusal.UNSIGNED
    assert disclosures.lacks(replace(order, country="US")) is Refusal.THIRD_COUNTRY
    assert disclosures.lacks(replace(order, country="US", treaty="SopS 63/2010")) is None
    for scope in ([], [Stretch(0, 2000, 1000)], [Stretch(5, 5, 1000)], [Stretch(0, 1, 1)] * 21):
        with pytest.raises(InputError):
            disclosures.check_scope(scope)
    decided = partial(disclosures.check_deciding, Door.AUTHORITY, refusing=False)
    with pytest.raises(NotAllowed):
        decided(Opinion.FOR, "", proposed_by="r01", decided_by="r01")
    with pytest.raises(Conflict):
        decided(None, "", proposed_by="r01", decided_by="r02")
    with pytest.raises(InputError):
        decided(Opinion.AGAINST, " ", proposed_by="r01", decided_by="r02")
    decided(Opinion.FOR, "", proposed_by="r01", decided_by="r02")


def test_no_way_leads_to_a_package_past_the_second_person() -> None:
    before = {
        stage
        for (stage, step), to in disclosures.EDGES.items()
        if to is DisclosureStage.SEALED and stage is not DisclosureStage.SEALED
    }
    approved = {stage for (stage, _), to in disclosures.EDGES.items()
                if to is DisclosureStage.APPROVED}  # fmt: skip

    assert before == {DisclosureStage.APPROVED}
    assert approved == {DisclosureStage.PROPOSED}


def test_counsel_and_insurer_get_single_calls_of_a_named_dispute() -> None:
    for door in (Door.COUNSEL, Door.INSURER):
        claim = Asking(door, "FI", signed=False, statute="KRIL 12/2026")
        assert disclosures.lacks(claim) is None
        assert disclosures.lacks(replace(claim, statute="")) is Refusal.NO_STATUTE
        assert disclosures.PURPOSE[door] is purposes.Purpose.RIGHTS_OF_PARTIES
        with pytest.raises(NotAllowed):
            disclosures.check_deciding(
                door, None, "", refusing=False, proposed_by="r01", decided_by="r01"
            )


def test_who_got_a_call_is_told_by_name_unless_the_law_forbids_it_until_a_day() -> None:
    today = date(2026, 11, 29)
    assert not disclosures.is_secret(None, today)
    assert disclosures.is_secret(date(2026, 11, 30), today)
    assert not disclosures.is_secret(today, today)  # the first day on which it may be told
    disclosures.check_secrecy(None, "", today)
    for until, reasons in ((today, "laki"), (date(2028, 1, 1), "laki"), (date(2027, 1, 1), " ")):
        with pytest.raises(InputError):
            disclosures.check_secrecy(until, reasons, today)
