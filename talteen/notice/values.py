"""What fills the placeholders of the texts: every value of the register, written in one language.

Values arrive in their basic form. Those of a voice come as said: no digits, no signs (J5, 6.7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import language as languages
from talteen.notice import toml_text
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.notice.toml_text import CLOSED, Text
from talteen.notice.versions import Version


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Speech:
    """How a language says the retention, by its months ("3"), and the digits 0 to 9."""

    retention_after: dict[str, Text]
    retention_for: dict[str, Text]
    digits: Annotated[tuple[Text, ...], Field(min_length=10, max_length=10)]


def read_speech(text: str) -> Mapping[Language, Speech]:
    """The table ``spoken`` of ``parameters.toml``. Raises ConfigError naming the key."""
    document = toml_text.parse(text, named="parameters.toml").get("spoken", {})
    found = toml_text.shaped(document, _adapter(), {}, prefix="parameters.spoken.")
    for language in Language:
        if language not in found:
            raise ConfigError(
                f"parameters.spoken.{language.value}: is missing",
                remedy="write it: every language is said",
            )
    return found


def printed(file: RegisterFile, language: Language, version: Version) -> Mapping[str, str]:
    """The values of the notice, by placeholder. One that the register leaves out is not there."""
    return {**of_register(file, language), **_publication(file, language, version)}


def of_register(file: RegisterFile, language: Language) -> Mapping[str, str]:
    """The values that every text of the register may take: people, periods, lists."""
    return {**_people(file, language), **_terms(file), **_lists(file, language)}


def spoken(file: RegisterFile, language: Language, speech: Speech) -> Mapping[str, str]:
    """The values of prompts and scripts, but for those that only the call knows."""
    said, keys = file.spoken, file.keys
    months = str(file.retention.months)
    pressed = {"refuse": keys.refuse, "notice": keys.notice, "sms": keys.sms, "back": keys.back}
    return {
        "brand.spoken": said.brand[language],
        "controller.spoken": said.controller[language],
        "notice.url.spoken": said.notice_url[language],
        "alternatives.email.spoken": said.alternatives_email[language],
        "alternatives.web.spoken": said.alternatives_web[language],
        "brand.phone.spoken": said.brand_phone[language],
        "retention.spoken_after": speech.retention_after[months],
        "retention.spoken_for": speech.retention_for[months],
        **{f"key.{name}.spoken": speech.digits[key] for name, key in pressed.items()},
    }


def language_keys(file: RegisterFile, speech: Mapping[Language, Speech]) -> Mapping[str, str]:
    """The keys that choose a language, each said in the language that it chooses."""
    pressed = {Language.FI: file.keys.fi, Language.SV: file.keys.sv, Language.EN: file.keys.en}
    return {
        f"key.{language.value}.spoken.{language.value}": speech[language].digits[key]
        for language, key in pressed.items()
    }


def _people(file: RegisterFile, language: Language) -> dict[str, str]:
    controller, contact, authority = file.controller, file.contact, file.authority
    essence = controller.joint_essence
    return {
        "controller.name": controller.name,
        "controller.business_id": controller.business_id,
        "controller.phone": controller.phone,
        "controller.email": controller.email,
        "controller.postal_address": controller.postal_address[language],
        "controller.visiting_address": controller.visiting_address[language],
        "controller.joint_essence": essence[language] if essence else "",
        "dpo.email": file.dpo.email,
        "dpo.phone": file.dpo.phone,
        "contact.email": contact.email,
        "contact.phone": contact.phone,
        "contact.postal_address": contact.postal_address[language],
        "authority.name": authority.name[language],
        "authority.visiting_address": authority.visiting_address[language],
        "authority.postal_address": authority.postal_address[language],
        "authority.phone": authority.phone[language],
        "authority.email": authority.email,
        "authority.url": authority.url[language],
    }


def _publication(file: RegisterFile, language: Language, version: Version) -> dict[str, str]:
    return {
        "register.name": file.register.name[language],
        "notice.version": version.number,
        "notice.valid_from": languages.written(version.valid_from, language),
        "notice.supersedes": version.supersedes or "",
        "notice.url": file.notice.url[language],
        "notice.archive_url": file.notice.archive_url,
        "notice.change_summary": file.notice.change_summary[language],
        "portal.url": file.notice.portal_url,
        "lia.summary_url": file.assessments.summary_url,
        "alternatives.email": file.alternatives.email,
        "alternatives.web": file.alternatives.web,
        "alternatives.app": file.alternatives.app[language],
        "alternatives.visit": file.alternatives.visit[language],
        "alternatives.accessible_phone": file.alternatives.accessible_phone or "",
    }


def _terms(file: RegisterFile) -> dict[str, str]:
    numbers = {
        "retention.months": file.retention.months,
        "retention.margin_days": file.retention.margin_days,
        "log.months": file.retention.log_months,
        "request.months": file.retention.request_months,
        "evaluation.months": file.retention.evaluation_months,
        "hold.review_days": file.hold.review_days,
        "request.hold_tail_days": file.request.hold_tail_days,
        "threat.hours": file.capture.threat_hours,
        "pool.percent": file.pool.percent,
        "lia.review_months": file.assessments.review_months,
        "key.refuse": file.keys.refuse,
    }
    return {name: str(number) for name, number in numbers.items()}


def _lists(file: RegisterFile, language: Language) -> dict[str, str]:
    found = {
        "register.lines": [line.name[language] for line in file.recorded_lines],
        "sources.list": [source.name[language] for source in file.sources if source.outbound],
        "processors.list": [
            f"{party.name} ({party.service[language]}, {party.place[language]})"
            for party in file.processors
        ],
        "transfers.list": [
            f"{transfer.place[language]}, {transfer.recipient}, {transfer.safeguards[language]}"
            for transfer in file.transfers
        ],
        "transfers.mechanism": sorted({t.safeguards[language] for t in file.transfers}),
    }
    urls = sorted({transfer.copy_url for transfer in file.transfers})
    said = {name: languages.listed(words, language) for name, words in found.items() if words}
    return said | ({"transfers.copy_url": ", ".join(urls)} if urls else {})


@cache
def _adapter() -> TypeAdapter[dict[Language, Speech]]:
    return TypeAdapter(dict[Language, Speech])
