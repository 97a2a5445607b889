"""Copies of the safeguards of transfers: whoever asks can have them (13(1)(f); 12.s4). Pure.

A register either names an address of its own for them, or this house's own page. What is promised
there must lie in the folder of the register.
"""

from talteen.notice.particulars import RegisterFile
from talteen.notice.recipients import Transfer

FOLDER = "safeguards"
"""Of the register's folder: where the documents lie, blacked out where the law lets them be."""
PAGE = "/notice/safeguards"


def own_page(file: RegisterFile) -> str:
    """The public address of this house's page, beside its notice."""
    host = file.notice.archive_url.split("//", 1)[-1].split("/", 1)[0]
    return f"https://{host}{PAGE}"


def held(file: RegisterFile) -> tuple[Transfer, ...]:
    """The transfers of which a document lies in the folder."""
    return tuple(one for one in file.transfers if one.copy_file)


def without_copy(file: RegisterFile) -> tuple[Transfer, ...]:
    """The transfers whose copy is promised on this house's page, and of which no document is
    named."""
    page = own_page(file)
    return tuple(one for one in file.transfers if one.copy_url == page and not one.copy_file)
