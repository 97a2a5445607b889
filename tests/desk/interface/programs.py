"""Programs that ask the house."""

from datetime import timedelta
from typing import Any

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
