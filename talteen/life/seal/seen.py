"""Which generation the key holders have seen: a witness that costs nothing (keys-review 1).

A second store that was rolled back to an older day ends before what the holders know, and would
bring to life what died since. The ring gives a date of death to a key only when the next generation
stands; the live holder makes the key of the next one, never of the one after it.
"""

from collections.abc import Iterator

from talteen.engine.vault import roll as order
from talteen.engine.vault import rollfile
from talteen.errors import Unavailable
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault


def numbers(vault: Vault) -> list[int]:
    """The generations whose roll files stand in the store, ascending.

    Unavailable where there is none.
    """
    found = [rollfile.n_of(key) for key in vault.blobs.keys(rollfile.PREFIX)]
    if not found:
        raise Unavailable(
            "the blob store holds no roll file", remedy="mount the right store, or make a house"
        )
    return found


def generation(vault: Vault) -> int:
    """The newest generation that must have a roll file, as far as the holders know. Zero where
    neither holds anything.
    """
    return max((*_by_live(vault), *_by_ring(vault)), default=0)


def _by_live(vault: Vault) -> Iterator[int]:
    """The key of n + 1 is made before file n + 1 stands, and after file n does."""
    for name in vault.live.names():
        n = order.generation_of(name)
        if n is not None:
            yield n - 1


def _by_ring(vault: Vault) -> Iterator[int]:
    """A dated key was superseded, or lost its generation to another: that one stands at least."""
    newest = max(numbers(vault))
    try:
        dated, names = vault.backup.deaths(), vault.backup.names()
    except Unavailable:
        return  # it is not here: what it knows cannot be asked
    for name in names:
        n = order.generation_of(name)
        if n is None or n < newest:
            continue  # it says nothing that the files do not
        if name not in dated:
            yield n - 1
        else:
            yield n + 1 if n == newest and _is_of(vault, n, name) else n


def _is_of(vault: Vault, n: int, name: str) -> bool:
    backup = rolling.read_file(vault, n).backup
    return backup is not None and backup.name == name
