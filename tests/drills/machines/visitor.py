"""Somebody at a screen: signed in once, served by whichever web node answers.

They open a call that is theirs by the right of the day (a purpose, a log line) and look at it. What
the pages acknowledged must stand in the access log at the end.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import urllib3

from talteen.notice.purposes import Purpose
from tests.drills.machines.hosts import Host
from tests.drills.machines.house import WEB_PORT

_EVERY_S = 1.0
_WITHIN = urllib3.Timeout(connect=2, read=12)


@dataclass(slots=True)
class Visitor:
    """One person with one browser. ``person`` is the id of a member of staff."""

    nodes: Sequence[Host]
    authority: Path
    person: str
    opened: list[str] = field(default_factory=list)
    """Calls whose opening was acknowledged."""
    answers: Counter[int | str] = field(default_factory=Counter)
    away_s: list[float] = field(default_factory=list)
    """For how long no node served, each time."""
    _cookies: dict[str, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        assert self._thread is not None
        self._thread.join()

    def _run(self) -> None:
        served, turn = time.monotonic(), 0
        while not self._stop.wait(_EVERY_S):
            node = self.nodes[turn % len(self.nodes)]
            turn += 1
            try:
                with node.here():
                    done = self._visit()
            except (urllib3.exceptions.HTTPError, OSError) as error:
                self.answers[type(error).__name__] += 1
                continue
            self.answers[done] += 1
            if done < 400:
                if time.monotonic() - served > 5:
                    self.away_s.append(time.monotonic() - served)
                served = time.monotonic()

    def _visit(self) -> int:
        """Open a call and see its page; the last answer on the way."""
        browser = urllib3.HTTPSConnectionPool(
            "localhost", WEB_PORT, ca_certs=str(self.authority), retries=False, timeout=_WITHIN
        )
        with browser:
            page = self._ask(browser, "GET", "/calls")
            if page.status == 302:
                return self._sign_in(browser)
            found = re.findall(rb"/calls/([0-9a-f-]{36})", page.data)
            if page.status != 200 or not found:
                return page.status
            call = found[len(self.opened) % len(found)].decode()
            form = {"purpose": Purpose.CORRECTNESS.value}
            opened = self._ask(browser, "POST", f"/calls/{call}/open", form)
            if opened.status != 302:
                return opened.status
            self.opened.append(call)
            return self._ask(browser, "GET", f"/calls/{call}").status

    def _sign_in(self, browser: urllib3.HTTPSConnectionPool) -> int:
        self._ask(browser, "GET", "/sign-in")
        answer = self._ask(browser, "POST", "/demo/sign-in", {"person": self.person})
        return answer.status

    def _ask(
        self,
        browser: urllib3.HTTPSConnectionPool,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        told = {"Cookie": "; ".join(f"{key}={value}" for key, value in self._cookies.items())}
        if form is not None:
            token = self._cookies.get("__Host-csrf", "")
            told |= {"X-CSRFToken": token, "Referer": f"https://localhost:{WEB_PORT}/"}
            told["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form) if form is not None else None
        answer = browser.request(method, path, headers=told, body=body, redirect=False)
        for line in answer.headers.getlist("set-cookie"):
            key, _, value = line.partition(";")[0].partition("=")
            self._cookies[key] = value
        return answer
