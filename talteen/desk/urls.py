"""Which address answers what. An address carries ids, days and codes only, never a person or a
word.
"""

from datetime import date

from django.urls import path, register_converter

from talteen.desk import (
    balance,
    breach,
    breaches,
    calendar,
    call,
    call_facts,
    calls,
    certificate,
    correcting,
    covering,
    demo,
    do_not_record,
    evaluating,
    exporting,
    hearing,
    hold_acts,
    holds,
    home,
    ledger,
    live,
    months,
    my_call,
    notice,
    portal,
    preferences,
    purpose,
    quality,
    request,
    requests,
    signin,
    styleguide,
    vault,
    why,
)


class DayConverter:
    """``2026-11-10`` in an address; anything else leads nowhere."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class MonthConverter:
    """``2026-08`` in an address: the first day of that month."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return value.strftime("%Y-%m")


class _Text:
    """A part of an address that is taken as it is written."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class EntryConverter(_Text):
    """The name of an entry of the do-not-record list: a code, drawn at random."""

    regex = r"E-[0-9A-Z]{8}"


class EntryActConverter(_Text):
    """What is done with it."""

    regex = "confirm|remove"


register_converter(EntryConverter, "entry")
register_converter(EntryActConverter, "entry_act")
register_converter(DayConverter, "day")
register_converter(MonthConverter, "month")


urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("language", preferences.language, name="language"),
    path("theme", preferences.theme, name="theme"),
    path("notice", notice.current, name="notice"),
    path("notice/versions", notice.versions, name="notice-versions"),
    path("notice/<slug:number>", notice.any_language, name="notice-version"),
    path("notice/<slug:number>.json", notice.as_json, name="notice-json"),
    path("notice/<slug:number>/<slug:language>", notice.text, name="notice-text"),
    path("purpose", purpose.choose, name="purpose"),
    path("calls", calls.page, name="calls"),
    path("calls/saved", calls.save_search, name="search-save"),
    path("calls/saved/<uuid:search>/forget", calls.forget_search, name="search-forget"),
    path("calls/<uuid:recording>", call.page, name="call"),
    path("calls/<uuid:recording>/open", call.open_call, name="call-open"),
    path("calls/<uuid:recording>/purpose", call.ask, name="call-purpose"),
    path("calls/<uuid:recording>/words", hearing.write_again, name="call-words"),
    path("calls/<uuid:recording>/sound", call.sound, name="call-sound"),
    path("calls/<uuid:recording>/correct", correcting.page, name="call-correct"),
    path("calls/<uuid:recording>/check", correcting.check, name="call-check"),
    path("calls/<uuid:recording>/facts.json", call_facts.page, name="call-facts"),
    path("calls/<uuid:recording>/export", exporting.export, name="call-export"),
    path("calls/<uuid:recording>/evaluate", evaluating.give, name="call-evaluate"),
    path("evaluations/<uuid:evaluation>/answer", evaluating.answer, name="evaluation-answer"),
    path(
        "calls/<uuid:recording>/export/<uuid:export>", exporting.approve, name="call-export-approve"
    ),
    path("calls/<uuid:recording>/layer", covering.layer, name="call-layer"),
    path("calls/<uuid:recording>/spans", covering.decide, name="call-spans"),
    path("calendar", calendar.page, name="calendar"),
    path("calendar/table", calendar.table, name="calendar-table"),
    path("balance", balance.page, name="balance"),
    path("balance/table", balance.table, name="balance-table"),
    path("vault", vault.page, name="vault"),
    path("vault/table", vault.table, name="vault-table"),
    path("live", live.page, name="live"),
    path("live/part", live.part, name="live-part"),
    path("my-call", my_call.page, name="my-call"),
    path("my-call/part", my_call.part, name="my-call-part"),
    path("my-call/<uuid:recording>/<slug:what>", my_call.act, name="my-call-act"),
    path("quality", quality.page, name="quality"),
    path("quality/<day:monday>.json", quality.own_file, name="quality-file"),
    path("holds", holds.page, name="holds"),
    path("holds/<uuid:hold>/confirm", holds.confirm, name="hold-confirm"),
    path("holds/<uuid:hold>/let-go", holds.let_go, name="hold-let-go"),
    path("holds/<uuid:hold>/<slug:what>", hold_acts.act, name="hold-act"),
    path("do-not-record", do_not_record.page, name="do-not-record"),
    path("do-not-record/number", do_not_record.number, name="do-not-record-number"),
    path(
        "do-not-record/<entry:reference>/<entry_act:what>",
        do_not_record.entry,
        name="do-not-record-entry",
    ),
    path("requests", requests.page, name="requests"),
    path("requests/new", requests.take, name="request-new"),
    path("requests/<uuid:case>", request.page, name="request"),
    path("requests/<uuid:case>/<slug:what>", request.act, name="request-act"),
    path("breaches", breaches.page, name="breaches"),
    path("breaches/report", breaches.report, name="breach-report"),
    path("breaches/<uuid:breach>", breach.page, name="breach"),
    path("breaches/<uuid:breach>/dossier", breach.dossier, name="breach-dossier"),
    path("breaches/<uuid:breach>/<slug:what>", breach.act, name="breach-act"),
    path("my-data", portal.page, name="my-data"),
    path("my-data/follow", portal.follow, name="my-data-follow"),
    path("my-data/package", portal.package, name="my-data-package"),
    path("my-data/not-mine", portal.not_mine, name="my-data-not-mine"),
    path("my-data/attachment", portal.attachment, name="my-data-attachment"),
    path("why", why.page, name="why"),
    path("certificates/<day:day>", certificate.of_day, name="certificates-of-day"),
    path("certificates/<uuid:recording>", certificate.page, name="certificate"),
    path("certificates/<uuid:recording>.<slug:form>", certificate.file, name="certificate-file"),
    path("certificates/<day:day>.<slug:form>", certificate.day_file, name="day-file"),
    path("certificates/months", months.page, name="months"),
    path("certificates/months/table", months.table, name="months-table"),
    path("certificates/<month:month>", months.of_month, name="month"),
    path("certificates/<month:month>.<slug:form>", months.file, name="month-file"),
    path("talteen_verify.py", certificate.verifier, name="verifier"),
    path("log", ledger.page, name="ledger"),
    path("log/table", ledger.table, name="ledger-table"),
    path("log/checkpoint.txt", ledger.checkpoint, name="ledger-checkpoint"),
    path("demo", demo.page, name="demo"),
    path("demo/sign-in", signin.demo_sign_in, name="demo-sign-in"),
    path("demo/clock", demo.move_clock, name="demo-clock"),
    path("demo/progress", demo.progress, name="demo-progress"),
    path("styleguide", styleguide.page, name="styleguide"),
]

handler403 = "talteen.desk.failures.forbidden"
handler404 = "talteen.desk.failures.missing"
handler500 = "talteen.desk.failures.broken"
