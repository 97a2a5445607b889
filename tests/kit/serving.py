"""The screens at a real address, in threads of the test.

Some threads answer, each with a connection to the database that it keeps, as the product's do
(``desk.database``): to open one for each page would cost more than the page. A browser keeps files
for as long as the product lets it.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from threading import Barrier, Thread, local
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

AT_ONCE = 4
"""Pages and pieces of sound that are answered beside each other."""
Application = Callable[[WSGIEnvironment, StartResponse], list[bytes]]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """An address is nobody's business."""


class _Files(StaticFilesHandler):
    def serve(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = super().serve(request)
        answer["Cache-Control"] = f"max-age={settings.WHITENOISE_MAX_AGE}"
        return answer


@contextlib.contextmanager
def _answering() -> Iterator[Application]:
    """Django's own application, whole answers of it."""
    application: Any = _Files(get_wsgi_application())
    kept = local()

    def answer(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        if (place := connection.settings_dict["NAME"]) != getattr(kept, "place", place):
            connection.close()  # the house has moved: a restore, another's tables
        kept.place = place
        parts = application(environ, start)
        try:
            return list(parts)
        finally:
            parts.close()

    leaving = Barrier(AT_ONCE)

    def leave(_: int) -> None:
        leaving.wait()
        connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            yield lambda environ, start: threads.submit(answer, environ, start).result()
        finally:
            list(threads.map(leave, range(AT_ONCE)))


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The address of the screens, served until the end of the block."""
    with _answering() as application, _connections_that_stay():
        server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@contextlib.contextmanager
def _connections_that_stay() -> Iterator[None]:
    before = connection.settings_dict["CONN_MAX_AGE"]
    connection.settings_dict["CONN_MAX_AGE"] = None
    try:
        yield
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = before
