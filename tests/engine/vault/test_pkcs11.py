"""Tokens: what a real SoftHSM2 does beside the contract, and what it does when it is not there."""

from collections.abc import Callable
from dataclasses import replace

import pkcs11
import pytest
from pkcs11 import Attribute
from pkcs11.exceptions import AttributeSensitive

from talteen.engine.vault.holders import CredentialRefused, HolderAway, credential
from talteen.engine.vault.holders.pkcs11 import (
    Pkcs11BackupHolder,
    Pkcs11LiveHolder,
    Token,
    open_restore,
)
from talteen.errors import ConfigError, KeyGone, Tampered
from tests.kit import processes
from tests.kit.keyrings import Places
from tests.kit.keyrings.softhsm import Tokens
from tests.kit.suites.holders import KEY

DESTROY = """
import sys
from talteen.engine.vault.holders.pkcs11 import Pkcs11LiveHolder, Token
Pkcs11LiveHolder(Token(*sys.argv[1:])).destroy("live-1-a")
print("destroyed", flush=True)
"""


@pytest.fixture
def tokens(keyring: Callable[[str], Places]) -> Tokens:
    made = keyring("pkcs11")
    assert isinstance(made, Tokens)
    return made


@pytest.fixture
def token(tokens: Tokens) -> Token:
    return tokens.token()


def test_a_key_cannot_be_taken_out_of_its_token(token: Token) -> None:
    Pkcs11LiveHolder(token).create("live-1-a")

    session = pkcs11.lib(token.module).get_token(token_label=token.label).open()
    key = session.get_key(label="live-1-a")

    assert key[Attribute.NEVER_EXTRACTABLE]
    assert key[Attribute.ALWAYS_SENSITIVE]
    assert not key[Attribute.WRAP]
    with pytest.raises(AttributeSensitive):
        key[Attribute.VALUE]


def test_a_key_that_another_process_destroyed_is_gone_for_this_one(token: Token) -> None:
    live = Pkcs11LiveHolder(token)
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)

    with processes.python(DESTROY, token.module, token.label, token.pin) as other:
        assert other.said == "destroyed"

    with pytest.raises(KeyGone):
        live.unwrap("live-1-a", wrapped)
    assert live.names() == frozenset()


def test_a_token_that_is_pulled_out_is_away_and_its_keys_are_not_gone(
    tokens: Tokens, token: Token
) -> None:
    live = Pkcs11LiveHolder(token)
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)
    away = (tokens.folder / "tokens").rename(tokens.folder / "pulled-out")

    try:
        for use in (
            live.answer,
            live.names,
            lambda: live.unwrap("live-1-a", wrapped),
            lambda: live.create("live-2-a"),
            lambda: live.destroy("live-1-a"),
        ):
            with pytest.raises(HolderAway):
                use()
    finally:
        away.rename(tokens.folder / "tokens")

    assert live.unwrap("live-1-a", wrapped) == KEY
    assert live.names() == {"live-1-a"}


def test_a_wrong_pin_says_so_and_opens_nothing(token: Token) -> None:
    wrong = Pkcs11LiveHolder(replace(token, pin="00000000"))

    with pytest.raises(CredentialRefused, match="PIN"):
        wrong.answer()

    Pkcs11LiveHolder(token).answer()


def test_a_token_that_nobody_has_seen_is_away(token: Token) -> None:
    with pytest.raises(HolderAway, match="no PKCS#11 token 'elsewhere'"):
        Pkcs11LiveHolder(replace(token, label="elsewhere")).names()


def test_a_library_that_is_none_is_the_operators_to_correct(token: Token) -> None:
    with pytest.raises(ConfigError, match="library"):
        Pkcs11LiveHolder(replace(token, module="/nowhere/lib.so")).answer()


def test_the_pin_of_the_ring_alone_opens_nothing(token: Token) -> None:
    """A token knows one user: who has its PIN still lacks the shares of the two persons."""
    ours = credential.make_restore_credential()
    backup = Pkcs11BackupHolder(token, ours.public)
    backup.create("ring-1-a")
    wrapped = backup.wrap("ring-1-a", KEY)

    other = credential.make_restore_credential()
    with pytest.raises(Tampered):
        open_restore(token, *other.shares).unwrap("ring-1-a", wrapped)
    with pytest.raises(Tampered):
        Pkcs11LiveHolder(token).unwrap("ring-1-a", wrapped)
    assert open_restore(token, *ours.shares).unwrap("ring-1-a", wrapped) == KEY


def test_a_wrapped_key_says_nothing_of_the_pin(token: Token) -> None:
    assert token.pin not in repr(Pkcs11LiveHolder(token))
