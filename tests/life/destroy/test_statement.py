"""A month adds up: every recording is counted once, and what has no explanation is counted too."""

import json
from dataclasses import astuple, fields, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.errors import InputError, Tampered
from talteen.ids import HoldId, RecordingId
from talteen.life.destroy import monthly, statement
from talteen.life.destroy.monthly_words import MONTH_WORDS, MonthWords
from talteen.register.log import ledger_bytes
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_counts import DayBalanced, MonthStated
from talteen.register.log.ledger_kinds import Entry, Evidence, Ground, HoldEnd, Reason
from tests.life.destroy.test_certificate import GONE, ISSUER, PROVED, proofs
from tests.verifier.process import load

AUGUST = date(2026, 8, 1)
AT = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
PROGRAM = load()

BORN = kinds.Captured(
    recording=GONE.recording,
    day=GONE.day,
    cutoff=GONE.cutoff,
    due=GONE.due,
    notice=kinds.Version("2026-3"),
    announcement=kinds.Version("announce.fi@1"),
    origin=kinds.Origin.SIPREC,
)
KEYLESS = kinds.Destroyed(
    recording=GONE.recording,
    day=GONE.day,
    reason=Reason.EXPIRED,
    live_dead_at=GONE.live_dead_at,
    generation_before=404,
    generation_after=405,
    ciphertext=(),
    backup_dead_at=GONE.backup_dead_at,
    lateness_s=0,
    unbacked=False,
)
LATE = replace(GONE, backup_dead_at=GONE.due + timedelta(seconds=1))


def held(number: int = 0, ground: Ground = Ground.COMPLAINT) -> kinds.HoldPlaced:
    return kinds.HoldPlaced(
        hold=HoldId(UUID(int=number)),
        recording=GONE.recording,
        ground=ground,
        provisional=False,
        review_on=date(2026, 11, 20),
    )


def released(number: int = 0) -> kinds.HoldReleased:
    return kinds.HoldReleased(
        hold=HoldId(UUID(int=number)), recording=GONE.recording, end=HoldEnd.RELEASED
    )


def raws(*entries: Entry) -> list[bytes]:
    return [ledger_bytes.write(one, AT) for one in entries]


def count(*entries: Entry, month: date = AUGUST, at: datetime = AT) -> MonthStated:
    return statement.count(raws(*entries), month, begin=0, size=len(entries), at=at)


def fate(*entries: Entry, at: datetime = AT) -> str:
    """Under which name the one recording of ``entries`` is counted."""
    fates = count(*entries, at=at).fates
    (name,) = [one.name for one in fields(fates) if getattr(fates, one.name)]
    return name


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((BORN, KEYLESS, GONE), "on_time"),
        ((BORN, KEYLESS, LATE), "late"),
        ((BORN, held(), released(), KEYLESS, replace(LATE, held=1)), "after_hold"),
        ((BORN, replace(GONE, reason=Reason.REQUEST)), "request"),
        ((BORN, replace(GONE, reason=Reason.THREAT_LAPSED)), "threat_lapsed"),
        ((BORN, replace(GONE, reason=Reason.HOLD_RELEASED, held=1)), "on_time"),
        ((BORN, held()), "complaint"),
        ((BORN, held(0), held(1, Ground.LEGAL_CLAIM), released(0)), "legal_claim"),
        ((BORN, held(1, Ground.LEGAL_CLAIM), held(0)), "legal_claim"),
        ((BORN,), "unexplained"),
        ((BORN, KEYLESS), "unexplained"),
        ((BORN, held(), released()), "unexplained"),
    ],
)
def test_a_recording_is_counted_by_what_the_ledger_says_of_it(
    entries: tuple[Entry, ...], expected: str
) -> None:
    assert fate(*entries) == expected


def test_a_recording_with_time_left_is_alive_and_one_without_a_live_key_is_dying() -> None:
    assert fate(BORN, at=BORN.cutoff - timedelta(seconds=1)) == "alive"
    assert fate(BORN, at=BORN.cutoff) == "unexplained"
    assert fate(BORN, KEYLESS, at=BORN.due - timedelta(seconds=1)) == "dying"
    assert fate(BORN, KEYLESS, at=BORN.due) == "unexplained"


def test_only_the_month_is_counted_and_what_was_never_born_is_a_stray() -> None:
    september = replace(BORN, recording=RecordingId(UUID(int=5)), day=date(2026, 9, 1))
    stray = replace(GONE, recording=RecordingId(UUID(int=6)))

    stated = count(BORN, september, GONE, stray)

    assert (stated.captured, stated.fates.on_time, stated.strays) == (1, 1, 1)
    assert count(BORN, september, GONE, month=date(2026, 9, 1)).captured == 1


def test_calls_of_which_nothing_was_kept_stand_beside_the_sum() -> None:
    day = {"day": GONE.day}
    balance = DayBalanced(recorded=3, partial=1, lost=1, lawful=4, **day)

    stated = count(
        kinds.Refused(recording=None, **day),
        kinds.NotAnnounced(count=2, **day),
        kinds.NotAnnounced(count=3, day=date(2026, 9, 1)),
        replace(balance, lost=9),
        balance,
        replace(balance, day=date(2026, 8, 25)),
    )

    assert (stated.captured, stated.refused, stated.not_announced) == (0, 1, 2)
    assert astuple(stated.balance) == (2, 6, 2, 2, 8)  # a day that is balanced again counts once


def test_what_destructions_rest_on_is_counted_by_the_weakest_claim() -> None:
    weak = replace(PROVED, source=Evidence.DECLARED)
    other = RecordingId(UUID(int=7))

    stated = count(
        BORN, replace(BORN, recording=other), GONE, replace(GONE, recording=other, claims=weak)
    )

    assert astuple(stated.rests_on) == (1, 0, 1)


def test_an_entry_in_another_spelling_stops_the_count() -> None:
    (raw,) = raws(BORN)

    with pytest.raises(Tampered):
        statement.count([raw.replace(b":", b": ", 1)], AUGUST, begin=0, size=1, at=AT)


recordings = st.integers(0, 4).map(lambda n: RecordingId(UUID(int=n)))
august = st.dates(date(2026, 7, 31), date(2026, 9, 1))
instants = st.sampled_from([GONE.cutoff, GONE.due, AT, AT + timedelta(days=40)])
histories = st.lists(
    st.one_of(
        st.builds(replace, st.just(BORN), recording=recordings, day=august, due=instants),
        st.builds(replace, st.just(KEYLESS), recording=recordings, day=august),
        st.builds(
            replace,
            st.just(GONE),
            recording=recordings,
            day=august,
            reason=st.sampled_from(Reason),
            held=st.integers(0, 1),
            backup_dead_at=instants,
            claims=st.sampled_from([PROVED, replace(PROVED, source=Evidence.RECEIPTED)]),
        ),
        st.builds(
            replace,
            st.builds(held, st.integers(0, 3), st.sampled_from(Ground)),
            recording=recordings,
        ),
        st.builds(released, st.integers(0, 3)),
        st.builds(kinds.Refused, recording=st.none() | recordings, day=august),
        st.builds(kinds.NotAnnounced, day=august, count=st.integers(0, 9)),
        st.builds(
            DayBalanced,
            day=august,
            **dict.fromkeys(("recorded", "partial", "lost", "lawful"), st.integers(0, 9)),
        ),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(history=histories, at=instants)
def test_every_history_adds_up_and_the_authoritys_program_counts_the_same(
    history: list[Entry], at: datetime
) -> None:
    stated = count(*history, at=at)

    assert statement.add_up(stated)
    written = json.loads(ledger_bytes.write(stated, at))
    read = [PROGRAM.read_entry(raw) for raw in raws(*history)]
    again = PROGRAM.counted("2026-08", written["at"], read)
    assert again == {key: written[key] for key in again}
    assert {*again, "begin", "size", "day", "at", "id", "kind"} == {*written}


@given(history=histories)
def test_a_month_is_open_as_long_as_anything_of_it_has_to_end(history: list[Entry]) -> None:
    stated = count(*history)
    fates = stated.fates

    ended = fates.on_time + fates.after_hold + fates.late + statement.erased(fates)

    assert statement.is_open(stated) == (ended < stated.captured)


# --- in words -------------------------------------------------------------------------------------


def certified(stated: MonthStated, language: str = "fi") -> str:
    made = monthly.of_month(proofs(stated)[0], language=language, issuer=ISSUER)
    return " ".join((made.lead, made.verdict))


def test_a_month_that_adds_up_says_so_in_every_language() -> None:
    stated = count(BORN, KEYLESS, GONE)

    assert certified(stated) == (
        "Elokuu 2026: talteen otettuja puheluita 1. Jokaisen vaiheet on kirjattu, eikä yhtään "
        "jäänyt selittämättä. Lupaus piti: mikään ei elänyt luvattua pidempään ilman pitoa."
    )
    assert certified(stated, "sv").startswith("Augusti 2026: inspelade samtal 1.")
    assert certified(stated, "en").startswith("August 2026: calls recorded 1.")


def test_what_is_late_held_or_unexplained_is_said_first() -> None:
    assert "Lupaus ei pitänyt: tallenteita" in certified(count(BORN, LATE))
    assert "Vielä hävittämättä: 1." in certified(count(BORN, held()))
    assert "Tallenteita, joille pöytäkirja ei anna selitystä: 1." in certified(count(BORN))
    strays = certified(count(GONE))
    assert "Hävitettyjä tallenteita, joiden syntymää pöytäkirja ei kerro: 1." in strays


def test_a_statement_that_does_not_add_up_is_never_certified() -> None:
    wrong = replace(count(BORN, GONE), captured=2)

    with pytest.raises(InputError, match="states no month"):
        certified(wrong)


def test_all_languages_have_all_words_of_a_month() -> None:
    for field in fields(MonthWords):
        words = [getattr(one, field.name) for one in MONTH_WORDS.values()]
        assert all(words), field.name
        assert len({type(one) for one in words}) == 1
        if isinstance(words[0], dict):
            assert len({tuple(one) for one in words}) == 1
