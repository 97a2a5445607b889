"""A code shows that a number is in the hand of who asks, and says nothing of its calls (14.6)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string
from uuid import UUID

import pytest

from talteen.config import CallbackSection
from talteen.errors import Conflict, NotAllowed
from talteen.life.answer import calls, identity, posting, reading, steps
from talteen.life.answer.identity import TRIES
from talteen.life.answer.intake import Asked
from talteen.life.answer.mailbox_models import IdentityCode
from talteen.life.answer.models import SubjectRequest
from talteen.notice.identity import Tier
from talteen.notice.rights import Right
from talteen.register.post import messages
from talteen.register.post.gateway import GatewaySender
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Channel, Sink
from tests.kit import gateways, vaults
from tests.kit.builders import NOON
from tests.kit.gateways import TOKEN, Gateway
from tests.life.answer.conftest import House
from tests.life.answer.test_mailbox import Keeps
from tests.register.test_messages import post_office

pytestmark = pytest.mark.django_db(transaction=True)
STRANGE = "+358409998887"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateways.gateway(tmp_path_factory.mktemp("gateway")) as made:
        yield made


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.taken.clear()
    return running


def asking(house: House, number: str = vaults.NUMBER, **told: str) -> SubjectRequest:
    asked = Asked(name="Kaisa", number=number, day="2026-11-23", **told)
    return house.taken(Right.ACCESS, asked=asked).request


def carried(house: House, gateway: Gateway) -> list[str]:
    """The codes that have reached a telephone."""
    text = GatewaySender(gateway.settings, TOKEN)
    messages.deliver(None, NOON, text=text, unseal=posting.opener(house.vault))
    found = [re.search(r"\b\d{6}\b", one["text"]) for one in gateway.taken]
    return [one[0] for one in found if one]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_that_came_to_the_number_shows_that_it_is_in_their_hand(
    house: House, gateway: Gateway
) -> None:
    request = asking(house, around="11:00")
    assert identity.known(house.vault, request).tier is Tier.NONE

    identity.send(Keeps(house), request, Channel.TEXT, NOON)
    stands = OutgoingMessage.objects.get()
    assert (stands.to, stands.body, stands.channel) == ("", "", "text")
    (code,) = carried(house, gateway)
    assert gateway.taken[0]["msisdn"] == identity.receiver(
        calls.asked_of(house.vault, request), Channel.TEXT
    )
    assert "Kaisa" not in gateway.taken[0]["text"]
    assert code.encode() not in bytes(IdentityCode.objects.get().code)

    assert identity.prove(house.vault, request, f" {code[:3]} {code[3:]}", NOON) is Channel.TEXT
    known = identity.known(house.vault, request)
    assert (known.number_at, known.address_at, known.tier) == (NOON, None, Tier.NUMBER)


def test_a_number_alone_is_no_tier(house: House, gateway: Gateway) -> None:
    request = asking(house)
    identity.send(Keeps(house), request, Channel.TEXT, NOON)
    identity.prove(house.vault, request, carried(house, gateway)[0], NOON)

    known = identity.known(house.vault, request)
    assert known.number_at == NOON
    assert known.tier is Tier.NONE


def test_nothing_tells_whether_the_number_has_calls(house: House, gateway: Gateway) -> None:
    """Same answer, same row, same message, with a call and without."""
    house.call()
    seen = []
    for number in (vaults.NUMBER, STRANGE):
        request = asking(house, number)
        said = identity.send(Keeps(house), request, Channel.TEXT, NOON)
        row = IdentityCode.objects.get(request=request)
        seen.append((said, row.channel, row.tries_left, row.ends_at, len(bytes(row.code))))
    carried(house, gateway)

    assert seen[0] == seen[1]
    assert len({re.sub(r"\d", "0", one["text"]) for one in gateway.taken}) == 1
    assert len(gateway.taken) == 2


def test_after_five_tries_the_right_code_is_none_either(house: House, gateway: Gateway) -> None:
    request = asking(house)
    identity.send(Keeps(house), request, Channel.TEXT, NOON)
    (code,) = carried(house, gateway)

    for _ in range(TRIES):
        with pytest.raises(NotAllowed):
            identity.prove(house.vault, request, wrong(code), NOON)
    with pytest.raises(NotAllowed):
        identity.prove(house.vault, request, code, NOON)


def test_a_code_is_good_for_ten_minutes_once_and_until_the_next_one(
    house: House, gateway: Gateway
) -> None:
    request, keeps = asking(house), Keeps(house)
    identity.send(keeps, request, Channel.TEXT, NOON)
    identity.send(keeps, request, Channel.TEXT, NOON)
    first, second = carried(house, gateway)
    late = NOON + timedelta(minutes=house.register.request.code_minutes)

    for code, at in ((second, late), (first, NOON) if first != second else (wrong(second), NOON)):
        with pytest.raises(NotAllowed):
            identity.prove(house.vault, request, code, at)
    identity.prove(house.vault, request, second, late - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        identity.prove(house.vault, request, second, NOON)


def test_a_code_that_could_not_be_sent_in_its_time_is_not_sent_later(
    house: House, gateway: Gateway
) -> None:
    identity.send(Keeps(house), asking(house), Channel.TEXT, NOON)
    sender = GatewaySender(gateway.settings, TOKEN)
    late = NOON + timedelta(minutes=10)

    messages.deliver(None, late, text=sender, unseal=posting.opener(house.vault))

    assert gateway.taken == []
    assert OutgoingMessage.objects.get().state == "late"


def test_no_telephone_is_flooded_and_the_answer_stays_the_same(house: House) -> None:
    keeps, requests = Keeps(house), [asking(house) for _ in range(3)]

    for request in requests:
        for _ in range(4):
            assert identity.send(keeps, request, Channel.TEXT, NOON) is None  # type: ignore[func-returns-value]

    sent = IdentityCode.objects
    assert sent.filter(request=requests[0]).count() == identity.OF_A_REQUEST
    assert sent.count() == identity.OF_A_RECEIVER


def test_a_code_to_an_address_goes_by_mail_and_is_no_tier_of_its_own(house: House) -> None:
    request = asking(house, reach="kaisa@post.example")
    identity.send(Keeps(house), request, Channel.MAIL, NOON)
    with post_office() as (post, smtp):
        messages.deliver(smtp, NOON, text=Sink(), unseal=posting.opener(house.vault))
    ((to, text),) = post.taken
    code = re.search(r"\b\d{6}\b", str(message_from_string(text).get_payload()))

    assert to == ["kaisa@post.example"]
    assert code
    assert identity.prove(house.vault, request, code[0], NOON) is Channel.MAIL
    known = identity.known(house.vault, request)
    assert (known.address_at, known.tier) == (NOON, Tier.NONE)


def test_a_code_counts_for_the_number_that_is_named_and_for_no_other(
    house: House, gateway: Gateway
) -> None:
    request = asking(house, fact="varaus 12")
    identity.send(Keeps(house), request, Channel.TEXT, NOON)
    identity.prove(house.vault, request, carried(house, gateway)[0], NOON)

    other = Asked(name="Kaisa", number=STRANGE, fact="varaus 12")
    reading.read(house.vault, request.pk, [Right.ACCESS], other, "fi", by=house.eila, now=NOON)

    assert identity.known(house.vault, request).number_at is None


def test_nothing_is_sent_where_no_number_was_told_or_the_person_is_known(house: House) -> None:
    identity.send(Keeps(house), asking(house, ""), Channel.TEXT, NOON)
    assert not OutgoingMessage.objects.exists()

    request = asking(house)
    house.to_preparing(request.pk)
    with pytest.raises(Conflict):
        identity.send(Keeps(house), request, Channel.TEXT, NOON)


def test_what_is_left_of_codes_goes_with_the_file(house: House) -> None:
    request, keeps = asking(house), Keeps(house)
    identity.send(keeps, request, Channel.TEXT, NOON)
    identity.forget(NOON + timedelta(days=29))
    assert IdentityCode.objects.count() == 1
    identity.forget(NOON + timedelta(days=31))
    assert IdentityCode.objects.count() == 0

    identity.send(keeps, request, Channel.TEXT, NOON)
    IdentityCode.objects.update(proved_at=NOON)
    steps.withdraw(house.vault, request.pk, "ei enää", by=house.eila, now=NOON)
    SubjectRequest.objects.filter(pk=UUID(str(request.pk))).update(forgotten_at=NOON)
    identity.forget(NOON)
    assert IdentityCode.objects.count() == 0


def test_a_code_that_is_read_aloud_shows_the_number_too(house: House, gateway: Gateway) -> None:
    request = asking(house, around="11:00")
    identity.send(Keeps(house), request, Channel.CALL, NOON)
    at = gateway.settings
    calling = CallbackSection(
        url=at.url,
        ca_file=at.ca_file,
        sender=at.sender,
        to_field=at.to_field,
        from_field=at.from_field,
        text_field=at.text_field,
    )
    text, call = GatewaySender(at, TOKEN), GatewaySender(calling, TOKEN)
    unseal = posting.opener(house.vault)
    assert messages.deliver(None, NOON, text=text, unseal=unseal) == 0  # no text message: a call
    assert messages.deliver(None, NOON, call=call, unseal=unseal) == 1

    (said,) = gateway.taken
    assert said["language"] == "fi"
    spoken = re.findall(r"koodisi on ((?:\d, ){5}\d)", said["text"].lower())
    assert said["text"].count(spoken[0]) == 2  # twice, for whoever looks for a pen
    code = spoken[0].replace(", ", "")
    assert identity.prove(house.vault, request, code, NOON) is Channel.CALL
    assert identity.known(house.vault, request).tier is Tier.NUMBER
