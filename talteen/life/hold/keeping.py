"""A restriction that survives the cutoff takes its hold (GDPR 18(1)(b), (c); REGISTER 14.13).

The person needs the call: two persons decide, and the hold comes into force before the letter says
so. Called again after it was broken off, it places what is missing.
"""

from datetime import datetime

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.hold import acts, rules
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal.vault import Vault
from talteen.register.models import Case, Hold, Staff

GROUND = Ground.SUBJECT_RESTRICTION.value


def keep(vault: Vault, case: Case, *, opened_by: Staff, approved_by: Staff, now: datetime) -> int:
    """Hold every call of ``case`` for its person; how many holds are new. NoLongerOpens for a call
    past its cutoff, Conflict by one person. Not inside a transaction."""
    held = Hold.objects.filter(case=case, ground=GROUND, state__in=("placing", "active"))
    missing = case.recordings.exclude(pk__in=held.values("recording"))
    placing = Placing(
        case,
        Ground.SUBJECT_RESTRICTION,
        list(case.people.all()),
        helsinki_date(now) + rules.REVIEW_WITHIN,
        opened_by,
        approved_by,
    )
    found = list(missing.values_list("pk", flat=True))
    for recording in found:
        acts.place(vault, RecordingId(recording), placing, now)
    return len(found)
