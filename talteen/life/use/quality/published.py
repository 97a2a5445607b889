"""The versions of the forms: templates that come with Talteen, and what a house has made of them.

A version is a row that is written once and never changed; whoever wants another word gives the form
its next number (``diff`` says what that changes). Publishing is an act of one person, with a name.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from importlib import resources

from django.db import IntegrityError, transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing
from talteen.life.use.quality import form, form_file
from talteen.life.use.quality.form import Form
from talteen.life.use.quality.models import FormVersion
from talteen.register.models import Staff

SHIPPED = ("hotel", "restaurant")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class Version:
    """One version, with who published it."""

    form: Form
    by: str
    """A name; empty for a template that comes with Talteen."""
    on: date | None


class Faulty(InputError):
    """A form that may not be published."""

    slug = "form-faulty"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("this form may not be published", remedy="mend what is marked")
        self.faults = faults


def shipped(name: str) -> Form:
    """A form that comes with Talteen. Missing for any other name."""
    return read(_text_of(name))


def _text_of(name: str) -> str:
    if name not in SHIPPED:
        raise Missing("there is no such form", remedy="choose one of those on the page")
    place = resources.files("talteen.life.use.quality.forms").joinpath(f"{name}.toml")
    return place.read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def read(text: str) -> Form:
    """The form of a row's text: the same bytes are the same form for ever."""
    return form_file.read(text)


def versions(name: str) -> list[Version]:
    """All versions of a form, the newest first. Missing where there is no such form."""
    rows = FormVersion.objects.filter(form=name).select_related("by").order_by("-version")
    found = [Version(read(row.text), row.by.name if row.by else "", row.on) for row in rows]
    if name in SHIPPED and not any(one.form.version == shipped(name).version for one in found):
        found.append(Version(shipped(name), "", None))
        found.sort(key=lambda one: -one.form.version)
    if not found:
        raise Missing("there is no such form", remedy="choose one of those on the page")
    return found


def current(name: str) -> Form:
    """The newest version of a form. Missing where there is no such form."""
    return versions(name)[0].form


def version(name: str, number: int) -> Form:
    """One version. Missing where there is none."""
    for one in versions(name):
        if one.form.version == number:
            return one.form
    raise Missing("there is no such version", remedy="choose one of those on the page")


def names() -> list[str]:
    """The ids of all forms, those that come with Talteen first."""
    own = FormVersion.objects.exclude(form__in=SHIPPED).order_by("form")
    return [*SHIPPED, *own.values_list("form", flat=True).distinct()]


def in_use() -> list[Form]:
    """The newest version of every form, those that come with Talteen first."""
    return [current(name) for name in names()]


def row_of(used: Form) -> FormVersion:
    """The row of this version; of a template it is written when it is first used.

    Conflict where a shipped file was changed without a new number.
    """
    row, _ = FormVersion.objects.get_or_create(
        form=used.id,
        version=used.version,
        defaults={"text": form_file.write(used), "digest": used.digest},
    )
    if bytes(row.digest) != used.digest:
        raise Conflict("this version of the form is another", remedy="give the form a new number")
    return row


def publish(made: Form, by: Staff, now: datetime) -> Form:
    """Publish ``made`` as the version after the newest; its own number says which it was made from.

    Raises Faulty, and Conflict where somebody has published another one meanwhile, or nothing was
    changed.
    """
    if faults := form.faults(made):
        raise Faulty(faults)
    if made.id not in names():
        return _first(made, by, now)
    newest = current(made.id)
    if newest.version != made.version:
        raise Conflict("somebody has published a version", remedy="read it and begin from it")
    if newest == made:
        raise Conflict("nothing was changed", remedy="change what you want to change")
    row_of(newest)  # the one before it can be read for ever, too
    return _written(replace(made, version=made.version + 1), by, now)


def _first(made: Form, by: Staff, now: datetime) -> Form:
    """The first version of a form of the house's own."""
    if not _ID.fullmatch(made.id):
        raise Faulty(["id:form"])
    return _written(replace(made, version=1), by, now)


def _written(made: Form, by: Staff, now: datetime) -> Form:
    try:
        with transaction.atomic():
            FormVersion.objects.create(
                form=made.id,
                version=made.version,
                text=form_file.write(made),
                digest=made.digest,
                by=by,
                on=helsinki_date(now),
            )
    except IntegrityError:
        raise Conflict("somebody has published a version", remedy="begin from it") from None
    return made
