"""The second person is never the first (REGISTER D, I15). Pure."""

from talteen.errors import NotAllowed


class SamePerson(NotAllowed):
    """One person wanted to be both."""

    slug = "same-person"

    def __init__(self) -> None:
        super().__init__("one person cannot be two", remedy="ask a colleague to approve it")


def check(first: object, second: object) -> None:
    """Raise SamePerson where ``second``, who approves, is ``first``, who asked."""
    if first == second:
        raise SamePerson
