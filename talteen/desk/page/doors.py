"""Who may come through which door: one row for each address, and nothing without a row.

REGISTER D and 17.1 as a table of addresses. ``middleware`` asks it before any view runs, so that a
page that forgot to ask is not open; an address without a row is shut for everybody. A row says who
may *knock*: what is behind it (this call, this case, this half of an act of two) is decided by the
law of that room and, for sound and words, by ``register.access``. Pure.

``READ`` is GET and HEAD, ``SAY`` is POST; other methods exist nowhere. Programs come through the
API, whose own table says which scope each operation needs (``api_table``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from talteen.life.use import security_codes
from talteen.notice.delegations import GIVERS
from talteen.notice.purposes import REACH, Role

Audience = frozenset[Role]


class Anybody(Enum):
    """Who needs not be signed in."""

    ANYBODY = "anybody"


class Deed(Enum):
    """What a request wants of an address."""

    READ = "read"
    SAY = "say"


ANYBODY = Anybody.ANYBODY
DEEDS: Mapping[str, Deed] = MappingProxyType(
    {"GET": Deed.READ, "HEAD": Deed.READ, "POST": Deed.SAY}
)
"""The methods that exist here."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may read and who may say something at an address; None where that does not exist."""

    reads: Audience | Anybody | None = None
    says: Audience | Anybody | None = None

    def of(self, deed: Deed) -> Audience | Anybody | None:
        """Who may do ``deed``."""
        return self.reads if deed is Deed.READ else self.says

    @property
    def public(self) -> bool:
        """Whether strangers have anything to do here."""
        return ANYBODY in (self.reads, self.says)

    def admits(self, role: Role | None, deed: Deed) -> bool:
        """Whether somebody in ``role`` (None: a stranger) may do ``deed``."""
        who = self.of(deed)
        return who is ANYBODY or (isinstance(who, frozenset) and role in who)


# --- groups of people ---------------------------------------------------------------------

EVERYBODY: Audience = frozenset(Role)
_R = Role
_OPENERS = frozenset(role for role, _ in REACH)
"""Whom some purpose opens a call to, ever: table D itself."""
_EVALUATORS = frozenset({_R.TEAM_LEADER, _R.QUALITY_ANALYST})
_TEACHERS = _EVALUATORS | {_R.TRAINER}
_LEARNERS = _TEACHERS | {_R.AGENT}
_OVERSEERS = frozenset({_R.REGISTER_CONTACT, _R.DPO, _R.ADMIN, _R.AUDITOR})
_KEEPERS = _OVERSEERS - {_R.REGISTER_CONTACT}
_ANSWERABLE = frozenset({_R.REGISTER_CONTACT, _R.DPO, _R.OWNER})
_CASES = frozenset({_R.REGISTER_CONTACT, _R.COMPLAINT_HANDLER})
_HIRERS = frozenset({_R.REGISTER_CONTACT, _R.DPO, _R.ADMIN})
_HEADS = frozenset({_R.TEAM_LEADER, _R.OWNER, _R.DPO})
_AWAY = GIVERS
_FRONT = frozenset({_R.AGENT, _R.TEAM_LEADER})
_AGENT, _ANALYST = frozenset({_R.AGENT}), frozenset({_R.QUALITY_ANALYST})
_TRAINER, _PERSONNEL = frozenset({_R.TRAINER}), frozenset({_R.HR})
_CONTACT, _OFFICER, _ADMIN = (frozenset({r}) for r in (_R.REGISTER_CONTACT, _R.DPO, _R.ADMIN))


def _rows(*rows: tuple[str, Door]) -> Iterable[tuple[str, Door]]:
    for names, door in rows:
        for name in names.split():
            yield name, door


_PUBLIC = _rows(
    ("sign-in sign-in-second sign-in-passkey", Door(ANYBODY, ANYBODY)),
    ("oidc oidc-callback oidc-done oidc-join", Door(ANYBODY)),
    ("saml saml-done saml-ended saml-join saml-metadata", Door(ANYBODY)),
    ("oidc-ended saml-callback", Door(says=ANYBODY)),
    ("join join-password join-factor", Door(ANYBODY, ANYBODY)),
    ("sign-out language theme", Door(says=ANYBODY)),
    ("notice notice-versions notice-version notice-json notice-text notice-pdf", Door(ANYBODY)),
    ("employees-notice employees-notice-text balancing-tests", Door(ANYBODY)),
    ("balancing-tests-pdf", Door(ANYBODY)),
    ("safeguards safeguards-copy", Door(ANYBODY)),
    ("verifier styleguide", Door(ANYBODY)),
    ("my-data officer-write", Door(ANYBODY, ANYBODY)),
    ("my-data-follow my-data-package my-data-not-mine", Door(says=ANYBODY)),
    ("my-data-listen my-data-identify", Door(says=ANYBODY)),
    ("my-data-identified", Door(ANYBODY)),  # from the identification service, with its state
    ("my-data-sound", Door(ANYBODY)),  # what opens it is a cookie that listening gave (14.11)
    ("my-data-code my-data-prove", Door(says=ANYBODY)),
    ("my-data-attachment my-data-wish officer-follow", Door(says=ANYBODY)),
    ("handover", Door(ANYBODY)),
    ("handover-follow handover-fetch handover-receipt handover-not-mine", Door(says=ANYBODY)),
    ("demo demo-progress demo-time", Door(ANYBODY)),
    ("demo-sign-in demo-clock", Door(says=ANYBODY)),  # a demo house only, and from its machine
)

_OWN = _rows(
    ("home survives group-text my-use", Door(EVERYBODY)),
    ("confirm account-factor", Door(EVERYBODY, EVERYBODY)),
    ("oidc-confirm saml-confirm", Door(EVERYBODY)),
    ("account", Door(EVERYBODY)),
    ("account-factor-remove account-codes account-password", Door(says=EVERYBODY)),
    ("account-mail account-tour account-sessions my-use-answer", Door(says=EVERYBODY)),
    ("employees-say", Door(says=EVERYBODY)),
    ("breach-report", Door(EVERYBODY, EVERYBODY)),  # anybody can report (17.5)
)

_CALLS = _rows(
    # Whoever asks is answered by the ladder of ``policy``, and the refusal is written down (D).
    ("purpose calls", Door(EVERYBODY, EVERYBODY)),
    ("call call-purpose", Door(EVERYBODY)),
    ("call-open", Door(says=EVERYBODY)),
    ("security-codes", Door(security_codes.ROLES)),
    ("call-complaint", Door(says=_FRONT | _CONTACT)),
    ("search-save search-forget", Door(says=_OPENERS)),
    ("call-sound call-facts", Door(_OPENERS | _ADMIN)),  # an emergency's one call (17.4)
    ("call-correct", Door(_OPENERS, _OPENERS)),
    ("call-history", Door(_OPENERS)),
    ("call-words call-check call-export call-layer call-spans", Door(says=_OPENERS)),
    ("call-evaluate call-draft call-calibrate call-study", Door(says=_EVALUATORS)),
    ("evaluation-answer", Door(says=_AGENT)),
    ("my-call my-call-part", Door(_AGENT)),
    ("my-call-act", Door(says=_AGENT)),
    ("live live-part", Door(frozenset({_R.TEAM_LEADER, _R.ADMIN, _R.DPO}))),
)

_QUALITY = _rows(
    ("quality", Door(_EVALUATORS | _AGENT)),
    ("quality-file", Door(_AGENT)),
    ("form form-version form-diff", Door(_LEARNERS | _OFFICER)),
    ("form-edit", Door(_ANALYST, _ANALYST)),
    ("calibration calibration-round", Door(_EVALUATORS)),
    ("calibration-reveal", Door(says=_EVALUATORS)),
    ("calibration-anchors", Door(says=_ANALYST)),
    ("studies study study-file", Door(_EVALUATORS)),
    ("study-new", Door(_ANALYST, _ANALYST)),
    ("study-decide", Door(says=_ANALYST)),
    ("guidance article article-version", Door(_LEARNERS)),
    ("lessons coaching", Door(_LEARNERS, _LEARNERS)),
    ("article-new article-write", Door(_TEACHERS, _TEACHERS)),
    ("article-act goal", Door(says=_LEARNERS)),
    ("passages passage passage-sound", Door(_LEARNERS)),
    ("passage-act", Door(says=_LEARNERS)),
    ("call-passage", Door(says=_EVALUATORS)),
    ("playlists", Door(says=_TRAINER)),
    ("playlist", Door(_TRAINER | _AGENT)),
    ("playlist-act", Door(says=_TRAINER | _AGENT)),
    ("script-approve", Door(says=_TEACHERS)),
    ("coaching-train", Door(says=frozenset({_R.TRAINER, _R.TEAM_LEADER}))),
)

_ASKED = _rows(
    ("holds", Door(_CASES)),
    ("hold-case", Door(_CASES | _OFFICER)),
    ("hold-case-act", Door(says=_CONTACT | _OFFICER)),
    ("hold-confirm hold-let-go hold-act", Door(says=_CASES)),
    ("do-not-record", Door(_CONTACT)),
    ("do-not-record-number do-not-record-entry", Door(says=_CONTACT)),
    ("sales-calls", Door(_CONTACT)),
    ("sales-call-settle", Door(says=_CONTACT)),
    ("requests request", Door(_CONTACT | _OFFICER)),
    ("request-letter", Door(_CONTACT | _OFFICER, _CONTACT)),
    ("request-print", Door(_CONTACT)),
    ("request-print-package", Door(says=_CONTACT)),
    ("request-attached", Door(_CONTACT)),
    ("request-act", Door(says=_CONTACT | _OFFICER)),
    ("request-new", Door(*2 * (_CASES | {_R.AGENT, _R.TEAM_LEADER},))),
    ("disclosures recipients", Door(_ANSWERABLE | {_R.AUDITOR})),
    ("disclosure disclosure-scan", Door(_ANSWERABLE)),
    ("disclosure-new", Door(_CONTACT, _CONTACT)),
    ("disclosure-find recipient-act", Door(says=_CONTACT)),
    ("disclosure-act", Door(says=_ANSWERABLE)),
    ("officer", Door(_OFFICER)),
    ("officer-message", Door(_OFFICER, _OFFICER)),
)

_OVERSEEN = _rows(
    ("calendar calendar-table", Door(EVERYBODY)),
    ("certificates-of-day certificate certificate-file day-file", Door(EVERYBODY)),
    ("balance balance-table ledger ledger-table ledger-checkpoint", Door(_OVERSEERS)),
    ("prove prove-json prove-table prove-clause prove-old why", Door(_OVERSEERS)),
    ("statements statement statement-file", Door(_OVERSEERS)),
    ("months months-table month month-file", Door(_OVERSEERS)),
    ("vault vault-table", Door(_KEEPERS)),
    ("evidence evidence-bundle", Door(frozenset({_R.AUDITOR, _R.DPO}))),
    ("notice-changes processors assessments go-live", Door(_OVERSEERS | _ANSWERABLE)),
    ("assessment-file go-live-file processing-record-pdf", Door(_OVERSEERS | _ANSWERABLE)),
    ("processing-record processing-record-json", Door(_OVERSEERS | _ANSWERABLE)),
    ("notice-act assessment-act", Door(says=_ANSWERABLE)),
    ("breaches", Door(_ANSWERABLE | {_R.AUDITOR})),
    ("breach breach-dossier breach-letter", Door(_ANSWERABLE)),
    ("breach-act", Door(says=_ANSWERABLE)),
    ("uses", Door(frozenset({_R.DPO, _R.OWNER}))),
    ("use-odd use-check", Door(says=frozenset({_R.DPO, _R.OWNER}))),
    ("emergencies", Door(_HIRERS | {_R.OWNER}, _ADMIN)),
    ("emergency-approve", Door(says=_HIRERS)),
    ("emergency-end", Door(says=_HIRERS | {_R.OWNER})),
    ("emergency-review", Door(says=frozenset({_R.DPO, _R.OWNER}))),
    ("employees-answers", Door(_ANSWERABLE | {_R.ADMIN, _R.TEAM_LEADER, _R.AUDITOR, _R.HR})),
    ("standings", Door(_PERSONNEL, _PERSONNEL)),
    ("personnel-openings", Door(_PERSONNEL | _CONTACT, _PERSONNEL)),
    ("personnel-opening-act", Door(says=_PERSONNEL | _CONTACT | _AGENT)),
    ("delegations", Door(_AWAY, _AWAY)),
    ("delegation-end", Door(says=_AWAY)),
    ("reviews", Door(_HEADS)),
    ("review-begin", Door(says=frozenset({_R.OWNER}))),
    ("review-decide", Door(says=_HEADS)),
    ("people", Door(_HIRERS)),
    ("people-approve", Door(says=_HIRERS)),
    ("people-invite people-show", Door(says=_ADMIN)),
    ("programs", Door(_ADMIN | _OFFICER)),
    ("program-dead", Door(says=_ADMIN)),
)

DOORS: Mapping[str, Door] = MappingProxyType(
    dict([*_PUBLIC, *_OWN, *_CALLS, *_QUALITY, *_ASKED, *_OVERSEEN])
)
"""By the name of the address, as ``urls`` gives it."""

BY_TOKEN = frozenset({"scim"})
"""Programs with a token, and methods of their own: nobody is signed in there (RFC 7644)."""

SHUT = Door()


def door(name: str | None) -> Door:
    """The door of the address called ``name``; one that is shut where no row says otherwise."""
    return DOORS.get(name or "", SHUT)
