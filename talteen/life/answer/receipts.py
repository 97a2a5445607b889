"""The receipt of a letter: once, to whoever wrote it (14.2).

By mail goes what 14.2 asks for and nothing of what was asked (12.5): number, day, limit, whom to
turn to, and the code by which the person follows it. The whole letter stands on the public page.
"""

import hmac
from datetime import datetime, timedelta

from django.utils.translation import gettext, override

from talteen.life.answer import papers, posting
from talteen.life.answer.house import Keeps
from talteen.life.answer.intake import Taken
from talteen.life.answer.mailbox_models import MailboxLetter
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.writing import Desk
from talteen.life.seal.vault import Vault
from talteen.notice import language as languages
from talteen.notice.language import Language
from talteen.notice.particulars import RegisterFile
from talteen.register.post.messages import Channel, Message

AT_MOST_A_DAY = 3
"""Receipts to one address: a machine that does not say that it is one answers each of them."""


def sender_mark(vault: Vault, address: str) -> bytes:
    """By which an address is known again; nothing for none."""
    if not address:
        return b""
    return hmac.digest(vault.mailbox_key(), b"address\0" + address.lower().encode(), "sha256")


def keep(house: Keeps, taken: Taken, now: datetime) -> None:
    """The receipt as the public page shows it, in the file."""
    folder = house.config.paths.register
    desk = Desk(house.vault, house.register, folder, taken.request, None, now)
    letter = desk.write("receipt", {})
    papers.write_letter(house.vault, taken.request, "receipt", letter, by=None, now=now)


def may_answer(row: MailboxLetter, now: datetime) -> bool:
    """Whether this address has not been answered too often already."""
    lately = MailboxLetter.objects.filter(sender=row.sender, answered=True)
    return lately.filter(taken_at__gt=now - timedelta(days=1)).count() < AT_MOST_A_DAY


def post(house: Keeps, taken: Taken, to: str, now: datetime) -> None:
    """Mail the receipt; it is written in three languages, since nobody has read the letter yet."""
    row, code = taken.request, taken.code
    bodies = [_body(house.register, row, code, language) for language in Language]
    subjects = [_subject(language) for language in Language]
    subject = f"{' / '.join(subjects)} ({row.case.reference})"
    message = Message(f"receipt:{row.pk}", to, subject, "\n\n".join(bodies) + "\n")
    posting.post(house.vault, row, Channel.MAIL, message, now)


def _subject(language: Language) -> str:
    with override(language.value):
        return gettext("Kirjeesi on saapunut")


def _body(file: RegisterFile, row: SubjectRequest, code: str, language: Language) -> str:
    told = {
        "day": languages.written(row.received_on, language),
        "limit": languages.written(row.limit_on, language),
        "number": row.case.reference,
        "code": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        "page": file.notice.portal_url,
        "contact": f"{file.contact.email}, {file.contact.phone}",
        "officer": file.dpo.email,
        "authority": file.authority.url[language],
    }
    with override(language.value):
        lines = [
            gettext("Kirjeesi saapui %(day)s. Sen numero on %(number)s."),
            gettext("Vastaamme viimeistään %(limit)s. Sinun ei tarvitse nyt tehdä mitään."),
            gettext("Seuraa asiaa osoitteessa %(page)s koodilla %(code)s."),
            gettext("Kysyttävää? %(contact)s. Tietosuojavastaava: %(officer)s."),
            gettext("Tietosuojavaltuutettu: %(authority)s"),
        ]
    return "\n".join(line % told for line in lines)
