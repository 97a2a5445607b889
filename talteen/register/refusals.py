"""How a door says no: each refusal with the rung of the ladder that it failed on."""

from talteen.errors import InputError, NoLongerOpens, NotAllowed
from talteen.register.balanced import Ground
from talteen.register.policy import Rule


class Denied(NotAllowed):
    """The policy said no. ``rule`` says which rung of the ladder, for the page's own words."""

    slug = "denied"

    def __init__(self, rule: Rule, happened: str = "", remedy: str = "") -> None:
        happened = happened or f"not permitted ({rule.value})"
        super().__init__(happened, remedy=remedy or "ask the register contact")
        self.rule = rule


class NotBalanced(Denied):
    """The purpose stands on no balancing test today (REGISTER 6.1). ``ground`` says which one
    lapsed."""

    def __init__(self, ground: Ground) -> None:
        purpose, test = ground.purpose.value, ground.test
        happened = f"two persons have not adopted a balancing test for {purpose}"
        if test is not None:
            since = test.ends_on.isoformat()
            happened = f"the balancing test {test.paper} of {purpose} lapsed on {since}"
        super().__init__(
            Rule.NO_TEST,
            happened,
            "the owner or a register contact proposes it anew, and another of them adopts it",
        )
        self.ground = ground


class Closed(NoLongerOpens):
    """The recording is past its cutoff or destroyed, for every role and purpose."""

    rule = Rule.NO_LONGER_OPENS

    def __init__(self) -> None:
        super().__init__(
            "this recording no longer opens", remedy="its certificate says why and since when"
        )


class GrantOver(InputError):
    """The thirty minutes are over."""

    slug = "grant-over"
    http_status = 403

    def __init__(self) -> None:
        super().__init__("this permission has run out", remedy="choose the purpose again")
