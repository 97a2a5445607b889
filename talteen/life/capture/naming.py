"""By what the same session is known when two nodes record it (RFC 7866; J23). Pure.

A client that forks a call to two recorders tells both the same ids. Whoever must compare them
outside the sealed call sees keyed hashes: in a node's notes and in the promise row, under a key
that the house gives to its nodes. A hash only says which two calls may be one; that they are one is
shown by their packets (``seal.healing``). docs/formats/session.md describes all of it.

A client may tell each recorder other ids. Then the sound itself has a name, once the house has it:
the same few payloads, chosen by their hash, are found at both nodes.
"""

import base64
import binascii
import heapq
import hmac
from collections.abc import Iterable
from datetime import timedelta

from talteen.life.capture.call import SessionFacts
from talteen.life.capture.told import LONGEST, SessionTold

KEY_BYTES = 32
REACH = timedelta(hours=4)
"""Two calls that began further apart are not one, whatever their ids say: a node that is asked in
mid-call, in the place of one that died, is asked before the call is over."""
_SESSION, _SIP = b"talteen session 1\0", b"talteen sip session 1\0"
_SOUND = b"talteen sound 1\0"
_SOUNDS = 8
"""So many that one of them stands in both nearly always, though each node lost some packets."""
_TELLING = 32
"""A payload with fewer values among its bytes is silence, noise or a tone, as in any call."""
_LEAST = 8
"""A shorter id is a counter and no name: it comes again."""


def names(session: SessionTold | SessionFacts | None, key: bytes) -> tuple[bytes, ...]:
    """The keyed hashes of 32 bytes by which a session is known; none where nothing names it."""
    if session is None or not key:
        return ()
    told = session.session if isinstance(session, SessionTold) else session.id
    sip = session.sip_session if isinstance(session, SessionTold) else session.sip_session_id
    found = [*_of_session(told, key)]
    if pair := _pair(sip or ""):
        found.append(_mac(key, _SIP, pair))
    return tuple(found)


def named(of: SessionTold | SessionFacts | Iterable[str] | None, key: bytes) -> tuple[str, ...]:
    """The names of a session, or of several of which only the ids are left, as notes write them."""
    told = of is None or isinstance(of, SessionTold | SessionFacts)
    found = names(of, key) if told else names_of_ids(of, key)  # type: ignore[arg-type]
    return tuple(one.hex() for one in found)


def names_of_ids(ids: Iterable[str], key: bytes) -> tuple[bytes, ...]:
    """Those of sessions of which only the id is left: their caller refused."""
    return tuple(name for one in sorted(ids) for name in _of_session(one, key)) if key else ()


def names_of_sound(payloads: Iterable[bytes], key: bytes) -> tuple[bytes, ...]:
    """By what a call is known whose client told each node other ids: keyed hashes of the few
    payloads that hash to the least. They only say which two to hold against each other."""
    telling = {one for one in payloads if len(set(one)) >= _TELLING}
    return tuple(heapq.nsmallest(_SOUNDS, (_mac(key, _SOUND, one) for one in telling)))


def _of_session(told: str, key: bytes) -> list[bytes]:
    """RFC 7865 6.3: a UUID in base64. Clients write other things too; what is blank names none."""
    text = told[:LONGEST].strip()
    if len(text) < _LEAST or not any(_decoded(text)):
        return []
    return [_mac(key, _SESSION, text.encode())]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()


def _pair(sip_session: str) -> bytes:
    """RFC 7989 5: both ends' UUIDs, in whichever order; empty where one of them is not known."""
    local, _, rest = sip_session[:LONGEST].strip().lower().partition(";")
    remote = next(
        (part.partition("=")[2].strip() for part in rest.split(";") if "remote=" in part), ""
    )
    both = sorted(one.strip().replace("-", "") for one in (local, remote))
    whole = all(len(one) == 32 and one.strip("0") for one in both)
    return ";".join(both).encode() if whole else b""


def _mac(key: bytes, label: bytes, text: bytes) -> bytes:
    return hmac.digest(key, label + text, "sha256")
