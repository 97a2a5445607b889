"""What templates may call: wording and labels, nothing that reads or decides."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from django import template

from talteen.desk.evaluation import quality_words, study_words
from talteen.desk.holding import hold_words
from talteen.desk.incidents import breach_words
from talteen.desk.interface import programs
from talteen.desk.learning import coaching_words, passage_words
from talteen.desk.listening import covering_words, speech_words, turn_html
from talteen.desk.outflow import disclosure_words
from talteen.desk.page import drawing, opinion_words, terms, wording, words
from talteen.desk.promise import survives_words
from talteen.desk.reception import live_words
from talteen.desk.rights import request_words
from talteen.desk.staff import use_words
from talteen.life.use.rows import Row
from talteen.notice.opinions import Opinion

register = template.Library()

for _function in (
    wording.day,
    wording.full_day,
    wording.week_day,
    wording.month_year,
    wording.day_of_month,
    wording.month_of_day,
    wording.dow,
    wording.near_day,
    wording.clock,
    wording.clock_seconds,
    wording.at_clock,
    wording.at_clock_seconds,
    wording.machine_day,
    wording.machine_minute,
    wording.place,
    wording.span,
    wording.count,
    wording.about,
    wording.gigabytes,
    wording.machine_instant,
    wording.named,
    wording.groups,
    wording.short,
    drawing.dial,
    quality_words.in_language,
    quality_words.answered,
    quality_words.found_on,
    use_words.odd_use,
    study_words.at_least,
    study_words.goal,
    study_words.told_apart,
    turn_html.spoken,
):
    register.filter(_function.__name__, _function)


def _labelled(labels: Mapping[Enum, words.Text] | Mapping[str, words.Text]) -> Callable[..., str]:
    # A key that nobody has named yet is shown as it is written: better than a page that fails.
    return lambda key: str(labels.get(key, getattr(key, "value", key)))


def _valued(labels: Mapping[Any, words.Text]) -> Mapping[str, words.Text]:
    """The same by the values of its keys: a column holds a value, a page may hold its Enum."""
    return {key.value: label for key, label in labels.items()}


for _name, _labels in {
    "hook_event": programs.EVENTS,
    "role": words.ROLES,
    "lot_side": quality_words.LOT_SIDES,
    "question_kind": quality_words.QUESTION_KINDS,
    "evaluation_state": quality_words.EVALUATION_STATES,
    "purpose": words.PURPOSES,
    "purpose_named": _valued(words.PURPOSES),
    "role_named": _valued(words.ROLES),
    "use_action": use_words.ACTIONS,
    "purpose_help": words.PURPOSE_HELP,
    "case_kind": words.CASE_KINDS,
    "standing": words.STANDINGS,
    "stage": words.STAGES,
    "direction": words.DIRECTIONS,
    "source": words.SOURCES,
    "mark": words.MARKS,
    "short_mark": words.SHORT_MARKS,
    "reason": words.REASONS,
    "lost_why": words.LOST_WHY,
    "hold_ground": words.HOLD_GROUNDS,
    "spoken_language": words.LANGUAGE_NAMES,
    "covered": covering_words.KINDS,
    "verdict": covering_words.VERDICTS,
    "spoken_by": speech_words.SPOKEN_BY,
    "call_state": live_words.STATES,
    "call_icon": live_words.ICONS,
    "trouble": live_words.TROUBLES,
    "missing_voice": live_words.MISSING,
    "unheard": live_words.UNHEARD,
    "outcome": live_words.OUTCOMES,
    "goal_state": coaching_words.STATES,
    "passage_state": passage_words.STATES,
    "passage_said": passage_words.SAID,
    "fate": survives_words.FATES,
    "right": request_words.RIGHTS,
    "right_help": request_words.RIGHT_HELP,
    "right_named": _valued(request_words.RIGHTS),
    "request_stage": request_words.STAGES,
    "restriction_wish": request_words.WISHES,
    "request_next": request_words.NEXT,
    "request_step": _valued(request_words.STEPS),
    "request_via": _valued(request_words.VIAS),
    "mandate": request_words.MANDATES,
    "renewal": hold_words.RENEWALS,
    "hold_review": hold_words.REVIEWS,
    "hold_after": hold_words.AFTER,
    "opinion": _valued(opinion_words.SAYS),
    "door": disclosure_words.DOORS,
    "disclosure_stage": disclosure_words.STAGES,
    "disclosure_next": disclosure_words.NEXT,
    "disclosure_step": _valued(disclosure_words.STEPS),
    "disclosure_refusal": _valued(disclosure_words.REFUSALS),
    "disclosure_layer": disclosure_words.LAYERS,
    "disclosure_paper": disclosure_words.PAPERS,
    "task_act": _valued(disclosure_words.ACTS),
    "task_stage": _valued(disclosure_words.TASKS),
    "breach_kind": breach_words.KINDS,
    "breach_stage": breach_words.STAGES,
    "breach_next": breach_words.NEXT,
    "breach_step": _valued(breach_words.STEPS),
    "breach_risk": _valued(breach_words.RISKS),
    "breach_risk_help": breach_words.RISK_HELP,
    "breach_lack": breach_words.LACKS,
    "breach_letter": breach_words.LETTERS,
    "breach_letter_kind": breach_words.LETTER_KINDS,
    "breach_opening": breach_words.OPENINGS,
    "breach_part": breach_words.PARTS,
    "breach_readable": breach_words.READABLE,
    "breach_readable_kind": breach_words.READABLE_KINDS,
    "breach_readable_icon": breach_words.READABLE_ICONS,
    "breach_paper": breach_words.PAPERS,
}.items():
    register.filter(_name, _labelled(_labels))  # type: ignore[arg-type]


@register.simple_tag
def opinions() -> Mapping[Opinion, words.Text]:
    """What the data protection officer can say, as they give it."""
    return opinion_words.STANDS


register.filter("term_name", terms.name_of)
register.filter("term_meaning", terms.meaning_of)


@register.filter
def outcome_icon(outcome: str) -> str:
    """The icon of what became of a call: of most, that nothing was kept."""
    return str(live_words.OUTCOME_ICONS.get(outcome, "eye-off"))


@register.filter
def outcome_kind(outcome: str) -> str:
    """The colour of what became of a call, where it has one."""
    return str(live_words.OUTCOME_KINDS.get(outcome, ""))


@register.filter
def call_kind(state: str) -> str:
    """The colour of a running call's state; empty where it has none."""
    return str(live_words.KINDS.get(state, ""))


@register.filter
def days_to_listen(row: Row, now: datetime) -> int:
    """How many more days, today included, the call can be heard."""
    return row.days_to_listen(now)
