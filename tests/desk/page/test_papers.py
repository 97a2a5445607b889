"""Papers for the file as tagged PDF (PDF/UA-1): assessments, the go-live list, the record of
processing, and the notice itself, which anybody may take."""

import pytest

from talteen.clock import helsinki_date
from talteen.desk.page import documents, papers, wording
from talteen.notice.purposes import Role
from talteen.oversight import grounds
from tests.desk.conftest import Desk
from tests.desk.destruction.test_months_page import inflated

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not documents.draws_pdf(), reason="the extra pdf is not installed"),
]


def test_papers_for_the_file_are_tagged_and_for_those_who_answer_for_the_register(
    desk: Desk,
) -> None:
    dpo, agent = desk.client(Role.DPO), desk.client(Role.AGENT)
    for path, name in (
        ("/assessments/LIA-1.pdf", "LIA-1-fi.pdf"),
        ("/assessments/DPIA-1.pdf", "DPIA-1-fi.pdf"),
        ("/go-live.pdf", "go-live-"),
        ("/processing-record.pdf", "processing-"),
    ):
        answer = dpo.get(path)
        assert name in answer["Content-Disposition"], path
        _is_tagged(answer.content)
        assert agent.get(path).status_code == 403
        assert desk.client().get(path).status_code == 302
    assert dpo.get("/assessments/LIA-99.pdf").status_code == 404
    for page, path in (("/assessments", "/assessments/LIA-1.pdf"), ("/go-live", "/go-live.pdf")):
        assert f'href="{path}"' in dpo.get(page).content.decode()


def test_the_paper_of_an_assessment_says_who_adopted_its_words_and_until_when(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    monkeypatch.setattr(documents, "drawn", lambda page: pages.append(page.decode()) or b"%PDF")
    desk.client(Role.DPO).get("/assessments/LIA-1.pdf")

    (page,) = pages
    (kept, *_) = grounds.grounds(desk.built.house.config, helsinki_date(desk.now)).kept
    assert kept.ends_on is not None
    days = (wording.full_day(kept.reviewed_on), wording.full_day(kept.ends_on))
    for said in ("Ehdotti", "Hyväksyi", *days, kept.paper.sha256.hex(), "Johtopäätös"):
        assert said in page
    assert "luonnos" not in page


def test_the_notice_and_the_summary_are_had_as_pdf_by_anybody_and_drawn_once(desk: Desk) -> None:
    papers._remembered.cache_clear()
    for path in ("/notice/2026-1/sv.pdf", "/notice/balancing-tests.pdf"):
        first, again = desk.client().get(path), desk.client().get(path)
        _is_tagged(first.content)
        assert first.content == again.content
    assert papers._remembered.cache_info().misses == 2
    assert desk.client().get("/notice/2026-1/de.pdf").status_code == 404
    assert desk.client().get("/notice/2022-01-21/fi.pdf").status_code == 200
    assert "/notice/2026-1/fi.pdf" in desk.client().get("/notice").content.decode()


def _is_tagged(pdf: bytes) -> None:
    whole = pdf + b"".join(inflated(pdf))
    assert pdf.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang ("):
        assert mark in whole
