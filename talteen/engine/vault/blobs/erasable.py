"""Whether a bucket lets anything die. Asked at the start, before it is trusted with a recording.

A house promises that what it destroys is gone. A bucket can break that without a word: a default
retention refuses deletion, a replica keeps its copy, and old versions outlive the object. The keys
die all the same; but "destroyed" would lean on the keys alone, and the house says that it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from talteen.engine.vault.blobs.s3 import S3Store
from talteen.errors import ConfigError

_NONE_THERE = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "NoSuchReplicationConfiguration",
    "NoSuchObjectLockConfiguration",
    "NotImplemented",
    "501",
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """How a bucket is set up, as far as it concerns death."""

    versioned: bool
    mfa_delete: bool = False
    default_retention: bool = False
    replicated: bool = False
    noncurrent_days: int | None = None
    """After so many days its server lets old versions go; None: never."""


def judge(bucket: Bucket) -> None:
    """Raise ConfigError where ``bucket`` would keep what is destroyed."""
    if bucket.default_retention:
        raise _not_erasable(
            "its object lock retains everything by default",
            "take the default retention away, or use a bucket without object lock",
        )
    if bucket.replicated:
        raise _not_erasable(
            "its objects are replicated, and a replica keeps its versions",
            "end the replication; a second copy is made by the house's own backup",
        )
    if bucket.mfa_delete:
        raise _not_erasable(
            "its versions go only with a second factor (MFA delete)", "switch MFA delete off"
        )
    if bucket.versioned and bucket.noncurrent_days is None:
        raise _not_erasable(
            "it keeps old versions for ever",
            "give it a lifecycle rule that lets noncurrent versions expire",
        )


def prove_erasable(store: S3Store) -> Bucket:
    """Look at the bucket of ``store``, judge it, and see one object die with its versions.

    Raises ConfigError where anything would stay; Unavailable where the server does not say.
    """
    bucket = read(store)
    judge(bucket)
    key = f"probe/{uuid4().hex}"
    for content in (b"first", b"second"):
        store.put(key, [content])
    store.delete([key])
    if _versions_of(store, key):
        raise _not_erasable(
            "a version outlived its deletion", "allow s3:DeleteObjectVersion to the access key"
        )
    return bucket


def read(store: S3Store) -> Bucket:
    """How the bucket is set up."""
    client, name = store.client, {"Bucket": store.bucket}
    versioning = _asked(lambda: client.get_bucket_versioning(**name))
    lock = _asked(lambda: client.get_object_lock_configuration(**name))
    replication = _asked(lambda: client.get_bucket_replication(**name))
    lifecycle = _asked(lambda: client.get_bucket_lifecycle_configuration(**name))
    rules = [one for one in lifecycle.get("Rules", ()) if _covers(one, store.prefix)]
    return Bucket(
        versioned=versioning.get("Status") in ("Enabled", "Suspended"),
        mfa_delete=versioning.get("MFADelete") == "Enabled",
        default_retention="DefaultRetention"
        in lock.get("ObjectLockConfiguration", {}).get("Rule", {}),
        replicated=any(
            rule.get("Status") == "Enabled"
            for rule in replication.get("ReplicationConfiguration", {}).get("Rules", ())
        ),
        noncurrent_days=_noncurrent_days(rules),
    )


def _asked(ask: Any) -> Mapping[str, Any]:
    """The answer; nothing where the server has no such thing."""
    try:
        answer: Mapping[str, Any] = ask()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in _NONE_THERE:
            return {}
        raise ConfigError(
            f"blobs.bucket: does not say how it is set up ({code})",
            remedy="name a bucket that exists, and allow the access key to read its settings",
        ) from None
    return answer


def _covers(rule: Mapping[str, Any], prefix: str) -> bool:
    """Whether a lifecycle rule is in force for everything below ``prefix``."""
    told = rule.get("Filter", {})
    narrowed = told.get("Tag") or told.get("And") or told.get("ObjectSizeGreaterThan")
    covered = told.get("Prefix", rule.get("Prefix", ""))
    return rule.get("Status") == "Enabled" and not narrowed and prefix.startswith(covered)


def _noncurrent_days(rules: Sequence[Mapping[str, Any]]) -> int | None:
    expiries = [rule.get("NoncurrentVersionExpiration", {}) for rule in rules]
    days = [int(one["NoncurrentDays"]) for one in expiries if "NoncurrentDays" in one]
    return min(days, default=None)


def _versions_of(store: S3Store, key: str) -> int:
    found = store.client.list_object_versions(Bucket=store.bucket, Prefix=store.prefix + key)
    return len(found.get("Versions", ())) + len(found.get("DeleteMarkers", ()))


def _not_erasable(why: str, remedy: str) -> ConfigError:
    return ConfigError(f"blobs.bucket: nothing would die there: {why}", remedy=remedy)
