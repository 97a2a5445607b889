"""OpenID Connect as a relying party: somebody else's server says who a person is.

Authorization code with PKCE (RFC 7636), state and nonce (OpenID Connect Core 1.0), discovery and
tokens over TLS that is checked (Discovery 1.0; RFC 8414), log-out both ways (RP-Initiated and
Back-Channel Logout 1.0). Signatures are checked by ``joserfc``; this machine knows neither people
nor sessions.
"""
