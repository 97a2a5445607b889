"""An OpenID provider that we did not write (Django OAuth Toolkit), as a process of its own.

Says its issuer when it is ready, and ends when its input closes. How its people prove who they are
(``acr``, ``amr``) it reads from ``claims.json`` at each token, as a directory's own policy would
say it. Run with: certificate, key, folder, redirect URIs.
"""

import json
import ssl
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CERTIFICATE, KEY, FOLDER, BACK = sys.argv[1:5]
PEOPLE = ("aino", "tuomas", "dina")
LOGIN = "<form method=post>{% csrf_token %}{{ form }}<button>Log in</button></form>"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust our certificate: what some tests are about."""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


def private_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    told = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    (Path(FOLDER) / "signing.pem").write_text(told)
    return told


def configure(issuer: str) -> None:
    settings.configure(
        SECRET_KEY="of a peer in tests",
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        ROOT_URLCONF="peer_urls",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{FOLDER}/peer.sqlite"}
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {
                                "registration/login.html": LOGIN,
                                "oauth2_provider/logout_confirm.html": LOGIN,
                            },
                        )
                    ]
                },
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="peer-session",
        CSRF_COOKIE_NAME="peer-csrf",
        SESSION_COOKIE_SECURE=True,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": private_key(),
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who somebody is", "profile": "what they are called"},
            "OAUTH2_VALIDATOR_CLASS": "peer_urls.Validator",
        },
    )


def claims_of(username: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((Path(FOLDER) / "claims.json").read_text())
    found: dict[str, Any] = told.get(username, {})
    return found


def populate() -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        get_user_model().objects.create_user(name, password=f"{name} on nimeni")
    Application.objects.create(
        name="talteen",
        client_id="talteen",
        client_secret="s3cr:t ä",
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=BACK,
        post_logout_redirect_uris=BACK.replace("sign-in/oidc/callback", "sign-in"),
        algorithm="RS256",
        skip_authorization=True,
    )


def main() -> None:
    server = Server(("127.0.0.1", 0), Quiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.base_environ["HTTPS"] = "on"
    issuer = f"https://127.0.0.1:{server.server_port}/o"
    configure(issuer)
    sys.path.insert(0, str(Path(__file__).parent))
    sys.modules["peer_claims"] = sys.modules["__main__"]
    django.setup()
    populate()
    from django.core.wsgi import get_wsgi_application

    server.set_app(get_wsgi_application())
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{issuer}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
