"""The door for granian: one WSGI application. Imported in the one process that answers requests.

The process that listens never loads Django: it only starts this one, and starts it again.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from talteen import traces
from talteen.desk import commands, database, place, warm
from talteen.life.capture.ears.inheritance import end_with_parent

# granian's own parent may be killed: without this its worker would keep the port for ever.
end_with_parent()
config = commands.ready()
place.stay_in_memory(config)
traces.configure(config.traces, "web")
commands.django()
# Before the middleware looks at them: their names carry a hash of their content.
call_command("collectstatic", interactive=False, verbosity=0)
database.wait_for_tables()

_django = get_wsgi_application()


def _answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Django's answer, without the name of the server that carries it."""

    def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        return start(status, [*headers, ("Server", "talteen")], exc_info)

    return _django(environ, begin)


def _counted() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The same, counted for monitoring where somebody listens: it is loaded only there."""
    if not config.metrics.port:
        return _answer
    from talteen.desk.commands.metrics import token_of
    from talteen.operations import web_figures

    web_figures.serve(config.metrics.host, config.metrics.port + 1, token_of(config))
    return web_figures.counted(_answer)


application = _counted()
warm.begin(config.paths)
