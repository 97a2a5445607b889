"""What somebody sent with an act before a second factor was asked for: kept until they showed it,
so that nobody types a reason twice.

It lies in the row of the session, sealed under a key that only the browser's cookie gives: a copy
of the database opens none of it. It is used once, dies with the session, and opens no longer than
``LIVES``. An address names it by chance letters and says nothing of it. No act that takes a second
factor takes a file, so only fields are kept.
"""

import base64
import os
import secrets
from datetime import datetime, timedelta
from typing import TypedDict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, QueryDict

from talteen.clock import SystemClock

NAME = "kept_form"
"""The field and the part of an address that name one."""
LIVES = timedelta(minutes=10)
_KEY = "kept_forms"
"""Session key: the forms, by name."""
_MOST = 3
"""So many wait in one session: as many pages as a person has in hand."""
_NONCE = 12


class _Kept(TypedDict):
    at: str
    path: str
    sealed: str


def keep(request: HttpRequest) -> str:
    """Keep the fields that were sent here; the name under which ``take`` finds them once."""
    told = request.POST.copy()
    told.pop("csrfmiddlewaretoken", None)
    name, at = secrets.token_hex(16), SystemClock().now().isoformat()
    nonce = os.urandom(_NONCE)
    sealed = _cipher(request).encrypt(nonce, told.urlencode().encode(), _about(name, at, request))
    entry = _Kept(at=at, path=request.path, sealed=base64.b64encode(nonce + sealed).decode("ascii"))
    forget_old(request.session)
    held = list(request.session.get(_KEY, {}).items())[1 - _MOST :]
    request.session[_KEY] = {**dict(held), name: entry}
    return name


def take(request: HttpRequest, name: str) -> QueryDict | None:
    """The fields that were sent to this address before; None where they are gone or were sent to
    another one."""
    forget_old(request.session)
    held: dict[str, _Kept] = request.session.get(_KEY, {})
    entry = held.pop(name, None)
    if entry is None:
        return None
    request.session[_KEY] = held
    raw = base64.b64decode(entry["sealed"])
    try:
        about = _about(name, entry["at"], request)
        told = _cipher(request).decrypt(raw[:_NONCE], raw[_NONCE:], about)
    except InvalidTag:
        return None
    return QueryDict(told, encoding="utf-8")


def where(request: HttpRequest, name: str) -> str:
    """To which address the form went; empty where it is gone."""
    forget_old(request.session)
    entry: _Kept | None = request.session.get(_KEY, {}).get(name)
    return entry["path"] if entry else ""


def forget_old(session: SessionBase) -> None:
    """Let go of what was not used in time."""
    held: dict[str, _Kept] | None = session.get(_KEY)
    if held is None:
        return
    since = SystemClock().now() - LIVES
    left = {n: one for n, one in held.items() if datetime.fromisoformat(one["at"]) > since}
    if left:
        if len(left) < len(held):
            session[_KEY] = left
    else:
        del session[_KEY]


def _cipher(request: HttpRequest) -> AESGCM:
    """The database knows the cookie by its hash alone (``register.staff.sessions``)."""
    cookie = (request.session.session_key or "").encode()
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"talteen kept form 1").derive(cookie))


def _about(name: str, at: str, request: HttpRequest) -> bytes:
    return "\0".join((name, at, request.path)).encode()
