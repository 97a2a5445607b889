"""Tiles: their names by C2SP tlog-tiles, and proofs that are read from them alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.tlog import merkle, tiles
from talteen.engine.tlog.tiles import Tile
from talteen.errors import InputError, Tampered


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4)) for number in range(count)]


def tiled(count: int, *, steps: list[int]) -> dict[str, bytes]:
    """All tiles of a log that grew to ``count`` leaves in ``steps``, level by level."""
    hashes = leaves(count)
    stored: dict[str, bytes] = {}

    def whole(height: int, index: int) -> bytes:
        return merkle.root(hashes[index << height : (index + 1) << height])

    before = 0
    for after in [*steps, count]:
        for tile in tiles.changed(before, after):
            assert tile.level is not None
            start = tile.number * tiles.WIDTH
            parts = [whole(8 * tile.level, start + at) for at in range(tile.width)]
            assert tile.path not in stored
            stored[tile.path] = b"".join(parts)
        before = after
    return stored


def reader(stored: dict[str, bytes], size: int) -> tiles.Reader:
    return tiles.Reader(lambda tile: stored[tile.path], size)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(5, 1_234_067, 255), "tile/5/x001/x234/067.p/255"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(None, 999, 7), "tile/entries/999.p/7"),
        (Tile(None, 1_234_067), "tile/entries/x001/x234/067"),
    ],
)
def test_a_tile_bears_the_name_that_the_standard_gives_it(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


def test_the_published_example_of_70000_leaves_has_those_tiles() -> None:
    last = {tile.level: tile for tile in tiles.changed(0, 70_000)}
    full = [tile for tile in tiles.changed(0, 70_000) if tile.width == tiles.WIDTH]

    assert last == {0: Tile(0, 273, 112), 1: Tile(1, 1, 17), 2: Tile(2, 0, 1)}
    assert [tile.level for tile in full] == [0] * 273 + [1]
    assert list(tiles.changed(255, 256)) == [Tile(0, 0), Tile(1, 0, 1)]


@given(st.integers(0, 2**40), st.integers(0, 63), st.integers(1, 256))
def test_a_name_is_read_back(number: int, level: int, width: int) -> None:
    for tile in (Tile(level, number, width), Tile(None, number, width)):
        assert tiles.parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/0000",
        "tile/0/1",
        "tile/0/x000/001",
        "tile/0/x001/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/300",
        "tile/0/000.p/01",
        "tile/entries/",
        "tile/0/../000",
        "tile/0/000\n",
    ],
)
def test_a_second_spelling_of_a_name_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        tiles.parse_path(path)


@given(st.integers(1, 70_000), st.data())
def test_root_and_proofs_read_from_tiles_are_those_of_the_leaves(
    size: int, data: st.DataObject
) -> None:
    size = min(size, data.draw(st.sampled_from([1, 255, 256, 257, 512, 700, 1400])))
    steps = sorted(data.draw(st.sets(st.integers(1, size - 1), max_size=5))) if size > 1 else []
    stored, hashes = tiled(size, steps=steps), leaves(size)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))

    read = reader(stored, size)
    inclusion = merkle.inclusion_proof(read, index, size)
    consistency = merkle.consistency_proof(read, first, size)

    assert read.root() == merkle.root(hashes)
    assert merkle.verify_inclusion(
        hashes[index], index=index, size=size, proof=inclusion, root=merkle.root(hashes)
    )
    assert merkle.verify_consistency(
        first=first,
        second=size,
        proof=consistency,
        first_root=merkle.root(hashes[:first]),
        second_root=merkle.root(hashes),
    )


def test_three_levels_of_tiles_give_the_same_root() -> None:
    size = 66_000

    assert reader(tiled(size, steps=[65_535, 65_537]), size).root() == merkle.root(leaves(size))


def test_a_torn_tile_is_named() -> None:
    stored = tiled(300, steps=[])
    stored["tile/0/001.p/44"] = stored["tile/0/001.p/44"][:-1]

    with pytest.raises(Tampered, match=r"tile/0/001\.p/44"):
        reader(stored, 300).root()


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries)) == entries


@given(st.binary(max_size=60))
def test_any_bytes_are_a_bundle_or_a_plain_refusal(raw: bytes) -> None:
    try:
        entries = tiles.unbundle(raw)
    except Tampered:
        return
    assert tiles.bundle(entries) == raw


def test_an_entry_too_long_for_its_length_is_refused() -> None:
    with pytest.raises(ValueError, match="65,535"):
        tiles.bundle([bytes(65_536)])
