"""What stands below a key is found where somebody asks for it, and nothing else is taken for it."""

import pytest

from talteen import docstrings


class Plain:
    size: int
    """How many
      entries."""
    root: str
    key: str = "a"
    """Of the key."""
    """And nothing of the key."""

    class Within:
        size: int
        """Of the one within."""


class Like(Plain):
    root: str
    """Told here."""
    size: int


class Otherwise(Plain):
    key: str
    """Told otherwise."""


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [
        (Plain, "size", "How many\nentries."),
        (Plain, "root", ""),
        (Plain, "key", "Of the key."),
        (Plain, "nosuch", ""),
        (Plain.Within, "size", "Of the one within."),
        (Like, "root", "Told here."),
        (Like, "size", "How many\nentries."),
        (Otherwise, "key", "Told otherwise."),
    ],
)
def test_below_a_key_stands_its_own_docstring_or_that_of_what_it_is_a_kind_of(
    kind: type, key: str, said: str
) -> None:
    assert docstrings.below(kind, key) == said


def test_what_has_no_source_says_nothing() -> None:
    made = type("Made", (int,), {"__module__": "builtins"})
    assert docstrings.below(made, "real") == ""
