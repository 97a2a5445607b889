"""The operation that hands in a call: sound and sidecar, by the same act as ``talteen import``.

The parts are sealed as they come (``sources.upload``): a long call costs no more memory than a
short one, and no sound touches a disk in the open. Names of files are not looked at: they may be
numbers.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from talteen import course
from talteen.desk.interface.api_frame import SEE, Asked, Body, Operation, Reply, Value
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.errors import DiskFull, InputError
from talteen.life.capture import strict_json
from talteen.life.capture.sources import Found, Sides, Sound, Stereo
from talteen.life.capture.sources.upload import Upload
from talteen.life.seal.acts import What
from talteen.register.programs.api_scopes import Scope
from talteen.wiring import House

MOST = 1 << 30
"""Bytes of all parts together: some ten hours of both sides in 16-bit telephone band."""
SIDECAR = "sidecar"
_SOUNDS = ({"sound"}, {"agent", "caller"})
_BROKEN = (
    MultiPartParserError,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    UnreadablePostError,
)


class TooLong(InputError):
    """More than the house takes in by network."""

    slug = "too-long"
    http_status = 413


class HandedIn(Value):
    """What became of the call."""

    outcome: What
    kind: str
    """Which count it entered, or what it was before."""
    recording: UUID | None


class _Parts(FileUploadHandler):
    """Takes the parts as they come."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._folder, self.size, self.odd = house.config.paths.run, 0, False
        self.uploads: dict[str, Upload] = {}

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name in self.uploads or field_name not in {SIDECAR, *_SOUNDS[0], *_SOUNDS[1]}:
            self.odd = True
            raise StopUpload(connection_reset=False)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.uploads[field_name] = Upload(field_name, self._folder)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        told = start + len(raw_data) if self.field_name == SIDECAR else 0
        if self.size > MOST or told > strict_json.MAX_BYTES:
            raise TooLong("this call is too long", remedy="let 'talteen import' take it in")
        try:
            self.uploads[str(self.field_name)].add(raw_data)
        except OSError:
            raise DiskFull(
                "there is no room for this call", remedy="make room on the disk of paths.state"
            ) from None

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        return UploadedFile(name=str(self.field_name), size=file_size)

    def close(self) -> None:
        for one in self.uploads.values():
            one.close()


def _take(request: HttpRequest, house: House) -> tuple[Found, bytes, Callable[[], None]]:
    """The call, what its question hashes to, and how to let go of it."""
    Reserve(house.config.paths.blobs).admit()
    parts = _Parts(house)
    request.upload_handlers = [parts]
    try:
        fields = set(request.POST)
    except _BROKEN:
        fields = {""}
    except BaseException:
        parts.close()
        raise
    sounds = set(parts.uploads) - {SIDECAR}
    if parts.odd or fields or SIDECAR not in parts.uploads or sounds not in _SOUNDS:
        parts.close()
        raise InputError(
            "these are not the parts of a call",
            remedy=f"send the files sidecar, and sound, or agent and caller; {SEE}",
        )
    return _found(parts.uploads, house), _digest(parts.uploads), parts.close


def _found(told: Mapping[str, Upload], house: House) -> Found:
    sound: Sound = (
        Stereo(told["sound"]) if "sound" in told else Sides(told["agent"], told["caller"])
    )
    return Found("the call", sound, told[SIDECAR], house.clock.now())


def _digest(told: Mapping[str, Upload]) -> bytes:
    seen = sha256()
    for name in sorted(told):
        seen.update(name.encode() + b"\0" + told[name].sha256)
    return seen.digest()


def _hand_in(asked: Asked) -> Reply:
    outcome = course.take_in(asked.at_home(), asked.body, asked.now)
    told = HandedIn(outcome=outcome.what, kind=outcome.kind, recording=outcome.recording)
    return Reply(told)


def _schema(_: str) -> dict[str, Any]:
    sound = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        "type": "object",
        "required": [SIDECAR],
        "additionalProperties": False,
        "description": "docs/formats/sidecar.md; the sound as one file of two channels (sound), or "
        "as one file a side (agent, caller).",
        "properties": {
            SIDECAR: {"type": "string", "contentMediaType": "application/json"},
            "sound": sound,
            "agent": sound,
            "caller": sound,
        },
    }


OPERATIONS = (
    Operation(
        "handIn",
        "POST",
        "recordings",
        Scope.RECORDINGS_WRITE,
        "Hand in a call that was recorded elsewhere. Whether it may be kept is for the house to "
        "say: the answer tells what became of it.",
        _hand_in,
        HandedIn,
        body=Body(
            _schema,
            reads=None,
            takes=_take,
            content_types=("multipart/form-data",),
            most=MOST,
        ),
        problems=(413, 507),
        logged="recordings",
    ),
)
