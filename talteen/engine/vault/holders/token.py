"""One session with a PKCS#11 token, for whatever is done in it.

A library is loaded once a process and its sessions share one login, so everything goes through one
lock and one session for each token. A token may be pulled out and come back: nothing that was found
without it is believed.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from talteen.engine.vault.holders import CredentialRefused, HolderAway
from talteen.errors import ConfigError, KeyGone

if TYPE_CHECKING:
    import pkcs11
    from pkcs11 import Session

T = TypeVar("T")

_ONE_AT_A_TIME = threading.RLock()
_SESSIONS: "dict[tuple[str, str], Session]" = {}
_LOST: set[str] = set()
"""Libraries that lost a token: some see one that is back only when they begin anew."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and how we log in to it."""

    module: str
    """The vendor's library, such as /usr/lib/softhsm/libsofthsm2.so."""
    label: str
    pin: str = field(repr=False)


def ask(token: Token, do: "Callable[[Session], T]") -> T:
    """What ``do`` finds in the token. A session that broke is made anew, once.

    A token that was pulled out seems to be there and to hold nothing (SoftHSM): so no answer is
    believed, the missing of a key least of all, unless the token can be found again afterwards.
    """
    from pkcs11.exceptions import PKCS11Error

    with _ONE_AT_A_TIME:
        try:
            session = _session(token)
            try:
                found = do(session)
            except (PKCS11Error, KeyGone):
                if _stands(token, session):
                    raise
                _forget(token)
                found = do(_session(token))
            _find(token)
        except PKCS11Error as error:
            _forget(token)
            refused = _refused(token, error)
            if not isinstance(refused, CredentialRefused):
                _LOST.add(token.module)
            raise refused from None
        return found


def _begin_anew(token: Token) -> None:
    """Load the library's view of its tokens anew. It ends every session of this process."""
    for module, label in list(_SESSIONS):
        if module == token.module:
            del _SESSIONS[module, label]
    _library(token).reinitialize()
    _LOST.discard(token.module)


def _session(token: Token) -> "Session":
    at = (token.module, token.label)
    if token.module in _LOST:
        _begin_anew(token)
    if at not in _SESSIONS:
        _SESSIONS[at] = _logged_in(token)
    return _SESSIONS[at]


def _logged_in(token: Token) -> "Session":
    from pkcs11.exceptions import UserAlreadyLoggedIn

    found = _find(token)
    try:
        return found.open(rw=True, user_pin=token.pin)
    except UserAlreadyLoggedIn:
        return found.open(rw=True)


def _find(token: Token) -> "pkcs11.Token":
    found: pkcs11.Token = _library(token).get_token(token_label=token.label)
    return found


def _library(token: Token) -> Any:
    try:
        import pkcs11
        from pkcs11.exceptions import PKCS11Error
    except ImportError:
        raise ConfigError(
            "a PKCS#11 token is named, and nothing here speaks with one",
            remedy="install talteen[pkcs11]",
        ) from None
    try:
        return pkcs11.lib(token.module)
    except PKCS11Error as error:
        if type(error) is not PKCS11Error:  # it is a library, and does not begin
            raise
        raise ConfigError(
            "the library of the PKCS#11 token cannot be loaded",
            remedy="write its whole path, such as /usr/lib/softhsm/libsofthsm2.so",
        ) from None


def _stands(token: Token, session: "Session") -> bool:
    """Whether the token is there and this session is still one of its."""
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.exceptions import PKCS11Error

    try:
        _find(token)
        list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}))
    except PKCS11Error:
        return False
    return True


def _forget(token: Token) -> None:
    from pkcs11.exceptions import PKCS11Error

    session = _SESSIONS.pop((token.module, token.label), None)
    if session is not None:
        with contextlib.suppress(PKCS11Error):
            session.close()


def _refused(token: Token, error: Exception) -> HolderAway:
    from pkcs11 import exceptions as said

    wrong = (said.PinIncorrect, said.PinInvalid, said.PinLenRange, said.PinExpired, said.PinLocked)
    if isinstance(error, wrong):
        return CredentialRefused(
            f"the PKCS#11 token {token.label!r} does not take its PIN ({type(error).__name__})",
            remedy="put the user PIN into the credential's file; a locked token needs its officer",
        )
    if isinstance(error, said.NoSuchToken):
        return HolderAway(
            f"there is no PKCS#11 token {token.label!r}", remedy="plug it in, or correct its label"
        )
    return HolderAway(
        f"the PKCS#11 token {token.label!r} does not answer ({type(error).__name__})",
        remedy="check the token, its library and its service; keys are not lost by this",
    )
