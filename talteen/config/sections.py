"""Sections of ``talteen.toml``: a class each. Its docstrings are what an error says to write."""

import os
from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from talteen import docstrings

# Nobody's plug-in stands between a setting and its check, and none is looked for at every start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


class Born(Enum):
    """What a house is for ever.

    Only a house born as a demo has a movable clock and one-click sign-in.
    """

    LIVE = "live"
    DEMO = "demo"


class Role(Enum):
    """Which of the database roles a process takes. None of them is a superuser."""

    APP = "app"
    """Reads and writes rows: the commands of an administrator."""
    WEB = "web"
    """Answers people: what its pages need of each table, and behind row security."""
    WORK = "work"
    """Does what is due: what jobs and the sweep need of each table, and no way in."""
    CAPTURE = "capture"
    """Learns what a node must know: lines, announcements, public keys."""
    WATCH = "watch"
    """Takes in the calls of a watched folder."""
    METRICS = "metrics"
    """Counts for monitoring; writes nothing."""
    OWNER = "owner"
    """Owns the tables: only migrations take it."""
    AUDIT = "audit"
    """Reads."""


class Level(Enum):
    """From which weight on a line is written to the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MailTls(Enum):
    """How the way to the mail server is secured."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Section(BaseModel):
    """A table of settings: read once, never changed, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def says(cls, key: str) -> str:
        """What to write for ``key``, in one line: the docstring below it; empty where there is
        none."""
        return " ".join(docstrings.below(cls, key).split())


class HouseSection(Section):
    """[house]"""

    born: Born = Born.LIVE
    """"live" or "demo"; it cannot change later"""


class DatabaseSection(Section):
    """[database]"""

    url: str = ""
    """empty for the embedded server, or postgresql://host:5432/talteen?sslmode=verify-full"""
    password_file: Path | None = None
    """the file that holds the password of talteen_app"""
    owner_password_file: Path | None = None
    """the file that holds the password of talteen_owner, on the machine that migrates"""
    web_password_file: Path | None = None
    """the file that holds the password of talteen_web, on the machine that serves pages"""
    work_password_file: Path | None = None
    """the file that holds the password of talteen_work, on the machine that works"""
    capture_password_file: Path | None = None
    """the file that holds the password of talteen_capture, on the machine that captures"""
    watch_password_file: Path | None = None
    """the file that holds the password of talteen_watch, on the machine that watches a folder"""
    metrics_password_file: Path | None = None
    """the file that holds the password of talteen_metrics, where 'talteen metrics' runs"""
    audit_password_file: Path | None = None
    """the file that holds the password of talteen_audit"""
    role: Role = Role.APP
    """"app", "web", "work", "capture", "watch", "metrics", "owner" or "audit": the role that this
    process takes"""


class PgSection(Section):
    """[pg]: the embedded server"""

    bin: Path | None = None
    """the folder of initdb and postgres, such as /usr/lib/postgresql/15/bin; left out: its own"""
    shared_buffers_mb: int = Field(default=64, ge=16, le=65536)
    """the memory that the embedded server shares between its processes, 16 to 65536"""


class PathsSection(Section):
    """[paths]: absolute, or relative to the house"""

    state: Path = Path("state")
    """a folder on a local disk"""
    blobs: Path = Path("blobs")
    """a folder for sealed bytes"""
    keys_live: Path = Path("keys-live")
    """a folder outside paths.state and paths.blobs, best on a disk of its own"""
    keys_ring: Path = Path("keys-ring")
    """a folder outside paths.state and paths.blobs, best on another machine's disk"""
    keys_restore: Path = Path("keys-restore")
    """a folder outside paths.state and paths.blobs, which two persons bring when they restore"""


class BlobsSection(Section):
    """[blobs]: sealed bytes in a bucket instead of the folder paths.blobs"""

    bucket: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$")
    """the name of an S3 bucket; left out: the folder paths.blobs"""
    endpoint: str = Field(default="", pattern=r"^(https?://[^/@\s]+)?$")
    """the address of its server, such as https://s3.example.fi; left out: Amazon's own"""
    region: str = "eu-north-1"
    """the region of the bucket"""
    prefix: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9._-]*/)*$")
    """what stands before every key, ending with a slash"""
    access_key: str = ""
    """the access key's id"""
    secret_key_file: Path | None = None
    """the file that holds the access key's secret"""


class RingSection(Section):
    """[ring]: how long copies of dead keys live in backups"""

    days: int = Field(default=6, ge=1, le=30)
    """the days that a backup can still be opened, 1 to 30"""


class WebSection(Section):
    """[web]"""

    host: str = "127.0.0.1"
    """the address to listen on"""
    port: int = Field(default=8470, ge=1, le=65535)
    """the TCP port of the pages, 1 to 65535"""
    processes: int = Field(default=0, ge=0, le=32)
    """how many processes answer, 1 to 32 and at most half of web.threads; 0: one on one core, two
    on more"""
    threads: int = Field(default=32, ge=2, le=256)
    """how many requests are served at once by all processes together, 2 to 256"""
    names: tuple[str, ...] = ()
    """the host names that people type, such as ["talteen.example.fi"]"""
    tls_certificate_file: Path | None = None
    """a PEM file; with it web.tls_key_file"""
    tls_key_file: Path | None = None
    """a PEM file; with it web.tls_certificate_file"""
    secret_key_file: Path | None = None
    """a file of 32 random characters or more, the same on all web machines; left out: made here"""

    @property
    def address(self) -> str:
        """Where people find the desk, as a mail names it; empty where no name was told."""
        return f"https://{self.names[0]}/" if self.names else ""


class JobsSection(Section):
    """[jobs]"""

    workers: int = Field(default=1, ge=1, le=64)
    """how many jobs one worker runs at once, 1 to 64"""
    heartbeat_seconds: float = Field(default=10.0, ge=0.05, le=300)
    """how often a worker says that it lives, 0.05 to 300"""


class SpeechDevice(Enum):
    """Where the speech model computes."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class ModelEntry(Section):
    """[[speech.models]]: what permits a model of the operator's own (REGISTER 16.6)"""

    name: str = ""
    task: str = ""
    digest: str = ""
    assessment: str = ""
    notice: str = ""


class SpeechSection(Section):
    """[speech]"""

    model_dir: Path | None = None
    """the folder of the speech model; left out for the small one that comes along"""
    threads: int = Field(default=2, ge=1, le=64)
    """how many cores one transcription uses, 1 to 64"""
    device: SpeechDevice = SpeechDevice.AUTO
    """"auto" (a GPU where one works, else the CPU), "cpu" or "cuda\""""
    batch: int = Field(default=0, ge=0, le=64)
    """how many windows of 30 s are heard at once, 1 to 64; 0: one on a CPU, 8 on a GPU"""
    memory_mib: int = Field(default=0, ge=0, le=1_048_576)
    """how many MiB the process that writes words may take; 0: three quarters of what is there"""
    models: tuple[ModelEntry, ...] = ()
    """tables of name, task, digest, assessment and notice, one for each model of one's own"""


class MailSection(Section):
    """[mail]: where messages leave. A demo house sends none: it keeps and shows them"""

    host: str = ""
    """the mail server, such as mail.example.fi; left out, messages wait and nothing is sent"""
    port: int = Field(default=587, ge=1, le=65535)
    """the TCP port of the mail server, 1 to 65535"""
    tls: MailTls = MailTls.STARTTLS
    """"starttls", "tls", or "none" for a server on this machine"""
    sender: str = ""
    """the address that messages come from, such as talteen@example.fi"""
    user: str = ""
    """the user name at the mail server; left out, none is given"""
    password_file: Path | None = None
    """the file that holds the password of mail.user"""


class LogSection(Section):
    """[log]"""

    level: Level = Level.INFO
    """"debug", "info", "warning" or "error\""""
