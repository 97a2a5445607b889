"""moto in the place of AWS KMS, with users who have the policies of docs/operators/key-holders.md.

moto holds a user to the actions of a policy, not to its resources and conditions: those are left
out here, and only Amazon's own service would show that they say what they should.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import urllib3

from talteen.engine.vault.holders import two_persons
from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.kms import (
    KmsBackupHolder,
    KmsLiveHolder,
    KmsReaper,
)
from talteen.engine.vault.holders.kms_keys import Keys, Place, connect
from tests.kit import s3
from tests.kit.keyrings import Ring, Setting, secret
from tests.kit.keyrings.policies import KMS_POLICIES

_EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, slots=True)
class Kms:
    """One service, and who we are there."""

    users: dict[str, Place]
    """By the name of their policy, and "administrator", who may do everything."""

    def keys(self, user: str, prefix: str) -> Keys:
        return connect(replace(self.users[user], prefix=prefix))

    def prefix(self) -> str:
        return f"talteen/{uuid4().hex[:12]}"

    def live(self) -> Callable[[], KmsLiveHolder]:
        prefix = self.prefix()
        return lambda: KmsLiveHolder(self.keys("live", prefix))

    def ring(self, made: RestoreCredential) -> Ring:
        prefix = self.prefix()
        return Ring(
            KmsBackupHolder(self.keys("backup", prefix), made.public),
            KmsReaper(self.keys("reaper", prefix)),
            two_persons.open_restore(self.keys("restore", prefix).decrypt, *made.shares),
        )

    def setting(self, folder: Path) -> Setting:
        prefix = self.prefix()
        files = {
            name: secret(folder, f"{name}.aws", f"{place.access_key}:{place.secret_key}")
            for name, place in self.users.items()
        }
        said = f'kind = "kms"\naddress = "{self.users["live"].endpoint}"'
        return Setting(
            f'[keys_live]\n{said}\nprefix = "{prefix}/l"\ncredential_file = "{files["live"]}"\n'
            f'[keys_ring]\n{said}\nprefix = "{prefix}/r"\ncredential_file = "{files["backup"]}"\n'
            f'reaper_credential_file = "{files["reaper"]}"\n',
            files["restore"],
        )


@contextmanager
def places(folder: Path) -> Iterator[Kms]:
    """A moto server that asks who somebody is, and what he may."""
    with s3.moto() as place:
        policies = KMS_POLICIES | {"administrator": _EVERYTHING}
        users = {name: _user(place.endpoint, name, policy) for name, policy in policies.items()}
        urllib3.request("POST", f"{place.endpoint}/moto-api/reset-auth", body=b"0")
        yield Kms(users)


def _user(endpoint: str, name: str, policy: dict[str, Any]) -> Place:
    iam: Any = boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=s3.ACCESS,
        aws_secret_access_key=s3.SECRET,
    )
    iam.create_user(UserName=name)
    told = [_plain(statement) for statement in policy["Statement"]]
    document = json.dumps({"Version": "2012-10-17", "Statement": told})
    iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Place("", endpoint, "eu-north-1", key["AccessKeyId"], key["SecretAccessKey"])


def _plain(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": statement["Effect"], "Action": statement["Action"], "Resource": "*"}
