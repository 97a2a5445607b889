"""How somebody joins the house: the first two by whoever sets it up, others by two of them.

A house from ``init`` has nobody, and a restore by the ring takes two. Whoever is hired so far opens
nothing: undertaking and training are rows of their own (REGISTER 17.1), and so is a way to sign in.
"""

import re

from django.db import transaction

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice.purposes import Role
from talteen.register.models import House, Staff
from talteen.register.staff import people

_CODE = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}")
_LANGUAGES = ("fi", "sv", "en")


@transaction.atomic
def hire(
    code: str, name: str, role: Role, language: str, *, by: tuple[str, str] | None = None
) -> Staff:
    """Enter a person. ``by``: the codes of two active people who decide it together.

    NotAllowed where two are needed and not named (they may not be one, nor the person herself),
    Conflict where the code is taken, InputError where it, the name or the language is none.
    """
    if not _CODE.fullmatch(code) or not name.strip() or language not in _LANGUAGES:
        raise InputError(
            "a code, a name or a language is none",
            remedy="take a code such as r03, a name, and fi, sv or en",
        )
    # One at a time: three who are entered at once would all be the first two.
    list(House.objects.select_for_update())
    if Staff.objects.filter(is_active=True).count() >= 2 and by is None:
        raise NotAllowed(
            "this house has people who decide who joins it",
            remedy="name two of them: --by CODE CODE",
        )
    if by is not None:
        people.two_of(*by)
    if Staff.objects.filter(code=code).exists():
        raise Conflict("somebody has this code already", remedy="take another")
    person = Staff(code=code, name=name.strip(), role=role.value, language=language)
    person.set_unusable_password()
    person.save(force_insert=True)
    return person
