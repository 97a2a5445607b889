"""Where a person begins: the page of their role (look 5.15), or the door."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from talteen.desk.visit import reader
from talteen.life.use import calls
from talteen.notice.purposes import Role


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the role."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    role = Role(reader(request).role)
    if role is Role.QUALITY_ANALYST:
        return redirect("quality")
    return redirect("calls" if calls.lists_calls(role) else "calendar")
