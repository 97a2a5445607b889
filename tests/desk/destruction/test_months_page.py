"""The months on the screen: counted before they are stated, a certificate afterwards, files of
both.
"""

import builtins
import contextlib
import re
import zlib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from talteen.desk.page import documents
from talteen.errors import Unavailable
from talteen.life.destroy import certify, checking, stating
from talteen.notice.purposes import Role
from talteen.register.log import ledger
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stated(desk: Desk) -> str:
    """The month of a call that lives, stated before its time so that there is something to see."""
    month = desk.call("001").day.replace(day=1)
    now = desk.now
    ledger.publish(desk.built.house.log, now)
    ledger.enter(stating.preview(month, now), now)
    ledger.publish(desk.built.house.log, now + timedelta(seconds=1))
    return month.strftime("%Y-%m")


def test_a_month_with_time_left_is_counted_and_says_that_it_is_no_certificate(desk: Desk) -> None:
    month = desk.call("001").day.strftime("%Y-%m")
    ledger.publish(desk.built.house.log, desk.now)

    page = desk.client(Role.DPO).get(f"/certificates/{month}").content.decode()
    months = desk.client(Role.DPO).get("/certificates/months").content.decode()

    assert "se ei ole todistus" in page
    assert "tilitetään" in months
    assert f"/certificates/{month}" in months
    assert desk.client(Role.DPO).get(f"/certificates/{month}.cert").status_code == 404
    assert desk.client(Role.DPO).get(f"/certificates/{month}.entries").status_code == 404


def test_a_stated_month_is_given_with_the_excerpt_that_it_can_be_counted_from(
    desk: Desk, stated: str
) -> None:
    client = desk.client(Role.AUDITOR)

    page = client.get(f"/certificates/{stated}").content.decode()
    file = client.get(f"/certificates/{stated}.cert?language=sv")
    excerpt = client.get(f"/certificates/{stated}.entries")

    assert "Todiste pitää" in page
    assert f"{stated}.entries" in page
    assert str(desk.built.house.log.signer.key) in page
    assert f'filename="{stated}.sv.cert"' in file["Content-Disposition"]
    assert "Månadsredovisning".upper() in file.content.decode()
    files = [("x.entries", excerpt.getvalue()), ("x.cert", file.content)]
    judged = checking.judge(files, desk.built.house.log.keys)
    assert [one.holds for one in judged] == [True, True]
    assert judged[1].recounted


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_statement_is_given_in_every_form_and_language(
    desk: Desk, stated: str, language: str
) -> None:
    client = desk.client(Role.DPO)
    answers = {
        form: client.get(f"/certificates/{stated}.{form}?language={language}").content
        for form in ("html", "txt")
    }

    assert f'<html lang="{language}">'.encode() in answers["html"]
    assert b"http" not in answers["html"]  # it needs nothing from anywhere
    assert client.get(f"/certificates/{stated}.docx").status_code == 404


def test_a_pdf_is_tagged_and_in_the_language_that_is_asked_for(desk: Desk, stated: str) -> None:
    raw = desk.client(Role.DPO).get(f"/certificates/{stated}.pdf?language=en").content

    assert raw.startswith(b"%PDF-")
    whole = raw + b"".join(inflated(raw))
    assert b"/StructTreeRoot" in whole
    assert b"/MarkInfo" in whole
    assert b"/Lang (en)" in whole


def inflated(pdf: bytes) -> Iterator[bytes]:
    """The compressed parts of a PDF, opened."""
    for part in re.finditer(rb"(?<!end)stream\r?\n", pdf):
        # By its own end: compressed bytes may themselves end as a line does.
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(pdf[part.end() :])


def test_without_the_extra_a_pdf_says_what_to_install(
    desk: Desk, stated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name == "weasyprint":
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(builtins, "__import__", without)

    house, month = desk.built.house, date.fromisoformat(f"{stated}-01")
    made = certify.month(house.log, month, language="fi", issuer="Lumme Oy")

    with pytest.raises(Unavailable, match=r"install talteen\[pdf\]"):
        documents.pdf(made, house.log.signer)
    assert desk.client(Role.DPO).get(f"/certificates/{stated}.pdf").status_code == 503


def test_the_months_are_for_those_who_answer_for_the_register(desk: Desk, stated: str) -> None:
    agent = desk.client(Role.AGENT)

    for path in ("months", "months/table", stated, f"{stated}.cert", f"{stated}.entries"):
        assert agent.get(f"/certificates/{path}").status_code == 403
    assert "Kuukausien tilitykset" not in agent.get("/calendar").content.decode()
    assert "Kuukausien tilitykset" in desk.client(Role.DPO).get("/calendar").content.decode()


def test_a_month_that_the_house_never_lived_is_nowhere(desk: Desk) -> None:
    client = desk.client(Role.DPO)

    for month in ("2001-01", "2099-12", "2026-13"):
        assert client.get(f"/certificates/{month}").status_code == 404
