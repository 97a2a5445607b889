"""The door for granian: one WSGI application. Imported in each process that answers requests.

The process that listens never loads Django: it only starts these, and starts them again.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from talteen import traces
from talteen.desk.ground import collecting, database, place, rates, startup, warm
from talteen.operations import together

config = startup.ready()
place.stay_in_memory(config)
traces.configure(config.traces, "web")
startup.django()
# Before the middleware looks at them: their names carry a hash of their content.
collecting.collect(settings.STATIC_ROOT)
database.wait_for_tables()
rates.share(together.ours())

_django = get_wsgi_application()


def _answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Django's answer, without the name of the server that carries it."""

    def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        return start(status, [*headers, ("Server", "talteen")], exc_info)

    return _django(environ, begin)


def _counted() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The same, counted for monitoring where somebody listens: it is loaded only there."""
    ours = together.ours()
    if ours.figures is None:
        return _answer
    from talteen.operations import exporter, web_figures

    web_figures.serve(ours, exporter.token_of(config))
    return web_figures.counted(_answer, ours)


application = _counted()
warm.begin(config.paths)
