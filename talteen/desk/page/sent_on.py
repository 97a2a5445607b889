"""Where somebody is sent who says where they were: to a page of this house, or nowhere."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def in_house(request: HttpRequest, wanted: str) -> str:
    """``wanted``, if that is the path of a page in this house; empty where it is not."""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours and wanted.startswith("/") else ""


def to(request: HttpRequest, wanted: str, otherwise: str = "home") -> HttpResponseRedirect:
    """On to ``wanted`` if it is in this house, else to the page called ``otherwise``.

    By no shortcut of Django's, which takes a word without a slash for the name of a page of ours
    and fails where there is none.
    """
    return HttpResponseRedirect(in_house(request, wanted) or reverse(otherwise))
