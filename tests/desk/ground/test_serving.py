"""Several processes answer for the pages of one house, as one would: real ones, one is killed."""

import http.client
import json
import os
import re
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from talteen import config as configs
from talteen.desk.commands import demo
from talteen.desk.ground import supervise
from talteen.desk.rights import portal
from tests.kit import migrated
from tests.kit.processes import Child, kill_9, python, until

pytestmark = pytest.mark.drill
KEEPER = """
import sys
from talteen.clock import SystemClock
from talteen.desk.ground import database, place, startup
from talteen.desk.commands import demo
config = startup.ready()
place.prepare(config)
with database.running(config):
    demo.make(config)
    from talteen.demo import cast
    from talteen.notice.purposes import Role
    from talteen.register.staff import credentials
    who = cast.first_of(Role.COMPLAINT_HANDLER)
    print(who.pk, flush=True)
    for leaves in sys.stdin:
        print(credentials.leave(who.code, SystemClock().now()).sessions, flush=True)
"""
"""Makes a demo house, keeps its database and names somebody; at a line they leave."""


@dataclass(slots=True)
class Visitor:
    """A browser that opens a new connection for each question: whichever process may get it."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **form: str) -> tuple[int, str, str]:
        """Status, place where it leads, and body."""
        at = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
        told = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            form["csrfmiddlewaretoken"] = self.cookies["csrf"]
            told["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form else None, told)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, answer.headers.get("Location", ""), body

    def until_answered(self, path: str) -> int:
        """Ask as a player does that was cut off: again, at once."""
        for _ in range(50):
            try:
                return self.ask("GET", path)[0]
            except (ConnectionError, http.client.HTTPException):
                continue
        return 0


@dataclass(slots=True)
class House:
    url: str
    figures: int
    """The port of the pages' figures."""
    server: int
    log: Path
    keeper: Child

    def pages(self) -> dict[tuple[str, str], float]:
        """Figures of the pages."""
        return {
            (sample.name, next(iter(sample.labels.values()), "")): sample.value
            for family in text_string_to_metric_families(text_at(self.figures))
            for sample in family.samples
        }

    def answering(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text()
        return [int(pid) for pid in children.split()]

    def stands(self) -> bool:
        """Both answer."""
        return self.pages().get(("talteen_web_processes", "")) == 2

    def told(self, event: str) -> list[dict[str, object]]:
        """Lines of its log."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line["event"] == event]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home, (port, figures) = tmp_path_factory.mktemp("house"), free_ports()
    home.chmod(0o700)
    migrated.lay(home)
    text = f"{demo.FILE}[web]\nport = {port}\nprocesses = 2\n[metrics]\nport = {figures - 1}\n"
    (home / configs.FILE_NAME).write_text(text)
    env = {"TALTEEN_HOME": str(home)}
    log = home / "serve.log"
    with python(KEEPER, env=env) as keeper, log.open("wb") as to:
        serve = subprocess.Popen(
            supervise.talteen("serve"), env={**os.environ, **env}, stdout=to, stderr=to
        )
        try:
            made = House(f"http://127.0.0.1:{port}", figures, serve.pid, log, keeper)
            until(made.stands, within_s=120)
            yield made
        finally:
            serve.terminate()
            serve.wait(60)
            keeper.finish()


def free_ports() -> tuple[int, int]:
    """Two that nobody uses now."""
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def text_at(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def test_two_processes_answer_and_the_killed_one_is_replaced_while_nobody_loses_a_request(
    house: House,
) -> None:
    first, before = house.answering(), house.pages()
    answers: list[int] = []
    stop = threading.Event()

    def play() -> None:
        while not stop.wait(0.05):  # a start takes seconds: to ask without a pause is cores
            answers.append(Visitor(house.url).until_answered("/sign-in"))

    players = [threading.Thread(target=play) for _ in range(3)]
    for player in players:
        player.start()
    until(lambda: len(answers) > 10)
    kill_9(first[0])
    reached = len(answers)
    until(lambda: len(answers) > reached + 10)  # the other goes on alone
    seen = [house.pages()]
    until(lambda: len(house.answering()) == 2 and house.stands(), within_s=120)
    stop.set()
    for player in players:
        player.join()
    seen.append(house.pages())

    assert len(first) == 2
    assert set(answers) == {200}
    assert len(set(house.answering()) & set(first)) == 1
    assert seen[-1]["talteen_web_restarts_total", ""] == 1
    requests = "talteen_web_requests_total", "2xx"
    assert before[requests] < seen[0][requests] <= seen[1][requests]
    assert seen[1][requests] - before[requests] <= len(answers), "and none is counted twice"
    for one in (before, *seen):
        total = sum(value for (name, _), value in one.items() if name == requests[0])
        assert total == one["talteen_web_request_seconds_count", ""]
    ended = house.told("process.replaced")
    assert [(one["process"], one["pid"], one["exit_status"]) for one in ended] == [
        ("web", first[0], -9)
    ]


def test_who_guesses_codes_is_stopped_as_soon_as_by_one_process(house: House) -> None:
    visitor = Visitor(house.url)
    visitor.ask("GET", "/sign-in")
    tries = [visitor.ask("POST", "/my-data/follow", code=f"ABCD-{n}")[0] for n in range(24)]

    assert set(tries) == {404, 429}
    assert tries.count(404) <= portal.buckets.at_once + 1, "one more in twenty seconds"


def test_who_leaves_is_nobody_to_either_process(house: House) -> None:
    visitor, person = Visitor(house.url), house.keeper.said
    visitor.ask("GET", "/sign-in")
    assert visitor.ask("POST", "/demo/sign-in", person=person)[0] == 302
    assert {visitor.ask("GET", "/calls")[0] for _ in range(8)} == {200}

    assert house.keeper.told("leave") == "1", "one session ended"

    left = {visitor.ask("GET", "/calls")[:2] for _ in range(8)}
    assert left == {(302, "/sign-in?next=%2Fcalls")}


def test_every_file_of_a_page_comes_from_both(house: House) -> None:
    visitor = Visitor(house.url)
    _, _, page = visitor.ask("GET", "/sign-in")
    files = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)))

    assert len(files) > 1
    for file in files:
        assert {visitor.ask("GET", file)[0] for _ in range(8)} == {200}, file
