"""A span for each request: which page by its name, how it was answered, how long it took."""

from collections.abc import Callable

from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from talteen import traces

Answer = Callable[[HttpRequest], HttpResponseBase]
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def around(get_response: Answer) -> Answer:
    """The middleware; without a collector it is not there. What a stranger says of a trace of
    theirs is not listened to."""
    if not traces.on():
        raise MiddlewareNotUsed

    def answer(request: HttpRequest) -> HttpResponseBase:
        with traces.span("request", method=_method(request)) as span:
            response = get_response(request)
            found = request.resolver_match
            span.tell(
                route=found.url_name if found and found.url_name else "none",
                http_status=response.status_code,
            )
            return response

    return answer


def _method(request: HttpRequest) -> str:
    told = request.method or ""
    return told.lower() if told in _METHODS else "other"
