"""What the register rests on, for those who answer for it (6.1, 17.7)."""

import re

import pytest

from talteen.notice.purposes import Role
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("role", [Role.DPO, Role.OWNER, Role.REGISTER_CONTACT])
def test_who_answers_for_the_register_reads_its_grounds(desk: Desk, role: Role) -> None:
    said = desk.client(role).get("/assessments").content.decode()

    assert "Jokaisella käytöllä on perusteensa" in said
    assert said.count('class="measures"') >= 14
    assert len(re.findall(r'<line class="whole"', said)) == 5 + 2 + 1


def test_nobody_else_does(desk: Desk) -> None:
    assert desk.client(Role.AGENT).get("/assessments").status_code == 403
    assert desk.client().get("/assessments").status_code == 302


def test_each_risk_stands_in_the_picture_before_and_after_and_in_the_table(desk: Desk) -> None:
    said = desk.client(Role.DPO).get("/assessments").content.decode()

    picture = said[said.index('class="risks"') : said.index('class="key')]
    for kind in ("was", "left"):
        numbers = re.findall(rf'class="{kind}"><span class="sr">[^<]*</span>(\d+)', picture)
        assert sorted(map(int, numbers)) == list(range(1, 10))
    assert said.count("Suojatoimet") >= 9
