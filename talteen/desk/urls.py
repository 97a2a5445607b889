"""Which address answers what. An address carries ids, days and codes only, never a person or a
word.
"""

from datetime import date

from django.urls import path, re_path, register_converter

from talteen.desk import (
    account,
    acknowledging,
    anchoring,
    assessment_papers,
    assessments,
    balance,
    breach,
    breach_letters,
    breaches,
    calendar,
    calibration,
    call,
    call_facts,
    calls,
    certificate,
    coaching,
    complaining,
    correcting,
    covering,
    delegating,
    demo,
    disclosure,
    disclosures,
    do_not_record,
    emergencies,
    employees_notice,
    evaluating,
    evidence,
    exporting,
    form_editor,
    form_pages,
    golive,
    group_text,
    guidance,
    handover,
    heard,
    hearing,
    history,
    hold_acts,
    holds,
    home,
    identifying,
    joining,
    ledger,
    live,
    months,
    my_call,
    notice,
    notice_changes,
    officer,
    oidc,
    passages,
    people,
    playlists,
    portal,
    preferences,
    processing_record,
    processors,
    programs,
    prove,
    purpose,
    quality,
    recipients,
    request,
    request_letter,
    request_print,
    requests,
    reviews,
    safeguards,
    sales_calls,
    saml,
    scim,
    second_step,
    security_codes,
    signin,
    statements,
    strongly,
    studies,
    styleguide,
    survives,
    uses,
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


class ClauseConverter(_Text):
    """A clause of the notice."""

    regex = r"\d{1,2}|objection|complaint"


class NoticeActConverter(_Text):
    """What is done with the next version of the notice."""

    regex = "propose|approve|withdraw|opinion"


class AssessmentActConverter(_Text):
    """What is done with a balancing test or the impact assessment."""

    regex = "propose|adopt|withdraw|opinion"


class StatementConverter(_Text):
    """A kind of statement."""

    regex = "month|requests|access|people"


class SpanConverter(_Text):
    """What a statement is about: a month, a year, a quarter, or today."""

    regex = r"\d{4}-\d{2}|\d{4}-Q[1-4]|\d{4}|today"


register_converter(NoticeActConverter, "notice_act")
register_converter(AssessmentActConverter, "assessment_act")
register_converter(StatementConverter, "statement")
register_converter(SpanConverter, "span")
register_converter(ClauseConverter, "clause")
register_converter(EntryConverter, "entry")
register_converter(EntryActConverter, "entry_act")
register_converter(DayConverter, "day")
register_converter(MonthConverter, "month")


urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-in/second", second_step.second, name="sign-in-second"),
    path("sign-in/passkey", second_step.by_passkey, name="sign-in-passkey"),
    path("sign-in/oidc", oidc.start, name="oidc"),
    path("sign-in/oidc/callback", oidc.callback, name="oidc-callback"),
    path("sign-in/oidc/done", oidc.done, name="oidc-done"),
    path("sign-in/saml", saml.start, name="saml"),
    path("sign-in/saml/metadata", saml.metadata, name="saml-metadata"),
    path("sign-in/saml/callback", saml.callback, name="saml-callback"),
    path("sign-in/saml/done", saml.done, name="saml-done"),
    path("sign-in/saml/ended", saml.ended, name="saml-ended"),
    path("confirm/saml", saml.confirm, name="saml-confirm"),
    path("join/saml", saml.join, name="saml-join"),
    path("sign-in/oidc/ended", oidc.ended, name="oidc-ended"),
    path("confirm/oidc", oidc.confirm, name="oidc-confirm"),
    path("join/oidc", oidc.join, name="oidc-join"),
    path("confirm", second_step.confirm, name="confirm"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("join", joining.page, name="join"),
    path("join/password", joining.password, name="join-password"),
    path("join/factor", joining.factor, name="join-factor"),
    path("account", account.page, name="account"),
    path("account/factor", account.factor, name="account-factor"),
    path("account/factor/<uuid:factor>/remove", account.remove, name="account-factor-remove"),
    path("account/codes", account.codes, name="account-codes"),
    path("account/password", account.password, name="account-password"),
    path("account/mail", account.mail, name="account-mail"),
    path("account/tour", account.tour, name="account-tour"),
    path("account/sessions", account.sessions, name="account-sessions"),
    path("people", people.page, name="people"),
    path("people/<uuid:person>/invite", people.invite, name="people-invite"),
    path("people/invitations/<uuid:invitation>/approve", people.approve, name="people-approve"),
    path("people/invitations/<uuid:invitation>/link", people.show, name="people-show"),
    path("programs", programs.page, name="programs"),
    path("programs/<uuid:webhook>/dead", programs.dead, name="program-dead"),
    path("delegations", delegating.page, name="delegations"),
    path("delegations/<uuid:which>/end", delegating.end, name="delegation-end"),
    path("reviews", reviews.page, name="reviews"),
    path("reviews/begin", reviews.begin, name="review-begin"),
    path("reviews/<uuid:right>", reviews.decide, name="review-decide"),
    path("emergencies", emergencies.page, name="emergencies"),
    path("emergencies/<uuid:emergency>/approve", emergencies.approve, name="emergency-approve"),
    path("emergencies/<uuid:emergency>/end", emergencies.end, name="emergency-end"),
    path("emergencies/<uuid:emergency>/review", emergencies.review, name="emergency-review"),
    re_path(r"^scim/v2/?(?P<rest>.*)$", scim.answer, name="scim"),
    path("language", preferences.language, name="language"),
    path("theme", preferences.theme, name="theme"),
    path("notice", notice.current, name="notice"),
    path("notice/changes", notice_changes.page, name="notice-changes"),
    path("notice/changes/<notice_act:what>", notice_changes.act, name="notice-act"),
    path("notice/balancing-tests.pdf", assessment_papers.summary, name="balancing-tests-pdf"),
    path("notice/balancing-tests", assessments.summary, name="balancing-tests"),
    path("notice/employees/answers", acknowledging.page, name="employees-answers"),
    path("notice/employees/say", acknowledging.say, name="employees-say"),
    path("notice/employees", employees_notice.page, name="employees-notice"),
    path(
        "notice/employees/<slug:language>",
        employees_notice.in_language,
        name="employees-notice-text",
    ),
    path("notice/group", group_text.page, name="group-text"),
    path("notice/safeguards", safeguards.page, name="safeguards"),
    path("notice/safeguards/<str:name>", safeguards.copy, name="safeguards-copy"),
    path("notice/versions", notice.versions, name="notice-versions"),
    path("notice/<slug:number>", notice.any_language, name="notice-version"),
    path("notice/<slug:number>.json", notice.as_json, name="notice-json"),
    path("notice/<slug:number>/<slug:language>.pdf", notice.as_pdf, name="notice-pdf"),
    path("notice/<slug:number>/<slug:language>", notice.text, name="notice-text"),
    path("purpose", purpose.choose, name="purpose"),
    path("calls", calls.page, name="calls"),
    path("calls/security-codes", security_codes.page, name="security-codes"),
    path("calls/saved", calls.save_search, name="search-save"),
    path("calls/saved/<uuid:search>/forget", calls.forget_search, name="search-forget"),
    path("calls/<uuid:recording>", call.page, name="call"),
    path("calls/<uuid:recording>/open", call.open_call, name="call-open"),
    path("calls/<uuid:recording>/purpose", call.ask, name="call-purpose"),
    path("calls/<uuid:recording>/words", hearing.write_again, name="call-words"),
    path("calls/<uuid:recording>/complaint", complaining.complain, name="call-complaint"),
    path("calls/<uuid:recording>/sound", call.sound, name="call-sound"),
    path("calls/<uuid:recording>/correct", correcting.page, name="call-correct"),
    path("calls/<uuid:recording>/history", history.page, name="call-history"),
    path("calls/<uuid:recording>/check", correcting.check, name="call-check"),
    path("calls/<uuid:recording>/facts.json", call_facts.page, name="call-facts"),
    path("calls/<uuid:recording>/export", exporting.export, name="call-export"),
    path("calls/<uuid:recording>/evaluate", evaluating.give, name="call-evaluate"),
    path("calls/<uuid:recording>/draft", evaluating.keep, name="call-draft"),
    path("calls/<uuid:recording>/calibrate", calibration.start, name="call-calibrate"),
    path("evaluations/<uuid:evaluation>/answer", evaluating.answer, name="evaluation-answer"),
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
    path("quality/forms/<slug:form>", form_pages.page, name="form"),
    path("quality/forms/<slug:form>/edit", form_editor.page, name="form-edit"),
    path("quality/forms/<slug:form>/<int:number>", form_pages.page, name="form-version"),
    path("quality/forms/<slug:form>/<int:before>/<int:after>", form_pages.diff, name="form-diff"),
    path("calibration", calibration.page, name="calibration"),
    path("calibration/<int:number>", calibration.room, name="calibration-round"),
    path("calibration/<int:number>/reveal", calibration.reveal, name="calibration-reveal"),
    path("calibration/<int:number>/anchors", anchoring.publish, name="calibration-anchors"),
    path("calls/<uuid:recording>/study/<uuid:study>", studies.answer, name="call-study"),
    path("studies", studies.page, name="studies"),
    path("studies/new", studies.new, name="study-new"),
    path("studies/<uuid:study>", studies.one, name="study"),
    path("studies/<uuid:study>/decide", studies.decide, name="study-decide"),
    path("studies/<uuid:study>.<slug:form>", studies.file, name="study-file"),
    path("guidance", guidance.page, name="guidance"),
    path("guidance/new", guidance.write, name="article-new"),
    path("guidance/lessons", guidance.learned, name="lessons"),
    path("guidance/<uuid:article>", guidance.one, name="article"),
    path("guidance/<uuid:article>/write", guidance.write, name="article-write"),
    path("guidance/<uuid:article>/<int:number>", guidance.one, name="article-version"),
    path("guidance/<uuid:article>/<slug:what>", guidance.act, name="article-act"),
    path("coaching", coaching.page, name="coaching"),
    path("coaching/train", coaching.train, name="coaching-train"),
    path("coaching/goals/<uuid:goal>", coaching.goal, name="goal"),
    path("coaching/scripts/<uuid:script>", coaching.approve, name="script-approve"),
    path("calls/<uuid:recording>/passage", passages.mark, name="call-passage"),
    path("passages", passages.page, name="passages"),
    path("passages/<uuid:passage>", passages.one, name="passage"),
    path("passages/<uuid:passage>/sound", passages.sound, name="passage-sound"),
    path("passages/<uuid:passage>/<slug:what>", passages.act, name="passage-act"),
    path("playlists", playlists.make, name="playlists"),
    path("playlists/<uuid:playlist>", playlists.page, name="playlist"),
    path("playlists/<uuid:playlist>/<slug:what>", playlists.act, name="playlist-act"),
    path("survives", survives.page, name="survives"),
    path("holds", holds.page, name="holds"),
    path("holds/<uuid:hold>/confirm", holds.confirm, name="hold-confirm"),
    path("holds/<uuid:hold>/let-go", holds.let_go, name="hold-let-go"),
    path("holds/<uuid:hold>/<slug:what>", hold_acts.act, name="hold-act"),
    path("do-not-record", do_not_record.page, name="do-not-record"),
    path("sales-calls", sales_calls.page, name="sales-calls"),
    path("sales-calls/<uuid:call>", sales_calls.settle, name="sales-call-settle"),
    path("do-not-record/number", do_not_record.number, name="do-not-record-number"),
    path(
        "do-not-record/<entry:reference>/<entry_act:what>",
        do_not_record.entry,
        name="do-not-record-entry",
    ),
    path("requests", requests.page, name="requests"),
    path("requests/new", requests.take, name="request-new"),
    path("requests/<uuid:case>", request.page, name="request"),
    path("requests/<uuid:case>/letter", request_letter.page, name="request-letter"),
    path(
        "requests/<uuid:case>/letter/<uuid:paper>", request_letter.attached, name="request-attached"
    ),
    path("requests/<uuid:case>/<slug:what>", request.act, name="request-act"),
    path("breaches", breaches.page, name="breaches"),
    path("breaches/report", breaches.report, name="breach-report"),
    path("breaches/<uuid:breach>", breach.page, name="breach"),
    path("breaches/<uuid:breach>/dossier", breach.dossier, name="breach-dossier"),
    path("breaches/<uuid:breach>/letters/<uuid:letter>", breach_letters.page, name="breach-letter"),
    path("breaches/<uuid:breach>/<slug:what>", breach.act, name="breach-act"),
    path("requests/<uuid:case>/print/<uuid:paper>", request_print.letter, name="request-print"),
    path("requests/<uuid:case>/print/copy", request_print.package, name="request-print-package"),
    path("my-data", portal.page, name="my-data"),
    path("my-data/follow", portal.follow, name="my-data-follow"),
    path("my-data/code", identifying.send, name="my-data-code"),
    path("my-data/prove", identifying.prove, name="my-data-prove"),
    path("my-data/package", portal.package, name="my-data-package"),
    path("my-data/identify", strongly.start, name="my-data-identify"),
    path("my-data/identified", strongly.back, name="my-data-identified"),
    path("my-data/listen", heard.listen, name="my-data-listen"),
    path("my-data/sound/<uuid:package>/<int:number>", heard.sound, name="my-data-sound"),
    path("my-data/not-mine", portal.not_mine, name="my-data-not-mine"),
    path("my-data/attachment", portal.attachment, name="my-data-attachment"),
    path("handover", handover.page, name="handover"),
    path("handover/follow", handover.follow, name="handover-follow"),
    path("handover/package", handover.fetch, name="handover-fetch"),
    path("handover/receipt", handover.receipt, name="handover-receipt"),
    path("handover/not-mine", handover.not_mine, name="handover-not-mine"),
    path("disclosures", disclosures.page, name="disclosures"),
    path("disclosures/new", disclosures.new, name="disclosure-new"),
    path("disclosures/<uuid:disclosure>", disclosure.page, name="disclosure"),
    path("disclosures/<uuid:disclosure>/find", disclosure.find, name="disclosure-find"),
    path("disclosures/<uuid:disclosure>/<slug:what>", disclosure.act, name="disclosure-act"),
    path("recipients", recipients.page, name="recipients"),
    path("recipients/<uuid:task>/<slug:what>", recipients.act, name="recipient-act"),
    path("go-live.pdf", golive.paper, name="go-live-file"),
    path("go-live", golive.page, name="go-live"),
    path("assessments/<str:paper>.pdf", assessment_papers.paper, name="assessment-file"),
    path("assessments", assessments.page, name="assessments"),
    path("assessments/<str:paper>/<assessment_act:what>", assessments.act, name="assessment-act"),
    path("processors", processors.page, name="processors"),
    path("processing-record", processing_record.page, name="processing-record"),
    path("processing-record.pdf", processing_record.as_pdf, name="processing-record-pdf"),
    path("processing-record.json", processing_record.as_json, name="processing-record-json"),
    path("uses", uses.page, name="uses"),
    path("uses/odd/<uuid:finding>", uses.judge_odd, name="use-odd"),
    path("uses/checks/<uuid:check>", uses.judge_check, name="use-check"),
    path("my-use", uses.own, name="my-use"),
    path("my-use/<uuid:check>", uses.answer, name="my-use-answer"),
    path("prove", prove.page, name="prove"),
    path("prove.json", prove.as_json, name="prove-json"),
    path("prove/table", prove.table, name="prove-table"),
    path("prove/<clause:name>", prove.clause, name="prove-clause"),
    path("prove/old/<slug:number>", prove.old, name="prove-old"),
    path("my-data/officer", officer.write, name="officer-write"),
    path("my-data/officer/follow", officer.follow, name="officer-follow"),
    path("officer", officer.page, name="officer"),
    path("officer/<uuid:message>", officer.message, name="officer-message"),
    path("statements", statements.page, name="statements"),
    path(
        "statements/<statement:kind>/<span:span>.<slug:form>",
        statements.file,
        name="statement-file",
    ),
    path("statements/<statement:kind>/<span:span>", statements.one, name="statement"),
    path("evidence", evidence.page, name="evidence"),
    path("evidence/sample.zip", evidence.bundle, name="evidence-bundle"),
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
    path("demo/time", demo.clock, name="demo-time"),
    path("styleguide", styleguide.page, name="styleguide"),
]

handler403 = "talteen.desk.failures.forbidden"
handler404 = "talteen.desk.failures.missing"
handler500 = "talteen.desk.failures.broken"
