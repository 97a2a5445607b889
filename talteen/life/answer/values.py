"""What the house knows for a letter: the register's particulars, the request's days, its calls.

What is not here is asked of whoever writes the letter. Values stand in their basic form, in the
language of the letter (texts of the register, placeholders 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from talteen.clock import HELSINKI, helsinki_date
from talteen.life.answer import answers, calls, packages, steps
from talteen.life.answer.disclose import article19, received
from talteen.life.answer.models import SubjectRequest
from talteen.life.destroy.models import Destruction
from talteen.life.hold.rules import REVIEW_WITHIN
from talteen.life.seal.case_files import Texts
from talteen.notice import categories, requests, wording
from talteen.notice import language as languages
from talteen.notice.language import Language
from talteen.notice.letters import Letters
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Purpose
from talteen.notice.rights import Right
from talteen.register.models import Recording

FI, SV, EN = Language.FI, Language.SV, Language.EN
RIGHTS: Mapping[Right, Mapping[Language, str]] = {
    Right.INFORMATION: {
        FI: "tieto käsittelystä",
        SV: "information om behandlingen",
        EN: "information on the processing",
    },
    Right.ACCESS: {
        FI: "jäljennös omista tiedoista",
        SV: "en kopia av de egna uppgifterna",
        EN: "a copy of your own data",
    },
    Right.RECTIFICATION: {
        FI: "tiedon oikaisu",
        SV: "rättelse av en uppgift",
        EN: "correction of data",
    },
    Right.RESTRICTION: {
        FI: "käsittelyn rajoittaminen",
        SV: "begränsning av behandlingen",
        EN: "restriction of processing",
    },
    Right.OBJECTION: {
        FI: "käsittelyn vastustaminen",
        SV: "invändning mot behandlingen",
        EN: "objection to processing",
    },
    Right.ERASURE: {FI: "poistaminen", SV: "radering", EN: "erasure"},
    Right.PORTABILITY: {
        FI: "siirto toiseen palveluun",
        SV: "överföring till en annan tjänst",
        EN: "transfer to another service",
    },
    Right.COMPLAINT_ABOUT_HANDLING: {
        FI: "moite tietojen käsittelystä",
        SV: "klagomål över behandlingen",
        EN: "complaint about the handling",
    },
}
PURPOSES: Mapping[Purpose, Mapping[Language, str]] = {
    Purpose.RIGHTS_OF_PARTIES: {
        FI: "osapuolten oikeudet",
        SV: "parternas rättigheter",
        EN: "rights of the parties",
    },
    Purpose.CORRECTNESS: {
        FI: "palvelun oikeellisuus",
        SV: "tjänstens riktighet",
        EN: "correctness of the service",
    },
    Purpose.TRAINING: {FI: "koulutus", SV: "utbildning", EN: "training"},
    Purpose.SERVICE_QUALITY: {
        FI: "palvelun laatu",
        SV: "tjänstens kvalitet",
        EN: "quality of service",
    },
    Purpose.GUIDANCE: {FI: "ohjeistus", SV: "anvisningar", EN: "guidance"},
    Purpose.DATA_SUBJECT_REQUEST: {
        FI: "oma pyyntösi",
        SV: "din egen begäran",
        EN: "your own request",
    },
    Purpose.AUTHORITY: {
        FI: "viranomaisen pyyntö",
        SV: "en myndighets begäran",
        EN: "an authority's request",
    },
    Purpose.BREACH_INVESTIGATION: {
        FI: "tietoturvaloukkauksen selvittäminen",
        SV: "utredning av en incident",
        EN: "investigation of a breach",
    },
}
NOBODY: Mapping[Language, str] = {FI: "ei ketään", SV: "ingen", EN: "no one"}
WILL_BE: Mapping[Language, str] = {FI: "kerromme", SV: "meddelas", EN: "will be told"}
NO: Mapping[Language, str] = {FI: "ei", SV: "nej", EN: "no"}
NO_TRANSFERS: Mapping[Language, str] = {FI: "ei siirtoja", SV: "inga", EN: "none"}
SOUND_NOT_ASKED: Mapping[Language, str] = {
    FI: "et pyytänyt ääntä",
    SV: "du bad inte om ljudet",
    EN: "you did not ask for the sound",
}
SOUND_PACKED: Mapping[Language, str] = {
    FI: "mukana paketissa, kuuntele tai lataa se",
    SV: "finns i paketet, lyssna på det eller ladda ner det",
    EN: "in the package, to hear or to download",
}
UNREAD: Mapping[Language, str] = {
    FI: "kirjeesi sellaisena kuin se tuli",
    SV: "ditt brev så som det kom",
    EN: "your letter as it came",
}
"""What a request asks for while nobody has read it."""
DEFAULT_NAME: Mapping[Language, str] = {FI: "soittaja", SV: "uppringare", EN: "caller"}


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a letter of one request is written from."""

    register: RegisterFile
    letters: Letters
    request: SubjectRequest
    asked: Texts
    writer: str
    """The name under the letter."""
    now: datetime
    lists: bool = False
    """Whether an accepted objection puts a number on the do-not-record list."""

    @property
    def language(self) -> Language:
        return self.letters.language


def known(setting: Setting, letter: str) -> dict[str, str]:
    """The values that the house fills in, by placeholder."""
    return {
        **of_register(setting.register, setting.language, setting.writer),
        **_request(setting),
        **_recipients(setting),
        **_calls(setting),
        **(_destroyed(setting) if letter == "already_destroyed" else {}),
        **(_closed(setting) if letter == "no_longer_opens" else {}),
        **_lines(setting, letter),
    }


def day(at: date | datetime, language: Language) -> str:
    """A date, or the Helsinki date of an instant, as letters write it."""
    return languages.written(helsinki_date(at) if isinstance(at, datetime) else at, language)


def moment(at: datetime, language: Language) -> str:
    """An instant as letters write it: Helsinki date and time."""
    local = at.astimezone(HELSINKI)
    clock = {
        FI: f"klo {local.hour}.{local.minute:02}",
        SV: f"kl. {local.hour}.{local.minute:02}",
        EN: f"{local.hour:02}:{local.minute:02}",
    }
    return f"{day(at, language)} {clock[language]}"


def of_register(file: RegisterFile, language: Language, writer: str) -> dict[str, str]:
    """What every letter of the register may name."""
    host = file.notice.archive_url.split("/notice", 1)[0]
    transfers = [f"{one.place[language]}, {one.safeguards[language]}" for one in file.transfers]
    return {
        "controller.name": file.controller.name,
        "brand.name": file.controller.name,
        "contact.name": writer,
        "contact.email": file.contact.email,
        "contact.phone": file.contact.phone,
        "dpo.email": file.dpo.email,
        "dpo.phone": file.dpo.phone,
        "authority.name": file.authority.name[language],
        "authority.postal_address": file.authority.postal_address[language],
        "authority.email": file.authority.email,
        "authority.phone": file.authority.phone[language],
        "authority.url": file.authority.url[language],
        "portal.url": file.notice.portal_url,
        "verify.url": f"{host}/talteen_verify.py",
        "retention.months": str(file.retention.months),
        "recipients.named": languages.listed(_processors(file, language), language),
        "categories.list": languages.listed(categories.told(language), language),
        "purposes.used": languages.listed(
            [PURPOSES[one.key][language] for one in file.purposes], language
        ),
        "basis.list": languages.listed(
            sorted({one.basis.value for one in file.purposes}), language
        ),
        "transfers.summary": languages.listed(transfers, language)
        if transfers
        else NO_TRANSFERS[language],
    }


def _processors(file: RegisterFile, language: Language) -> list[str]:
    return [f"{one.name} ({one.service[language]})" for one in file.processors]


def _request(of: Setting) -> dict[str, str]:
    row, language = of.request, of.language
    owed, told = steps.deadline(row, of.now), calls.told_day(of.asked)
    rights = [RIGHTS[right][language] for right in steps.rights_of(row)]
    replies = day(helsinki_date(of.now) + timedelta(days=14), language)
    return {
        "recipient.name": of.asked.get("name") or DEFAULT_NAME[language],
        "request.number": row.case.reference,
        "request.received": day(row.received_on, language),
        "request.summary": languages.listed(rights, language) if rights else UNREAD[language],
        "deadline.date": day(owed.limit, language),
        "decision.date": day(of.now, language),
        "extension.date": day(
            requests.deadline(
                row.received_on, today=helsinki_date(of.now), stops=steps.stops(row), extended=True
            ).limit,
            language,
        ),
        "hold.review_date": day(helsinki_date(of.now) + REVIEW_WITHIN, language),
        "identity.reply_by": replies,
        "reply.date": replies,
        "call.date": day(told, language) if told else "",
        "search.done": moment(row.searched_at, language) if row.searched_at else "",
    }


def _recipients(of: Setting) -> dict[str, str]:
    """Who has got the calls of the request, and who was told what the answers did, by name; without
    those that may not be told of yet (15(1)(c), 19)."""
    language, today = of.language, helsinki_date(of.now)
    occasions = list(of.request.answers.values_list("pk", flat=True))
    calls_ = list(of.request.case.recordings.values_list("pk", flat=True))
    names = received.names(calls_, today)
    got = [*_processors(of.register, language), *names]
    # A letter that decides is written before its tasks arise: then nobody has been told yet.
    told = dict.fromkeys(names, False) | article19.informed(occasions, today)
    informed = [name if done else f"{name} ({WILL_BE[language]})" for name, done in told.items()]
    return {
        "recipients.named": languages.listed(got, language),
        "recipients.informed": languages.listed(informed, language)
        if informed
        else NOBODY[language],
    }


def calls_of(row: SubjectRequest) -> Sequence[Recording]:
    """The calls of a request in the order of their numbers, 1, 2, ..."""
    return list(row.case.recordings.order_by("started_at", "pk"))


def _calls(of: Setting) -> dict[str, str]:
    found, language = calls_of(of.request), of.language
    if not found:
        return {}
    numbers = [str(number) for number, _ in enumerate(found, 1)]
    complete = answers.erased_by(
        of.request, margin_days=of.register.retention.margin_days, now=of.now
    )
    return {
        "calls.count": str(len(found)),
        "call.number": languages.listed(numbers, language),
        "call.date": day(found[0].day, language),
        "call.due_date": day(max(one.due_at for one in found), language),
        "call.cutoff_date": day(min(one.cutoff_at for one in found), language),
        "erasure.complete_date": day(complete, language),
        "destroyed.date": day(max(one.due_at for one in found), language),
        "restriction.start": day(of.now, language),
    }


def _destroyed(of: Setting) -> dict[str, str]:
    """Of the day that the person named: what became of its calls, where all are gone."""
    told = calls.told_day(of.asked)
    if told is None:
        return {}
    gone = Destruction.objects.filter(day=told)
    dead = [one.backup_dead_at for one in gone if one.backup_dead_at is not None]
    if not dead or len(dead) != gone.count():
        return {}
    return {"destroyed.date": day(max(dead), of.language), "certificate.number": told.isoformat()}


def _closed(of: Setting) -> dict[str, str]:
    """Of the day that the person named: when the last backup key of what closed lately is dead."""
    told = calls.told_day(of.asked)
    ends = list(closing_on(told).values_list("due_at", flat=True)) if told else []
    return {"destroyed.date": day(max(ends), of.language)} if ends else {}


def closing_on(told: date) -> QuerySet[Destruction]:
    """The calls of a day that open no more, and of which no certificate says that all is gone."""
    return Destruction.objects.filter(day=told, certificate_leaf=None)


def _lines(of: Setting, letter: str) -> dict[str, str]:
    """The sentence that a letter chooses by what is so."""
    letters = of.letters
    if letter == "access_cover":
        package = packages.open_now(of.request, of.now)
        if package is None:
            return {}
        cuts = {"cuts.count": str(package.cuts)}
        line = wording.fill(letters.line(letter, "cuts" if package.cuts else "no_cuts"), cuts)
        return {
            "access.cuts_line": line,
            "link.expires": day(package.ends_at, of.language),
            "audio.delivery": _sound(of, packages.has_sound(package)),
        }
    if letter == "source_told":
        return {"source.line": _sources(of)}
    if letter == "objection_accepted":
        return {
            "donotrecord.line": letters.line(
                letter, "donotrecord" if of.lists else "no_donotrecord"
            )
        }
    if letter == "restriction_set":
        return {"restriction.expiry_line": letters.line(letter, "expires")}
    return {}


def _sound(of: Setting, packed: bool) -> str:
    """What the letter says of the sound; empty where the person asked for it and does not get it:
    then whoever writes the letter must say why (14.15)."""
    if packed:
        return SOUND_PACKED[of.language]
    return "" if of.asked.get("sound") else SOUND_NOT_ASKED[of.language]


def _sources(of: Setting) -> str:
    """Of each call, from where its number came, as the register names it (10.3, 14(2)(f))."""
    by_key = {one.key: one for one in of.register.sources}
    told = []
    for call in calls_of(of.request):
        source = by_key.get(call.source)
        if source is None:  # it was named in a register of another day: whoever answers says it
            return ""
        line = "called" if source.outbound else "came"
        named = {"call.date": day(call.day, of.language), "call.source": source.name[of.language]}
        told.append(wording.fill(of.letters.line("source_told", line), named))
    return " ".join(told)
