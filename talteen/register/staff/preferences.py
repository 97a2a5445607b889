"""What a person chooses for themselves: whether the tour is put away, and whether a mail tells them
that something waits.

The mail goes to an address of the controller's own only: what is said to an address elsewhere is
said to a stranger, and nobody can sign a stranger up.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from talteen.errors import InputError
from talteen.notice.particulars import RegisterFile
from talteen.register.models import Staff
from talteen.register.staff.preference_models import StaffPreference


def of(person: Staff) -> StaffPreference:
    """The person's choices; the usual ones where nothing was chosen yet."""
    return StaffPreference.objects.filter(pk=person.pk).first() or StaffPreference(staff=person)


def put_tour_away(person: Staff, now: datetime) -> None:
    """They have seen enough of the tour."""
    _keep(person, {"toured_at": now})


def show_tour(person: Staff) -> None:
    """They want to see it again."""
    _keep(person, {"toured_at": None})


def send_to(person: Staff, address: str, file: RegisterFile) -> None:
    """From now on a mail tells them that something waits; with an empty ``address`` no more.

    InputError for what is no address, or none under the domains that the register names.
    """
    wanted = address.strip()
    if wanted:
        try:
            validate_email(wanted)
        except ValidationError:
            raise _refused() from None
        if wanted.rpartition("@")[2].lower() not in domains(file):
            raise _refused()
    _keep(person, {"mail": wanted, "looked_on": None})


def domains(file: RegisterFile) -> frozenset[str]:
    """Whose addresses are the controller's own: those of its contacts in the register."""
    told = (file.controller.email, file.contact.email, file.dpo.email)
    return frozenset(one.rpartition("@")[2].lower() for one in told)


def forget(person: Staff) -> None:
    """The person has left."""
    StaffPreference.objects.filter(pk=person.pk).delete()


def _keep(person: Staff, chosen: dict[str, object]) -> None:
    StaffPreference.objects.update_or_create(staff=person, defaults=chosen)


def _refused() -> InputError:
    return InputError(
        "this is no work address of this register", remedy="write the one that you have at work"
    )
