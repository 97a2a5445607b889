"""wapiti, with those of its words that this stack could understand.

Half of the words that it tries for files and commands are for what stands nowhere here: PHP, Perl,
Windows, an address of OWASP's own. With them no part of the site came to its end. Those that differ
from another by what nothing here tells apart (twenty steps up, which lead where ten do) are left
out too. Run by the Python of wapiti's own environment, with wapiti's own arguments.
"""

import re
import sys
from collections.abc import Iterator

from wapitiCore.attack import mod_exec, mod_file
from wapitiCore.controller import wapiti as controller
from wapitiCore.main import wapiti
from wapitiCore.net import explorer
from wapitiCore.parsers import ini_payload_parser

FOREIGN = re.compile(
    r"windows|with_ads|php|lfi_|data_scheme|perl|owasp|remote_inclusion|ampersand_escape$"
    r"|simple_set|timeout_ping"
)
"""Sections for other stacks. That an address is fetched is what the module ssrf finds."""
ALIKE = re.compile(
    r"unix_services|twenty_up|tewnty_up|generic_|path_travers_directory|starts_with_dir"
    r"|(?<!^local_passwd)_with_null|escape_prefix|timeout_(semicolon|pipe)"
)
"""Sections that find what another finds: one way up the tree, one NUL, one sleep are tried."""


class Reader(ini_payload_parser.IniPayloadReader):
    """The words of one file without those."""

    def __iter__(self) -> Iterator[object]:
        for section in self.config_reader.sections():
            if not FOREIGN.search(section) and not ALIKE.search(section):
                yield self.get(section)


class Explorer(explorer.Explorer):
    """Goes on to forms, and to links with something in them to change. Other addresses are handed
    over one by one: a page of a hundred certificates has a hundred links to one door."""

    def extract_links(self, response: object, request: object) -> list[object]:
        links = super().extract_links(response, request)
        return [one for one in links if one.method == "POST" or one.get_params]


if __name__ == "__main__":
    controller.Explorer = Explorer
    mod_exec.IniPayloadReader = mod_file.IniPayloadReader = Reader
    sys.exit(wapiti.wapiti_asyncio_wrapper())
