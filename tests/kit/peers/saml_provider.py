"""A SAML identity provider that we did not write (pysaml2), as a process of its own, whose
signatures are those of libxmlsec1.

Says where it is asked when it is ready, and ends when its input closes. Whoever names a person
gets in; how they proved it, and what is wrong with the answer, it reads from ``says.json`` each
time. Run with: certificate, key (of its TLS and its signatures), another certificate's key, folder,
and the file of the service provider's metadata. Where that names a place for farewells, it takes
signed questions only, ends sessions at ``/slo``, and begins to by itself at ``/end``.
"""

import base64
import html
import json
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import xmlsec
from lxml import etree
from saml2 import BINDING_HTTP_REDIRECT, sigver
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

CERTIFICATE, KEY, OTHER_KEY, FOLDER, METADATA = sys.argv[1:6]
STRICT = "SingleLogoutService" in Path(METADATA).read_text()
ASK = "<form method=post action='{}'><input name=person><button>Log in</button></form>"
BRING = (
    "<form method=post action='{}'><input type=hidden name=SAMLResponse value='{}'>"
    "<input type=hidden name=RelayState value='https://evil.example/'><button>On</button></form>"
)
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


class Backend(sigver.CryptoBackendXMLSecurity):  # type: ignore[misc]
    """pysaml2 signs by a program that this machine does not have; the same library does it here."""

    def sign_statement(self, statement: Any, node_name: str, key_file: str, node_id: str) -> str:
        text = statement if isinstance(statement, bytes) else str(statement).encode()
        root = etree.fromstring(text)
        xmlsec.tree.add_ids(root, ["ID"])
        [node] = root.xpath(f"//*[@ID='{node_id}']/*[local-name()='Signature']")
        context = xmlsec.SignatureContext()
        file = OTHER_KEY if says().get("other_key") else KEY
        context.key = xmlsec.Key.from_file(file, xmlsec.KeyFormat.PEM)
        context.sign(node)
        signed: str = etree.tostring(root).decode()
        return signed


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


def says() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((Path(FOLDER) / "says.json").read_text())
    return told


def provider(entity: str, address: str) -> Server:
    sigver.CryptoBackendXMLSecurity = Backend
    endpoints = {"single_sign_on_service": [(address, BINDING_HTTP_REDIRECT)]}
    if STRICT:
        endpoints["single_logout_service"] = [(away(address, "slo"), BINDING_HTTP_REDIRECT)]
    made = Server(
        config=IdPConfig().load(
            {
                "entityid": entity,
                "crypto_backend": "XMLSecurity",
                "key_file": KEY,
                "cert_file": CERTIFICATE,
                "metadata": {"local": [METADATA]},
                "service": {
                    "idp": {
                        "endpoints": endpoints,
                        "want_authn_requests_signed": STRICT,
                        "policy": {"default": {"lifetime": {"minutes": 5}}},
                    }
                },
            }
        )
    )
    # With this backend it has nothing that signs an address: what it has with another one.
    made.sec.sec_backend = sigver.RSACrypto(sigver.import_rsa_key_from_file(KEY))
    return made


def away(address: str, name: str) -> str:
    return f"{address.rpartition('/')[0]}/{name}"


def name_of(person: str, qualifier: str, format: str = NAMEID_FORMAT_PERSISTENT) -> NameID:
    return NameID(format=format, sp_name_qualifier=qualifier, text=f"{person}-5c0f1b")


def farewell(idp: Server, query: dict[str, str]) -> str:
    """Where a browser goes that brings one: to us with its answer, or to "over" with ours."""
    told = {"relay_state": query.get("RelayState")}
    told |= {"sigalg": query.get("SigAlg"), "signature": query.get("Signature")}
    if "SAMLResponse" in query:
        [key] = idp.metadata.certs(us(idp), "spsso", "signing")
        whole = {one: query[one] for one in query if one != "RelayState" or query[one]}
        assert sigver.verify_redirect_signature(whole, idp.sec.sec_backend, key[1])
        answer = idp.parse_logout_request_response(query["SAMLResponse"], BINDING_HTTP_REDIRECT)
        assert answer.status_ok()
        return "over"
    request = idp.parse_logout_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **told).message
    (Path(FOLDER) / "ended.json").write_text(
        json.dumps([request.name_id.text, [one.text for one in request.session_index]])
    )
    answer = idp.create_logout_response(request, [BINDING_HTTP_REDIRECT])
    return sent(idp, str(answer), answer.destination, response=True)


def ending(idp: Server, query: dict[str, str]) -> str:
    """Where a browser goes so that we end what it opened."""
    [place] = idp.metadata.single_logout_service(us(idp), BINDING_HTTP_REDIRECT, "spsso")
    sessions = [query["session"]] if query.get("session") else None
    name = name_of(query["person"], us(idp))
    asked = idp.create_logout_request(
        place["location"], us(idp), name_id=name, session_indexes=sessions
    )
    request = asked[1] if isinstance(asked, tuple) else asked
    return sent(idp, str(request), place["location"], relay_state="back-there")


def sent(idp: Server, message: str, to: str, **how: Any) -> str:
    sign = not says().get("unsigned")
    told = idp.apply_binding(
        BINDING_HTTP_REDIRECT, message, to, sign=sign, sigalg=says().get("alg", RSA_SHA256), **how
    )
    return str(dict(told["headers"])["Location"])


def us(idp: Server) -> str:
    return str(next(iter(idp.metadata.keys())))


def response(idp: Server, query: dict[str, str], person: str) -> tuple[str, str]:
    """Where the answer goes, and the answer, as XML."""
    told = says()
    asked = idp.parse_authn_request(
        query["SAMLRequest"],
        BINDING_HTTP_REDIRECT,
        sigalg=query.get("SigAlg"),
        signature=query.get("Signature"),
    ).message
    args = idp.response_args(asked)
    proved = datetime.now(UTC) - timedelta(seconds=told.get("proved_ago", 0))
    args |= told.get("args", {})
    written = idp.create_authn_response(
        identity=told.get("attributes", {}),
        name_id=name_of(person, args["sp_entity_id"], told.get("format", NAMEID_FORMAT_PERSISTENT)),
        authn={
            "class_ref": told.get("context", "https://refeds.org/profile/mfa"),
            "authn_instant": int(proved.timestamp()),
        },
        sign_assertion=told.get("sign_assertion", True),
        sign_response=told.get("sign_response", False),
        sign_alg=told.get("sign_alg", RSA_SHA256),
        digest_alg=told.get("digest_alg", SHA256),
        session_not_on_or_after=told.get("session_ends"),
        **{key: value for key, value in args.items() if key != "name_id_policy"},
    )
    return asked.assertion_consumer_service_url, str(written)


def main() -> None:
    server = WSGIServer(("127.0.0.1", 0), Quiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    address = f"https://127.0.0.1:{server.server_port}/sso"
    idp = provider("https://login.example.fi/realms/staff", address)

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        query = environ.get("QUERY_STRING", "")
        told = {name: one for name, [one] in parse_qs(query).items()}
        if environ["PATH_INFO"] in ("/slo", "/end"):
            to = (farewell if environ["PATH_INFO"] == "/slo" else ending)(idp, told)
            start("303 See Other", [("Location", away(address, to) if to == "over" else to)])
            return [b""]
        if environ["REQUEST_METHOD"] == "GET":
            page = ASK.format(html.escape(f"/sso?{query}", quote=True))
        else:
            form = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
            [person] = parse_qs(form)["person"]
            to, answer = response(idp, told, person)
            page = BRING.format(html.escape(to), base64.b64encode(answer.encode()).decode())
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    server.set_app(app)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
