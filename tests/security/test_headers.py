"""What every answer tells a browser, and what a house with TLS asks of it (ASVS 5.0 V3)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from talteen.notice.purposes import Role
from tests.desk.conftest import Desk

PAGES = ("/sign-in", "/notice", "/my-data", "/no-such-page", "/calendar", "/api/v1/calls")
OF_TLS = """
import json, os
os.environ['DJANGO_SETTINGS_MODULE'] = 'talteen.desk.settings'
from django.conf import settings as s
print(json.dumps({k: getattr(s, k) for k in dir(s)
                  if k.startswith(('SESSION_COOKIE', 'CSRF_COOKIE', 'SECURE_HSTS', 'DEBUG'))}))
"""


@pytest.mark.django_db(transaction=True)
def test_every_answer_says_that_nothing_else_is_loaded_framed_sniffed_or_told(desk: Desk) -> None:
    for client in (desk.client(), desk.client(Role.DPO)):
        for path in PAGES:
            answer = client.get(path)
            assert answer["X-Content-Type-Options"] == "nosniff", path
            assert answer["Referrer-Policy"] == "same-origin", path
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
            assert "Access-Control-Allow-Origin" not in answer, path
            if answer.content and path != "/api/v1/calls":
                policy = answer["Content-Security-Policy"]
                assert "default-src 'none'" in policy, path
                assert "frame-ancestors 'none'" in policy, path
                assert "object-src 'none'" in policy, path
                assert "base-uri 'none'" in policy, path
                assert "unsafe" not in policy, path
                assert answer["Content-Type"] == "text/html; charset=utf-8", path


@pytest.mark.django_db(transaction=True)
def test_no_page_holds_a_script_of_its_own_without_the_nonce_of_this_answer(desk: Desk) -> None:
    client = desk.client(Role.DPO)
    seen = set()
    for _ in range(2):
        answer = client.get("/calendar")
        said = answer.content.decode()
        nonce = answer["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
        scripts = said.count("<script")
        assert scripts > 0
        assert said.count(f'nonce="{nonce}"') >= scripts
        assert not any(f" on{event}=" in said for event in ("click", "load", "error", "submit"))
        assert "javascript:" not in said
        seen.add(nonce)
    assert len(seen) == 2


def test_a_house_with_tls_binds_cookies_to_its_host_and_browsers_to_tls(
    home: Path, tmp_path: Path
) -> None:
    told = settings_of(home, "")
    assert not told["SESSION_COOKIE_SECURE"]  # without TLS a browser would drop it
    authority = tmp_path / "tls.crt"
    authority.write_text("a certificate")
    key = tmp_path / "tls.key"
    key.write_text("a key")
    key.chmod(0o600)
    told = settings_of(
        home, f'[web]\ntls_certificate_file = "{authority}"\ntls_key_file = "{key}"\n'
    )
    for name in ("SESSION", "CSRF"):
        assert told[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert told[f"{name}_COOKIE_SECURE"]
        assert told[f"{name}_COOKIE_HTTPONLY"]
        assert told[f"{name}_COOKIE_SAMESITE"] == "Strict"
        assert told[f"{name}_COOKIE_PATH"] == "/"
        assert told[f"{name}_COOKIE_DOMAIN"] is None
    assert told["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert told["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert not told["DEBUG"]


def settings_of(home: Path, toml: str) -> dict[str, object]:
    (home / "talteen.toml").write_text(toml)
    done = subprocess.run(
        [sys.executable, "-c", OF_TLS],
        env={**os.environ, "TALTEEN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_not_the_houses_is_refused(desk: Desk) -> None:
    assert Client(HTTP_HOST="evil.example").get("/notice").status_code == 400
    assert Client(HTTP_HOST="localhost").get("/notice").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_signing_out_clears_what_the_browser_kept(desk: Desk) -> None:
    client = desk.client(Role.DPO)
    client.get("/calendar")

    answer = client.post("/sign-out")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
