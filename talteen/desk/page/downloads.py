"""An answer that a browser saves as a file instead of showing it."""

from django.http import HttpResponse


def attachment(raw: bytes, content_type: str, name: str) -> HttpResponse:
    """``raw`` as a file called ``name`` (RFC 6266)."""
    answer = HttpResponse(raw, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
