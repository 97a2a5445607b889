"""Bytes that are not what they were: a byte that is *set* is now and then what stood there."""


def flipped(data: bytes, at: int = -1) -> bytes:
    """``data`` with one bit of its byte ``at`` turned. IndexError where there is no such byte."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)
