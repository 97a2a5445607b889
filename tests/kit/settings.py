"""Settings of the test run: those of the product, over a house in a temporary folder.

The house is made before the settings are read, once a run: xdist's workers inherit it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from talteen import migrations

_IN_MEMORY, _LEAST_BYTES = Path("/dev/shm"), 8 << 30


def _where() -> Path | None:
    """In memory, where there is room: a disk looks long for a place for each of the thousand files
    of a database. None: wherever temporary files are."""
    roomy = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free >= _LEAST_BYTES
    return _IN_MEMORY if roomy else None


if "PYTEST_XDIST_WORKER" in os.environ:
    for _name in [name for name in os.environ if name.startswith("MALLOC_")]:
        del os.environ[_name]  # how workers keep memory (``run``) is nothing for what they start

_FOLDER = os.environ.get("TALTEEN_HOME") if "PYTEST_XDIST_WORKER" in os.environ else None
if _FOLDER is None:
    for _name in [name for name in os.environ if name.startswith("TALTEEN_")]:
        # What a developer has set for a house of their own is not for the tests, save the binaries.
        if _name != "TALTEEN_PG_BIN":
            del os.environ[_name]
    os.environ["TALTEEN_HOME"] = _FOLDER = tempfile.mkdtemp(prefix="talteen-tests-", dir=_where())
    # At the very end of this process, after the server that lives in it was stopped.
    atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
    if (_memory := _where()) and not {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys():
        # The houses too: ext4 looks at each inode that was let go of in the last minutes before it
        # gives one, a twenty-fifth of all CPU in a run that makes and removes a million files.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_memory)
        os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="tt-", dir=_memory)
        atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)

# Four workers share two cores: a second thread that hears only waits for the first, and it waits
# awake (9.1 instead of 10.4 s of CPU for a call).
os.environ["TALTEEN_SPEECH_THREADS"] = "1"

from talteen.desk.settings import *  # noqa: E402, F403
from talteen.desk.settings import DATABASES, INSTALLED_APPS, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DATABASES["default"]["OPTIONS"].pop("pool")
PASSWORD_HASHERS = ["tests.kit.hashing.QuickArgon2"]
INSTALLED_APPS = ["tests.kit", *INSTALLED_APPS]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if not list(Path(migrations.__file__).parent.glob("[0-9]*.py")):
    # The first migration is not written yet: make the tables from the models.
    MIGRATION_MODULES = {"talteen": None}
