"""How the scanner is let loose on a house, and what it says that it did.

``found`` runs wapiti through ``tests/security/scanners/knock.py``; ``Knocked`` is what came of it:
faults, requests by the kind of attack, and each answer, because "no finding" is worth as much as
was really reached.
"""

import json
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.desk.browser.addresses import Sight
from tests.desk.browser.planted import Endpoint

ROOT = Path(__file__).parents[3]
ROOM = ROOT / ".cache" / "scanners" / "wapiti" / "bin" / "python"
KNOCK = ROOT / "tests" / "security" / "scanners" / "knock.py"
MODULES = "sql,xss,permanentxss,file,exec,crlf,redirect,ssrf,csrf,csp,cookieflags,http_headers"
LEFT_OUT = {
    "backup buster nikto htaccess": "guess names of files in a folder: addresses are a table here",
    "cms htp wapp wp_enum network_device takeover": "products that are not here",
    "shellshock spring4shell log4shell": "Bash as CGI and Java are not here",
    "ldap": "no directory is asked by LDAP",
    "xxe upload": "no door reads XML but SAML's, by an address no form shows; uploads are sealed",
    "methods": "tests/security/test_matrix.py asks every address with each",
    "brute_login_form": "the limit of the entrance has its own test",
    "https_redirect ssl": "the house of the scan has no TLS; headers of one that has: test_headers",
    "timesql": "what sql finds by two answers, once more by the clock; a loaded machine has none",
}
"""Modules that are not run, and why."""

CRAWL_S, ATTACK_S = 600, 1500
"""How long pages are looked for at most, and how long each kind of attack lasts: far more than it
takes, so that a busy machine ends too."""
BROKEN_OFF = ("time was reached", "seems broken", "skipped due to network", "Traceback")
"""What wapiti says when a limit stopped it, or what it wanted to do could not be done."""
NOT_KNOCKED = (
    *("sign-out*", "account/sessions*"),  # end this session, or give it another key
    *("demo/sign-in*", "demo/clock*"),  # only a demo has them
    *("static/*", "styleguide*"),  # read nothing of what is asked
)
ON_EVERY_PAGE = ("language*", "theme*")
"""Forms that all have: they are knocked at as nobody."""

Answer = tuple[str, str, int, str]
"""Method, path, status, and the path that one is sent on to (or nothing)."""
NOT_TAKEN = frozenset({401, 403, 404, 405, 429})
"""Answers to a form that somebody gave before its own view could read it."""


@dataclass(frozen=True, slots=True)
class Knocked:
    """What a scan found, and how much it did."""

    faults: frozenset[tuple[str, str]]
    """Kinds of faults and the addresses at which the scanner says they are."""
    asked: Counter[str]
    """How many requests each kind of attack made; ``looking`` is what came before."""
    seconds: int
    answers: Counter[Answer]

    @property
    def pages(self) -> frozenset[str]:
        """Addresses that were read."""
        return frozenset(path for method, path, status, _ in self.answers
                         if method == "GET" and status == 200)  # fmt: skip

    @property
    def forms(self) -> frozenset[str]:
        """Addresses at which a form came through to what reads it: past its token, the table of
        doors and every limit."""
        return frozenset(path for method, path, status, _ in self.answers
                         if method == "POST" and status not in NOT_TAKEN)  # fmt: skip

    @property
    def broken(self) -> frozenset[tuple[str, str]]:
        """What the house could not answer."""
        return frozenset((f"{status} to {method}", path) for method, path, status, _ in
                         self.answers if status >= 500)  # fmt: skip

    @property
    def shut_out(self) -> frozenset[Answer]:
        """Answers to somebody who is no longer known, or who asks too much."""
        return frozenset(one for one in self.answers
                         if one[2] in (401, 429) or one[3] == "/sign-in")  # fmt: skip

    def row(self, addresses: int) -> dict[str, object]:
        """For the book: how much was done, and nothing of what was found there."""
        return {
            "addresses": addresses,
            "pages": len(self.pages),
            "forms": len(self.forms),
            "requests": dict(sorted(self.asked.items())),
            "seconds": self.seconds,
        }


def kinds(page: str) -> Iterator[tuple[str, str]]:
    """The fields of the forms of a page, and of which kind each is: the fifth question of a form is
    of the kind of the first, and its Swedish text of the kind of the Finnish one."""
    for name in re.findall(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"', page):
        yield name, re.sub(r"-(fi|sv|en)$", "", re.sub(r"\d+", "", name))


def repeated(sights: Sequence[Sight]) -> set[str]:
    """Fields of a kind of which there was another on the same page."""
    seen, first = set(), set()
    for sight in sights:
        kept: dict[str, str] = {}
        for name, kind in kinds(sight.client.get(sight.path).content.decode(errors="replace")):
            seen.add(name)
            first.add(kept.setdefault(kind, name))
    return seen - first | {"csrfmiddlewaretoken"}


def found(
    base: str, report: Path, endpoint: Endpoint, *, cookie: str = "",
    starts: Sequence[str] = (), shut: Sequence[str] = NOT_KNOCKED, skip: Sequence[str] = (),
) -> Knocked:  # fmt: skip
    """What the scanner finds at ``starts`` and where their forms and links lead."""
    began = time.monotonic()
    words = [str(ROOM), str(KNOCK), "-u", base, "--scope", "folder", "-m", MODULES]
    words += ["-d", "1", "-S", "paranoid"]  # one link for each set of parameters
    words += ["--max-scan-time", str(CRAWL_S), "--max-attack-time", str(ATTACK_S), "-t", "30"]
    words += ["--no-bugreport", "--flush-session", "-f", "json", "-o", str(report)]
    words += ["--store-session", str(report.parent), "--endpoint", endpoint.base]
    words += [word for one in starts for word in ("-s", one)]
    words += [word for one in shut for word in ("-x", f"{base}{one}")]
    words += [word for one in skip for word in ("--skip", one)]
    if cookie:
        words += ["-H", f"Cookie: {cookie}"]
    heard, log = report.with_suffix(".knocked"), report.with_suffix(".log")
    with log.open("w") as file:
        at = {**os.environ, "KNOCKED": str(heard)}
        subprocess.run(words, stdout=file, stderr=file, check=False, env=at)
    said = log.read_text().splitlines()
    assert report.exists(), said[-20:]
    assert [line for line in said if any(one in line for one in BROKEN_OFF)] == []
    told, done = json.loads(report.read_text()), json.loads(heard.read_text())
    faults = (told["vulnerabilities"] | told["anomalies"]).items()
    return Knocked(
        frozenset((kind, urlsplit(one["path"]).path) for kind, each in faults for one in each),
        Counter(done["asked"]),
        round(time.monotonic() - began),
        Counter({tuple(one[:4]): one[4] for one in done["answers"]}),
    )
