"""The example of a client does what its page says, against a real house over HTTP."""

import importlib.util
import json
import time
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from django.conf import settings

from talteen import course, subscribers
from talteen.demo import material
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api
from talteen.notice.purposes import Role
from talteen.register.programs.api_models import WebhookSubscription
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import TODAY, Desk
from tests.desk.interface.programs import asks, token
from tests.kit import houses, receivers
from tests.kit.serving import serving

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLE = Path(__file__).parents[3] / "docs" / "integrators" / "talteen_client.py"


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house whose operator lets messages go to this machine."""
    monkeypatch.setenv("TALTEEN_WEBHOOKS_NETWORKS", '["127.0.0.0/8"]')
    return home


@pytest.fixture
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("talteen_client", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_lists_hands_in_asks_and_is_told(
    desk: Desk, example: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CONFIG", desk.built.house.config)
    monkeypatch.setattr(api, "buckets", Buckets(10_000, 10_000))
    by_contact = token(
        desk,
        *(Scope.RECORDINGS_READ, Scope.REQUESTS_WRITE, Scope.REQUESTS_READ, Scope.WEBHOOKS),
        Scope.LEDGER_READ,
    )
    by_admin = token(desk, Scope.RECORDINGS_WRITE, role=Role.ADMIN, purpose=None, name="pbx")
    for name in ("002", "003"):
        desk.call(name)
    call = houses.spoken("001", TODAY)
    desk.built.clock.at = max(call.ends_at, desk.now)
    sidecar, agent, caller = material.drop(call, desk.built.drop).files

    with serving() as address, receivers.receiver() as there:
        crm, pbx = example.Talteen(address, by_contact), example.Talteen(address, by_admin)
        hook = crm.post("webhooks", {"url": there.url, "events": ["recording.sealed"]})
        key = str(uuid4())
        handed = pbx.hand_in(sidecar, key=key, agent=agent, caller=caller)
        assert pbx.hand_in(sidecar, key=key, agent=agent, caller=caller) == handed
        assert handed["outcome"] == "recorded"

        rows = list(crm.all("recordings", limit=1))
        assert len({one["recording"] for one in rows}) == len(rows) == 3
        assert crm.get(f"recordings/{handed['recording']}")["state"] == "transcribing"
        body = asks()
        receipt = crm.post("requests", body, key="r")
        assert crm.post("requests", body, key="r") == receipt
        status = crm.get(f"requests/{body['subject_request_id']}")
        assert status["request_status"] == "pending"
        with pytest.raises(example.Problem, match="404"):
            crm.get(f"recordings/{uuid4()}")

        course.sweep(desk.built.house, desk.now)
        subscribers.tell.run(WebhookSubscription.objects.get().pk)
        assert crm.get("ledger/checkpoint").splitlines()[0] == crm.get("ledger")["origin"]
        crm.delete(f"webhooks/{hook['webhook']}")

    told = {json.loads(body)["data"]["recording"] for _, body in there.came}
    assert handed["recording"] in told
    headers, raw = there.came[0]
    assert example.verified(headers, raw, [hook["secret"]], time.time())["type"]
    with pytest.raises(ValueError, match="signed"):
        example.verified(headers, raw + b" ", [hook["secret"]], time.time())
    with pytest.raises(ValueError, match="old"):
        example.verified(headers, raw, [hook["secret"]], time.time() + 900)
