"""Passkeys (WebAuthn level 3): what a browser is asked, and whether its answer holds.

The device must have seen its person (user verification): possession and a finger or a code, which
are two factors in one. It is asked for by name of the house, so that a page elsewhere gets no
answer that is good here. Which device it is, is not asked (attestation "none"): the house has no
list of makers. The work is Yubico's ``fido2``; it is loaded when somebody uses a passkey.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from talteen.errors import InputError

if TYPE_CHECKING:
    from fido2.server import Fido2Server

Options = dict[str, Any]
"""What the browser is given (``PublicKeyCredential.parse...FromJSON``)."""
State = dict[str, Any]
"""What must be there again when it answers; strings only, for a session's row."""


@dataclass(frozen=True, slots=True)
class Place:
    """The house as a browser knows it."""

    host: str
    """Without port: passkeys are bound to it (the relying party's id)."""
    origin: str
    """Scheme, host and port of its pages."""
    name: str
    """What the device shows."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey."""

    id: bytes
    credential: bytes
    """Id and public key, as WebAuthn writes them (attested credential data)."""
    sign_count: int


class NotProved(InputError):
    """The answer of a device does not hold: another house, another question, another key."""

    slug = "not-proved"

    def __init__(self) -> None:
        super().__init__("the passkey's answer does not hold", remedy="try again")


def ask_new(
    place: Place, person: UUID, code: str, name: str, have: list[bytes]
) -> tuple[Options, State]:
    """The question for a new passkey of a person who has those with the credentials ``have``."""
    from fido2.webauthn import (
        AttestedCredentialData,
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    user = PublicKeyCredentialUserEntity(id=person.bytes, name=code, display_name=name)
    options, state = _server(place).register_begin(
        user,
        [AttestedCredentialData(one) for one in have],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options), _plain(state)


def made(place: Place, state: State, answer: object) -> Made:
    """The passkey that ``answer`` brings. NotProved where it does not answer ``state``."""
    try:
        told = _server(place).register_complete(state, _mapping(answer))
        credential = told.credential_data
    except _FAULTS as error:
        raise NotProved from error
    if credential is None:
        raise NotProved
    return Made(credential.credential_id, bytes(credential), told.counter)


def ask(place: Place, have: list[bytes] | None) -> tuple[Options, State]:
    """The question for a passkey: any that the device holds for this house, or one of ``have``."""
    from fido2.webauthn import AttestedCredentialData, UserVerificationRequirement

    options, state = _server(place).authenticate_begin(
        None if have is None else [AttestedCredentialData(one) for one in have],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options), _plain(state)


def named(answer: object) -> bytes:
    """Which passkey answers: its id. Nothing is proved by it yet."""
    from fido2.utils import websafe_decode

    try:
        return websafe_decode(str(_mapping(answer)["rawId"]))
    except _FAULTS as error:
        raise NotProved from error


def proved(place: Place, state: State, credential: bytes, answer: object) -> int:
    """The device's count of signatures, where ``answer`` is signed by ``credential`` for ``state``.

    NotProved otherwise.
    """
    from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

    try:
        told = _mapping(answer)
        known = [AttestedCredentialData(credential)]
        _server(place).authenticate_complete(state, known, told)
        return AuthenticationResponse.from_dict(told).response.authenticator_data.counter
    except _FAULTS as error:
        raise NotProved from error


_FAULTS = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError)
"""What ``fido2`` raises on answers that are none."""


def _server(place: Place) -> "Fido2Server":
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestationConveyancePreference, PublicKeyCredentialRpEntity

    return Fido2Server(
        PublicKeyCredentialRpEntity(name=place.name, id=place.host),
        attestation=AttestationConveyancePreference.NONE,
        # Not only the right name: the very address of these pages.
        verify_origin=lambda origin: origin == place.origin,
    )


def _mapping(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise NotProved
    return answer


def _plain(told: Any) -> dict[str, Any]:
    """Nested mappings of the library as JSON knows them, without what is not said."""
    if isinstance(told, Mapping):
        return {str(key): _plain_value(value) for key, value in told.items() if value is not None}
    raise NotProved


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_plain_value(one) for one in value]
    return str(value) if isinstance(value, str) else value
