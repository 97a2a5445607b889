"""``talteen demo-call``: see a call arrive. A foreign telephone places it over real SIP."""

from rich.console import Console

from talteen.desk.ground import startup
from talteen.errors import ConfigError

USUAL = "001-huonevaraus"


def call(*, name: str = USUAL, seconds: int = 600) -> None:
    """Place one announced, spoken call at the capture node of this house.

    Parameters
    ----------
    name
        One of the calls in demo/calls. It takes as long as it takes: about a minute.
    seconds
        Hang up after so many, if it is not over before.
    """
    config = startup.ready()
    if not config.capture.address:
        raise ConfigError(
            "capture.address: is missing", remedy="write the address that calls are sent to"
        )
    from talteen import capturing
    from talteen.demo import telephone

    console = Console(stderr=True)
    where = f"{config.capture.address}:{config.capture.sip_port}"
    console.print(f"Calling {where}: {name}, all invented. Ctrl-C hangs up.")
    telephone.ring(config, capturing.folder(config), name, seconds=seconds)
    console.print("The call is over. The worker takes it in.")
