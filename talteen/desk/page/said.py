"""What the last press came to: kept in the session for a while, and said by the page that follows.

Only read there: a page may be asked for any number of times. Codes and references, never words.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import HttpRequest

from talteen.clock import SystemClock

SAID_FOR = timedelta(seconds=20)


def keep(request: HttpRequest, place: str, **told: str) -> None:
    """Remember for ``place`` (a session key) what was done, by the machine's clock."""
    request.session[place] = {**told, "at": SystemClock().now().isoformat()}


def last(
    request: HttpRequest, place: str, *, within: timedelta = SAID_FOR
) -> Mapping[str, str] | None:
    """What was done at ``place`` just now; None where nothing was, or it is longer ago."""
    told: Mapping[str, str] | None = request.session.get(place)
    if not told or SystemClock().now() - datetime.fromisoformat(told["at"]) > within:
        return None
    return told
