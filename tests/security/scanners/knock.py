"""wapiti, with those of its words that this stack could understand.

Most of the words that it tries for files, commands and script are for what stands nowhere here
(PHP, Perl, Windows, filters that cut a word out), or differ from another by what nothing here tells
apart: twenty steps up the tree lead where ten do. With them no part of the site came to its end.
Run by the Python of wapiti's own environment, with wapiti's own arguments; what was asked and
answered is written where ``KNOCKED`` in the environment says.
"""

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from wapitiCore.attack import mod_exec, mod_file, mod_sql
from wapitiCore.controller import wapiti as controller
from wapitiCore.main import wapiti
from wapitiCore.net import crawler, explorer, xss_utils
from wapitiCore.parsers import ini_payload_parser

WORDS = {
    # For commands: after a value, in the place of one, in a shell within one.
    *("semicolon_escape_known_prefix", "simple_env_execution", "timeout_backticks"),
    # For files: from the root, up the tree from a folder, up the tree from a name.
    *("local_passwd", "local_passwd_ten_up", "local_passwd_starts_with_ten_up"),
    # For script: a tag with and without quotation marks, and one that nothing closes. What is
    # for filters is left out: nothing is filtered here, all is escaped.
    *("case_script_alert_quote", "img_onerror_alert_regex", "svg_onload_alert_regex_left_open"),
}
"""Sections of wapiti's files that are tried. What stays within a tag (``close_tag = no``) is tried
besides: which of them fit, the tag decides."""
SEPARATORS = ("", "'")
"""What a value in a statement may stand between: a number, a text. PostgreSQL has no other."""
OF_ONE = re.compile(r"/[0-9a-f-]{36}|/\d[\d-]*|\.[a-z]+$")
"""What tells one thing of a kind from another in an address: an id, a day, a number, and what kind
of file it is."""

ENDING, ENDINGS = ("what", "end"), ("/end", "/retire", "/remove", "/close-case")
"""A form that takes away the thing on whose page it stands: all that came after would meet
nothing. What it does has its own tests."""
DRAWN = ".pdf"
"""The same as the page of that address, drawn for a second of a core with each word."""


class Reader(ini_payload_parser.IniPayloadReader):
    """The words of one file, without the others."""

    def __iter__(self) -> Iterator[object]:
        for section in self.config_reader.sections():
            if section in WORDS:
                yield self.get(section)


def scripts(load: Callable[..., list[dict[str, object]]]) -> Callable[..., list[dict[str, object]]]:
    """The words of script, without the others."""
    return lambda *file: [w for w in load(*file) if w["name"] in WORDS or not w["close_tag"]]


def truths(request: object, parameter: object) -> Iterator[object]:
    """Statements that are true and false, to be told apart by the answer. That a bracket is open
    in one, the word that breaks all of them shows."""
    for separator in SEPARATORS:
        yield from mod_sql.generate_boolean_test_values(separator, False)


def without_names(self: mod_exec.ModuleExec) -> object:
    """Each field with each word, but none that is called as the word: nothing here runs a name."""
    mutator = super(mod_exec.ModuleExec, self).get_mutator()
    mutator._module = None
    return mutator


class Explorer(explorer.Explorer):
    """Goes on to forms, and to links with something in them to change. Other addresses are handed
    over one by one: a page of a hundred certificates has a hundred links to one door.

    A door is knocked at once with a set of fields: the same page of another call, in another
    language or as another kind of file is read by the same code."""

    seen: ClassVar[set[tuple[str, ...]]] = set()

    def extract_links(self, response: object, request: object) -> list[object]:
        links = super().extract_links(response, request)
        return [one for one in links if self._new(one)]

    def _new(self, found: object) -> bool:
        if isinstance(found._post_params, list):  # eight ways to answer a question are one field
            found._post_params = [*{one[0]: one for one in found._post_params}.values()]
            found._cached_hash = None
        named = sorted(one[0] for one in (*found.get_params, *found.post_params))
        path = urlsplit(found.url).path
        door = (found.method, OF_ONE.sub("", path), *named)
        empty = found.method != "POST" and not found.get_params
        ends = ENDING in map(tuple, found.post_params) or path.endswith(ENDINGS)
        if empty or ends or door in self.seen or path.endswith(DRAWN):
            return False
        self.seen.add(door)
        return True


@dataclass(slots=True)
class Tally:
    """What was asked, by each kind of attack, and what came back: "no finding" is worth as much as
    was answered."""

    kind: str = "looking"
    asked: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str, int, str]] = field(default_factory=Counter)

    def listen(self) -> None:
        """Count each request of the crawler, by the module that makes it."""
        send, attack = crawler.AsyncCrawler.async_send, controller.Wapiti.run_attack_module

        async def async_send(
            this: object, request: object, *args: object, **more: object
        ) -> object:
            response = await send(this, request, *args, **more)
            self.asked[self.kind] += 1
            path, led = urlsplit(request.url).path, urlsplit(response.redirection_url or "").path
            self.answers[request.method, path, response.status, led] += 1
            return response

        async def run_attack_module(this: object, module: object) -> None:
            self.kind, began = module.name, time.monotonic()
            await attack(this, module)
            took_s = time.monotonic() - began
            sys.stderr.write(f"{module.name}: {self.asked[module.name]}, {took_s:.0f} s\n")

        crawler.AsyncCrawler.async_send = async_send
        controller.Wapiti.run_attack_module = run_attack_module

    def write(self, place: Path) -> None:
        told = [[*one, times] for one, times in self.answers.items()]
        place.write_text(json.dumps({"asked": self.asked, "answers": told}))


if __name__ == "__main__":
    controller.Explorer = Explorer
    xss_utils.load_payloads_from_ini = scripts(xss_utils.load_payloads_from_ini)
    mod_exec.ModuleExec.get_mutator = without_names
    mod_sql.generate_boolean_payloads = truths
    tally = Tally()
    tally.listen()
    mod_exec.IniPayloadReader = mod_file.IniPayloadReader = Reader
    try:
        sys.exit(wapiti.wapiti_asyncio_wrapper())
    finally:
        tally.write(Path(os.environ["KNOCKED"]))
