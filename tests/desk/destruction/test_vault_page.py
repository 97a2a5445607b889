"""The vault on the screen: the same keys as in the terminal, for those who answer for them."""

import re
from datetime import timedelta

import pytest

from talteen import course
from talteen.life.seal import ring
from talteen.notice.purposes import Role
from talteen.oversight import key_alarms
from talteen.register.models import Recording
from tests.desk.conftest import Desk
from tests.desk.destruction.test_calendar_page import spoken

pytestmark = pytest.mark.django_db(transaction=True)
PAGE_BYTES = 60_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def said(desk: Desk, path: str = "/vault", role: Role = Role.ADMIN) -> str:
    answer = desk.client(role).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize("path", ["/vault", "/vault/table"])
def test_the_vault_is_for_those_who_answer_for_the_keys(desk: Desk, path: str) -> None:
    """REGISTER D: operator, data protection officer, auditor. Nobody else, and none unsigned."""
    allowed = {Role.ADMIN, Role.DPO, Role.AUDITOR}
    for role in (*allowed, Role.AGENT, Role.TEAM_LEADER, Role.REGISTER_CONTACT):
        answer = desk.client(role).get(path)
        assert answer.status_code == (200 if role in allowed else 403), role
        assert ('href="/vault"' in answer.content.decode()) == (role in allowed)

    assert desk.client().get(path).status_code == 302


def test_a_quiet_ring_says_so_and_has_no_button(desk: Desk) -> None:
    course.roll(desk.built.house, desk.now)

    page = main_of(said(desk))

    assert "<h1>Avaimet kuolevat ajallaan</h1>" in page
    assert "Avainsukupolvi 2 elää" in page
    assert "<button" not in page
    assert "<form" not in page


def test_a_day_of_backups_says_in_words_what_its_colour_shows(desk: Desk) -> None:
    course.roll(desk.built.house, desk.now)
    (dies_at,) = desk.built.house.vault.backup.deaths().values()
    desk.built.clock.advance(DAY)
    course.roll(desk.built.house, desk.now)

    days = re.findall(r'<li class="day left.*?</li>', said(desk), re.DOTALL)

    assert all("aria-label" not in day for day in days), "2.5.3: the name begins as it is seen"
    heard = [spoken(day) for day in days]
    until = f"{dies_at.day}.{dies_at.month}. klo"
    assert any(day.startswith(("ti ", "ma ")) and until in day for day in heard), heard


def test_what_dies_tonight_is_counted_by_day_without_a_word_of_any_caller(desk: Desk) -> None:
    call = desk.call("001")
    course.roll(desk.built.house, desk.now)
    desk.built.clock.at = Recording.objects.get().cutoff_at - HOUR

    page = main_of(said(desk))

    tonight = page[page.index('id="yo"') :]
    assert f"{call.day.day}.{call.day.month}." in tonight
    assert "1 tallenne" in tonight
    assert str(call.pk) not in page


def test_an_alarm_is_told_with_its_remedy_and_counted_on_every_page(desk: Desk) -> None:
    course.roll(desk.built.house, desk.now)
    (name,) = desk.built.house.vault.backup.deaths()
    (desk.built.house.config.paths.keys_ring / f"{name}.key").unlink()
    ring.tend(desk.built.house.vault, desk.now)
    course.watch_keys(desk.built.house, desk.now)
    assert key_alarms.standing()

    page, elsewhere = said(desk), said(desk, "/calendar")

    assert "Avaimissa on 1 hälytys" in page
    assert "Varmuusavain katosi ennen päiväänsä, sukupolvi 1." in page
    assert "Tarkista, että renkaan levy on oikea" in page
    assert "Avain katosi" in page
    assert 'class="section-count">1' in elsewhere


def test_what_is_past_its_time_is_said_first(desk: Desk) -> None:
    desk.call("001")
    course.roll(desk.built.house, desk.now)
    desk.built.clock.at = Recording.objects.get().cutoff_at + 2 * HOUR

    page = main_of(said(desk))

    assert "<h1>1 tallenne on yli aikansa</h1>" in page
    assert "Tarkista, että talteen work käy." in page


def test_a_week_of_hourly_rolls_fits_on_the_page_and_the_table_says_what_it_leaves_out(
    desk: Desk,
) -> None:
    from talteen.life.seal.models import RollRecord

    now = desk.now
    RollRecord.objects.bulk_create(
        RollRecord(
            n=1000 + n,
            at=now - 7 * DAY + n * HOUR,
            root=b"",
            live_name=f"live-{n}",
            live_wrapped=b"",
            backup_name=f"ring-{n}",
            live_dead_at=now - 7 * DAY + (n + 1) * HOUR,
            backup_dies_at=now - DAY + (n + 1) * HOUR,
        )
        for n in range(7 * 24)
    )

    page, table = said(desk), said(desk, "/vault/table")

    assert len(page.encode()) < PAGE_BYTES
    assert len(table.encode()) < PAGE_BYTES
    assert "talteen keys status --json" in table
    assert page.count('class="strip"') == 9


def test_the_table_says_the_same_as_the_drawing(desk: Desk) -> None:
    course.roll(desk.built.house, desk.now)

    table = main_of(said(desk, "/vault/table", Role.AUDITOR))

    rows = [spoken(row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
    assert any(row.startswith("2 ") and row.endswith("elää") for row in rows), rows
    assert any(row.startswith("1 ") and "kuoli" in row and "kuolee" in row for row in rows), rows
