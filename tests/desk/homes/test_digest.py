"""A word by mail that something waits: to who chose it, once a day, through a real mail server, and
without anything that the register holds."""

from datetime import timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.errors import InputError
from talteen.life.destroy import outliving
from talteen.life.use.coach.models import Goal
from talteen.life.use.guide.models import Article, ArticleVersion
from talteen.life.use.quality import published
from talteen.life.use.quality.models import Evaluation
from talteen.notice.purposes import Role
from talteen.oversight import digest, near
from talteen.oversight.use.models import PurposeCheck
from talteen.register.models import AccessEntry, Staff, Training
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.staff import credentials, preferences
from talteen.register.staff.account_models import Invitation
from talteen.register.staff.preference_models import StaffPreference
from tests.desk.conftest import Desk
from tests.register.test_messages import post_office

pytestmark = pytest.mark.django_db(transaction=True)
WEB = "https://talteen.example.fi/"


def asked_why(person: Staff, desk: Desk) -> None:
    """The house asks a person about one of their openings."""
    entry = AccessEntry.objects.create(
        at=desk.now, staff=person.pk, role=person.role, purpose="service_quality", action="grant"
    )
    PurposeCheck.objects.create(
        entry=entry.pk, staff=person.pk, week=desk.now.date(), due_on=desk.now.date()
    )


def test_a_mail_says_once_a_day_that_something_waits_and_nothing_more(desk: Desk) -> None:
    anna, file = desk.reader(Role.AGENT), desk.built.house.register
    domain = file.contact.email.rpartition("@")[2]
    morning = desk.now.replace(hour=6, minute=0) + timedelta(days=1)

    # Nobody chose anything; then somebody did, but nothing waits; then it is night.
    asked_why(anna, desk)
    assert digest.send(WEB, morning) == 0
    PurposeCheck.objects.update(answered_at=desk.now)
    preferences.send_to(anna, f"anna.salmela@{domain}", file)
    assert digest.send(WEB, morning) == 0
    PurposeCheck.objects.update(answered_at=None)
    assert digest.send(WEB, morning + timedelta(hours=3)) == 0, "looked at today already"
    assert digest.send(WEB, morning + timedelta(hours=20)) == 0, "before seven"

    with post_office() as (post, smtp):
        assert digest.send(WEB, morning + timedelta(days=1)) == 1
        assert digest.send(WEB, morning + timedelta(days=1, hours=5)) == 0
        assert messages.deliver(smtp, morning + timedelta(days=1)) == 1
        assert digest.send(WEB, morning + timedelta(days=2)) == 1
        messages.deliver(smtp, morning + timedelta(days=2))

    (to, first), _ = post.taken
    assert to == [f"anna.salmela@{domain}"]
    assert "Sinulle on jotain Talteenissa" in str(OutgoingMessage.objects.all()[0].body)
    assert WEB in first
    # The same words for everybody and every day: no name, no number, no kind of work.
    bodies = set(OutgoingMessage.objects.values_list("subject", "body"))
    assert len(bodies) == 1
    said = "".join(bodies.pop()).replace(WEB, "")
    assert not any(letter.isdigit() for letter in said)
    for name in (*anna.name.split(), anna.code, "puhelu", "avau", "arvioin"):
        assert name not in said


def test_the_word_is_in_the_persons_language_and_the_same_for_all(desk: Desk) -> None:
    people = {one.language: one for one in Staff.objects.order_by("-code")}
    told = {code: digest.letter(one, "x@y.example", WEB, "d") for code, one in people.items()}

    assert told["sv"].subject == "Det finns något för dig i Talteen"
    assert told["en"].subject == "There is something for you in Talteen"
    assert digest.letter(people["fi"], "x@y.example", "", "d").body.count("\n\n") == 1, "no link"


def test_what_waits_is_what_the_home_of_the_role_counts(desk: Desk) -> None:
    anna, ossi, dina = (desk.reader(one) for one in (Role.AGENT, Role.ADMIN, Role.DPO))
    assert not any(digest.waits(one, desk.now) for one in Staff.objects.all())

    Evaluation.objects.create(
        form=published.row_of(published.shipped("hotel")),
        agent=anna,
        evaluator=desk.reader(Role.QUALITY_ANALYST),
        week="2026-W48",
        answers={},
        state="given",
        ends_on=desk.now.date() + timedelta(days=365),
    )
    assert digest.waits(anna, desk.now)
    assert not digest.waits(desk.reader(Role.TEAM_LEADER), desk.now)
    asked = {"staff": anna, "asked_at": desk.now, "ends_at": desk.now + timedelta(days=7)}
    wish = Invitation.objects.create(asked_by=ossi, **asked)
    assert digest.waits(dina, desk.now), "a second person is waited for"
    assert not digest.waits(ossi, desk.now)
    wish.approved_by, wish.approved_at = dina, desk.now
    wish.save()
    assert digest.waits(ossi, desk.now), "the link is theirs to hand over"
    assert not digest.waits(dina, desk.now)


def test_only_an_address_of_the_controller_is_taken_and_it_goes_with_the_person(desk: Desk) -> None:
    anna, file = desk.reader(Role.AGENT), desk.built.house.register
    for wrong in ("anna", "anna@gmail.example", "anna@", f"a@b@{file.dpo.email}x"):
        with pytest.raises(InputError):
            preferences.send_to(anna, wrong, file)
    assert not StaffPreference.objects.exists()

    client = desk.client(Role.AGENT)
    refused = client.post("/account/mail", {"mail": "anna@gmail.example"})
    assert refused.status_code == 422
    assert 'value="anna@gmail.example"' in refused.content.decode(), "what was typed is kept"
    mine = f"anna@{file.dpo.email.rpartition('@')[2]}"
    kept = client.post("/account/mail", {"mail": mine}, follow=True).content.decode()
    assert "Enintään yhden päivässä" in kept
    assert mine in kept
    stopped = client.post("/account/mail", {"mail": mine, "stop": "1"}, follow=True)
    assert "Sähköposteja ei enää lähetetä" in stopped.content.decode()
    assert StaffPreference.objects.get().mail == ""

    preferences.send_to(anna, mine, file)
    credentials.leave(anna.code, desk.now)
    assert not StaffPreference.objects.exists()
    assert outliving.TABLES["StaffPreference"][1] is outliving.Fate.HOUSE


def test_days_that_come_near_are_told_of_on_few_mornings(desk: Desk) -> None:
    anna, leena = desk.reader(Role.AGENT), desk.reader(Role.QUALITY_ANALYST)
    tuomas, today = desk.reader(Role.TEAM_LEADER), helsinki_date(desk.now)
    Staff.objects.filter(pk=tuomas.pk).update(team=anna.team)
    tuomas.refresh_from_db()
    Training.objects.update(valid_until=today + timedelta(days=300))
    goal = Goal.objects.create(
        agent=anna,
        by=tuomas,
        text="x",
        set_on=today,
        review_on=today,
        state="agreed",
        ends_on=today,
    )
    article = Article.objects.create(unit=leena.unit, owner=leena)

    def told(person: Staff) -> list[int]:
        """So many days before a day the person is told of it."""
        mornings = (desk.now + timedelta(days=ahead) for ahead in range(40))
        return [40 - ahead for ahead, at in enumerate(mornings) if near.comes(person, at)]

    due = today + timedelta(days=40)
    Training.objects.filter(staff=anna).update(valid_until=due)
    assert told(anna) == [30, 7, 1]
    assert told(leena) == []
    Training.objects.filter(staff=anna).update(valid_until=today + timedelta(days=300))
    Goal.objects.filter(pk=goal.pk).update(review_on=due)
    assert (told(anna), told(tuomas), told(leena)) == ([7, 1], [7, 1], [])
    Goal.objects.filter(pk=goal.pk).update(state="met")
    assert told(anna) == []

    number = {"number": 1, "language": "fi", "title": "t", "text": "t", "sha256": b""}
    said = {"by": leena, "published_at": desk.now, "review_on": due}
    ArticleVersion.objects.create(article=article, **number, **said)
    assert (told(leena), told(tuomas)) == ([7, 1], [])
    assert not near.overdue(leena, desk.now)
    assert near.overdue(leena, desk.now + timedelta(days=41)), "daily, once the day has come"
    assert digest.waits(leena, desk.now + timedelta(days=41))
