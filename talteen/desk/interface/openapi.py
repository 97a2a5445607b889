"""The API as a document (OpenAPI 3.1), made from the table that answers it: nothing is written
twice."""

from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel, TypeAdapter

from talteen.desk.interface.api_frame import KEY, Half, Operation
from talteen.desk.interface.api_table import OPERATIONS

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REF.format(model="Problem")}
_PLACES = {"id": "uuid", "recording": "uuid", "request": "uuid", "webhook": "uuid", "day": "date"}
"""What the names in addresses are."""
_WHY = {
    400: "The Idempotency-Key is missing.",
    401: "No token, or one that nobody knows.",
    403: "The token does not allow it, or whoever answers for it may not.",
    404: "There is no such thing, or not for this token.",
    409: "It is over, was there before, or is being answered at this moment.",
    413: "It is too long.",
    415: "The body is of another kind.",
    422: "The question is not what belongs there.",
    429: "Asked too often: wait for Retry-After.",
    503: "What it needs does not answer: ask again after Retry-After.",
    507: "The disk reserve is reached.",
}
_ALWAYS = (401, 403, 422, 429, 503)


@cache
def document() -> dict[str, Any]:
    """The whole of it."""
    schemas: dict[str, Any] = {"Problem": _problem()}
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(f"/{one.path}", {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Talteen",
            "version": version("talteen"),
            "description": "For programs: the calls that run on a node, and the register of the "
            "house. No answer holds sound, words or a number of a caller.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "tags": [
            {"name": Half.NODE.value, "description": "The capture node of this machine."},
            {"name": Half.HOUSE.value, "description": "The register."},
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _operation(one: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.half.value],
        "summary": f"{one.says} Scope {one.scope.value}.",
        "parameters": [*_in_path(one), *_in_query(one), *_in_head(one)],
        "responses": {str(one.status): _good(one, schemas), **_bad(one)},
    }
    if one.body is not None:
        schema = _schema(one.body.schema(_REF), schemas, f"{_capital(one.name)}Body")
        content = {kind: {"schema": schema} for kind in one.body.content_types}
        told["requestBody"] = {"required": one.body.required, "content": content}
    return told


def _in_path(one: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": _PLACES[name]},
        }
        for name in one.parameters()
    ]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    schema = _inlined(one.query.model_json_schema())
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": told.pop("description", ""),
            "schema": told,
        }
        for name, told in ((n, dict(p)) for n, p in schema.get("properties", {}).items())
    ]


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter has its enumerations with it, and is absent rather than null."""
    defs = schema.pop("$defs", {})

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return walk(defs[part["$ref"].rpartition("/")[2]])
        if "anyOf" in part and {"type": "null"} in part["anyOf"]:
            rest = {name: value for name, value in part.items() if name not in ("anyOf", "default")}
            return {**walk(part["anyOf"][0]), **rest}
        return {name: walk(value) for name, value in part.items()}

    told: dict[str, Any] = walk(schema)
    return told


def _in_head(one: Operation) -> list[dict[str, Any]]:
    found = []
    if one.keyed:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": one.half is Half.HOUSE,
                "description": "The same key again is done once.",
                "schema": {"type": "string", "pattern": KEY},
            }
        )
    if one.tagged:
        found.append(
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "description": "The ETag of an answer that is there already.",
                "schema": {"type": "string"},
            }
        )
    return found


def _good(one: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": "It was done." if one.method != "GET" else "This."}
    if one.status != 204:
        schema = _answer(one.answer, schemas, _capital(one.name))
        told["content"] = {one.answer_type: {"schema": schema}}
    return told


def _bad(one: Operation) -> dict[str, Any]:
    statuses = {*_ALWAYS, *one.problems}
    if one.keyed and one.half is Half.HOUSE:
        statuses |= {400, 409}
    if one.body is not None:
        statuses.add(415)
    told = {
        str(status): {
            "description": _WHY[status],
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
        for status in sorted(statuses)
    }
    return {**({"304": {"description": "It is what you have."}} if one.tagged else {}), **told}


def _answer(answer: Any, schemas: dict[str, Any], name: str) -> dict[str, Any]:
    if isinstance(answer, dict):
        return answer
    adapter: TypeAdapter[Any] = TypeAdapter(answer)
    schema = adapter.json_schema(ref_template=_REF, mode="serialization")
    return _schema(_open(schema), schemas, _title(answer, name))


def _open(schema: Any) -> Any:
    """What is answered may grow: whoever reads it passes over keys that it does not know."""
    if isinstance(schema, list):
        return [_open(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = schema.get("additionalProperties") is False
    return {
        name: _open(one)
        for name, one in schema.items()
        if not (closed and name == "additionalProperties")
    }


def _title(answer: Any, name: str) -> str:
    plain = isinstance(answer, type) and issubclass(answer, BaseModel)
    title = answer.__name__ if plain else name
    return title if title.isidentifier() else name


def _schema(told: Any, schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """A schema under a name of its own, with those that it needs beside it."""
    whole = dict(told)
    for inner, schema in whole.pop("$defs", {}).items():
        _put(schemas, inner, schema)
    _put(schemas, name, whole)
    return {"$ref": _REF.format(model=name)}


def _put(schemas: dict[str, Any], name: str, schema: Any) -> None:
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"two schemas of the API are called {name}")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


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
