"""What the API says of itself: besides each call's own answer, the headers and refusals that all of them share."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema


def _header(name: str, form: str, *, required: bool = False) -> dict[str, object]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string", "format": form}}


HEADERS = {
    "Key": _header("Idempotency-Key", "uuid", required=True),
    "For": _header("X-On-Behalf-Of", "username"),
    "Device": _header("X-Device", "device"),
    "ActedAt": _header("X-Acted-At", "date-time"),
    "SentAt": _header("X-Sent-At", "date-time"),
}
REFUSAL = {
    "type": "object",
    "required": ["code", "sentence", "field"],
    "properties": {
        "code": {"type": "string", "description": "A stable word for programs."},
        "sentence": {"type": "string", "description": "Why, and what to do next, in the language asked for."},
        "field": {"type": "string", "description": "The field it belongs to, if it belongs to one."},
        "details": {"type": "array", "items": {"type": "object"}},
    },
}
REFUSALS = {
    400: "The body does not read.",
    401: "No token of this county.",
    403: "Not for this person to do.",
    404: "Not there, or not for this person to see.",
    409: "Somebody was faster, or the key was used for something else.",
    422: "A field does not fit, or a rule stands against it.",
    423: "The county was restored and waits to be reconciled.",
    429: "Too many tries.",
}
NO_ACT = {"search_residents"}  # asked by POST, so that no address holds a name


def file_of(*content_types: str) -> dict[str, Any]:
    """Describe a call that answers with a file."""
    shape = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"content": dict.fromkeys(content_types, shape)}}}


class Api(NinjaAPI):
    """The API with a description that holds for every call."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        root = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return Description(self, root)


class Description(OpenAPISchema):
    """The description: one name for one shape, and on every call what it shares with the others."""

    def operation_details(self, operation: Any) -> dict[str, Any]:
        call = super().operation_details(operation)
        for status in REFUSALS:
            call["responses"].setdefault(status, {"$ref": f"#/components/responses/Refused{status}"})
        if operation.methods != ["GET"] and call["operationId"] not in NO_ACT:
            call["parameters"] += [{"$ref": f"#/components/parameters/{name}"} for name in HEADERS]
        return call

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Keep shapes by name; a second shape of the same name would describe calls that do not exist."""
        kinds = {name: shape for name, shape in definitions.items() if "enum" in shape}
        for name in definitions.keys() - kinds.keys():
            shape = _inlined(definitions[name], kinds)
            if self.schemas.setdefault(name, shape) != shape:
                raise ValueError(f"Two schemas of the API are called {name}. Give one of them another name.")

    def get_components(self) -> dict[str, Any]:
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
        refused = {
            f"Refused{status}": {"description": why, "content": content} for status, why in REFUSALS.items()
        }
        self.schemas["Refusal"] = REFUSAL
        return {**super().get_components(), "parameters": HEADERS, "responses": refused}


def _inlined(shape: Any, kinds: dict[str, Any]) -> Any:
    """Write kinds out where they are used: many models call theirs `Kind`."""
    if isinstance(shape, list):
        return [_inlined(item, kinds) for item in shape]
    if not isinstance(shape, dict):
        return shape
    named = str(shape.get("$ref", "")).rpartition("/")[2]
    return kinds[named] if named in kinds else {key: _inlined(item, kinds) for key, item in shape.items()}
