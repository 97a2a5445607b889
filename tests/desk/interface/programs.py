"""Programs that ask the house."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jsonschema
from django.test import Client

from talteen.clock import SystemClock
from talteen.desk.interface import openapi
from talteen.notice.purposes import Purpose, Role
from talteen.register.programs import api_tokens
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import Desk

CONTACT, REQUEST = Role.REGISTER_CONTACT, Purpose.DATA_SUBJECT_REQUEST


def token(
    desk: Desk,
    *scopes: Scope,
    role: Role = CONTACT,
    purpose: Purpose | None = REQUEST,
    name: str = "crm",
    days: int = 30,
) -> str:
    """A token of somebody in ``role``, made by two others."""
    now = SystemClock().now()
    makers = [desk.reader(one).code for one in (Role.ADMIN, Role.DPO)]
    return api_tokens.make(
        name,
        scopes,
        owner=desk.reader(role).code,
        purpose=purpose,
        by=(makers[0], makers[1]),
        ends_at=now + timedelta(days=days),
        now=now,
    )


def program(shown: str) -> Client:
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {shown}")


def fits(answer: Any, schema: str) -> Any:
    """The body, held against the published document."""
    whole = openapi.document()["components"]["schemas"]
    told = answer.json()
    jsonschema.validate(
        told, {"$ref": f"#/components/schemas/{schema}", "components": {"schemas": whole}}
    )
    return told


def post(client: Client, path: str, body: object, key: str = "") -> Any:
    return client.post(
        f"/api/v1/{path}",
        data=json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def asks(**more: object) -> dict[str, object]:
    """A request of a caller who is invented."""
    return {
        "subject_request_id": str(uuid4()),
        "subject_request_type": "access",
        "submitted_time": "2026-08-24T10:00:00+03:00",
        "subject_identities": [
            {"identity_type": "phone", "identity_value": "+358401234567"},
            {"identity_type": "name", "identity_value": "Keksitty Kaisa"},
        ],
        **more,
    }
