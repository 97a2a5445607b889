"""Who somebody is at the controller's sign-in service (OpenID Connect, SAML), and what ends there.

A person is known by issuer and subject, which were bound when they followed their own link, and by
nothing else: an e-mail address or a name may be another's tomorrow. Roles stand in the register and
in no answer of the service.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from talteen.errors import Conflict
from talteen.register.models import Staff
from talteen.register.staff.account_models import Identity, SpentAnswer

SESSION = "identity"
"""Session key: by which identity a session was opened (issuer, subject, session)."""


@dataclass(frozen=True, slots=True)
class Known:
    """One person as their provider knows them."""

    issuer: str
    subject: str


def bind(person: Staff, known: Known, now: datetime) -> None:
    """``person`` is ``known`` from now on, and nobody else before. Inside the caller's transaction.

    Conflict where somebody else, who may have left, is bound to it.
    """
    forget(person)
    rows = Identity.objects.filter(issuer=known.issuer, subject=known.subject)
    if rows.exists():
        raise Conflict(
            "somebody else signs in by this identity", remedy="ask an administrator whose it is"
        )
    Identity.objects.create(
        staff=person, issuer=known.issuer, subject=known.subject, bound_at=now, used_at=now
    )


def whose(known: Known, now: datetime) -> Staff | None:
    """Who works here under ``known``; None where nobody does."""
    rows = Identity.objects.select_related("staff")
    row = rows.filter(issuer=known.issuer, subject=known.subject, staff__is_active=True).first()
    if row is None:
        return None
    row.used_at = now
    row.save(update_fields=["used_at"])
    return row.staff


def has(person: Staff) -> bool:
    """Whether ``person`` signs in at the sign-in service."""
    return Identity.objects.filter(staff=person).exists()


def forget(person: Staff) -> None:
    """The person has left, or begins anew."""
    Identity.objects.filter(staff=person).delete()


def spend(issuer: str, answer: str, ends_at: datetime, now: datetime) -> bool:
    """Use up the answer of ``issuer`` with the id ``answer``, which is good until ``ends_at``;
    False where that was done before (saml-profiles-2.0-os 4.1.4.5)."""
    SpentAnswer.objects.filter(ends_at__lt=now).delete()
    digest = hashlib.sha256(f"{issuer}\0{answer}".encode()).digest()
    try:
        with transaction.atomic():
            SpentAnswer.objects.create(sha256=digest, ends_at=ends_at)
    except IntegrityError:
        return False
    return True


def end_sessions(issuer: str, *, subject: str, session: str, now: datetime) -> int:
    """End the sessions that were opened by a provider's ``session``, or by any of ``subject``
    where no session is named; how many there were (Back-Channel Logout 1.0, 2.7;
    saml-core-2.0-os 3.7.3.1). One whose session the provider did not name ends with any of its
    person's."""
    ended = []
    for row in Session.objects.filter(expire_date__gt=now).iterator():
        told = row.get_decoded().get(SESSION) or {}
        named = session if told.get("session") else ""
        same = told.get("session") == named if named else told.get("subject") == subject
        of_both = not subject or told.get("subject") == subject
        if told.get("issuer") == issuer and same and of_both:
            ended.append(row.pk)
    return Session.objects.filter(pk__in=ended).delete()[0]
