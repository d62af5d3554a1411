"""As much of JSON Schema (draft 2020-12) as the known answers' schema uses; an unknown keyword is an error."""

from typing import Any

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
ANNOTATIONS = {"$schema", "$defs", "title", "description", "type"}
"""Not looked at, or, as the type, looked at before."""


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "document") -> list[str]:
    """What in `value` the schema does not allow, in words."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{where} is no {' or '.join(kinds)}"]
    keywords = [name for name in schema if name not in ANNOTATIONS]
    return [p for name in keywords for p in _problems(name, schema[name], value, schema, root, where)]


def _problems(keyword: str, demand: Any, value: Any, schema: dict, root: dict, where: str) -> list[str]:
    match keyword:
        case "$ref":
            return problems(value, root["$defs"][demand.removeprefix("#/$defs/")], root, where)
        case "const":
            return [] if value == demand else [f"{where} is not {demand!r}"]
        case "enum":
            return [] if value in demand else [f"{where} is none of {demand}"]
        case "minimum":
            return [] if value >= demand else [f"{where} is below {demand}"]
        case "minItems":
            return [] if len(value) >= demand else [f"{where} has fewer than {demand} items"]
        case "maxItems":
            return [] if len(value) <= demand else [f"{where} has more than {demand} items"]
        case "items":
            return [p for i, item in enumerate(value) for p in problems(item, demand, root, f"{where}[{i}]")]
        case "required":
            return [f"{where} lacks {name}" for name in demand if name not in value]
        case "additionalProperties":
            assert demand is False
            return [f"{where} has {name} too many" for name in value if name not in schema["properties"]]
        case "properties":
            there = [name for name in demand if name in value]
            return [p for name in there for p in problems(value[name], demand[name], root, f"{where}.{name}")]
    raise ValueError(f"the schema's keyword {keyword!r} is not known here")


def _is(value: Any, kind: str) -> bool:
    """True and False are whole numbers to Python, and not to JSON."""
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
