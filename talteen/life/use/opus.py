"""Opus decoded at the rate at which it was sealed.

FFmpeg decodes every stream at 48 kHz, and bringing that back to 8 or 16 kHz costs as much again;
libopus gives the wanted rate by itself, for a third of both (decision 261). It is the library with
which FFmpeg seals (``seal.audio``), so it is loaded wherever there is something to hear.
"""

import ctypes
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import av  # noqa: F401  (loads FFmpeg, and with it libopus)
import numpy as np
from numpy.typing import NDArray

from talteen.errors import Unavailable

PACKET_S = 0.02
"""What sealing writes: every packet is one frame of 20 ms."""


class Broken(Exception):
    """A packet is not what sealing writes."""


class Decoder:
    """Decodes mono packets of 20 ms. Not for two threads at once."""

    def __init__(self) -> None:
        self._library = _library()
        self._state = ctypes.create_string_buffer(self._library.opus_decoder_get_size(1))

    def decoded(self, packets: Sequence[bytes], rate: int) -> NDArray[np.int16]:
        """The sound of ``packets`` at ``rate`` (8,000 or 16,000), from a decoder without a past.

        Raises Broken for a packet that is none of ours.
        """
        each = round(rate * PACKET_S)
        sound = np.empty((len(packets), each), np.int16)
        decode, state, begin = self._library.opus_decode, self._state, sound.ctypes.data
        self._library.opus_decoder_init(state, rate, 1)
        for number, packet in enumerate(packets):
            place = begin + number * sound.strides[0]
            if decode(state, packet, len(packet), place, each, 0) != each:
                raise Broken
        return sound.reshape(-1)


@cache
def _library() -> ctypes.PyDLL:
    """The libopus of this process. A call takes some ten microseconds: it keeps the interpreter's
    lock, for which it would otherwise wait again after each packet."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    found = sorted({line.split(maxsplit=5)[-1] for line in lines if "/libopus" in line})
    if not found:
        raise Unavailable(
            "FFmpeg was loaded without libopus: nothing can be heard",
            remedy="install the wheel of 'av' that uv.lock names",
        )
    library = ctypes.PyDLL(found[0])
    state, size, number = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int
    library.opus_decoder_get_size.argtypes = [number]
    library.opus_decoder_init.argtypes = [state, size, number]
    library.opus_decode.argtypes = [state, ctypes.c_char_p, size, state, number, number]
    return library
