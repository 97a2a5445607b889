"""What people do in the rooms of the house before they are looked at: every row by a public act,
through the pages themselves. Cheap: some forty requests without a browser.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client

from talteen import wiring
from talteen.clock import SystemClock
from talteen.life.hold import acts as hold
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import personal
from talteen.life.use.coach.models import Goal, Playlist
from talteen.life.use.guide.models import Article
from talteen.life.use.quality import lot, published
from talteen.life.use.quality.form import POINTS
from talteen.life.use.quality.models import CalibrationRound, EvaluatedCall
from talteen.life.use.study import following, frozen, report, traits
from talteen.life.use.study.frozen import Frozen
from talteen.life.use.study.models import Study
from talteen.life.use.study.plan import SCALE, Asked
from talteen.life.use.study.report import Answer
from talteen.life.use.study.traits import Trait
from talteen.oversight.breaches.models import Breach
from talteen.oversight.use import checks, looking
from talteen.register.models import Recording, Staff
from talteen.register.passage_models import Passage
from talteen.register.programs import api_tokens, webhooks
from talteen.register.programs.api_models import ApiToken, WebhookMessage
from talteen.register.programs.api_scopes import Scope
from tests.desk.browser.conftest import TODAY, Served
from tests.desk.browser.doing import at_desk, send
from tests.kit import builders

FROZEN = "2026-4"
TORN = ((1, 5), (5, 1), (2, 5), (5, 2), (1, 4))
"""Two people about a greeting, in five rounds."""
WORDS = "Kerro ehto aina ennen hintaa, niin kukaan ei ylläty."


@dataclass(frozen=True, slots=True)
class Furnished:
    """Where the rooms are that were furnished."""

    breach: UUID
    round: int
    """A round that is open."""
    revealed: int
    study: UUID
    """One that runs."""
    frozen: UUID
    article: UUID
    passage: UUID
    playlist: UUID


def furnish(served: Served) -> Furnished:
    """Everything that the rooms' pages show, in the order in which people would do it."""
    call = Recording.objects.get(pk=served.spoken.pk)
    _uses(call, served)
    breach = _breach(call)
    _people()
    _officer()
    _release(call)
    _quality(call)
    passage, playlist = _passages(call)
    study = _study(call)
    article = _guidance()
    _coaching()
    _programs()
    last = CalibrationRound.objects.latest("pk").pk
    return Furnished(breach, last, last - 1, study, frozen_study().pk, article, passage, playlist)


def _uses(call: Recording, served: Served) -> None:
    """Eila opens a call for her case, Ilkka meets a closed door again and again; the house looks
    and asks one of a hundred why."""
    house = wiring.house()
    rights = {"purpose": "rights_of_parties"}
    send(at_desk("Eila"), f"/calls/{call.pk}/open", {**rights, "case": served.case})
    ilkka = at_desk("Ilkka")
    for _ in range(6):
        send(ilkka, f"/calls/{call.pk}/open", {**rights, "case": served.case}, 403)
    looking.look(house.vault, house.register, TODAY)
    checks.draw(TODAY + timedelta(days=1))


def _breach(call: Recording) -> UUID:
    """Anna reports a lost device, the officer looks how far it reaches and says what they think."""
    told = {"call": str(call.pk), "kind": "lost_device"}
    told["words"] = "Kannettava ja varmuuslevy varastettiin autosta"
    send(at_desk("Anna"), "/breaches/report", told, 200)
    breach, dina = Breach.objects.latest("reported_at").pk, at_desk("Dina")
    days = {"calls_from": "2026-08-20", "calls_to": "2026-11-29"}
    reach = {"occurred_from": "2026-11-15T08:00", **days, "keys_safe": "yes"}
    send(dina, f"/breaches/{breach}/reach", reach)
    known = {"aware_at": "2026-11-28T16:20", "reasons": "Kuljettaja huomasi lukon rikotuksi"}
    send(dina, f"/breaches/{breach}/triage", known)
    said = {"stand": "none", "text": "Levy on salattu, istunto oli lukittu"}
    send(dina, f"/breaches/{breach}/opinion", said)
    return breach


def _people() -> None:
    """Ossi asks for two links; one of them waits for the second person."""
    ossi = at_desk("Ossi")
    for name in ("Emma", "Daniel"):
        send(ossi, f"/people/{Staff.objects.get(name__startswith=name).pk}/invite", {})


def _officer() -> None:
    """Somebody writes to the officer alone."""
    text = {"text": "Saako esihenkilöni kuunnella puheluitani?", "reach": ""}
    send(Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi"), "/my-data/officer", text, 200)


def _release(spoken: Recording) -> None:
    """A call that is held for a complaint that is over: its release is proposed."""
    free = Recording.objects.filter(holds=None, progress="sealed", cutoff_at__gt=TODAY)
    call = free.exclude(pk=spoken.pk).order_by("started_at")[0]
    eila, riitta = (Staff.objects.get(name__startswith=one) for one in ("Eila", "Riitta"))
    case = builders.case(eila, riitta, calls=(call,), opened_at=TODAY)
    day = TODAY.date() + timedelta(days=40)
    placing = Placing(case, Ground.COMPLAINT, (eila, riitta), day, eila, riitta)
    made = hold.place(wiring.house().vault, call.pk, placing, TODAY)
    send(at_desk("Eila"), f"/holds/{made.pk}/propose", {})


def _quality(call: Recording) -> None:
    """An evaluation that is disputed, five rounds that were revealed, one that is open."""
    # A walk may have been here before: all files of the browser share one house.
    EvaluatedCall.objects.filter(recording=call).delete()
    leena, ritva = _opened("Leena", call), _opened("Ritva", call)
    low = answers() | {
        "q-greeting": "2",
        "r-greeting": "Nimi jäi sanomatta",
        "at-greeting": "4000",
    }
    send(leena, f"/calls/{call.pk}/evaluate", low)
    given = EvaluatedCall.objects.get(recording=call).evaluation_id
    why = {"what": "dispute", "question": ["greeting"], "why": "Sanoin nimen heti alussa."}
    send(at_desk("Anna"), f"/evaluations/{given}/answer", why)
    asked = [str(Staff.objects.get(name__startswith=one).pk) for one in ("Leena", "Ritva")]
    for points in TORN:
        send(leena, f"/calls/{call.pk}/calibrate", {"form": "hotel", "who": asked})
        for client, point in zip((leena, ritva), points, strict=True):
            form = answers() | {"q-greeting": str(point), "r-greeting": "Tervehdys"}
            send(client, f"/calls/{call.pk}/evaluate", form)
    send(leena, f"/calls/{call.pk}/calibrate", {"form": "hotel", "who": asked})
    kept = {"form": "hotel", "q-greeting": "4", "r-greeting": "Nimi tulee vasta lopussa"}
    send(leena, f"/calls/{call.pk}/draft", kept)


def _passages(call: Recording) -> tuple[UUID, UUID]:
    """Leena marks a passage, Ritva approves it, Kaarlo makes a list of it for its agent; another
    passage waits."""
    leena = _opened("Leena", call)
    for start, end, teaches in (
        ("0:03", "0:12", "Ehto kerrotaan ennen hintaa, ja siitä jää rauha."),
        ("0:14", "0:20", "Näin kuulija saa aikaa miettiä."),
    ):
        form = {"start": start, "end": end, "teaches": teaches}
        send(leena, f"/calls/{call.pk}/passage", form)
    waiting, first = Passage.objects.filter(state="proposed").order_by("-start_ms")[:2]
    ritva, kaarlo = at_desk("Ritva"), at_desk("Kaarlo")
    send(ritva, f"/passages/{first.pk}/open", {})
    send(ritva, f"/passages/{first.pk}/approve", {"reason": "Opettaa, ja peitot riittävät."})
    listed = {"title": "Ehto ennen hintaa", "passage": [str(first.pk)]}
    send(kaarlo, "/playlists", listed)
    made = Playlist.objects.get(title=listed["title"], entries__passage=first).pk
    send(kaarlo, f"/playlists/{made}/assign", {"agent": [call.agent.code]})
    assert waiting.state == "proposed"
    return first.pk, made


def _opened(name: str, call: Recording) -> Client:
    client = at_desk(name)
    send(client, f"/calls/{call.pk}/open", {"purpose": "service_quality"})
    return client


def answers() -> dict[str, str]:
    form = {f"q-{one.id}": str(POINTS) for one in published.shipped("hotel").questions}
    return {**form, "form": "hotel"}


def _study(call: Recording) -> UUID:
    """A study that is drawn and waits for its one answer."""
    monday = lot.monday_of(call.day).isoformat()
    plan = {"question": "Toistetaanko varauksen tiedot lopuksi?", "strata": "line"}
    plan |= {"means_yes": "Päivä, väki ja nimi sanotaan ennen lopetusta.", "what": "begin"}
    plan |= {"first": monday, "last": monday, "expected": "80", "margin": "10", "goal": "85"}
    send(at_desk("Leena"), "/studies/new", plan)
    begun = Study.objects.latest("begun_at").pk
    following.tend(wiring.house().vault.lot_seed, TODAY)
    return begun


ASKED = (
    Asked(
        "Kerrotaanko peruutusehto ja hinta ennen maksua?",
        "Asiakaspalvelija sanoo molemmat ennen kuin maksusta sovitaan.",
        85,
    ),
    Asked("Kerrotaanko, mihin asti varauksen voi perua?", "Viimeinen päivä sanotaan ääneen."),
    Asked("Kirjataanko allergia?", "Asiakaspalvelija toistaa allergian.", 95),
    Asked(
        "Kuinka selvästi hinta kerrotaan?",
        "",
        75,
        (
            "Hintaa ei sanota.",
            "Hinta sanotaan vasta kysyttäessä.",
            "Hinta sanotaan, mutta ei mitä siihen kuuluu.",
            "Hinta ja mitä siihen kuuluu.",
            "Hinta, mitä siihen kuuluu ja mitä ei.",
        ),
    ),
)


def frozen_study() -> Study:
    """A study whose report is there. The one row that is made by hand: this house has four calls
    (tests/desk/evaluation/test_studies.py makes one from forty)."""
    leena = Staff.objects.get(name__startswith="Leena")
    first, *others = ASKED
    known = {
        "unit": leena.unit,
        "by": leena,
        "question": first.question,
        "means_yes": first.means_yes,
        "goal": first.goal,
        "also": [one.told() for one in others],
        "strata": "line+language+direction",
        "first": TODAY.date() - timedelta(days=69),
        "last": TODAY.date() - timedelta(days=34),
        "expected": 80,
        "margin": 5,
        "needed": 235,
        "begun_at": TODAY - timedelta(days=60),
        "seed": bytes(32),
        "committed_leaf": b"",
        "drawn_at": TODAY - timedelta(days=20),
        "frozen_at": TODAY - timedelta(days=2),
        "report": frozen.to_json(Frozen(5212, 235, 221, None, 5, _found())),
    }
    return Study.objects.get_or_create(number=FROZEN, defaults=known)[0]


def _found() -> report.Report:
    """Groups to the first question, fewer of them to the second, and none to the third, which
    concerned too few calls."""
    sizes, answers = {}, list[Answer]()
    for line, language, calls, answered, often in (
        ("rooms", "fi", 3100, 131, 9),
        ("tables", "fi", 1600, 64, 6),
        ("groups", "fi", 400, 23, 8),
        ("groups", "sv", 112, 3, 10),
    ):
        kind = traits.stratum(
            {Trait.LINE: line, Trait.LANGUAGE: language, Trait.DIRECTION: "inbound"}
        )
        sizes[kind] = calls
        for place in range(answered):
            revocable = None if line == "groups" or place % 3 else place % 2 == 0
            said = (
                place % 10 < often,
                revocable,
                True if place < 2 else None,
                (0.25, 0.5, 0.75, 0.75, 1.0)[place % 5],
            )
            answers.append(Answer(kind, answered / calls, said, UUID(int=place % 8 + 1)))
    return report.made(sizes, answers, len(ASKED), scales={3: SCALE})


def _guidance() -> UUID:
    """Leena writes an article, Anna reads it."""
    day = (TODAY + timedelta(days=90)).date().isoformat()
    form = {"title": "Ehto ennen hintaa", "text": WORDS, "review_on": day}
    article = _made(Article, lambda: send(at_desk("Leena"), "/guidance/new", form))
    send(at_desk("Anna"), f"/guidance/{article}/read", {"number": "1"})
    return article


def _coaching() -> None:
    """A goal of two, and a scene that was made up and waits for a second person."""
    day = (TODAY + timedelta(days=60)).date().isoformat()
    goal = {"what": "goal", "agent": "a02", "text": WORDS, "review_on": day}
    made = _made(Goal, lambda: send(at_desk("Tuomas"), "/coaching", goal))
    send(at_desk("Sari"), f"/coaching/goals/{made}", {"to": "agreed"})
    scene = {"what": "script", "title": "Ehto ennen hintaa"}
    scene["text"] = "A: Kerron ensin ehdon.\nS: Hyvä, kiitos.\nA: Sitten hinnan."
    send(at_desk("Leena"), "/coaching", scene)


def _made(kind: type[Article | Goal], act: Callable[[], None]) -> UUID:
    """The id of what ``act`` makes, among others that are there."""
    before = set(kind.objects.values_list("pk", flat=True))
    act()
    return kind.objects.exclude(pk__in=before).get().pk


def _programs() -> None:
    """A program asked to be told of sealed recordings, and took none of two messages."""
    vault, now = wiring.house().vault, SystemClock().now()
    eila, ossi, dina = (
        Staff.objects.filter(name__startswith=one)[0].code for one in ("Eila", "Ossi", "Dina")
    )
    api_tokens.make(
        "crm",
        (Scope.WEBHOOKS,),
        owner=eila,
        purpose=None,
        by=(ossi, dina),
        ends_at=now + timedelta(days=30),
        now=now,
    )
    seal = partial(personal.seal, vault, personal.Kind.HOOK)
    token, url = ApiToken.objects.get(name="crm"), "https://crm.example.fi/told"
    with transaction.atomic():
        row, _ = webhooks.subscribe(token, url, ["recording.sealed"], now, seal=seal)
    for status in (0, 503):
        WebhookMessage.objects.create(
            id=uuid4(),
            subscription=row,
            event="recording.sealed",
            about={},
            at=TODAY - timedelta(days=5),
            state="dead",
            attempts=10,
            not_before=now,
            http_status=status,
            done_at=now - timedelta(days=1),
        )
