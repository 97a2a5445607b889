"""Two questions of machines to a web process: does it answer, and may it be sent people?

They are answered before everything else, sessions and the house included: ``/healthz`` must stay
true when the database is gone, or a supervisor would restart what is not at fault.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from talteen.clock import SystemClock
from talteen.desk.ground import database
from talteen.errors import TalteenError, Unavailable

SWEPT_WITHIN = timedelta(minutes=5)
"""A worker sweeps every ten seconds. After so long without it, what is due may outlive its end."""
Answer = Callable[[HttpRequest], HttpResponseBase]


def answers_first(get_response: Answer) -> Answer:
    """Middleware: ``/healthz`` and ``/readyz``."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        match request.path_info:
            case "/healthz":
                return _plain("ok", status=200)
            case "/readyz":
                missing = not_ready()
                return _plain("\n".join(missing) or "ready", status=503 if missing else 200)
            case _:
                return get_response(request)

    return answer


def not_ready() -> list[str]:
    """What is missing before people can be served, as short names; empty if nothing is."""
    found = (_missing(name, check) for name, check in CHECKS.items())
    return [name for name in found if name]


def _missing(name: str, check: Callable[[], None]) -> str:
    """The name of the check and the kind of failure, never its text; nothing if it holds."""
    try:
        check()
    except TalteenError as error:
        return f"{name}: {error.slug}"
    except (DatabaseError, ObjectDoesNotExist):
        return f"{name}: unavailable"
    return ""


def _tables() -> None:
    if not database.tables_are_current():
        raise Unavailable("tables of this release are missing", remedy="run 'talteen migrate'")


def _house() -> None:
    from talteen import wiring

    wiring.house()


def _disk() -> None:
    from talteen.engine.vault.blobs.reserve import Reserve

    Reserve(settings.CONFIG.paths.blobs).admit()


def _keys() -> None:
    """The key holder answers, and its newest key opens today's pages."""
    from talteen import wiring

    vault = wiring.house().vault
    vault.live.answer()
    vault.root()


def _sweep() -> None:
    from talteen.register import house

    last = house.last_sweep()
    if last is None or SystemClock().now() - last > SWEPT_WITHIN:
        raise Unavailable("nothing sweeps what is due", remedy="run 'talteen work'")


CHECKS: dict[str, Callable[[], None]] = {
    "tables": _tables,
    "house": _house,
    "keys": _keys,
    "disk": _disk,
    "sweep": _sweep,
}


def _plain(text: str, *, status: int) -> HttpResponse:
    answer = HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
    answer["Cache-Control"] = "no-store"
    return answer
