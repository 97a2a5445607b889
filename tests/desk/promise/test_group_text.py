"""Whoever books for a group is given a ready text with the link to the notice (10.s3)."""

import pytest

from talteen.notice.language import Language
from talteen.notice.purposes import Role
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_ready_text_for_the_group_has_the_link_in_every_language(desk: Desk) -> None:
    page = desk.client(Role.AGENT).get("/notice/group").content.decode()
    register = desk.built.house.register

    for language in Language:
        assert f'<article class="letter" lang="{language.value}">' in page
        assert f'href="{register.notice.url[language]}"' in page
    assert page.count(register.controller.name) >= 3
    for word in ("ruokavalio", "kost", "diet"):
        assert word in page
    assert desk.client().get("/notice/group").status_code == 302
    assessed = desk.client(Role.OWNER).get("/assessments").content.decode()
    for one in register.group_bookings:  # why they are not told one by one, by type (14(5)(b))
        assert one.effort[Language.FI] in page
        assert one.instead[Language.FI] in assessed
    assert page.count("versio 1, hyväksytty") == len(register.group_bookings) == 2
