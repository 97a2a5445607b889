"""A blob store in one bucket of an S3 server.

The bucket may keep versions: what is replaced or deleted there stays readable until its versions
go, too (seen on three servers, research of the vault). So ``delete`` removes every version by its
id, delete markers included, and ``erasable`` says at the start whether the bucket lets it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from talteen.engine.vault import amazon
from talteen.engine.vault.blobs import Absent, checked
from talteen.errors import Conflict, DiskFull, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, ObjectIdentifierTypeDef

PART_BYTES = 8 << 20
"""Larger than this goes up in parts of it: an hour of sound in constant memory."""
_AT_ONCE = 1000
"""Objects that one request may delete."""
_WORTH_LISTING = 50
"""So many keys of one folder are found by listing it whole."""
_PATIENCE = amazon.Patience(connect_s=5, read_s=60, tries=4)
_TAKEN = {"PreconditionFailed", "412"}
_RACING = {"ConditionalRequestConflict", "409", "OperationAborted"}
"""Another writer is at it: asked again, the server knows who won."""
_GONE = {"NoSuchKey", "404", "NotFound", "NoSuchVersion"}
_BEYOND = {"InvalidRange", "416"}
_NO_ROOM = {"InsufficientStorage", "507", "QuotaExceeded", "XMinioStorageFull"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is, and who we are there."""

    bucket: str
    endpoint: str = ""
    """Address of the server; empty for Amazon's own."""
    region: str = "us-east-1"
    prefix: str = ""
    """Before every key, ending with a slash."""
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)


def connect(place: Place) -> "S3Store":
    """The store at ``place``. Nothing is asked of the server yet."""
    import boto3

    style = {"addressing_style": "path" if place.endpoint else "auto"}
    client: S3Client = boto3.client("s3", **amazon.reach(place, _PATIENCE, s3=style))
    return S3Store(client, place.bucket, place.prefix)


@dataclass(frozen=True, slots=True)
class S3Store:
    """A BlobStore in ``bucket``. Safe for many threads."""

    client: "S3Client" = field(repr=False)
    bucket: str
    prefix: str = ""

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        name, parts = self._name(key), _in_parts(blocks)
        first = next(parts, b"")
        second = next(parts, None)
        with _refusals():
            if second is None:
                self.client.put_object(Bucket=self.bucket, Key=name, Body=first)
                return
        self._put_in_parts(name, first, second, parts)

    def put_if_absent(self, key: str, data: bytes) -> None:
        name = self._name(key)
        for _ in range(_PATIENCE.tries):
            code = self._try_put(name, data)
            if code in _TAKEN:
                raise Conflict("this name is taken in the blob store", remedy="read what is there")
            if not code:
                return
        raise _refused(code)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        name = self._name(key)
        if length == 0:
            self.size(key)
            return b""
        end = "" if length is None else str(start + length - 1)
        try:
            with _refusals(passing=_BEYOND):
                found = self.client.get_object(
                    Bucket=self.bucket, Key=name, Range=f"bytes={start}-{end}"
                )
                return found["Body"].read()
        except _Passed:
            return b""  # it begins behind the end

    def size(self, key: str) -> int:
        return int(self._head(key)["ContentLength"])

    def written_at(self, key: str) -> datetime:
        at: datetime = self._head(key)["LastModified"]
        return at.astimezone(UTC)

    def delete(self, keys: Iterable[str]) -> int:
        names = [self._name(key) for key in keys]
        there: set[str] = set()
        versions = self._versions(names, there)
        while batch := list(islice(versions, _AT_ONCE)):
            with _refusals():
                answer = self.client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": batch, "Quiet": True}
                )
            for error in answer.get("Errors", ()):
                if error.get("Code") not in _GONE:
                    raise _refused(error.get("Code", "unknown"))
        return len(there)

    def keys(self, prefix: str = "") -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2")
        cut = len(self.prefix)
        with _refusals():
            found = [
                one["Key"][cut:]
                for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
                for one in page.get("Contents", ())
            ]
        yield from sorted(found)  # servers differ in where they put a slash

    def versions(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Every version of every object, as name and bytes in blocks: what a hunt must read."""
        pages = self.client.get_paginator("list_object_versions")
        with _refusals():
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for one in page.get("Versions", ()):
                    name, version = one["Key"], one["VersionId"]
                    found = self.client.get_object(Bucket=self.bucket, Key=name, VersionId=version)
                    yield f"{name} ({version})", found["Body"].iter_chunks(PART_BYTES)

    def sweep(self, before: datetime) -> int:
        """Abort the writes that were begun before ``before`` and never finished; returns how many.

        Their parts are copies that no listing of objects shows.
        """
        pages = self.client.get_paginator("list_multipart_uploads")
        swept = 0
        with _refusals():
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
                for one in page.get("Uploads", ()):
                    if one["Initiated"] < before:
                        self._abort(one["Key"], one["UploadId"])
                        swept += 1
        return swept

    # --- writing ------------------------------------------------------------------------

    def _try_put(self, name: str, data: bytes) -> str:
        """Empty where it was put, else the server's word for why not."""
        try:
            with _refusals(passing=_TAKEN | _RACING):
                self.client.put_object(Bucket=self.bucket, Key=name, Body=data, IfNoneMatch="*")
        except _Passed as refusal:
            return refusal.code
        return ""

    def _put_in_parts(
        self, name: str, first: bytes, second: bytes, others: Iterator[bytes]
    ) -> None:
        with _refusals():
            upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=name)["UploadId"]
        done: list[CompletedPartTypeDef] = []
        try:
            for number, part in enumerate(_chained(first, second, others), 1):
                with _refusals():
                    answer = self.client.upload_part(
                        Bucket=self.bucket,
                        Key=name,
                        UploadId=upload,
                        PartNumber=number,
                        Body=part,
                    )
                done.append({"PartNumber": number, "ETag": answer["ETag"]})
            with _refusals():
                self.client.complete_multipart_upload(
                    Bucket=self.bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": done}
                )
        except BaseException:
            self._abort(name, upload)
            raise

    def _abort(self, name: str, upload: str) -> None:
        with _refusals():
            self.client.abort_multipart_upload(Bucket=self.bucket, Key=name, UploadId=upload)

    # --- finding ------------------------------------------------------------------------

    def _head(self, key: str) -> Any:
        with _refusals():
            return self.client.head_object(Bucket=self.bucket, Key=self._name(key))

    def _versions(self, names: list[str], there: set[str]) -> "Iterator[ObjectIdentifierTypeDef]":
        """Every version and every delete marker of ``names``; notes in ``there`` which of them
        could be read."""
        folders: defaultdict[str, set[str]] = defaultdict(set)
        for name in names:
            folders[name.rpartition("/")[0]].add(name)
        for folder, wanted in folders.items():
            whole = len(wanted) >= _WORTH_LISTING
            for prefix in [f"{folder}/" if folder else ""] if whole else sorted(wanted):
                yield from self._listed(prefix, wanted, there)

    def _listed(
        self, prefix: str, wanted: set[str], there: set[str]
    ) -> "Iterator[ObjectIdentifierTypeDef]":
        pages = self.client.get_paginator("list_object_versions")
        with _refusals():
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                for version in page.get("Versions", ()):
                    if version["Key"] in wanted:
                        if version.get("IsLatest", True):
                            there.add(version["Key"])
                        yield {"Key": version["Key"], "VersionId": version["VersionId"]}
                for marker in page.get("DeleteMarkers", ()):
                    if marker["Key"] in wanted:
                        yield {"Key": marker["Key"], "VersionId": marker["VersionId"]}

    def _name(self, key: str) -> str:
        return self.prefix + checked(key)


def _in_parts(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """``blocks`` gathered to parts of PART_BYTES; the last is shorter."""
    gathered = bytearray()
    for block in blocks:
        gathered += block
        while len(gathered) >= PART_BYTES:
            yield bytes(gathered[:PART_BYTES])
            del gathered[:PART_BYTES]
    if gathered:
        yield bytes(gathered)


def _chained(first: bytes, second: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from others


# --- refusals ---------------------------------------------------------------------------


class _Passed(Exception):
    """An answer of the server that the caller waits for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _refusals:
    """Turns what the client raises into our errors. Nothing of a request is repeated in them."""

    def __init__(self, *, passing: frozenset[str] | set[str] = frozenset()) -> None:
        self._passing = passing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            if code in self._passing:
                raise _Passed(code) from None
            raise _refused(code) from None
        if isinstance(error, BotoCoreError):
            raise Unavailable(
                f"the blob store does not answer ({type(error).__name__})",
                remedy="check blobs.endpoint, and the way to it",
            ) from None


def _refused(code: str) -> Unavailable:
    if code in _GONE:
        return Absent()
    if code in _NO_ROOM:
        return DiskFull(
            "the blob store has no room", remedy="free space; destruction goes on meanwhile"
        )
    return Unavailable(
        f"the blob store refuses ({code})",
        remedy="check blobs.bucket, and what the access key may do there",
    )
