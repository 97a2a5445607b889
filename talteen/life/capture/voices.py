"""Whose voice a track of a running call carries. Pure."""

from collections.abc import Mapping

from talteen.life.capture.call import Call, Track
from talteen.life.capture.parties import Side as Party
from talteen.life.capture.sidecar import Side


def side(call: Call, streams: Mapping[str, int], name: str) -> Side | None:
    """The side of the track ``name``; None where it is not known, or both are mixed in it.

    ``streams``: the tracks of the journal. With only two of them, one that is known tells the
    other.
    """
    track = call.tracks.get(name)
    if track is None or track.mixed:
        return None
    parties = _parties(call, track)
    if Party.OURS in parties:
        return Side.AGENT
    return Side.CALLER if Party.THEIRS in parties else _left_over(call, streams, name)


def _left_over(call: Call, streams: Mapping[str, int], name: str) -> Side | None:
    others = [one for one in streams if one != name]
    if len(streams) != 2 or len(others) != 1:
        return None
    parties = _parties(call, call.tracks.get(others[0]))
    if Party.OURS in parties:
        return Side.CALLER
    return Side.AGENT if Party.THEIRS in parties else None


def _parties(call: Call, track: Track | None) -> set[Party]:
    sendings = track.sendings if track else ()
    people = (call.people.get(key) for sending in sendings for key in sending.who)
    return {one.side if one else Party.UNKNOWN for one in people}
