"""Whatever a stranger says and does, nothing tells them whether a number has calls (14.6, I18).

The same made-up conversation is held twice, once about a number with calls and once about one
without; whatever comes back, and whatever is sent, must be the same.
"""

import re
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from talteen.errors import TalteenError
from talteen.life.answer import calls, identity, posting
from talteen.life.answer.intake import Asked
from talteen.life.answer.mailbox_models import IdentityCode
from talteen.life.answer.models import SubjectRequest
from talteen.notice.rights import Right
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Channel
from tests.kit.builders import NOON
from tests.life.answer.conftest import House
from tests.life.answer.test_mailbox import Keeps

pytestmark = pytest.mark.django_db(transaction=True)

_examples = count(1)
asks = st.fixed_dictionaries(
    {
        "day": st.sampled_from(["", "2026-11-23", "2026-11-20"]),
        "around": st.sampled_from(["", "11:00"]),
        "fact": st.sampled_from(["", "varaus 8812"]),
        "reach": st.sampled_from(["", "a{}@post.example"]),
    }
)
rights = st.sampled_from([Right.ACCESS, Right.ERASURE, Right.RECTIFICATION])
turns = st.one_of(
    st.tuples(st.just("asks"), rights, asks),
    st.tuples(st.just("wants a code"), st.sampled_from(Channel)),
    st.tuples(st.just("says the code")),
    st.tuples(st.just("says another code"), st.integers(1, 999_999)),
    st.tuples(st.just("minutes pass"), st.sampled_from([1, 9, 70])),
    st.tuples(st.just("the house sweeps")),
)
conversations = st.lists(turns, min_size=2, max_size=7)


class Stranger:
    """Somebody who asks about ``number``, and what they get to see."""

    def __init__(self, house: House, number: str, at: datetime) -> None:
        self.house, self.number, self.now = house, number, at
        self.requests: list[SubjectRequest] = []
        self.seen: list[object] = []

    def has(self, conversation: list[tuple[object, ...]]) -> list[object]:
        """The whole conversation, from a first request on; what was seen of it."""
        self.does("asks", Right.ACCESS, {"day": "2026-11-23", "around": "11:00"})
        begins = (("the house sweeps",), ("wants a code", Channel.TEXT))
        for turn in (*begins, *conversation, ("says the code",)):
            try:
                self.seen.append((turn[0], self.does(*turn)))
            except TalteenError as refused:
                self.seen.append((turn[0], type(refused), str(refused), refused.remedy))
            self.seen.append(self.letters())
        return self.seen

    def does(self, what: object, *told: object) -> object:
        """One turn; what is answered to it at once."""
        match what, told:
            case "asks", [Right() as right, dict(said)]:
                said = {key: text.format(self.number[1:]) for key, text in said.items()}
                asked = Asked(name="Kaisa", number=self.number, **said)
                taken = self.house.taken(right, asked=asked, now=self.now)
                self.requests.append(SubjectRequest.objects.get(pk=taken.request.pk))
                return (taken.request.stage, taken.request.limit_on, len(taken.code))
            case "wants a code", [Channel() as channel]:
                self.now += timedelta(seconds=1)  # of two codes one is the newest
                return identity.send(Keeps(self.house), self.last, channel, self.now)  # type: ignore[func-returns-value]
            case "says the code", []:
                return identity.prove(self.house.vault, self.last, self.code(), self.now)
            case "says another code", [int(by)]:
                other = f"{(int(self.code() or 0) + by) % 10**6:06}"
                return identity.prove(self.house.vault, self.last, other, self.now)
            case "minutes pass", [int(minutes)]:
                self.now += timedelta(minutes=minutes)
            case "the house sweeps", []:
                calls.settle(self.house.vault, self.now)
        return None

    @property
    def last(self) -> SubjectRequest:
        return SubjectRequest.objects.get(pk=self.requests[-1].pk)

    def code(self) -> str:
        """The newest code that reached them; empty where none did."""
        found = [re.search(r"\b\d{6}\b", told["body"]) for told in self._messages()]
        codes = [one[0] for one in found if one]
        return codes[-1] if codes else ""

    def letters(self) -> object:
        """All that was sent to them so far, but for codes and numbers; what is known of them; and
        how their codes stand."""
        texts = [re.sub(r"\d", "0", told["body"]) for told in self._messages()]
        codes = IdentityCode.objects.filter(request__in=self.requests).order_by("sent_at", "pk")
        stand = [(one.channel, one.tries_left, one.ends_at, one.proved_at) for one in codes]
        return texts, stand, identity.known(self.house.vault, self.last)

    def _messages(self) -> list[dict[str, str]]:
        opens = posting.opener(self.house.vault)
        of = OutgoingMessage.objects.filter(file__in=[one.pk for one in self.requests])
        return [
            dict(opens(one.file, one.pk, bytes(one.sealed)))
            for one in of.order_by("written_at", "pk")
            if one.file
        ]


def test_no_conversation_tells_whether_a_number_has_calls(house: House) -> None:
    held = []

    @settings(max_examples=3, database=None, phases=[Phase.generate])
    @given(conversations)
    def same(conversation: list[tuple[object, ...]]) -> None:
        number = next(_examples)
        known, unknown = (f"+35840{number:05}{digit}" for digit in (1, 2))
        call = house.call(number=known)
        at = NOON + timedelta(days=number)  # codes of an hour are counted over the whole house
        seen = [Stranger(house, one, at).has(conversation) for one in (known, unknown)]
        assert seen[0] == seen[1]
        held.append(call.holds.exists())

    same()
    assert any(held)  # the house itself does know
