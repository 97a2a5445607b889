"""The second person releases a hold (REGISTER 13.9): past its cutoff the call goes with it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, NotAllowed
from talteen.life.destroy import acts
from talteen.life.hold import reviewing, rules
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Role
from talteen.register.models import Hold, Staff


def approve(vault: Vault, hold: UUID, by: Staff, now: datetime) -> Hold:
    """The register contact releases what another person proposed to release. Not inside a
    transaction; it may be pressed again."""
    with transaction.atomic():
        row = reviewing.standing(hold)
        if Role(by.role) is not Role.REGISTER_CONTACT:
            raise NotAllowed("the register contact releases holds", remedy="ask them")
        if row.release_proposed_by is None:
            raise Conflict("nobody has proposed it", remedy="propose it, then ask a second person")
        rules.check_releasing(row.release_proposed_by_id, by.pk)
        proposed_by = row.release_proposed_by
    acts.release(vault, row, proposed_by=proposed_by, approved_by=by, now=now)
    return row
