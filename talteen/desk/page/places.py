"""The sections of the desk: what each is called, where it stands, which addresses belong to it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Place:
    label: Promise
    url_name: str
    icon: str
    pages: frozenset[str]
    """Names of the addresses that belong to this section."""


CALLS = Place(
    gettext_lazy("Puhelut"),
    "calls",
    "volume-2",
    frozenset({"calls", "call", "call-open", "call-purpose", "purpose"}),
)
CALENDAR = Place(
    gettext_lazy("Kalenteri"),
    "calendar",
    "calendar-days",
    frozenset(
        {"calendar", "certificate", "certificates-of-day", "months", "months-table", "month"}
    ),
)
QUALITY = Place(gettext_lazy("Otos"), "quality", "flask-conical", frozenset({"quality"}))
CALIBRATION = Place(
    gettext_lazy("Kalibrointi"),
    "calibration",
    "list-checks",
    frozenset(
        {"calibration", "calibration-round", "form", "form-version", "form-edit", "form-diff"}
    ),
)
STUDIES = Place(
    gettext_lazy("Tutkimus"),
    "studies",
    "list-checks",
    frozenset({"studies", "study", "study-new", "study-decide"}),
)
GUIDANCE = Place(
    gettext_lazy("Ohjeet"),
    "guidance",
    "file-text",
    frozenset(
        {"guidance", "article", "article-new", "article-write", "article-version", "lessons"}
        | {"coaching"}
    ),
)
COACHING = Place(gettext_lazy("Valmennus"), "coaching", "user-round", frozenset({"coaching"}))
PASSAGES = Place(
    gettext_lazy("Otteet"), "passages", "scissors", frozenset({"passages", "passage", "playlist"})
)
LESSONS = Place(gettext_lazy("Opit"), "lessons", "pencil", frozenset({"lessons"}))
SURVIVES = Place(
    gettext_lazy("Mitä puhelusta jää"), "survives", "hourglass", frozenset({"survives"})
)
BALANCE = Place(
    gettext_lazy("Täsmäytys"),
    "balance",
    "list-checks",
    frozenset({"balance", "balance-table", "why"}),
)
LOG = Place(
    gettext_lazy("Pöytäkirja"),
    "ledger",
    "shield-check",
    frozenset({"ledger", "ledger-table"}),
)
VAULT = Place(gettext_lazy("Holvi"), "vault", "key-round", frozenset({"vault", "vault-table"}))
HOLDS = Place(
    gettext_lazy("Pidot"),
    "holds",
    "pin",
    frozenset({"holds", "hold-confirm", "hold-let-go", "hold-act", "do-not-record", "sales-calls"}),
)
REQUESTS = Place(
    gettext_lazy("Pyynnöt"),
    "requests",
    "file-text",
    frozenset({"requests", "request", "request-new", "request-act"}),
)
OBJECTIONS = Place(
    gettext_lazy("Ei tallenneta"),
    "do-not-record",
    "eye-off",
    frozenset({"do-not-record", "sales-calls"}),
)
STANDINGS = Place(
    gettext_lazy("Edellytykset"), "standings", "list-checks", frozenset({"standings"})
)
PERSONNEL_OPENINGS = Place(
    gettext_lazy("Avaukset"), "personnel-openings", "lock", frozenset({"personnel-openings"})
)
PEOPLE = Place(gettext_lazy("Ihmiset"), "people", "user-round", frozenset({"people"}))
EMERGENCIES = Place(gettext_lazy("Hätäavaukset"), "emergencies", "lock", frozenset({"emergencies"}))
REVIEWS = Place(gettext_lazy("Oikeudet"), "reviews", "list-checks", frozenset({"reviews"}))
DELEGATIONS = Place(
    gettext_lazy("Sijaisuudet"), "delegations", "calendar-days", frozenset({"delegations"})
)
PROGRAMS = Place(gettext_lazy("Ohjelmat"), "programs", "mail", frozenset({"programs"}))
ACCOUNT = Place(gettext_lazy("Omat tunnisteet"), "account", "key-round", frozenset({"account"}))
USES = Place(gettext_lazy("Käyttö"), "uses", "eye", frozenset({"uses"}))
OWN_USE = Place(gettext_lazy("Omat avaukset"), "my-use", "eye", frozenset({"my-use"}))
BREACHES = Place(
    gettext_lazy("Loukkaukset"),
    "breaches",
    "triangle-alert",
    frozenset({"breaches", "breach", "breach-act", "breach-dossier"}),
)
DISCLOSURES = Place(
    gettext_lazy("Luovutukset"),
    "disclosures",
    "arrow-right",
    frozenset({"disclosures", "disclosure", "disclosure-new", "disclosure-act", "disclosure-find"}),
)
RECIPIENTS = Place(gettext_lazy("Vastaanottajat"), "recipients", "mail", frozenset({"recipients"}))
PROCESSORS = Place(
    gettext_lazy("Käsittelijät"),
    "processors",
    "compass",
    frozenset({"processors", "processing-record"}),
)
EMPLOYEES = Place(
    gettext_lazy("Työntekijöiden seloste"),
    "employees-notice",
    "file-text",
    frozenset({"employees-notice", "employees-notice-text", "employees-answers"}),
)
GROUNDS = Place(gettext_lazy("Perusteet"), "assessments", "list-checks", frozenset({"assessments"}))
GO_LIVE = Place(gettext_lazy("Tallennuksen ehdot"), "go-live", "check", frozenset({"go-live"}))
REPORT = Place(
    gettext_lazy("Ilmoita loukkauksesta"),
    "breach-report",
    "triangle-alert",
    frozenset({"breach-report"}),
)
LIVE = Place(gettext_lazy("Tallennus"), "live", "mic", frozenset({"live"}))
MY_CALL = Place(gettext_lazy("Oma puhelu"), "my-call", "mic", frozenset({"my-call"}))
NOTICE = Place(
    gettext_lazy("Seloste"),
    "notice",
    "file-text",
    frozenset({"notice", "notice-version", "notice-text"}),
)
PROOF = Place(
    gettext_lazy("Todisteet"),
    "prove",
    "shield-check",
    frozenset({"prove", "prove-table", "prove-clause", "prove-old"}),
)
OFFICER = Place(
    gettext_lazy("Viestit"), "officer", "mail", frozenset({"officer", "officer-message"})
)
STATEMENTS = Place(
    gettext_lazy("Tilitykset"), "statements", "list-checks", frozenset({"statements", "statement"})
)
EVIDENCE = Place(gettext_lazy("Todistehuone"), "evidence", "flask-conical", frozenset({"evidence"}))
GROUP = Place(gettext_lazy("Teksti ryhmälle"), "group-text", "languages", frozenset({"group-text"}))
DEMO = Place(gettext_lazy("Kierros"), "demo", "compass", frozenset({"demo", "demo-mail"}))


def named(url_name: str) -> str:
    """What the section is called to which an address belongs; empty where it belongs to none."""
    known = [one for one in globals().values() if isinstance(one, Place)]
    own = [one for one in known if one.url_name == url_name]
    within = [one for one in known if url_name in one.pages]
    return str((own or within)[0].label) if own or within else ""
