"""The door of a controller's directory (SCIM). What answers is loaded when one asks: most houses
have none, and pages start without it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # a token asks, and no browser: there is no cookie to be misused
@never_cache
def answer(request: HttpRequest, rest: str) -> HttpResponse:
    """Everything below ``/scim/v2/``."""
    from talteen.desk.interface import scim_answers

    return scim_answers.answer(request, rest)
