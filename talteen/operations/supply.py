"""What Talteen is made of: the packages of its locked runtime, with their licences (CycloneDX 1.5).

    ./run sbom      writes dist/talteen.cdx.json: what uv reads from the lock, and the licences here

The licence of a package is what its own metadata say (PEP 639, else its classifiers). Two runs over
one lock give the same bytes.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from talteen.errors import InputError

UNKNOWN = "NOASSERTION"
"""SPDX: nothing is said."""
_FORBIDDEN = re.compile(r"(?<!L)\bA?GPL|Affero|(?<!Lesser )General Public License", re.IGNORECASE)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60
"""A longer ``License`` field is the text of one, not its name."""
SAID_ELSEWHERE: Mapping[str, str] = {
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "sqlcipher3": "Zlib",
}
"""Of packages whose metadata name no licence, or several without saying whether one may choose:
what the LICENSE file that they bring says."""


@dataclass(frozen=True, slots=True)
class Part:
    """One package of the runtime."""

    name: str
    version: str
    licence: str

    @property
    def forbidden(self) -> bool:
        """Whether it is under GPL or AGPL alone: what the runtime imports never is."""
        return is_forbidden(self.licence)


def is_forbidden(licence: str) -> bool:
    """Whether no choice of ``licence`` is left without GPL or AGPL. LGPL is none: it is imported,
    and may be replaced."""
    choices = re.split(r"\s+OR\s+", licence.strip("()"))
    return all(_FORBIDDEN.search(one) for one in choices)


def licence_of(name: str) -> str:
    """What the metadata of the installed package ``name`` say; NOASSERTION where it is not here."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return UNKNOWN
    if name in SAID_ELSEWHERE:
        return SAID_ELSEWHERE[name]
    if expression := _field(told, "License-Expression"):
        return expression
    classified = [
        one.removeprefix(_CLASSIFIER)
        for one in told.get_all("Classifier") or ()
        if one.startswith(_CLASSIFIER)
    ]
    if classified:
        return " AND ".join(sorted(classified))
    field = _field(told, "License")
    if field and "\n" not in field and len(field) <= _LONGEST:
        return field
    return UNKNOWN


def _field(told: metadata.PackageMetadata, name: str) -> str:
    return "".join(told.get_all(name) or ()).strip()


def parts(bill: Mapping[str, Any]) -> list[Part]:
    """The packages of a CycloneDX bill, by name."""
    found = {
        (one["name"], one["version"]): Part(one["name"], one["version"], licence_of(one["name"]))
        for one in bill["components"]
    }
    return [found[key] for key in sorted(found)]


def finished(bill: Mapping[str, Any], lock: bytes) -> dict[str, Any]:
    """The bill with licences, and the same for the same ``lock``: no time, no random number."""
    known = {(one.name, one.version): one.licence for one in parts(bill)}
    made = {key: value for key, value in bill.items() if key != "serialNumber"}
    told = {key: value for key, value in bill["metadata"].items() if key != "timestamp"}
    components = [
        {**one, "licenses": _licences(known[one["name"], one["version"]])}
        for one in bill["components"]
    ]
    serial = f"urn:uuid:{uuid5(NAMESPACE_URL, lock.hex())}"
    return {**made, "serialNumber": serial, "metadata": told, "components": components}


def table(found: Iterable[Part]) -> str:
    """The list for people."""
    return "".join(f"{one.name:32} {one.version:14} {one.licence}\n" for one in found)


def _licences(licence: str) -> list[dict[str, Any]]:
    if licence == UNKNOWN:
        return []
    # CycloneDX 1.5 wants SPDX in "expression"; what is only a name is told as one.
    spdx = re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", licence)
    return [{"expression": licence}] if spdx else [{"license": {"name": licence}}]


def main(arguments: list[str]) -> None:
    """``python -m talteen.operations.supply RAW LOCK TO``: finish the bill that uv has written."""
    if len(arguments) != 3:
        raise InputError("three files are needed", remedy="./run sbom")
    raw, lock, to = map(Path, arguments)
    bill = json.loads(raw.read_text())
    to.write_text(json.dumps(finished(bill, lock.read_bytes()), indent=1, sort_keys=True) + "\n")
    sys.stdout.write(table(parts(bill)))


if __name__ == "__main__":
    main(sys.argv[1:])
