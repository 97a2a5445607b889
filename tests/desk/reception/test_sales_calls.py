"""A call to somebody who objected to direct marketing becomes a task, and no number stands in it
(REGISTER 6.9; GDPR 21(3))."""

from datetime import timedelta

import pytest
from django.db import connection
from structlog.testing import capture_logs

from talteen.clock import helsinki_date
from talteen.notice.purposes import Role
from talteen.oversight.prove import gather
from talteen.oversight.prove.registry import PROOFS
from talteen.register.models import AccessEntry, Recording
from talteen.register.spared import do_not_record, sales_calls, sales_stops
from talteen.register.spared.sales_call_models import SalesCall
from tests.desk.conftest import TODAY, Desk
from tests.kit import houses

pytestmark = pytest.mark.django_db(transaction=True)
PATH, NUMBER = "/sales-calls", "050 555 0169"
"""Whom the demo's call 013 goes to."""
OUTBOUND = "013"


def stopped(desk: Desk, day: timedelta = timedelta(0)) -> None:
    """The person of the call objected, so long before it."""
    began = houses.spoken(OUTBOUND, TODAY).started_at
    sales_stops.stop(desk.built.house.vault.sales_key(), NUMBER, helsinki_date(began - day))


def test_a_call_to_a_stopped_number_waits_until_somebody_says_what_it_was(desk: Desk) -> None:
    stopped(desk)
    with capture_logs() as logged:
        call = desk.call(OUTBOUND)
    contact = desk.client(Role.REGISTER_CONTACT)

    home = contact.get("/").content.decode()
    page = contact.get(PATH).content.decode()
    assert "1 soitto meni numeroon, johon ei soiteta myyntiasioissa" in page
    assert "Soitettiin, vaikka myyntisoitot on kielletty" in home
    assert call.agent.name in page
    (row,) = SalesCall.objects.all()
    assert (row.day, row.began_at, row.line, row.agent) == (
        call.day, call.started_at, call.line, call.agent,
    )  # fmt: skip
    said = [one for one in logged if one["event"] == "sales.stopped_number_called"]
    assert len(said) == 1
    assert "0169" not in f"{logged}{page}{home}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM sales_call t")
        assert "0169" not in cursor.fetchone()[0]

    wrong = contact.post(f"{PATH}/{row.pk}", {"verdict": "sale"})
    assert wrong.status_code == 422
    assert "Myyntisoitosta on ensin kerrottava" in wrong.content.decode()
    assert contact.post(f"{PATH}/{row.pk}", {"verdict": ""}).status_code == 422
    assert desk.client(Role.DPO).post(f"{PATH}/{row.pk}", {"verdict": "service"}).status_code == 403
    done = contact.post(f"{PATH}/{row.pk}", {"verdict": "service"}, follow=True).content.decode()
    assert "Yhtään soittoa ei ole selvittämättä" in done
    assert "oma asia" in done
    assert contact.post(f"{PATH}/{row.pk}", {"verdict": "sale", "told": "on"}).status_code == 409
    row.refresh_from_db()
    assert (row.verdict, row.began_at) == ("service", None)
    assert AccessEntry.objects.filter(rule="sales-call:service").count() == 1
    assert "Soitettiin, vaikka" not in contact.get("/").content.decode()

    # It goes with the months of a request's file.
    assert sales_calls.forget(36, desk.now + timedelta(days=1_000)) == 0
    assert sales_calls.forget(36, desk.now + timedelta(days=1_100)) == 1


def test_a_sales_call_breaks_the_promise_though_nothing_is_kept_of_it(desk: Desk) -> None:
    stopped(desk)
    house = desk.built.house
    do_not_record.add(house.vault.do_not_record_key(), NUMBER, TODAY.date())
    spoken, proof = houses.spoken(OUTBOUND, TODAY), PROOFS["objection.s8"]

    desk.built.take_in(spoken)
    desk.built.take_in(spoken)  # the same file again

    (row,) = SalesCall.objects.all()
    assert not Recording.objects.exists()

    def kept() -> bool:
        return proof.judge(gather.facts(house, desk.now), "objection.s8").kept

    assert kept()  # it waits, and its days are not over
    contact = desk.client(Role.REGISTER_CONTACT)
    contact.post(f"{PATH}/{row.pk}", {"verdict": "sale", "told": "on"})
    assert not kept()
    assert "objection.s8" in desk.client(Role.DPO).get("/prove").content.decode()


def test_nothing_is_noticed_of_calls_that_keep_the_promise(desk: Desk) -> None:
    stopped(desk, -timedelta(days=1))  # on the day after the call
    key = desk.built.house.vault.sales_key()
    sales_stops.stop(key, "050 555 0112", TODAY.date() - timedelta(days=100))  # who calls us

    desk.call(OUTBOUND)
    desk.call("001")

    assert not SalesCall.objects.exists()
    empty = desk.client(Role.REGISTER_CONTACT).get(PATH).content.decode()
    assert "Ei mitään selvitettävää" in empty
