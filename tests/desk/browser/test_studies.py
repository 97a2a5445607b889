"""A study from its plan to its report, guidance through its gate, in a real browser by day and by
night; and what survives."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from talteen.life.use.guide.models import ArticleVersion
from talteen.life.use.quality import lot
from talteen.life.use.study.models import Study, StudyCall
from talteen.register.models import Staff
from tests.desk.browser import doing, furnishing
from tests.desk.browser.conftest import TODAY, Served
from tests.desk.browser.test_pages import DESK, PHONE, an_evaluation, sticks_out
from tests.kit import browser
from tests.kit.browser import Window

pytestmark = pytest.mark.browser


def clean(window: Window, name: str, *, widths: bool = False) -> None:
    glass = "night" if window.page.viewport_size == {"width": 390, "height": 844} else "day"
    window.draw(f"{name}-{glass}", whole=True)
    assert window.axe() == []
    assert window.overflow() == []
    if widths:
        size = window.page.viewport_size
        assert sticks_out(window) == {}
        assert size is not None
        window.page.set_viewport_size(size)


def asks_about(study: Study, served: Served) -> StudyCall:
    call = served.spoken
    return StudyCall.objects.create(
        study=study,
        recording=call,
        line=call.line,
        language=call.language,
        agent=call.agent,
        among=1,
        quota=1,
    )


def test_a_study_and_guidance_in_a_browser(chromium: Browser, served: Served) -> None:
    report = furnishing.frozen_study()
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, "Leena")
        page = window.go("/studies/new")
        page.fill("#question", "Sanotaanko varauksen tunnus?")
        page.fill("#means_yes", "Tunnus sanotaan ennen lopetusta.")
        page.locator("summary", has_text="muutakin").click()
        page.fill("#question2", "Kerrotaanko, miten varauksen voi perua?")
        page.locator("summary", has_text="asteikolla").nth(1).click()
        for step, means in enumerate(("Ei", "Kysyttäessä", "Osin", "Selvästi", "Kokonaan"), 1):
            page.fill(f"#step2-{step}", f"{means}.")
        page.get_by_label("Vuorokaudenaika").check()
        monday = lot.monday_of(served.spoken.day).isoformat()
        page.select_option("#first", monday)
        page.select_option("#last", monday)
        page.keyboard.press("Enter")
        page.locator('button[value="look"]').click()
        page.wait_for_selector('button[value="begin"]')
        clean(window, "study-plan", widths=True)
        page.locator('button[value="begin"]').click()
        page.wait_for_url(lambda url: "/new" not in url)
        begun = Study.objects.latest("begun_at")
        clean(window, "study-begun")

        Study.objects.filter(pk=begun.pk).update(
            drawn_at=TODAY, closes_at=served.spoken.cutoff_at, frame=[]
        )
        row = asks_about(begun, served)
        window.go(f"/studies/{begun.pk}")
        clean(window, "study-running")
        an_evaluation(window, served)
        page.locator("#tutkimus").scroll_into_view_if_needed()
        clean(window, "study-asked")
        page.locator('#tutkimus [name="said-1"][value="yes"]').check()
        page.locator('#tutkimus [name="said-2"][value="4"]').check()
        page.locator("#tutkimus button:not([name])").click()
        page.wait_for_selector("text=Tähän on vastattu.")
        row.refresh_from_db()
        assert row.answers == ["yes", "4"]
        row.delete()  # later tests meet the call as it was

        for path, name in (
            ("/studies", "studies"),
            (f"/studies/{report.pk}", "study-report"),
            ("/survives", "survives"),
            ("/guidance/lessons", "lessons"),
        ):
            window.go(path)
            clean(window, name, widths=name in ("study-report", "survives"))
        page = window.go("/guidance/new")
        page.fill("#title", "Ehto ennen hintaa")
        page.fill("#text", "Kerro ehto aina ennen hintaa. Soita 040 1234567, jos et tiedä.")
        page.fill("#review_on", (TODAY + timedelta(days=90)).date().isoformat())
        page.select_option("#study", "2026-4")
        page.locator(".primary").click()
        page.wait_for_selector(".gate")
        clean(window, "guidance-refused")
        page.fill("#text", "Kerro ehto aina ennen hintaa, niin kukaan ei ylläty.")
        page.fill("#review_on", (TODAY + timedelta(days=90)).date().isoformat())
        page.locator(".primary").click()
        page.wait_for_selector("text=Perustuu 221 puheluun")
        assert ArticleVersion.objects.count() == 1
        clean(window, "guidance-article")
        assert [one for one in window.troubles if "422" not in one] == []

    with browser.window(chromium, served.base, PHONE) as window:
        doing.enter(window, "Leena")
        for path, name in (
            (f"/studies/{report.pk}", "study-report"),
            ("/studies/new", "study-plan"),
            ("/survives", "survives"),
            ("/guidance", "guidance"),
            ("/coaching", "coaching"),
        ):
            window.go(path)
            clean(window, name)
    with browser.window(chromium, served.base, DESK) as window:
        doing.enter(window, Staff.objects.filter(role="team_leader")[0].name)
        window.go("/coaching")
        clean(window, "coaching", widths=True)
        assert window.troubles == []
