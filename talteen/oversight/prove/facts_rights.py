"""What people were spared and what they were given, as counts: more of ``facts``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from talteen.oversight.prove.counts import Count


@dataclass(frozen=True, slots=True)
class SparedFacts:
    """What is not recorded, not kept, not shown, and whom nobody sells to."""

    listed: int
    """Entries of the do-not-record list."""
    listed_calls: Count
    """Calls of the last days, and those of a number that had been listed on an earlier day."""
    stops: int
    """Numbers that no sales call goes to."""
    sales: Count
    """Calls that went to one in the window: all that were noticed, and those that were a sales
    call, or of which nobody has said in time what they were."""
    gaps: Mapping[str, Count]
    """Kind of a mark -> such stretches of the newest recordings, and those that are not silent."""
    unmasked: Count
    """Openings of what is covered, and those for a purpose that it is never shown for."""
    uncut: Count
    """Recordings that a stretch is being cut out of, and those whose old sound is there an hour
    after."""
    uncategorised: tuple[str, ...]
    """Columns of a recording of which no category says what they tell of a person."""
    employees: str
    """The version of the employees' notice that is in force; empty where none is."""
    agents: Count
    """Agents at work, and those who have not acknowledged it and are recorded all the same."""
    outbound: Count
    """Living calls that the house made, and those whose number came from no register it names."""
    copies: Count
    """Transfers, and those whose promised copy is nowhere to be had."""


@dataclass(frozen=True, slots=True)
class GivenFacts:
    """What those who asked were given, and how they could ask."""

    confided: Count
    """People in a role that may not read what is written to the officer, each tried; those who
    could, and messages that stand unsealed."""
    messages: int
    """To the officer."""
    spoken: Count
    """Requests that were said and not written, and those that were written down days later."""
    others: Count
    """Calls that are of somebody who was called or spoken of, and those that do not open for their
    request, or whose person was told that it is none of theirs."""
    sounds: Count
    """Packages with sound, and those in which a call has none."""
    cuts: Count
    """Packages that leave something out, and those that no two persons decided, or that hold a call
    which has left the request."""
    corrected: Count
    """Rectifications of the window that were granted, and those after which nothing was
    corrected."""
    questions: Count
    """Questions of the window about who somebody is, and those for a card or an identity code."""
    identifies: bool
    """A service by which one may identify strongly is connected, and its record carries it."""
    claimed: Count
    """Calls that somebody needs for a claim of their own, and those that are neither kept nor
    restricted."""
