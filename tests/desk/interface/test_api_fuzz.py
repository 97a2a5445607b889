"""Anything that the document allows, and much that it forbids, is sent to every operation of the
API, over the real application with a real database (schemathesis, hypothesis).

Each answer must be one that the document names, of its shape; what the document forbids must be
refused; nothing may be a fault of ours.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings

from talteen import capturing, course
from talteen.clock import SystemClock
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api, api_table
from talteen.desk.interface.api_calls import SAYINGS
from talteen.desk.interface.api_frame import Half
from talteen.desk.interface.tokens import Scope as NodeScope
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import Recording
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import Desk
from tests.desk.interface.programs import token
from tests.kit import reception
from tests.security import scan_book

if TYPE_CHECKING:
    # It takes half a second to load, in each of the tests' processes.
    from schemathesis import Case, GenerationMode
    from schemathesis.schemas import APIOperation

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = {"positive": 5, "negative": 7}
NO_SCHEMA_SAYS = {
    "listRecordings",  # whether ``after`` was given by this list
    "listDestroyed",
    "why",  # which lines there are
    "receiveRequest",  # whether a time is past, and what is subscribed
    "subscribe",  # where an address leads
    "handIn",  # what is a call
    "handOverRecords",
}
"""What is refused with 422 although its form is good."""
NEED_MORE = {
    *SAYINGS,  # a call that runs (test_api.py)
    *("call", "find"),
    *("handIn", "handOverRecords", "balance"),  # a call, and a day of records (test_api_imports.py)
    *("certificate", "requestStatus", "newSecret", "unsubscribe"),  # something that was made before
}
"""They are sent the same, and answer no more than a refusal here."""
BY_ADMIN = (Scope.RECORDINGS_WRITE, Scope.HEALTH_READ)


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house whose operator lets messages go to this machine."""
    monkeypatch.setenv("TALTEEN_WEBHOOKS_NETWORKS", '["127.0.0.0/8"]')
    return home


@pytest.fixture
def bearers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The name of each operation, and the header of a token that allows it."""
    monkeypatch.setattr(django_settings, "CONFIG", desk.built.house.config)
    monkeypatch.setattr(api, "buckets", Buckets(100_000, 100_000))
    purpose = Purpose.DATA_SUBJECT_REQUEST
    contact = token(desk, *(set(Scope) - set(BY_ADMIN)), purpose=purpose)
    admin = token(desk, *BY_ADMIN, role=Role.ADMIN, purpose=None, name="admin")
    desk.built.house.config.paths.state.mkdir(parents=True, exist_ok=True)
    node = api.tokens().make("strip", list(NodeScope), SystemClock().now())
    told = {}
    for one in api_table.OPERATIONS:
        house = admin if one.scope in BY_ADMIN else contact
        told[one.name] = f"Bearer {node if one.half is Half.NODE else house}"
    yield told
    api.tokens().revoke("strip")


def test_whatever_is_sent_is_answered_as_the_document_says(
    desk: Desk, bearers: dict[str, str]
) -> None:
    import schemathesis

    call = desk.call("001")
    course.sweep(desk.built.house, desk.now)
    app = get_wsgi_application()
    house = desk.built.house
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    sent, reached, began = Counter[str](), Counter[str](), monotonic()
    with reception.reception(house.vault, capturing.folder(house.config).path, prompts=()):
        for found in document.get_all_operations():
            operation = found.ok()
            for mode in schemathesis.GenerationMode:
                _sent(operation, mode, bearers, (sent, reached), call)
    everything = {one.name for one in api_table.OPERATIONS}
    assert set(sent) == everything
    assert {name for name in everything if not reached[name]} <= NEED_MORE
    scan_book.enter("schemathesis", {
        "operations": len(sent), "requests": sent.total(), "seconds": round(monotonic() - began)
    })  # fmt: skip


def _sent(
    operation: "APIOperation",
    mode: "GenerationMode",
    bearers: dict[str, str],
    counted: tuple[Counter[str], Counter[str]],
    call: Recording,
) -> None:
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    name = str(operation.definition.raw["operationId"])
    sent, reached = counted
    excluded = [positive_data_acceptance] if name in NO_SCHEMA_SAYS else []

    @settings(
        max_examples=EXAMPLES[mode.value],
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def send(case: "Case") -> None:
        if mode.value == "positive":
            _mean_it(case, name, call)
        headers = {"Authorization": bearers[name], "Host": "localhost"}
        if mode.value == "positive" and "Idempotency-Key" in case.headers:
            headers["Idempotency-Key"] = str(uuid4())  # what is new has a key of its own
        answer = case.call_and_validate(headers=headers, excluded_checks=excluded)
        sent[name] += 1
        reached[name] += 200 <= answer.status_code < 300

    send()


def _mean_it(case: "Case", name: str, call: Recording) -> None:
    """What no schema says is made true, so that more than a refusal is met."""
    match name:
        case "recording":
            case.path_parameters["recording"] = str(call.pk)
        case "why":
            case.query["line"] = call.line_id
        case "listRecordings" | "listDestroyed":
            case.query.pop("after", None)
        case "receiveRequest":
            case.body |= {"submitted_time": "2026-08-24T07:00:00Z", "status_callback_urls": []}
        case "subscribe":
            case.body["url"] = "http://127.0.0.1:9/talteen"
