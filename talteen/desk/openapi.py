"""The API as a document (OpenAPI 3.1): the bodies from the very types that read them."""

from functools import cache
from importlib.metadata import version
from typing import Any

from talteen.life.capture import api
from talteen.life.capture.console import State

SAYINGS = {
    "announcement": "The caller was told that the call is recorded.",
    "pause": "Keep nothing from here on, until it resumes. Ends by itself after two minutes.",
    "resume": "Keep again.",
    "refusal": "The caller refuses to be recorded: what was kept is destroyed.",
    "event": "Something else that happened in the call.",
}
_CALLS, _PROBLEM = "#/components/schemas/Call", "#/components/schemas/Problem"
_INSTANT = {"type": "string", "format": "date-time"}


@cache
def document() -> dict[str, Any]:
    """The whole of it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Talteen",
            "version": version("talteen"),
            "description": "Which calls run on this node, and what is said of them. "
            "No answer holds caller data.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": {
            "/calls": {"get": _listing()},
            "/calls/find": {"post": _finding()},
            "/calls/{id}": {"parameters": [_ID], "get": _one()},
            **{f"/calls/{{id}}/{what}": _saying(what, says) for what, says in SAYINGS.items()},
        },
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{what.capitalize(): schema for what, schema in api.schemas().items()},
                "Call": _call(),
                "Problem": _problem(),
            },
        },
    }


_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The recording's id, as the list of calls tells it.",
    "schema": {"type": "string", "format": "uuid"},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key again is done once, as long as the call runs.",
    "schema": {"type": "string", "maxLength": 64},
}


def _listing() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["node", "calls"],
        "properties": {
            "node": {"type": "object", "description": "How the node is: troubles, ports, ears."},
            "calls": {"type": "array", "items": {"$ref": _CALLS}},
        },
    }
    return {
        "operationId": "calls",
        "summary": "The calls that run. Scope capture:read.",
        "responses": {"200": _answer("The calls.", schema), **_refusals("401", "403")},
    }


def _finding() -> dict[str, Any]:
    texts = {"type": "array", "items": {"type": "string"}}
    ids = "What its recording session names it: session id, Session-ID, UCID, or a leg."
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "ids": {**texts, "description": ids},
            "extensions": {**texts, "description": "Of the house's people in the call."},
        },
    }
    return {
        "operationId": "find",
        "summary": "The call that an exchange means. Scope capture:read.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "200": _answer("The call.", {"$ref": _CALLS}),
            **_refusals("401", "403", "404", "422"),
        },
    }


def _one() -> dict[str, Any]:
    return {
        "operationId": "call",
        "summary": "One call that runs. Scope capture:read.",
        "responses": {
            "200": _answer("The call.", {"$ref": _CALLS}),
            **_refusals("401", "403", "404"),
        },
    }


def _saying(what: str, says: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{what.capitalize()}"}
    must = what in ("announcement", "event")
    return {
        "parameters": [_ID],
        "post": {
            "operationId": what,
            "summary": f"{says} Scope capture:say.",
            "parameters": [_KEY],
            "requestBody": {"required": must, "content": {"application/json": {"schema": schema}}},
            "responses": {
                "200": _answer("It was heard; the call as it stands now.", {"$ref": _CALLS}),
                **_refusals("401", "403", "404", "409", "422"),
            },
        },
    }


_WHY = {
    "401": "No token, or one that nobody knows.",
    "403": "The token does not allow it.",
    "404": "No such call runs here.",
    "409": "The call is over.",
    "422": "The body is not what belongs there.",
    "429": "Asked too often: wait for Retry-After.",
    "503": "No node answers here: ask again after Retry-After.",
}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {
        status: {
            "description": _WHY[status],
            "content": {"application/problem+json": {"schema": {"$ref": _PROBLEM}}},
        }
        for status in (*statuses, "429", "503")
    }


def _answer(says: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _call() -> dict[str, Any]:
    text = {"type": "string"}
    stream = {
        "type": "object",
        "properties": {
            "stream": {"type": "integer"},
            "side": {"type": ["string", "null"], "enum": ["agent", "caller", None]},
            "packets": {"type": "integer", "description": "That came so far, kept or not."},
            "last": {"type": ["string", "null"], "description": "When the last one came, to 1 s."},
            "jitter_ms": {
                "type": ["number", "null"],
                "description": "Interarrival jitter (RFC 3550 6.4.1); null: no reports asked for.",
            },
            "silent": {
                "type": "boolean",
                "description": "It brings nothing although something is expected of it.",
            },
        },
    }
    properties = {
        "recording": {"type": "string", "format": "uuid"},
        "state": {**text, "enum": [state.value for state in State]},
        "reason": {**text, "description": "The kind of a gap, or why nothing is kept."},
        "since": _INSTANT,
        "started": _INSTANT,
        "line": text,
        "direction": {**text, "enum": ["inbound", "outbound"]},
        "agents": {"type": "array", "items": text, "description": "Staff codes."},
        "until": {"type": ["string", "null"], "description": "When a pause ends by itself."},
        "threat": {"type": "boolean"},
        "sealed": {"type": "boolean"},
        "ear": {"type": "integer"},
        "streams": {"type": "array", "items": stream},
    }
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string", "description": "What happened."},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What to do about it."},
        },
    }
