"""A house that answers programs."""

import pytest
from django.conf import settings

from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api
from tests.desk.conftest import Desk


@pytest.fixture
def answering(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages and the API are this house's, and a program may ask as often as it likes."""
    monkeypatch.setattr(settings, "CONFIG", desk.built.house.config)
    monkeypatch.setattr(api, "buckets", Buckets(10_000, 10_000))
