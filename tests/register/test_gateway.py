"""Text messages leave over HTTPS through whatever gateway the operator names, once each."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from talteen.errors import InputError, Unavailable
from talteen.register.post.gateway import GatewaySender
from talteen.register.post.messages import Message
from tests.kit import gateways
from tests.kit.gateways import TOKEN, Gateway

CODE = Message("code:1", "+358401234567", "Koodisi", "Koodisi on 123456.")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateways.gateway(tmp_path_factory.mktemp("gateway")) as made:
        yield made


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.status, running.location = 202, ""
    running.taken.clear()
    running.keys.clear()
    return running


def test_a_text_reaches_the_gateway_in_its_own_words_and_twice_under_one_key(
    gateway: Gateway,
) -> None:
    sender = GatewaySender(gateway.settings, TOKEN)
    for message in (CODE, CODE, replace(CODE, key="code:2")):
        sender.send(message)

    told = {"msisdn": CODE.to, "from": "Talteen", "text": CODE.body}
    assert gateway.taken == [told] * 3
    assert gateway.keys[0] == gateway.keys[1] != gateway.keys[2]
    assert TOKEN not in repr(sender)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_gateway_that_cannot_now_is_asked_again(gateway: Gateway, status: int) -> None:
    gateway.status = status
    with pytest.raises(Unavailable):
        GatewaySender(gateway.settings, TOKEN).send(CODE)


def test_a_number_that_is_refused_is_refused_for_good(gateway: Gateway) -> None:
    gateway.status = 422
    with pytest.raises(InputError):
        GatewaySender(gateway.settings, TOKEN).send(CODE)


def test_the_token_goes_to_no_other_place_than_the_one_that_was_named(gateway: Gateway) -> None:
    gateway.status, gateway.location = 307, gateway.settings.url + "/elsewhere"
    with pytest.raises(Unavailable):
        GatewaySender(gateway.settings, TOKEN).send(CODE)
    assert gateway.taken == []


def test_a_gateway_whose_certificate_nobody_vouches_for_gets_nothing(gateway: Gateway) -> None:
    stranger = gateway.settings.model_copy(update={"ca_file": None})
    with pytest.raises(Unavailable):
        GatewaySender(stranger, TOKEN).send(CODE)
    assert gateway.taken == []
