"""Before a sales call: whoever dials asks whether the number may be called (REGISTER 6.9).

GDPR 21(3): after an objection to direct marketing the data are not used for it any more. Sales
lists are other systems', so they are told here, number by number, at the moment of the call.
"""

from typing import Annotated

from pydantic import Field

from talteen.desk.interface.api_frame import Asked, Operation, Reply, Value, json_body
from talteen.register import access_log
from talteen.register.programs.api_scopes import Scope
from talteen.register.spared import sales_stops

AT_MOST = 1000


class Numbers(Value):
    """Numbers that somebody is about to call."""

    numbers: Annotated[
        tuple[Annotated[str, Field(min_length=3, max_length=32)], ...],
        Field(min_length=1, max_length=AT_MOST),
    ]
    """With area or country code, at most 1,000."""


class MayBeCalled(Value):
    """The answer, which holds from now until the next question."""

    may_be_called: tuple[bool, ...]
    """In the order of the question. False, too, for what is no full number."""


def _check(asked: Asked) -> Reply:
    told: Numbers = asked.body
    access_log.log_list(asked.by().owner, "asked:sales", at=asked.now)
    stopped = sales_stops.stopped(asked.at_home().vault.sales_key(), told.numbers)
    return Reply(MayBeCalled(may_be_called=tuple(not one for one in stopped)))


OPERATIONS = (
    Operation(
        "checkSalesCalls",
        "POST",
        "sales-calls",
        Scope.SALES_CHECK,
        "Whether numbers may be called to sell; ask before each call.",
        _check,
        MayBeCalled,
        body=json_body(Numbers),
    ),
)
