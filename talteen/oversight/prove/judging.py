"""Does what was looked at keep the sentence? One small function a kind of proof. Pure.

Facts in, judgement out. A judgement holds the figures that it was made from, so that whoever reads
"kept" sees of how many; the words for people are in ``words``.
"""

from datetime import timedelta

from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import Facts, Trial, Tried
from talteen.oversight.prove.judgement import Judgement, no_bad, none

SWEPT_WITHIN = timedelta(hours=1)
LEAST_CONTACTS = 2


# --- what is recorded -----------------------------------------------------------------------------


def announced(facts: Facts, _sentence: str) -> Judgement:
    """No sound begins before the end of an announcement that was in force (13(1), I9), and none is
    of an agent who had not been told either (E.0)."""
    calls = facts.calls
    return none(
        calls.announced_late + calls.agents_untold,
        all=calls.all,
        untold=calls.not_announced,
        agents=calls.agents_untold,
    )


def bound(facts: Facts, _sentence: str) -> Judgement:
    """Each call is under the version that was in force when it started (4.2)."""
    return none(facts.calls.unbound, all=facts.calls.all)


def never_longer(facts: Facts, _sentence: str) -> Judgement:
    """No call ends later than its own version promised, or a shorter later one (4.4)."""
    return none(facts.calls.too_long, all=facts.calls.all)


def columns(facts: Facts, _sentence: str) -> Judgement:
    """The register's own table holds what the sentence lists, and nothing more (8.4)."""
    unknown = facts.calls.columns
    return none(len(unknown), which=", ".join(unknown))


def refused(facts: Facts, _sentence: str) -> Judgement:
    """Of a call that was refused no row and no byte is left (15.1, 15.3, I10)."""
    return none(facts.calls.refused_left, all=facts.calls.refused)


def parked(facts: Facts, _sentence: str) -> Judgement:
    """Nothing refused under a threat outlives its hours (15.6)."""
    return none(facts.calls.parked_over, all=facts.calls.parked)


def sealed(facts: Facts, _sentence: str) -> Judgement:
    """The newest stored bytes are what was sealed, and readable as nothing (17.8)."""
    return no_bad(facts.work.blobs)


def labelled(facts: Facts, _sentence: str) -> Judgement:
    """Each transcript says how far people came with it, and which machine wrote it (16.5)."""
    return none(facts.work.unlabelled, all=facts.work.transcripts)


def models(facts: Facts, _sentence: str) -> Judgement:
    """Only models that may run have written anything here (16.1, 16.6)."""
    unknown = facts.work.unknown_engines
    return none(len(unknown), all=len(facts.work.engines), which=", ".join(unknown))


# --- what it is used for --------------------------------------------------------------------------


def listed(facts: Facts, _sentence: str) -> Judgement:
    """Whatever was opened names a purpose of the closed list, in a role that may have it (5.1)."""
    return none(facts.openings.unlisted, all=facts.openings.all, since=facts.openings.since)


def in_a_case(facts: Facts, _sentence: str) -> Judgement:
    """A purpose that needs a case was never used without one (5.1)."""
    seen = facts.openings
    return none(seen.without_case, all=seen.with_case + seen.without_case, since=seen.since)


def own_call(facts: Facts, _sentence: str) -> Judgement:
    """An agent checked a booking in an own call of the same day only (5.1)."""
    return none(facts.openings.not_own, all=facts.openings.checks, since=facts.openings.since)


_USES = {"5.s3": ("training",), "5.s4": ("service_quality",), "5.s5": ("guidance",)}


def drawn_only(facts: Facts, sentence: str) -> Judgement:
    """What was opened for training, quality or guidance had been drawn by lot, and the policy opens
    nothing else for them (J14)."""
    uses = _USES.get(sentence, tuple(facts.openings.undrawn))
    counts = [facts.openings.undrawn.get(one, Count()) for one in uses]
    tried = facts.tried[Trial.UNDRAWN]
    return none(
        sum(one.bad for one in counts) + tried.opened,
        all=sum(one.all for one in counts),
        doors=tried.doors,
    )


def taught(facts: Facts, sentence: str) -> Judgement:
    """What teaches is a part of a drawn call that two people have approved (5.5, D), and nothing
    else was opened for training."""
    lot, passages = drawn_only(facts, sentence), facts.work.passages
    return Judgement(
        lot.kept and not passages.bad,
        {**lot.figures, "alone": passages.bad, "passages": passages.all},
    )


def share(facts: Facts, _sentence: str) -> Judgement:
    """No week's lot drew more than the promised share (J14)."""
    work = facts.work
    return none(work.overdrawn, all=work.draws, drawn=work.drawn)


def evaluated(facts: Facts, _sentence: str) -> Judgement:
    """Nobody was evaluated by anything but another person, and only from the lot (16.3)."""
    lot = drawn_only(facts, "5.s4")
    count = facts.work.evaluations
    return Judgement(lot.kept and not count.bad, {"bad": count.bad, "all": count.all})


def _trial(tried: Tried) -> Judgement:
    return none(tried.opened, all=tried.calls, doors=tried.doors)


def special(facts: Facts, _sentence: str) -> Judgement:
    """Marked calls open for no purpose that may never see them, whoever asks (J1)."""
    return _trial(facts.tried[Trial.SPECIAL])


def credentials(facts: Facts, _sentence: str) -> Judgement:
    """Nobody got a permission without undertaking and training, or after a review had taken the
    rights away; a stranger gets none. Each emergency was of three people (17.1-4)."""
    tried, seen, rights = facts.tried[Trial.STRANGER], facts.openings, facts.rights
    bad = seen.without_standing + tried.opened + rights.ended + rights.emergencies.bad
    return none(
        bad + rights.late + facts.people.partners.bad,
        all=seen.grants,
        doors=tried.doors,
        people=facts.people.complete,
        of=facts.people.active,
        reviewed_on=rights.reviewed_on,
        waiting=rights.reviewed.bad,
        emergencies=rights.emergencies.all,
        partners=facts.people.partners.all,
    )


def exports(facts: Facts, _sentence: str) -> Judgement:
    """Words left the house with a manifest, and with two persons where two are needed (11.2)."""
    return no_bad(facts.work.exports)


# --- how long -------------------------------------------------------------------------------------


def ends(facts: Facts, _sentence: str) -> Judgement:
    """Nothing lives past its due but by a hold, and nothing died after it (13.1)."""
    end = facts.ends
    return none(
        end.past_due + end.gone_late, all=facts.calls.all, gone=end.gone, oldest=facts.calls.oldest
    )


def backups(facts: Facts, _sentence: str) -> Judgement:
    """No backup key outlives its day or comes back; what is destroyed was proved so (13.3)."""
    end = facts.ends
    return none(
        end.backup_late + end.unproved + end.gone_late, all=end.gone + end.waiting,
        keys=end.backup_alive,
    )  # fmt: skip


def closed_week(facts: Facts, _sentence: str) -> Judgement:
    """Past the cutoff nothing was opened, and the policy opens nothing (13.4, I1)."""
    tried = facts.tried[Trial.PAST_CUTOFF]
    return none(facts.openings.after_cutoff + tried.opened, all=tried.calls, doors=tried.doors)


def by_itself(facts: Facts, _sentence: str) -> Judgement:
    """The sweep runs, and nothing waits for it longer than an hour (13.4)."""
    end = facts.ends
    idle = end.swept_ago is None or end.swept_ago > SWEPT_WITHIN
    stopped = idle and facts.calls.all > 0
    minutes = None if end.swept_ago is None else int(end.swept_ago.total_seconds() // 60)
    return Judgement(
        end.past_cutoff == 0 and not stopped,
        {"bad": end.past_cutoff, "minutes": minutes, "last": end.last},
    )


def certified(facts: Facts, _sentence: str) -> Judgement:
    """Each destruction stands in the ledger, as its certificate says (13.15)."""
    return none(facts.ends.uncertified, all=facts.ends.gone)


def kept_for_days(facts: Facts, _sentence: str) -> Judgement:
    """Logs, requests and evaluations went on their day (14.18, H.8)."""
    return no_bad(facts.requests.overkept)


def list_confirmed(facts: Facts, _sentence: str) -> Judgement:
    """Each entry of the do-not-record list was confirmed within the year (6.9)."""
    return no_bad(facts.requests.unconfirmed)


# --- holds ----------------------------------------------------------------------------------------


def grounds(facts: Facts, _sentence: str) -> Judgement:
    """Each hold stands on a ground of the closed list, by two persons or until a day (13.12)."""
    return none(facts.holds.groundless, all=facts.holds.active)


def narrowed(facts: Facts, _sentence: str) -> Judgement:
    """A held call opened for its own matter only, and opens for nothing else (J11)."""
    tried, seen = facts.tried[Trial.HELD], facts.openings.held_elsewhere
    return none(seen.bad + tried.opened, all=tried.calls, doors=tried.doors)


def reviewed(facts: Facts, _sentence: str) -> Judgement:
    """No hold is past the day of its review (13.10)."""
    return none(facts.holds.overdue, all=facts.holds.active, next=facts.holds.next_review)


def released(facts: Facts, _sentence: str) -> Judgement:
    """What was released past its cutoff is gone (13.9)."""
    return none(facts.ends.released_living, all=facts.ends.released)


# --- rights and people ----------------------------------------------------------------------------


def on_time(facts: Facts, _sentence: str) -> Judgement:
    """No open request is past its last lawful day (12(3))."""
    seen = facts.requests
    return none(seen.late, all=seen.open, next=seen.next_limit)


def received(facts: Facts, _sentence: str) -> Judgement:
    """Each request counts from when it reached the house, not from when somebody read it (3.3)."""
    return none(facts.requests.misdated, all=facts.requests.all)


def kept_for_answer(facts: Facts, _sentence: str) -> Judgement:
    """The calls of an open request are held until it is answered (14.5, I13)."""
    return no_bad(facts.requests.kept)


def reasons(facts: Facts, _sentence: str) -> Judgement:
    """Each refusal has its letter with reasons (12(4))."""
    return no_bad(facts.requests.refused)


def free(facts: Facts, _sentence: str) -> Judgement:
    """No fee was asked without the officer's opinion and a second person (12(5))."""
    return no_bad(facts.requests.fees)


def officer(facts: Facts, _sentence: str) -> Judgement:
    """The data protection officer decided nothing (38(6))."""
    return none(facts.requests.by_officer, all=facts.requests.decided.all)


def by_people(facts: Facts, _sentence: str) -> Judgement:
    """Each decision names the person who made it (22)."""
    return no_bad(facts.requests.decided)


def erased(facts: Facts, _sentence: str) -> Judgement:
    """What was decided to be erased does not open any more (17)."""
    return no_bad(facts.requests.erased)


def set_aside(facts: Facts, _sentence: str) -> Judgement:
    """Calls of an open objection are not used while it is considered (18(1)(d))."""
    return no_bad(facts.requests.objected)


def restricted(facts: Facts, _sentence: str) -> Judgement:
    """A restricted call was used for the parties' claims only, and opens for nothing else (18)."""
    tried, seen = facts.tried[Trial.RESTRICTED], facts.openings.restricted
    return none(seen.bad + tried.opened, all=tried.calls, doors=tried.doors)


def checked_words(facts: Facts, _sentence: str) -> Judgement:
    """No transcript was handed out that nobody had read against the sound (14.9)."""
    return no_bad(facts.requests.packages)


def codes(facts: Facts, _sentence: str) -> Judgement:
    """A code can go to a number, and every one of the last month did in its time (14.6)."""
    sent = facts.requests.codes
    return Judgement(
        facts.requests.texts and not sent.bad,
        {"bad": sent.bad, "all": sent.all, "ways": int(facts.requests.texts)},
    )


def two_contacts(facts: Facts, _sentence: str) -> Judgement:
    """At least two people of the register's contacts can act today (3.2)."""
    return Judgement(
        facts.people.contacts >= LEAST_CONTACTS,
        {"n": facts.people.contacts, "of": len(facts.register.contact.people)},
    )


# --- the log and the drill ------------------------------------------------------------------------


def unchanged(facts: Facts, _sentence: str) -> Judgement:
    """The log is what it signed, its days hold, and the tables refuse to be changed (17.8)."""
    log = facts.log
    bad = bool(log.difference) + log.days.bad + len(log.triggers_missing)
    first = log.difference or ", ".join(log.triggers_missing)
    return none(bad, all=log.entries, days=log.days.all, which=first)


def drilled(facts: Facts, _sentence: str) -> Judgement:
    """The weekly drill proved that the dead stay dead and a held call plays; in a young house it
    is not due yet (17.6)."""
    drill = facts.drill
    return Judgement(
        drill.ok and not drill.late,
        {"dead": drill.dead, "bad": drill.revived, "played": drill.played, "at": drill.at},
    )
