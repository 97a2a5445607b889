"""What every kind of holder says in the same words, whatever its own service calls it."""

from talteen.errors import Conflict, KeyGone, Tampered


def gone() -> KeyGone:
    """There is no such key any more."""
    return KeyGone("the key was destroyed", remedy="nothing brings it back")


def taken() -> Conflict:
    """There is one already: it is never replaced."""
    return Conflict("a key of this name exists", remedy="choose another name")


def not_wrapped_here() -> Tampered:
    """These bytes are not what ``wrap`` gave."""
    return Tampered(
        "a wrapped key was not made under this generation's key",
        remedy="restore the key plane from its second copy",
    )
