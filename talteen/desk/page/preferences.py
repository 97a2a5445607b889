"""Choices that a reader makes for themselves: language and light. Both are cookies, set by a form,
no script.

They carry no CSRF token: nothing but the reader's own eyes depends on them, and so the public
notice sets no cookie on anybody who does not choose.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from talteen.desk.page import sent_on, wording

THEME = "theme"
"""Cookie: "light" or "dark"; absent, the reader's system decides."""
YEAR_SECONDS = 365 * 24 * 3600


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Set the reader's language and go back to the page that they were on."""
    answer = back(request)
    chosen = request.POST.get("language", "")
    if chosen in wording.LANGUAGES:
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, chosen)
    return answer


@csrf_exempt
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Set light or dark, or leave it to the reader's system."""
    answer = back(request)
    chosen = request.POST.get("theme", "")
    if chosen in ("light", "dark"):
        _keep(answer, THEME, chosen)
    else:
        answer.delete_cookie(THEME)
    return answer


def back(request: HttpRequest, otherwise: str = "home") -> HttpResponse:
    """A redirect to the page that the form names, if it is one of ours."""
    return sent_on.to(request, request.POST.get("next", ""), otherwise)


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
