"""A bare Debian 12, as an archive: what an image or a machine of a drill's own begins from."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.drills.told import Impossible

ROOT = Path(__file__).parents[2]
_KEPT = ROOT / ".cache" / "drills" / "bookworm.tar"
AUTHORITIES = "etc/ssl/of-the-builder.pem"
"""Where it has the authorities that this machine believes: a package index may stand behind one of
one's own, which a bare Debian does not know."""
TRUST = {"SSL_CERT_FILE": f"/{AUTHORITIES}", "PIP_CERT": f"/{AUTHORITIES}"}


def needs(**packages: str) -> None:
    """Impossible where a program is missing; ``program=package`` of Debian (``_`` for ``-``)."""
    for program, package in packages.items():
        if shutil.which(program.replace("_", "-")) is None:
            raise Impossible(
                f"{program.replace('_', '-')} is missing; as root: apt-get install {package}"
            )


def archive() -> Path:
    """The archive, made once and kept below ``.cache``. It takes Debian's registry and minutes."""
    if not _KEPT.exists():
        needs(mmdebstrap="mmdebstrap")
        _KEPT.parent.mkdir(parents=True, exist_ok=True)
        making = _KEPT.with_suffix(".making.tar")
        words = ["mmdebstrap", "--quiet", "--variant=minbase", "bookworm", str(making)]
        if subprocess.run(words, check=False).returncode:
            raise Impossible("mmdebstrap made no Debian; the lines above say why")
        making.rename(_KEPT)
    return _KEPT


def authorities() -> Path:
    """The file of authorities that this machine believes."""
    return Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
