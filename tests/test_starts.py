"""What a process loads when it starts: its own part of the house, and none of the others'.

A start is CPU that nobody sees: each module that is not needed costs it again at every command,
every restart and every kill of a node. What must not be there is named; how long it takes is not
asked, because machines differ.
"""

import json
import subprocess
import sys
from collections.abc import Iterable

import pytest

FRAMEWORK = ("django", "procrastinate", "psycopg", "cotton", "csp")
HTTP = ("granian", "urllib3", "boto3", "whitenoise", "joserfc", "fido2", "scim2_models")
ENGINES = ("faster_whisper", "ctranslate2", "onnxruntime")
SPEECH = (*ENGINES, "simplemma", "sqlcipher3")
SOUND = ("av",)
PAPER = ("weasyprint", "babel", "segno")
SETTINGS = ("pydantic_settings", "structlog", "rich")
FOREIGN = ("signxml", "opentelemetry", "prometheus_client", "rfc3161_client")
NODE = (*FRAMEWORK, *HTTP, *SPEECH, *SOUND, *PAPER, *SETTINGS, *FOREIGN)
"""What no process of a capture node needs."""

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ear": (
        "import talteen.life.capture.ears.ear",
        (*NODE, "numpy", "pydantic", "asyncio", "cffi"),
    ),
    "hearing": (
        "import talteen.life.capture.listening.process",
        (*NODE, "asyncio", "cffi"),
    ),
    "signaller": (
        "import talteen.life.capture.sources.siprec",
        (*NODE, "numpy", "cffi"),
    ),
    "exchange": (
        "import talteen.life.capture.sources.exchange",
        (*NODE, "numpy", "cryptography", "cffi"),
    ),
    "holder": (
        "import talteen.desk.commands.capture, talteen.capturing, talteen.life.capture.node",
        (*FRAMEWORK, *HTTP, *SPEECH, *SOUND, *PAPER, *FOREIGN, "rich", "numpy", "cffi"),
    ),
    "server of the pages": (
        "import talteen.desk.commands.run, talteen.desk.serving",
        (*FRAMEWORK, *set(HTTP) - {"granian"}, *SPEECH, *SOUND, *PAPER, *FOREIGN, "numpy", "cffi"),
    ),
    "reaper": (
        "import talteen.desk.commands.run, talteen.keyholders, talteen.desk.ground.reaping",
        (*FRAMEWORK, *HTTP, *SPEECH, *SOUND, *PAPER, *FOREIGN, "rich", "numpy"),
    ),
    "help": (
        "import contextlib, io\nfrom talteen.desk.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main(['--help'])",
        (*FRAMEWORK, *HTTP, *SPEECH, *SOUND, *FOREIGN, "structlog", "numpy", "pydantic", "asyncio"),
    ),
    "worker": (
        "from talteen.desk.ground import startup\nstartup.django()\n"
        "import talteen.course, talteen.waking",
        ("granian", "boto3", *ENGINES, "weasyprint", "opentelemetry", "scim2_models"),
    ),
    "pages": (
        "from talteen.desk.ground import startup\nstartup.django()\nimport talteen.desk.urls",
        ("boto3", *ENGINES, "weasyprint", "opentelemetry"),
    ),
}


def loaded(program: str) -> frozenset[str]:
    """The modules of a process that has begun as ``program`` does."""
    told = f"{program}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


def found(names: Iterable[str], of: Iterable[str]) -> list[str]:
    """Which of ``of`` are loaded, themselves or a part of them."""
    roots = {name.partition(".")[0] for name in names}
    return [one for one in of if one in roots]


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_loads_nothing_that_it_does_not_need(kind: str) -> None:
    program, unwanted = KINDS[kind]

    assert found(loaded(program), unwanted) == []
