"""Which running call an exchange means, by ids of its own or by extensions. Pure.

An id decides: the recording session names its communication session (RFC 7865 6.3), its Session-ID
(RFC 7989), what its vendor calls it (UCID), and the leg that heard an announcement. Else the
extension does, where its agent has exactly one running call. Nothing is guessed beyond that: an
announcement at the wrong call would open a recording.
"""

from collections.abc import Iterable, Iterator

from talteen.life.capture.live import LiveCall


def found(
    calls: Iterable[LiveCall], *, ids: Iterable[str], extensions: Iterable[str]
) -> LiveCall | None:
    """The one of ``calls`` that is meant, and None where that is not sure."""
    running = [live for live in calls if live.fate is None]
    wanted = frozenset(one for one in ids if one)
    by_id = [live for live in running if not wanted.isdisjoint(_ids(live))]
    if by_id:
        return by_id[0] if len(by_id) == 1 else None
    by_agent = [live for live in running if _is_of(live, frozenset(extensions))]
    return by_agent[0] if len(by_agent) == 1 else None


def _ids(live: LiveCall) -> Iterator[str]:
    session = live.call.session
    if session is not None:
        yield from filter(None, (session.id, session.sip_session_id))
    # Vendors tell more than ids, numbers too: only what calls itself an id is one.
    yield from (text for name, text in live.call.vendor.items() if name.lower().endswith("id"))
    yield from (one.leg for one in live.call.evidence if one.leg)


def _is_of(live: LiveCall, extensions: frozenset[str]) -> bool:
    """Whether one of our people in the call has one of these extensions. Whom the operator named
    for calls that no extension tells is nobody here."""
    codes = {live.directory.agents.get(one) for one in extensions}
    return not codes.isdisjoint(live.directory.known_agents_of(live.call))
