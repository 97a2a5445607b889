"""Statements add up, are counted from rows and the ledger, and are signed (5(2), REGISTER 17.2)."""

import json
from datetime import date, timedelta

import pytest

from talteen import ids
from talteen.clock import helsinki_date
from talteen.demo import cast
from talteen.engine.tlog import note
from talteen.errors import InputError, Tampered
from talteen.ids import HoldId, RecordingId
from talteen.life.answer.models import RequestAnswer, RequestEdge, RequestPaper, SubjectRequest
from talteen.notice.access_reviews import Kept
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.oversight import access_reviews, adopting, grounds
from talteen.oversight.statements import counting, signed, spans, values
from talteen.oversight.statements.values import ActKind, Section, Statement
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import Ground, HoldEnd, HoldPlaced, HoldReleased
from talteen.register.models import AccessEntry, Case, Training, Undertaking
from talteen.register.staff.review_models import RightReview
from tests.desk.conftest import Desk, desk  # noqa: F401  (the fixture)

DAY = timedelta(days=1)


def section(statement: Statement, key: str) -> Section:
    return next(one for one in statement.sections if one.key == key)


def opened(desk: Desk, role: Role, purpose: str, action: str = "play", rule: str = "") -> None:  # noqa: F811
    AccessEntry.objects.create(
        at=desk.now, staff=cast.first_of(role).pk, role=role.value, purpose=purpose,
        recording=ids.new(), action=action, rule=rule, case="R-1",
    )  # fmt: skip


def asked(desk: Desk, received_on: date, closed_on: date | None = None, **told: object) -> None:  # noqa: F811
    eila = cast.first_of(Role.REGISTER_CONTACT)
    case = Case.objects.create(
        reference=f"P-{ids.new()}"[:32], kind="request", opened_at=desk.now, opened_by=eila
    )
    SubjectRequest.objects.create(
        **{
            "case": case, "stage": "closed" if closed_on else "preparing", "rights": ["access"],
            "via": "letter", "language": "fi", "received_at": desk.now,
            "received_on": received_on, "closed_on": closed_on,
            "limit_on": received_on + 30 * DAY, "owner": eila, "code_sha256": case.pk.bytes,
            **told,
        }
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_month_a_year_and_a_quarter_add_up(desk: Desk) -> None:  # noqa: F811
    today, house = helsinki_date(desk.now), desk.built.house
    opened(desk, Role.COMPLAINT_HANDLER, "rights_of_parties")
    opened(desk, Role.REGISTER_CONTACT, "data_subject_request", "read")
    opened(desk, Role.AGENT, "correctness", "denied", "not_own_call_of_today")
    hold, call = HoldId(ids.new()), RecordingId(ids.new())
    placed = HoldPlaced(
        hold=hold, recording=call, ground=Ground.COMPLAINT, provisional=False, review_on=today
    )
    ledger.enter(placed, desk.now - 40 * DAY)
    ledger.enter(HoldReleased(hold=hold, recording=call, end=HoldEnd.RELEASED), desk.now)
    asked(desk, today - 40 * DAY, today)
    asked(desk, today, rights=["access", "erasure"], via="portal", language="sv")
    asked(desk, today - 400 * DAY, today - 390 * DAY)
    late = SubjectRequest.objects.get(received_on=today - 40 * DAY)
    RequestEdge.objects.create(request=late, at=desk.now, step="handed_out", stage="delivering")
    paper = RequestPaper.objects.create(request=late, kind="draft", at=desk.now, sealed=b"")
    RequestAnswer.objects.create(
        request=late, right="access", letter="access_cover", outcome="granted", draft=paper,
        prepared_by=late.owner, prepared_at=desk.now, decided_by=late.owner, decided_at=desk.now,
    )  # fmt: skip
    ledger.publish(house.log, desk.now)

    month = counting.month(today.replace(day=1), desk.now)
    year = counting.requests(today.year, desk.now)
    quarter = counting.access(spans.name_of_quarter(today), desk.now)

    assert all(one.adds_up for one in (month, year, quarter))
    assert section(month, "opened").total == 2
    assert section(month, "denied").rows == {"not_own_call_of_today": 1}
    assert section(month, "holds") == Section("holds", {"before": 1, "placed": 0, "ended": -1}, 0)
    assert section(month, "requests").rows == {"before": 1, "received": 1, "closed": -1}
    assert section(year, "by_right").rows["erasure"] == 1
    assert section(year, "by_channel").rows == {"letter": 1, "portal": 1}
    assert section(year, "by_outcome").rows["granted"] == 1
    assert section(year, "days_to_answer").rows == {"answered": 1, "median": 40, "longest": 40}
    assert section(year, "care").rows["late"] == 1
    by_code = {one.code: one for one in quarter.people}
    handler = by_code[cast.first_of(Role.COMPLAINT_HANDLER).code]
    assert (dict(handler.opened), handler.denied) == ({"rights_of_parties": 1}, 0)
    assert by_code[cast.first_of(Role.AGENT).code].denied == 1
    assert not month.whole

    raw = signed.signed(year, house.log.signer)
    assert signed.checked(raw, house.log.keys)["by_right.access"] == "2"
    assert json.loads(json.dumps(values.as_json(year)))["adds_up"] is True
    with pytest.raises(Tampered):
        signed.checked(raw.replace(b"by_right.access: 2", b"by_right.access: 3"), house.log.keys)
    with pytest.raises(Tampered):
        signed.checked(note.sign("other\n", house.log.signer).to_bytes(), house.log.keys)


@pytest.mark.django_db(transaction=True)
def test_who_may_open_anything_today_and_the_pages_of_it(desk: Desk) -> None:  # noqa: F811
    agent, contact = cast.first_of(Role.AGENT), cast.first_of(Role.REGISTER_CONTACT)
    Training.objects.filter(staff=agent).delete()
    Undertaking.objects.filter(staff=contact).update(ended_on=helsinki_date(desk.now))
    ledger.publish(desk.built.house.log, desk.now)
    made = counting.people(desk.built.house.register, desk.now)

    standing = section(made, "standing")
    assert made.adds_up
    assert (standing.rows["untrained"], standing.rows["no_undertaking"]) == (1, 1)
    assert section(made, "contacts").rows == {"named": 2, "ready": 1}

    dpo, month = desk.client(Role.DPO), helsinki_date(desk.now).strftime("%Y-%m")
    listed = dpo.get("/statements").content.decode()
    for path in ("people/today", f"month/{month}", "requests/2026", "access/2026-Q3"):
        assert f'href="/statements/{path}"' in listed
        page = dpo.get(f"/statements/{path}").content.decode()
        assert "Luvut täsmäävät" in page
        assert dpo.get(f"/statements/{path}.json").json()["format"] == values.FORMAT
        text = dpo.get(f"/statements/{path}.txt").content
        assert signed.checked(text, desk.built.house.log.keys)["kind"] == path.partition("/")[0]
        assert desk.client(Role.AGENT).get(f"/statements/{path}").status_code == 403
    for path in ("month/2031-01", "month/2026-13", "requests/1999", "access/2026-Q5"):
        assert dpo.get(f"/statements/{path}").status_code == 404


def test_four_quarters_are_a_year_and_a_wrong_one_is_refused() -> None:
    whole = spans.year(2028)
    quarters = [spans.quarter(f"2028-Q{number}") for number in (1, 2, 3, 4)]

    assert (quarters[0].first, quarters[-1].last) == (whole.first, whole.last)
    assert all(one.last + DAY == after.first for one, after in zip(quarters, quarters[1:]))  # noqa: B905, RUF007
    assert list(spans.quarters(date(2028, 5, 9), date(2028, 11, 1))) == [
        "2028-Q4",
        "2028-Q3",
        "2028-Q2",
    ]
    with pytest.raises(InputError):
        spans.quarter("2028-Q5")


def test_a_sum_that_does_not_come_out_is_said() -> None:
    assert Section("x", {"a": 1, "b": 2}, 3).adds_up
    assert not Section("x", {"a": 1, "b": 2}, 4).adds_up


@pytest.mark.django_db(transaction=True)
def test_a_month_names_what_was_adopted_and_reviewed_and_by_whom(desk: Desk) -> None:  # noqa: F811
    config, now = desk.built.house.config, desk.now
    owner, contact, dpo = map(cast.first_of, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    found = grounds.grounds(config, helsinki_date(now)).balanced[0].kept
    paper, seen = found.paper.id, found.paper.sha256.hex()
    adopting.propose(config, paper, seen, by=owner, now=now)
    adopting.opine(paper, seen, Opinion.FOR, "Puollan.", by=dpo, now=now)
    adopting.adopt(config, paper, seen, by=contact, now=now)
    access_reviews.begin(owner, now)
    right = RightReview.objects.filter(staff=dpo).get()
    access_reviews.decide(right.pk, owner, Kept.KEPT, now)
    later = now + 30 * DAY
    access_reviews.tend(later)

    made = counting.month(helsinki_date(now).replace(day=1), now)
    again = section(made, "adopted")
    assert again.adds_up
    assert again.rows["tests_again"] == 1
    assert section(made, "reviewed").rows["rights_kept"] == 1
    assert section(made, "reviewed").rows["opinions"] == 1
    renewed = [one for one in made.acts if one.kind is ActKind.ADOPTED_AGAIN]
    assert [(one.subject, one.by) for one in renewed] == [(paper, (owner.code, contact.code))]
    quarter = counting.access(spans.name_of_quarter(helsinki_date(later)), later)
    assert [(one.kind, one.by) for one in quarter.acts] == [(ActKind.ROUND, (owner.code,))]
    assert section(quarter, "reviewed").rows["rights_lapsed"] > 0

    ledger.publish(desk.built.house.log, now)
    month = helsinki_date(now).strftime("%Y-%m")
    page = desk.client(Role.DPO).get(f"/statements/month/{month}").content.decode()
    assert "Tarkistettiin ja hyväksyttiin" in page
    assert f"{owner.code}, {contact.code}" in page
    text = signed.signed(made, desk.built.house.log.signer).decode()
    assert f"adopted_again {paper} {owner.code} {contact.code}" in text
