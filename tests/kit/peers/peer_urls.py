"""The addresses of the provider in ``oidc_provider``, and what it says of people."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator
from peer_claims import claims_of  # type: ignore[import-not-found]


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Adds how a person proved who they are, which no scope is asked for."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        told: dict[str, Any] = claims_of(request.user.username)
        return told


urlpatterns = [
    path("accounts/login/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
