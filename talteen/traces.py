"""Spans: how long a request, a job, a sweep, a node's turn and a roll took. Sent over OTLP.

Off unless an endpoint is named, and nothing of OpenTelemetry is loaded until then. As with the log
(``log``) nothing personal is filtered out; only what is known to be harmless is let in: names from
one short list, attributes from another, numbers and words that we chose as their values. No id of a
recording, no address of a page, no text of an error leaves this way. The provider is ours alone:
what a library would measure by itself finds no way to the exporter.

    with traces.span("sweep") as span:
        span.tell(destroyed=n)

    @traces.span("roll")
    def roll(...): ...
"""

import contextlib
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from talteen import config as configs
from talteen.config.traces import TracesSection
from talteen.errors import ConfigError
from talteen.harmless import WITHHELD, harmless
from talteen.log import code_of

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as OtelSpan

SPANS = frozenset({"carry", "job", "request", "roll", "sweep"})
"""Every name that a span may have."""
ATTRIBUTES = frozenset({"certified", "code", "destroyed", "http_status", "job", "method", "route"})
"""Every attribute that one may have: counts, and words that we chose."""
_WAIT_S = 5.0

_provider: "TracerProvider | None" = None


class Span:
    """What lasts; without a collector it tells nobody."""

    def __init__(self, inner: "OtelSpan | None" = None) -> None:
        self._inner = inner

    def tell(self, **told: object) -> None:
        """Say more of it. What is not in ``ATTRIBUTES`` is dropped, a doubtful value withheld."""
        if self._inner is not None:
            for key in ATTRIBUTES & told.keys():
                self._inner.set_attribute(key, _plain(told[key]))


_SILENT = Span()


def on() -> bool:
    """Whether anybody is told."""
    return _provider is not None


def configure(section: TracesSection, service: str) -> None:
    """From now on spans of this process go to ``section.endpoint``, if it names one.

    ``service``: which process of a house, ``web`` or ``work``. Raises ConfigError where
    OpenTelemetry is not installed, or the token's file cannot be read.
    """
    global _provider
    end()
    if not section.endpoint:
        return
    try:
        _provider = _made(section, service)
    except ImportError:
        raise ConfigError(
            "traces.endpoint: OpenTelemetry is not installed here",
            remedy="pip install 'talteen[traces]', or leave traces.endpoint out",
        ) from None


def flush() -> None:
    """Send what waits."""
    if _provider is not None:
        _provider.force_flush()


def end() -> None:
    """Send what waits, and tell nobody any more."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
    _provider = None


@contextlib.contextmanager
def span(name: str, **told: object) -> Iterator[Span]:
    """What happens within lasts as long as a span called ``name`` (one of ``SPANS``).

    An error that passes through is told by its code alone (``log.code_of``).
    """
    if _provider is None:
        yield _SILENT
        return
    from opentelemetry.trace import Status, StatusCode

    assert name in SPANS, name
    tracer = _provider.get_tracer("talteen")
    # By itself it would send an error's text and its whole trace.
    with tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    ) as inner:
        lasting = Span(inner)
        lasting.tell(**told)
        try:
            yield lasting
        except BaseException as error:
            inner.set_status(Status(StatusCode.ERROR))
            lasting.tell(code=code_of(error))
            raise


def _plain(value: object) -> str | int | float | bool:
    """Numbers and chosen words. An id or a time would name a call, so neither goes out."""
    if isinstance(value, Enum):
        value = value.value
    kept = harmless(value) if isinstance(value, str | int | float | bool) else None
    if isinstance(kept, str) and any(letter.isdigit() for letter in kept):
        return WITHHELD
    return WITHHELD if kept is None else kept


def _made(section: TracesSection, service: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    file, headers = section.token_file, {}
    if file is not None:
        token = configs.read_secret(file, key="traces.token_file")
        headers = {"Authorization": f"Bearer {token}"}
    exporter = OTLPSpanExporter(
        endpoint=section.endpoint,
        headers=headers,
        certificate_file=str(section.ca_file) if section.ca_file else None,
        timeout=_WAIT_S,
    )
    provider = TracerProvider(
        # Not ``Resource.create``: it would tell the machine's name, and what its environment says.
        resource=Resource({"service.namespace": "talteen", "service.name": f"talteen-{service}"}),
        sampler=ParentBased(TraceIdRatioBased(section.share)),
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
