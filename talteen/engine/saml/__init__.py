"""SAML 2.0 as a service provider: somebody else's server says who a person is, in signed XML.

Web Browser SSO Profile (saml-profiles-2.0-os 4.1): the question goes by HTTP-Redirect, the answer
comes by HTTP-POST (saml-bindings-2.0-os 3.4, 3.5), and an answer to no question of ours counts for
nothing. The signature is checked by ``signxml``, and only what it gives back as signed is read;
this machine knows neither people nor sessions.
"""

import importlib.util

from talteen.errors import Unavailable


class NotSetUp(Unavailable):
    """The operator has to finish something first. A passkey of the house lets in meanwhile."""

    slug = "provider-not-set-up"


def require_installed() -> None:
    """Raise NotSetUp where the extra ``saml`` is not installed."""
    if importlib.util.find_spec("signxml") is None:
        raise NotSetUp("SAML needs a package that is not installed", remedy="install talteen[saml]")
