"""Programs of others are told what happened: what the sweep writes down, a worker sends.

Sending waits for others, so it is a job; that it is asked for again after a crash is the sweep's.
All of it goes by the machine's clock, as its receivers do: a demo's clock leaps over months.
"""

from functools import partial
from uuid import UUID

from talteen import wiring
from talteen.clock import SystemClock, helsinki_date
from talteen.life.seal import personal
from talteen.oversight.flow import hooks
from talteen.register.database.jobs import job
from talteen.register.programs import api_answers, webhooks


def tend() -> int:
    """Write down what is to be told, and ask a worker to tell it; returns what is new."""
    now = SystemClock().now()
    api_answers.forget(now)
    webhooks.forget(now)
    new = webhooks.gather(now)
    webhooks.due(now, lambda subscription: tell.enqueue(subscription=subscription))
    return new


@job("tell")
def tell(subscription: UUID) -> None:
    """Tell one program what waits for it."""
    house = wiring.house()
    send = hooks.sender(house.config, house.register, lambda: helsinki_date(house.now()))
    unseal = partial(personal.unseal, house.vault, personal.Kind.HOOK)
    webhooks.tell(subscription, SystemClock().now, unseal=unseal, send=send)
